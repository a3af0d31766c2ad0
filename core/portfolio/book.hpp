#pragma once
// The book: turns fills and market data into positions, cash, equity, settlements and closed
// trades. A state machine over the ledger; the node around it only moves messages.
//
// Marks follow every chain snapshot of a holding's underlying; a contract the snapshot does not
// quote keeps its last mark, flagged stale. A fill marks what it traded by its own quotes.
// Contracts whose settlement instant has been reached are settled by that snapshot, before marking.
#include <string>
#include <vector>

#include "core/portfolio/ledger.hpp"
#include "core/portfolio/settlement.hpp"
#include "messages/control.hpp"
#include "messages/ref.hpp"

namespace optix {

struct BookRules {
  Decimal cash;  // deposited at the start
  MarkMode mark = MarkMode::mid;
  MarkMode liquidation = MarkMode::touch;  // exit values of trades still open at the end
  SettlementRules settlement;
};

struct BookOutput {
  enum Stream : std::uint8_t { account, settled, trades };
  Stream stream;
  MessageRef message;
};
using BookOutputs = std::vector<BookOutput>;

class Book {
 public:
  explicit Book(BookRules rules) : rules_(rules) {}

  void on_start(BookOutputs& out);
  void on_instruments(const MessageRef& batch) { instruments_.add(batch); }
  void on_underlying(const UnderlyingPrice& price) {
    path_of(price.underlying).path.observe(price.session, price.price);
  }
  // Settles, marks and reports Equity.
  void on_snapshot(const MessageRef& snapshot, BookOutputs& out);
  void on_fill(const Fill& fill, BookOutputs& out);
  // Call after the last event of a wave: reports Equity when a fill changed something since.
  void end_of_wave(BookOutputs& out);
  // Reports what is still open as trades at liquidation values, and the final Equity.
  void on_end(BookOutputs& out);

  const Ledger& ledger() const { return ledger_; }

  struct Market {
    UnderlyingPath path;
    MessageRef snapshot;  // latest, empty before the first
    static constexpr auto fields() {
      return std::tuple(field("path", &Market::path, "prices of the latest sessions"),
                        field("snapshot", &Market::snapshot, "latest chain"));
    }
  };
  struct State {
    std::vector<MessageRef> instruments;
    std::vector<Market> markets;
    Ledger::State ledger;
    Timestamp time;
    Date session;
    bool changed = false;
    static constexpr auto fields() {
      using M = State;
      return std::tuple(field("instruments", &M::instruments, "instrument batches"),
                        field("markets", &M::markets, "one per underlying"), field("ledger", &M::ledger, "all amounts"),
                        field("time", &M::time, "market time"), field("session", &M::session, "market session"),
                        field("changed", &M::changed, "a fill is not yet in an Equity report"));
    }
  };
  State state() const;
  void restore(State state);

 private:
  Market& path_of(Symbol underlying);
  void settle_due(const ChainSnapshot& chain, const UnderlyingPath& path, BookOutputs& out);
  void mark_all(const ChainSnapshot& chain);
  void mark_by_quote(Holding& holding, const Quote& quote, bool stale);
  void update_excursions(BookPosition& position);
  void report_closed(const BookPosition& position, Timestamp closed, Date session, BookOutputs& out) const;
  void report_equity(BookOutputs& out);

  BookRules rules_;
  InstrumentTable instruments_;
  std::vector<Market> markets_;
  Ledger ledger_;
  Timestamp time_;
  Date session_;
  bool changed_ = false;
};

}  // namespace optix
