#pragma once
// strategy.rules: enters a multi-leg position by rules on the chain and leaves it by rules on time
// and profit (core/contracts/selection.hpp, core/execution/exits.hpp).
//
// On each snapshot exits are looked at first, then an entry; after the report of a fill in the same
// instant the entry is looked at again on the same snapshot, so a position may be replaced on the
// day it was closed. An order is never sent while another for the same position is in flight.
// After a refused or cancelled entry nothing is tried until the next session; a refused exit is
// tried again on the next snapshot. Nothing is opened on a stale chain or feed, and profit rules
// wait; exits by time go on.
//
// A long leg without a bid cannot be sold: an exit leaves it out and closes the rest. What remains
// is worth nothing at the touch, no longer counts as an open position, and expires in the book.
//
// Partial fills count as they come. An entry that trades in part and is then cancelled leaves a smaller
// position; an exit rule that applies while the rest of an entry still works takes that rest back first.
// An order without an answer is asked about at every snapshot, and nothing else is sent for its position
// until it is known. Shares that an assignment or exercise delivers belong to the position: they are closed
// by a market order at the next snapshot (assignment: close_shares) or held until an exit rule applies
// (hold). Positions without an exit rule are carried through expiration.
//
// How many units an entry has is a matter of `positions: {size: ...}` (core/execution/sizing/sizing.hpp).
// An entry of no units is not sent; how often that happened, and why, comes out at the end of the run as
// figures named entries_not_sized.REASON.
#include "actors/node_type.hpp"
#include "core/contracts/selection.hpp"
#include "core/execution/exits.hpp"
#include "core/execution/sizing/sizing.hpp"
#include "messages/portfolio.hpp"

namespace optix {

enum class LimitPrice : std::uint8_t { mid, touch };
constexpr auto enum_names(LimitPrice) { return std::to_array<std::string_view>({"mid", "touch"}); }

enum class AssignedShares : std::uint8_t { close_shares, hold };
constexpr auto enum_names(AssignedShares) { return std::to_array<std::string_view>({"close_shares", "hold"}); }

struct StrategyRules {
  Symbol underlying;  // empty: that of the first snapshot
  SelectionRule selection;
  std::int32_t max_open = 1;
  std::int32_t every = 1;  // sessions between entries
  ExitRules exits;
  OrderType order_type = OrderType::market;
  LimitPrice limit = LimitPrice::mid;
  TimeInForce time_in_force = TimeInForce::day;
  SizingRules size;
  AssignedShares assigned = AssignedShares::close_shares;
};

enum class HeldPhase : std::uint8_t { opening, open, closing, remnant };
constexpr auto enum_names(HeldPhase) {
  return std::to_array<std::string_view>({"opening", "open", "closing", "remnant"});
}

struct HeldLeg {
  ContractId contract = 0;
  std::int64_t quantity = 0;
  std::uint32_t row = 0;  // where it was in the last snapshot; a hint
  Symbol underlying = {};
  static constexpr auto fields() {
    return std::tuple(field("contract", &HeldLeg::contract, "contract id; 4294967295 for shares of `underlying`"),
                      field("quantity", &HeldLeg::quantity, "contracts or shares held"),
                      field("row", &HeldLeg::row, "row hint"),
                      field("underlying", &HeldLeg::underlying, "whose shares; empty for options"));
  }
};

struct HeldPosition {
  std::uint64_t id = 0;
  HeldPhase phase = HeldPhase::opening;
  HeldPhase resume = HeldPhase::open;  // after delivered shares are closed
  Date entry_session;
  Date expiration;
  Decimal entry_cost;  // USD, debit positive
  Decimal proceeds;    // of what was closed or settled, USD
  Decimal fees;        // USD
  Decimal capital;     // that it was expected to take, USD
  std::int64_t units = 1;
  std::uint64_t order = 0;                  // at work; 0: none
  TradeReason reason = TradeReason::entry;  // of that order
  bool answered = false;                    // the venue works it
  bool unknown = false;                     // no answer came
  bool cancelling = false;                  // it was asked back
  boost::container::small_vector<HeldLeg, 4> legs;
  static constexpr auto fields() {
    using M = HeldPosition;
    return std::tuple(
        field("id", &M::id, "position id"), field("phase", &M::phase, "opening, open, closing or remnant"),
        field("resume", &M::resume, "phase after delivered shares are closed"),
        field("entry_session", &M::entry_session, "session of the first fill"),
        field("expiration", &M::expiration, "of the legs"), field("entry_cost", &M::entry_cost, "USD, debit positive"),
        field("proceeds", &M::proceeds, "of what was closed or settled, USD"), field("fees", &M::fees, "USD"),
        field("capital", &M::capital, "that it was expected to take, USD"), field("units", &M::units, "ordered"),
        field("order", &M::order, "order at work"), field("reason", &M::reason, "of that order"),
        field("answered", &M::answered, "the venue works it"), field("unknown", &M::unknown, "no answer came"),
        field("cancelling", &M::cancelling, "it was asked back"), field("legs", &M::legs, "what is held"));
  }
};

struct StrategyState {
  std::vector<MessageRef> instruments;
  MessageRef snapshot;
  std::vector<HeldPosition> held;
  Symbol underlying;
  Date session;
  std::uint64_t sessions = 0;    // seen so far
  std::uint64_t last_entry = 0;  // its number among them, 0 for none
  Date blocked;                  // no more entries in this session
  bool feed_stale = false;
  std::uint64_t orders = 0;  // ids given out
  std::uint64_t positions = 0;
  Decimal equity = Decimal::none();  // of the latest account report
  TradeTally tally;
  std::vector<std::uint64_t> not_sized = {};  // by SizingStop
  static constexpr auto fields() {
    using M = StrategyState;
    return std::tuple(
        field("instruments", &M::instruments, "instrument batches"), field("snapshot", &M::snapshot, "latest chain"),
        field("held", &M::held, "positions and entries in flight"), field("underlying", &M::underlying, "traded"),
        field("session", &M::session, "latest session"), field("sessions", &M::sessions, "sessions seen"),
        field("last_entry", &M::last_entry, "session number of the last entry"),
        field("blocked", &M::blocked, "session without further entries"),
        field("feed_stale", &M::feed_stale, "the feed is stale"), field("orders", &M::orders, "order ids given out"),
        field("positions", &M::positions, "position ids given out"),
        field("equity", &M::equity, "latest equity, USD; none"), field("tally", &M::tally, "closed trades"),
        field("not_sized", &M::not_sized, "entries of no units, by reason"));
  }
};

class RulesStrategy final : public Node {
 public:
  explicit RulesStrategy(StrategyRules rules);
  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override;
  void load(std::string_view bytes) override;

 private:
  // True when the snapshot is one to act on.
  bool on_snapshot(const MessageRef& snapshot);
  // What became of orders; see strategy_rules_reports.cpp.
  HeldPosition* find(std::uint64_t position);
  void on_fill(const Fill& fill);
  void on_rejected(const OrderRejected& rejected);
  void on_ended(std::uint64_t order, std::uint64_t position);
  void on_status(const OrderStatus& status);
  void on_settled(const ContractSettled& settled);
  void on_adjusted(const HoldingAdjusted& adjusted);
  void drop_finished();
  void report_not_sized(Context& out) const;

  void decide(bool fresh, bool changed, Context& out);
  void query_unknown(Context& out);
  void try_exits(const ChainSnapshot& chain, Context& out);
  Decimal liquidation_value(const ChainSnapshot& chain, HeldPosition& held) const;
  void send_exit(const ChainSnapshot& chain, HeldPosition& held, TradeReason reason, Context& out);
  void close_shares(HeldPosition& held, Context& out);
  void send(HeldPosition& held, OrderRequest order, Context& out);
  void try_entry(const ChainSnapshot& chain, Context& out);
  void price_order(const ChainSnapshot& chain, std::span<const std::size_t> rows, OrderRequest& order) const;

  // See strategy_rules_sizing.cpp. `debit` and `max_loss` are of one unit.
  UnitFigures unit_figures(const ChainSnapshot& chain, Decimal debit, Decimal max_loss) const;
  SizingAccount sizing_account() const;

  StrategyRules rules_;
  InstrumentTable instruments_;
  StrategyState state_;                   // `instruments` is filled only while saving
  Selection selection_;                   // scratch
  std::vector<std::uint64_t> delivered_;  // scratch: positions that got shares in this wave
  bool retry_ = false;                    // scratch: an exit waited for a cancellation that has come
};

NodeType strategy_rules_node_type();

}  // namespace optix
