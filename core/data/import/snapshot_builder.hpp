#pragma once
// From the rows of one underlying and session, in any order, to its snapshots: sorted, every contract
// once, with the terms that the roots stand for.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/data/csv_rows.hpp"
#include "core/data/quotes.hpp"

namespace optix {

struct SnapshotOptions {
  // The terms of a root on a day.
  std::function<RootTerms(Symbol root, Date session)> terms;
  Duplicates duplicates = Duplicates::keep_first;
  bool last_wins = false;  // of rows of one contract and instant the last counts, and is no duplicate
  bool carry = false;      // see CsvLayout::carry
  SpotSource spot = SpotSource::column;
  // The price of the underlying for rows that have none, as known at an instant; may be empty.
  std::function<std::optional<Decimal>(Symbol underlying, Timestamp time)> underlying_price;
};

// What is told about a row that was left out: the row, the reason, and the defect it is counted as.
using LeftOut = std::function<void(const RawQuote& row, Defect defect, std::string reason)>;

class SnapshotBuilder {
 public:
  // `source_name` gives the file of a row, for errors.
  SnapshotBuilder(SnapshotOptions options, std::function<std::string(const RawQuote&)> source_name);

  // `rows` are in the source's order and come back in another; `roots` is what RawQuote::root indexes.
  // Snapshots that have no price of the underlying and none before it in the session are left out;
  // an error when that is all of them and the source was to have prices.
  Result<SessionQuotes> build(Symbol underlying, Date session, std::vector<const RawQuote*>& rows,
                              const std::vector<Symbol>& roots, const LeftOut& left_out);

 private:
  struct Run {  // consecutive rows of one group with rising strikes
    std::uint32_t begin, end;
  };

  bool same_group(const RawQuote& a, const RawQuote& b) const {
    return a.expiration == b.expiration && a.root == b.root && a.right == b.right;
  }
  bool before(const RawQuote& a, const RawQuote& b) const;
  void rank(const std::vector<Symbol>& roots, Date session);
  void sort(const RawQuote** begin, const RawQuote** end);
  Status remove_duplicates(const LeftOut& left_out);
  Result<Decimal> spot_of(std::span<const RawQuote* const> rows) const;
  void carry_over();
  Series<std::int32_t> sizes(std::int32_t RawQuote::*size) const;
  SnapshotQuotes emit(Symbol underlying, Date session, Timestamp time) const;

  SnapshotOptions options_;
  std::function<std::string(const RawQuote&)> source_name_;
  std::vector<Symbol> roots_;
  Date terms_of_;                         // the session that terms_ are of
  std::vector<std::uint16_t> root_rank_;  // by name, so that order does not depend on the source's
  std::vector<RootTerms> terms_;
  std::vector<Run> runs_;
  std::vector<const RawQuote*> order_;    // rows of one snapshot in its order
  std::vector<const RawQuote*> current_;  // with `carry`: every contract's last row, in that order
  std::vector<const RawQuote*> merged_;
};

// The rows of a session as they were before building: what build() makes the same session of. Lines
// are 0.
RawQuotes rows_of(const SessionQuotes& session);

}  // namespace optix
