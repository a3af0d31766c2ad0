#pragma once
// Quotes on their way from a provider into a dataset: one row is one contract at one instant.
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/data/quality.hpp"
#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix {

// `underlying` and `root` index the name tables of the batch.
struct RawQuote {
  Timestamp time;  // instant at which the quote stood
  Date session;    // exchange session date
  Date expiration;
  std::uint16_t underlying = 0;
  std::uint16_t root = 0;
  Right right = Right::call;
  std::uint16_t source = 0;  // for whoever gathers rows of several sources
  Decimal strike;
  Decimal bid = Decimal::none();               // none: that side was empty
  Decimal ask = Decimal::none();               //
  Decimal underlying_price = Decimal::none();  // none: the source has none; see ImportOptions
  double iv = 0;                               // NaN: unknown; units of ChainSnapshot
  double delta = 0;
  double gamma = 0;
  std::int32_t volume = 0;
  std::int32_t open_interest = 0;  // as known at `time`
  std::int32_t bid_size = -1;      // contracts bid for, offered; −1: the source does not say
  std::int32_t ask_size = -1;
  std::uint64_t line = 0;  // line or row number in the source, for messages
};

struct RawQuotes {
  std::vector<RawQuote> rows;
  std::vector<Symbol> underlyings;
  std::vector<Symbol> roots;
  std::string source;  // file or table that the lines count in
};

// A row that was left out, for the file of rejects.
struct RejectedRow {
  std::string source;
  std::uint64_t line = 0;
  std::string column;  // empty: the whole row
  std::string reason;
  std::string text;  // the row as it stood; empty when the source has no text
};

// One instant of one underlying: a chain without contract ids (`chain.contract` is empty), rows and
// groups in the order of ChainSnapshot, every contract once.
struct SnapshotQuotes {
  ChainSnapshot chain;
  std::vector<ExerciseStyle> group_exercise;   // per group
  std::vector<std::int32_t> group_multiplier;  // per group: shares or dollars per contract
};

// Everything of one underlying and session; snapshots strictly ascending in time.
struct SessionQuotes {
  Symbol underlying;
  Date session;
  std::vector<SnapshotQuotes> snapshots;
};

// What a provider delivers to. Called from one thread; an error ends the reading and is returned.
class QuoteSink {
 public:
  virtual ~QuoteSink() = default;
  // Rows in the source's order, which may be any.
  virtual Status take(RawQuotes quotes) = 0;
  // For providers that have whole sessions, complete and ready.
  virtual Status take(SessionQuotes session) = 0;
  // A row that was left out by the policy; counted in the report by whoever calls this.
  virtual Status reject(const RejectedRow& row) {
    static_cast<void>(row);
    return {};
  }
};

// Where market data comes from: a file, a database, a service, a generator, a plug-in.
class MarketDataProvider {
 public:
  virtual ~MarketDataProvider() = default;
  // For people and the manifest: "csv quotes.csv.gz".
  virtual std::string description() const = 0;
  // Delivers everything, once. Defects that the policy lets pass are counted in `report`; an error
  // says where (file and line, table and row, address and item) and what to do.
  virtual Status read(QuoteSink& sink, QualityReport& report) = 0;
  // How much of it was delivered, 0 to 1; NaN when that is not known. Called from the sink.
  virtual double share() const { return std::numeric_limits<double>::quiet_NaN(); }
};

}  // namespace optix
