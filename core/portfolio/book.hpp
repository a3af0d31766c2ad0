#pragma once
// The book: turns fills, market data and what the lifecycle decides into positions, cash, equity,
// settlements and closed trades. A state machine over the ledger; the node around it only moves messages.
//
// At a snapshot, in this order: the session's interest and borrow cost when it is the first of a session;
// what is due by the lifecycle (lifecycle/lifecycle.hpp); marks of the underlying's holdings; the
// invariants; an Equity. A contract the snapshot does not quote keeps its last mark, flagged stale; so do
// the quotes of a stale or halted snapshot. A fill marks what it traded by its own quotes. Shares are
// marked at the underlying's price.
#include <string>
#include <vector>

#include "core/contracts/latest_chains.hpp"
#include "core/portfolio/attribution.hpp"
#include "core/portfolio/carry.hpp"
#include "core/portfolio/ledger.hpp"
#include "core/portfolio/lifecycle/lifecycle.hpp"
#include "messages/control.hpp"
#include "messages/ref.hpp"

namespace optix {

struct BookRules {
  Decimal cash;  // deposited at the start
  MarkMode mark = MarkMode::mid;
  MarkMode liquidation = MarkMode::touch;  // exit values of trades still open at the end
  LifecycleRules lifecycle = {};
  LotRules lots = {};
  CarryRules carry = {};
  AttributionMode attribution = AttributionMode::off;
  bool ledger = true;                                     // send entries and closed lots
  Decimal share_half_spread = Decimal::from_raw(10'000);  // what shares are quoted around the underlying's price
};

struct BookOutput {
  enum Stream : std::uint8_t { account, settled, trades, ledger };
  Stream stream;
  MessageRef message;
};
using BookOutputs = std::vector<BookOutput>;
template <Message M>
void put(BookOutputs& out, BookOutput::Stream stream, M message) {
  out.push_back({stream, make_message(std::move(message))});
}

// A quantity as messages carry it. Throws std::overflow_error beyond 2^31.
std::int32_t narrow(std::int64_t quantity);

class Book {
 public:
  explicit Book(BookRules rules)
      : rules_(std::move(rules)), lifecycle_(rules_.lifecycle), ledger_(rules_.lots, rules_.ledger) {}

  void on_start(BookOutputs& out);
  void on_instruments(const MessageRef& batch) { instruments_.add(batch); }
  void on_underlying(const UnderlyingPrice& price, BookOutputs& out);
  // Settles, marks and reports Equity.
  void on_snapshot(const MessageRef& snapshot, BookOutputs& out);
  void on_fill(const Fill& fill, BookOutputs& out);
  void on_dividend(const DividendNotice& notice) { lifecycle_.on_dividend(notice); }
  void on_settlement(const SettlementPublished& value) { lifecycle_.on_settlement(value); }
  void on_rates(const RatesPublished& curve) { lifecycle_.on_rates(curve); }
  void on_split(const SplitNotice& notice, BookOutputs& out);
  void on_adjusted(const ContractsAdjusted& adjusted, BookOutputs& out);
  // An instruction that cannot be carried out (nothing such is held any more) changes nothing.
  void on_instruction(const ExerciseInstruction& instruction, BookOutputs& out);
  // What the lifecycle decided, in order. Throws std::logic_error when it names what is not held.
  void apply(const LifecycleAction& action, BookOutputs& out);
  // Call after the last event of a wave: reports Equity when something but a snapshot changed it since,
  // and sends what the ledger recorded.
  void end_of_wave(BookOutputs& out);
  // Reports what is still open as trades at liquidation values, and the final Equity.
  void on_end(BookOutputs& out);

  const Ledger& ledger() const { return ledger_; }

  struct State {
    std::vector<MessageRef> instruments;
    std::vector<MessageRef> snapshots;  // latest of each underlying
    LifecycleState lifecycle;
    Ledger::State ledger;
    Attributor::State attribution;
    Timestamp time;
    Date session;
    bool changed = false;
    static constexpr auto fields() {
      using M = State;
      return std::tuple(field("instruments", &M::instruments, "instrument batches"),
                        field("snapshots", &M::snapshots, "latest chain of each underlying"),
                        field("lifecycle", &M::lifecycle, "what the lifecycle remembers"),
                        field("ledger", &M::ledger, "all amounts"),
                        field("attribution", &M::attribution, "profit by greek so far"),
                        field("time", &M::time, "market time"), field("session", &M::session, "market session"),
                        field("changed", &M::changed, "a change is not yet in an Equity report"));
    }
  };
  State state() const;
  void restore(State state);

 private:
  // book.cpp
  void advance(Timestamp time, Date session, BookOutputs& out);
  void pay_carry(int days, BookOutputs& out);
  void apply_all(BookOutputs& out);
  const std::vector<LivingHolding>& living();
  void book_changed();

  // book_marks.cpp
  void mark_all(const ChainSnapshot& chain);
  void mark_by_quote(Holding& holding, const Quote& quote, bool stale);
  void mark_by_model(Holding& holding, const ChainSnapshot& chain, bool listed, bool stale);
  void mark_share(Holding& holding, Decimal price, bool stale);
  void mark_shares(Symbol underlying, Decimal price);
  static void update_excursions(BookPosition& position);

  // book_actions.cpp
  void settle(BookPosition& position, const LifecycleAction& action, BookOutputs& out);
  void deliver(BookPosition& position, const LifecycleAction& action, BookOutputs& out);
  void convert(BookPosition& position, const LifecycleAction& action, BookOutputs& out);
  static Holding& held(BookPosition& position, const LifecycleAction& action);
  static void leaves(BookPosition& position, const LifecycleAction& action);
  void close_if_flat(BookPosition& position, Timestamp time, Date session, BookOutputs& out);

  // book_reports.cpp
  void report_cash(CashCause cause, Decimal change, std::uint64_t position, BookOutputs& out) const;
  void report_holding(const BookPosition& position, const Holding& holding, Decimal realised, BookOutputs& out) const;
  void report_closed(const BookPosition& position, Timestamp closed, Date session, BookOutputs& out) const;
  Decimal liquidation_price(const Holding& leg) const;
  void report_equity(BookOutputs& out);
  void report_ledger(BookOutputs& out);

  // book_attribution.cpp: nothing when attribution is off.
  bool attributes() const { return rules_.attribution != AttributionMode::off; }
  HoldingPoint point_of(const Holding& holding);
  void explain_until(const BookPosition& position, const Holding& holding, const LifecycleAction* settled = nullptr);
  void explain_from(const BookPosition& position, const Holding& holding, bool known = true);
  void attribute_session(BookOutputs& out);

  BookRules rules_;
  InstrumentTable instruments_;
  LatestChains chains_;
  Lifecycle lifecycle_;
  Ledger ledger_;
  Attributor attributor_;
  Timestamp time_;
  Date session_;
  bool changed_ = false;

  // Derived from the ledger, or scratch that keeps its memory between calls.
  Ledger::Counts counts_;
  std::uint64_t snapshots_ = 0;  // since the start or the restoring
  bool living_known_ = false;
  std::vector<LivingHolding> living_;
  LifecycleActions actions_;
  PointGreeks greeks_;
  std::vector<HoldingPoint> points_;
  std::vector<EuropeanValue> values_;
  struct ExpiryYield {
    Symbol root;
    Date expiration;
    double yield = 0;
  };
  std::vector<ExpiryYield> yields_;
};

}  // namespace optix
