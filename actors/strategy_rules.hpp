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
#include "actors/node_type.hpp"
#include "core/contracts/selection.hpp"
#include "core/execution/exits.hpp"
#include "messages/portfolio.hpp"

namespace optix {

enum class LimitPrice : std::uint8_t { mid, touch };
constexpr auto enum_names(LimitPrice) { return std::to_array<std::string_view>({"mid", "touch"}); }

struct StrategyRules {
  Symbol underlying;  // empty: that of the first snapshot
  SelectionRule selection;
  std::int32_t max_open = 1;
  std::int32_t every = 1;  // sessions between entries
  ExitRules exits;
  OrderType order_type = OrderType::market;
  LimitPrice limit = LimitPrice::mid;
  TimeInForce time_in_force = TimeInForce::day;
};

enum class HeldPhase : std::uint8_t { opening, open, closing, remnant };
constexpr auto enum_names(HeldPhase) {
  return std::to_array<std::string_view>({"opening", "open", "closing", "remnant"});
}

struct HeldLeg {
  ContractId contract = 0;
  std::int32_t quantity = 0;
  std::uint32_t row = 0;  // where it was in the last snapshot; a hint
  static constexpr auto fields() {
    return std::tuple(field("contract", &HeldLeg::contract, "contract id"),
                      field("quantity", &HeldLeg::quantity, "contracts held"), field("row", &HeldLeg::row, "row hint"));
  }
};

struct HeldPosition {
  std::uint64_t id = 0;
  HeldPhase phase = HeldPhase::opening;
  Date entry_session;
  Date expiration;
  Decimal entry_cost;  // USD, debit positive
  boost::container::small_vector<HeldLeg, 4> legs;
  static constexpr auto fields() {
    using M = HeldPosition;
    return std::tuple(
        field("id", &M::id, "position id"), field("phase", &M::phase, "opening, open, closing or remnant"),
        field("entry_session", &M::entry_session, "session of the fill"),
        field("expiration", &M::expiration, "of the legs"), field("entry_cost", &M::entry_cost, "USD, debit positive"),
        field("legs", &M::legs, "contracts held"));
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
  static constexpr auto fields() {
    using M = StrategyState;
    return std::tuple(
        field("instruments", &M::instruments, "instrument batches"), field("snapshot", &M::snapshot, "latest chain"),
        field("held", &M::held, "positions and entries in flight"), field("underlying", &M::underlying, "traded"),
        field("session", &M::session, "latest session"), field("sessions", &M::sessions, "sessions seen"),
        field("last_entry", &M::last_entry, "session number of the last entry"),
        field("blocked", &M::blocked, "session without further entries"),
        field("feed_stale", &M::feed_stale, "the feed is stale"), field("orders", &M::orders, "order ids given out"),
        field("positions", &M::positions, "position ids given out"));
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
  void on_fill(const Fill& fill);
  void on_refused(std::uint64_t position, OrderIntent intent);
  void on_settled(const ContractSettled& settled);
  void reduce(HeldPosition& held, ContractId contract, std::int32_t quantity);
  void drop_finished();

  void try_exits(const ChainSnapshot& chain, Context& out);
  Decimal liquidation_value(const ChainSnapshot& chain, HeldPosition& held) const;
  void send_exit(const ChainSnapshot& chain, HeldPosition& held, TradeReason reason, Context& out);
  void try_entry(const ChainSnapshot& chain, Context& out);
  void price_order(const ChainSnapshot& chain, std::span<const std::size_t> rows, OrderRequest& order) const;

  StrategyRules rules_;
  InstrumentTable instruments_;
  StrategyState state_;  // `instruments` is filled only while saving
  Selection selection_;  // scratch
};

NodeType strategy_rules_node_type();

}  // namespace optix
