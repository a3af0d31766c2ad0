#pragma once
// An order at the venue, and all of them.
#include <cstdint>
#include <span>
#include <vector>

#include "core/execution/fees/fee_lines.hpp"
#include "core/execution/orders/order_state.hpp"
#include "core/execution/orders/order_units.hpp"
#include "messages/orders.hpp"

namespace optix {

struct WorkingLeg {
  ContractId contract = 0;
  Symbol underlying;          // whose chain quotes it
  std::int64_t per_lot = 0;   // signed
  std::int64_t filled = 0;    // contracts or shares, not signed
  Decimal paid;               // sum of price × quantity of what was filled, signed
  Timestamp last_trade;       // it cannot trade after this instant
  std::int64_t ahead = -1;    // RestingPolicy::queue: contracts before ours at our price; −1: not in line
  std::uint32_t row = 0;      // where it was in the last snapshot; a hint
  std::uint32_t old_row = 0;  // and in the one before

  bool buys() const { return per_lot > 0; }
  std::int64_t size() const { return per_lot < 0 ? -per_lot : per_lot; }  // of one lot

  static constexpr auto fields() {
    using M = WorkingLeg;
    return std::tuple(field("contract", &M::contract, "contract id"),
                      field("underlying", &M::underlying, "whose chain quotes it"),
                      field("per_lot", &M::per_lot, "signed quantity of one lot"),
                      field("filled", &M::filled, "contracts or shares traded"),
                      field("paid", &M::paid, "sum of price x quantity traded, USD, signed"),
                      field("last_trade", &M::last_trade, "last instant at which it trades, UTC ns"),
                      field("ahead", &M::ahead, "contracts before ours; -1: not in line"),
                      field("row", &M::row, "row hint"), field("old_row", &M::old_row, "row hint"));
  }
};

struct WorkingOrder {
  OrderRequest request;  // as replaced since
  OrderState state = OrderState::working;
  OrderUnits units;
  boost::container::small_vector<WorkingLeg, 4> legs;
  Date session = no_session;  // whose day it is good for
  Timestamp placed;           // time of the quotes it came in on, or was last changed on
  std::uint64_t snapshot = 0;
  Decimal lowest = Decimal::none();
  std::uint32_t executions = 0;
  std::uint32_t attempts = 0;
  bool waits_for_parent = false;
  // What fees were charged for by the fills that left something to trade: of each leg one entry a price.
  std::vector<FeeLeg> charged;

  static constexpr Date no_session{INT32_MIN};
  static constexpr auto fields() {
    using M = WorkingOrder;
    return std::tuple(
        field("request", &M::request, "the request, as replaced since"), field("state", &M::state, "where it stands"),
        field("units", &M::units, "lots and price units"), field("legs", &M::legs, "its legs and what was filled"),
        field("session", &M::session, "whose day it is good for"),
        field("placed", &M::placed, "time of the quotes it came in on, UTC ns"),
        field("snapshot", &M::snapshot, "number of the snapshot it came in on"),
        field("lowest", &M::lowest, "trailing_stop: lowest net cost seen"),
        field("executions", &M::executions, "fills so far"), field("attempts", &M::attempts, "draws so far"),
        field("waits_for_parent", &M::waits_for_parent, "does not work before its parent has filled"),
        field("charged", &M::charged, "what fees were charged for, of each leg one entry a price"));
  }

  bool ended() const { return is_final(state); }
  bool is_stop() const {
    return request.type == OrderType::stop || request.type == OrderType::stop_limit ||
           request.type == OrderType::trailing_stop;
  }
  bool has_limit() const { return request.type == OrderType::limit || request.type == OrderType::stop_limit; }
  bool immediate() const {
    return request.time_in_force == TimeInForce::ioc || request.time_in_force == TimeInForce::fok;
  }
  bool legged() const { return request.combo == ComboStyle::legged && legs.size() > 1; }
  std::uint64_t source() const { return request.order >> 40; }

  std::int64_t left(const WorkingLeg& leg) const { return leg.size() * units.lots - leg.filled; }
  std::int64_t filled() const;     // contracts and shares, summed over legs
  std::int64_t remaining() const;  // still to trade
  // Lots that have traded, at least in part.
  std::int64_t lots_begun() const;
  std::int64_t lots_left() const { return units.lots - lots_begun(); }
  // Every leg has traded the same share of its quantity.
  bool balanced() const;
  // Remembers that fees were charged for this.
  void charge(const FeeLeg& leg);
  // The order's size becomes `lots` in all; lots >= lots_begun().
  void resize(std::int64_t lots);
};

// A working order for a request whose legs are known; quotes are looked up later.
WorkingOrder working_order(const OrderRequest& request, const InstrumentTable& instruments);

// Orders at work, those of one underlying (of their first leg) together, oldest first.
class WorkingOrders {
 public:
  struct Shelf {
    Symbol underlying;
    std::vector<WorkingOrder> orders;
  };

  bool empty() const { return shelves_.empty(); }
  WorkingOrder* find(std::uint64_t order);
  // Where `find` and spans pointed is no longer valid after this.
  void add(WorkingOrder order);
  // Puts it behind all others.
  WorkingOrder* move_last(std::uint64_t order);
  std::span<WorkingOrder> on(Symbol underlying);
  template <class F>
  void for_each(F&& f) {
    for (Shelf& shelf : shelves_)
      for (WorkingOrder& order : shelf.orders)
        if (!order.ended()) f(order);
  }
  // Forgets orders that ended; until then they stay where they are.
  void sweep();

  std::vector<WorkingOrder> saved() const;
  void restore(std::vector<WorkingOrder> orders);

 private:
  std::vector<Shelf> shelves_;  // none is empty after sweep()
};

}  // namespace optix
