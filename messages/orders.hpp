#pragma once
// Orders and what becomes of them. Quantities are contracts, signed from the holder's side:
// positive buys, negative sells. Prices are USD per share; net prices are debits when positive.
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <string>

#include "messages/field.hpp"
#include "messages/market.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/time.hpp"

namespace optix {

enum class OrderType : std::uint8_t { market, limit, stop, stop_limit, trailing_stop };
constexpr auto enum_names(OrderType) {
  return std::to_array<std::string_view>({"market", "limit", "stop", "stop_limit", "trailing_stop"});
}

enum class OrderIntent : std::uint8_t { open, close };
constexpr auto enum_names(OrderIntent) { return std::to_array<std::string_view>({"open", "close"}); }

enum class TimeInForce : std::uint8_t { day, gtc, ioc, fok };
constexpr auto enum_names(TimeInForce) { return std::to_array<std::string_view>({"day", "gtc", "ioc", "fok"}); }

// What the net cost of an order is compared at when it waits for a stop.
enum class StopTrigger : std::uint8_t { touch, mid };
constexpr auto enum_names(StopTrigger) { return std::to_array<std::string_view>({"touch", "mid"}); }

// atomic: the legs of a combo trade together in whole units or not at all. legged: each leg is worked
// on its own, as a trader without a combo book would; until all are done the position is exposed.
enum class ComboStyle : std::uint8_t { atomic, legged };
constexpr auto enum_names(ComboStyle) { return std::to_array<std::string_view>({"atomic", "legged"}); }

enum class TradeReason : std::uint8_t {
  entry,
  days_to_expiry,
  profit_target,
  stop_loss,
  max_days_held,
  expiration,
  end_of_data,
  manual,
  assignment,
  margin_call,
  kill_switch,
  adjustment,
  corporate_action,
};
constexpr auto enum_names(TradeReason) {
  return std::to_array<std::string_view>({"entry", "days_to_expiry", "profit_target", "stop_loss", "max_days_held",
                                          "expiration", "end_of_data", "manual", "assignment", "margin_call",
                                          "kill_switch", "adjustment", "corporate_action"});
}

enum class RejectReason : std::uint8_t {
  none,
  max_contracts,
  max_positions,
  insufficient_cash,
  stale_book,
  unknown_contract,
  no_quote,  // no quote for a leg at all
  no_bid,    // zero or missing bid: cannot be sold to
  no_ask,    // missing ask: cannot be bought from
  crossed_quote,
  bad_request,
  session_ended,
  unknown_order,
  bad_tick,       // the price is not a multiple of the increment
  market_closed,  // outside trading hours, or after the contract's last trade
  halted,         // trading in the underlying is halted
  unfilled,       // fok: the whole could not trade at once; ioc: this much could not
  parent_ended,   // the order it was to follow ended without a fill
  oco_filled,     // another order of its one-cancels-other group traded
  buying_power,   // margin requirement above what is available
  max_notional,
  max_delta,
  max_gamma,
  max_vega,
  max_theta,
  max_daily_loss,
  max_drawdown,
  concentration,
  margin_use,
  order_rate,
  kill_switch,
  leg_risk,  // a legged combo could not be completed
  adjusted,  // a corporate action changed the terms of a contract
};
constexpr auto enum_names(RejectReason) {
  return std::to_array<std::string_view>({"none",          "max_contracts",    "max_positions", "insufficient_cash",
                                          "stale_book",    "unknown_contract", "no_quote",      "no_bid",
                                          "no_ask",        "crossed_quote",    "bad_request",   "session_ended",
                                          "unknown_order", "bad_tick",         "market_closed", "halted",
                                          "unfilled",      "parent_ended",     "oco_filled",    "buying_power",
                                          "max_notional",  "max_delta",        "max_gamma",     "max_vega",
                                          "max_theta",     "max_daily_loss",   "max_drawdown",  "concentration",
                                          "margin_use",    "order_rate",       "kill_switch",   "leg_risk",
                                          "adjusted"});
}

struct OrderLeg {
  ContractId contract = 0;
  std::int32_t quantity = 0;
  Symbol underlying = {};

  static constexpr auto fields() {
    using M = OrderLeg;
    return std::tuple(field("contract", &M::contract, "contract id; 4294967295 for shares of `underlying`"),
                      field("quantity", &M::quantity, "contracts or shares; positive buys, negative sells"),
                      field("underlying", &M::underlying, "whose shares; empty for options"));
  }
};
static_assert(table_is_complete<OrderLeg>);
using OrderLegs = boost::container::small_vector<OrderLeg, 4>;

// A new order: one contract or a combo of several. One unit of a combo is its quantities divided by
// their greatest common divisor; limit, stop and trail are net USD per share for one unit, debits
// positive, so that a sale at 1.20 has the limit -1.20 and every price is a cost: lower is better.
struct OrderRequest {
  static constexpr MessageInfo info{20, 1, "orders.request", "a new single or combo order"};

  std::uint64_t order = 0;
  std::uint64_t position = 0;
  OrderIntent intent = OrderIntent::open;
  OrderType type = OrderType::market;
  TimeInForce time_in_force = TimeInForce::day;
  TradeReason reason = TradeReason::entry;
  Decimal limit;
  Decimal max_loss;
  OrderLegs legs;
  Decimal stop = Decimal::none();
  Decimal trail = Decimal::none();
  StopTrigger trigger = StopTrigger::touch;
  ComboStyle combo = ComboStyle::atomic;
  std::uint64_t parent = 0;
  std::uint64_t oco = 0;

  static constexpr auto fields() {
    using M = OrderRequest;
    return std::tuple(
        field("order", &M::order, "order id: unique within the run, (source rank << 40) + counter"),
        field("position", &M::position, "id of the multi-leg position this opens or closes"),
        field("intent", &M::intent, "open or close"),
        field("type", &M::type, "market, limit, stop, stop_limit or trailing_stop"),
        field("time_in_force", &M::time_in_force, "day, gtc, ioc or fok"),
        field("reason", &M::reason, "why the strategy sent it"),
        field("limit", &M::limit, "limit: net USD per share for one of each leg, debit positive; 0 for market"),
        field("max_loss", &M::max_loss,
              "most an opening order can lose, USD, as the strategy sees it; none if unbounded"),
        field("legs", &M::legs, "legs, at most 64"),
        field("stop", &M::stop, "stop, stop_limit: the order goes live when its net cost reaches this"),
        field("trail", &M::trail, "trailing_stop: distance above the lowest net cost seen since it came in"),
        field("trigger", &M::trigger, "net cost that a stop watches: at the touch or at mid"),
        field("combo", &M::combo, "several legs: together, or one by one"),
        field("parent", &M::parent, "order that must fill completely before this one works; 0 for none"),
        field("oco", &M::oco, "one-cancels-other group; 0 for none"));
  }
};
static_assert(table_is_complete<OrderRequest>);

struct OrderAccepted {
  static constexpr MessageInfo info{21, 1, "orders.accepted", "the venue works the order"};

  std::uint64_t order = 0;
  std::uint64_t position = 0;

  static constexpr auto fields() {
    using M = OrderAccepted;
    return std::tuple(field("order", &M::order, "order id"), field("position", &M::position, "position id"));
  }
};
static_assert(table_is_complete<OrderAccepted>);

struct OrderRejected {
  static constexpr MessageInfo info{22, 1, "orders.rejected", "risk or the venue refused the order; nothing happened"};

  std::uint64_t order = 0;
  std::uint64_t position = 0;
  OrderIntent intent = OrderIntent::open;
  RejectReason reason = RejectReason::none;
  std::string detail;

  static constexpr auto fields() {
    using M = OrderRejected;
    return std::tuple(field("order", &M::order, "order id"), field("position", &M::position, "position id"),
                      field("intent", &M::intent, "open or close"), field("reason", &M::reason, "why"),
                      field("detail", &M::detail, "the numbers behind it, for people"));
  }
};
static_assert(table_is_complete<OrderRejected>);

struct OrderCancel {
  static constexpr MessageInfo info{23, 1, "orders.cancel", "ask the venue to take a resting order back"};

  std::uint64_t order = 0;

  static constexpr auto fields() {
    using M = OrderCancel;
    return std::tuple(field("order", &M::order, "order id"));
  }
};
static_assert(table_is_complete<OrderCancel>);

struct OrderCancelled {
  static constexpr MessageInfo info{24, 1, "orders.cancelled", "a resting order ended without a fill"};

  std::uint64_t order = 0;
  std::uint64_t position = 0;
  OrderIntent intent = OrderIntent::open;
  RejectReason reason = RejectReason::none;

  static constexpr auto fields() {
    using M = OrderCancelled;
    return std::tuple(field("order", &M::order, "order id"), field("position", &M::position, "position id"),
                      field("intent", &M::intent, "open or close"),
                      field("reason", &M::reason, "none when asked for, session_ended for a day order"));
  }
};
static_assert(table_is_complete<OrderCancelled>);

struct FillLeg {
  ContractId contract = 0;
  std::int32_t quantity = 0;
  Decimal price;
  Decimal bid;
  Decimal ask;
  Symbol underlying = {};
  Decimal touch = Decimal::none();
  Decimal model = Decimal::none();
  Decimal mid = Decimal::none();

  static constexpr auto fields() {
    using M = FillLeg;
    return std::tuple(field("contract", &M::contract, "contract id; 4294967295 for shares of `underlying`"),
                      field("quantity", &M::quantity, "contracts or shares; positive bought, negative sold"),
                      field("price", &M::price, "price, USD per share"),
                      field("bid", &M::bid, "bid it was filled against; none when absent"),
                      field("ask", &M::ask, "ask it was filled against; none when absent"),
                      field("underlying", &M::underlying, "whose shares; empty for options"),
                      field("touch", &M::touch, "price at the touch; none when the side was absent"),
                      field("model", &M::model, "price of the fill model alone; none when not computed"),
                      field("mid", &M::mid, "middle of bid and ask; none when one-sided"));
  }
};
static_assert(table_is_complete<FillLeg>);
using FillLegs = boost::container::small_vector<FillLeg, 4>;

struct Fill {
  static constexpr MessageInfo info{25, 1, "orders.fill", "an order traded, or a part of it"};

  std::uint64_t order = 0;
  std::uint64_t position = 0;
  OrderIntent intent = OrderIntent::open;
  TradeReason reason = TradeReason::entry;
  Date session;
  Timestamp quote_time;
  Decimal fees;
  FillLegs legs;
  std::int64_t remaining = 0;
  std::uint32_t execution = 1;

  static constexpr auto fields() {
    using M = Fill;
    return std::tuple(
        field("order", &M::order, "order id"), field("position", &M::position, "position id"),
        field("intent", &M::intent, "open or close"), field("reason", &M::reason, "reason given in the request"),
        field("session", &M::session, "exchange session of the quotes"),
        field("quote_time", &M::quote_time, "instant of the quotes filled against, UTC ns"),
        field("fees", &M::fees, "commission and fees, USD, positive"), field("legs", &M::legs, "what was traded"),
        field("remaining", &M::remaining,
              "contracts and shares of the order still to trade, summed over legs; 0: done"),
        field("execution", &M::execution, "1 for the first fill of the order, then 2, ..."));
  }
};
static_assert(table_is_complete<Fill>);

// Cancel and replace in one step: the order keeps its id and loses its place in the queue. What has
// traded stays traded; `units` counts it in.
struct OrderReplace {
  static constexpr MessageInfo info{26, 1, "orders.replace", "change price or size of a working order"};

  std::uint64_t order = 0;
  Decimal limit = Decimal::none();
  Decimal stop = Decimal::none();
  Decimal trail = Decimal::none();
  std::int64_t units = 0;

  static constexpr auto fields() {
    using M = OrderReplace;
    return std::tuple(field("order", &M::order, "order id"), field("limit", &M::limit, "new limit; none keeps it"),
                      field("stop", &M::stop, "new stop; none keeps it"),
                      field("trail", &M::trail, "new trail; none keeps it"),
                      field("units", &M::units, "new size in units of the combo, in all; 0 keeps it"));
  }
};
static_assert(table_is_complete<OrderReplace>);

struct OrderReplaced {
  static constexpr MessageInfo info{27, 1, "orders.replaced", "a working order was changed"};

  std::uint64_t order = 0;
  std::uint64_t position = 0;
  Decimal limit;
  Decimal stop = Decimal::none();
  std::int64_t remaining = 0;

  static constexpr auto fields() {
    using M = OrderReplaced;
    return std::tuple(field("order", &M::order, "order id"), field("position", &M::position, "position id"),
                      field("limit", &M::limit, "limit now"), field("stop", &M::stop, "stop now; none"),
                      field("remaining", &M::remaining, "contracts and shares still to trade"));
  }
};
static_assert(table_is_complete<OrderReplaced>);

struct OrderTriggered {
  static constexpr MessageInfo info{28, 1, "orders.triggered", "a stop was reached: the order is live"};

  std::uint64_t order = 0;
  std::uint64_t position = 0;
  Decimal cost;

  static constexpr auto fields() {
    using M = OrderTriggered;
    return std::tuple(field("order", &M::order, "order id"), field("position", &M::position, "position id"),
                      field("cost", &M::cost, "net cost that reached the stop, USD per share"));
  }
};
static_assert(table_is_complete<OrderTriggered>);

// A time-out is unknown, never rejected: the order may be working, filled or lost. Ask with OrderQuery.
struct OrderUnknown {
  static constexpr MessageInfo info{29, 1, "orders.unknown", "no answer came: the order's state is not known"};

  std::uint64_t order = 0;
  std::uint64_t position = 0;
  OrderIntent intent = OrderIntent::open;
  std::string detail;

  static constexpr auto fields() {
    using M = OrderUnknown;
    return std::tuple(field("order", &M::order, "order id"), field("position", &M::position, "position id"),
                      field("intent", &M::intent, "open or close"), field("detail", &M::detail, "what was waited for"));
  }
};
static_assert(table_is_complete<OrderUnknown>);

struct OrderQuery {
  static constexpr MessageInfo info{60, 1, "orders.query", "ask the venue for the state of an order"};

  std::uint64_t order = 0;

  static constexpr auto fields() { return std::tuple(field("order", &OrderQuery::order, "order id")); }
};
static_assert(table_is_complete<OrderQuery>);

enum class OrderState : std::uint8_t {
  pending,           // sent, no answer yet
  waiting,           // accepted; waits for its stop or its parent
  working,           // live in the market
  partially_filled,  // some of it traded, the rest works
  filled,
  cancelled,
  rejected,
  expired,  // day order at the end of its session
  unknown,  // no answer within the time allowed
};
constexpr auto enum_names(OrderState) {
  return std::to_array<std::string_view>(
      {"pending", "waiting", "working", "partially_filled", "filled", "cancelled", "rejected", "expired", "unknown"});
}

struct OrderStatus {
  static constexpr MessageInfo info{61, 1, "orders.status", "the state of an order, in answer to a query"};

  std::uint64_t order = 0;
  std::uint64_t position = 0;
  OrderState state = OrderState::unknown;
  std::int64_t filled = 0;
  std::int64_t remaining = 0;

  static constexpr auto fields() {
    using M = OrderStatus;
    return std::tuple(field("order", &M::order, "order id"),
                      field("position", &M::position, "position id; 0 if unknown"),
                      field("state", &M::state, "where it stands; unknown: the venue has no such order"),
                      field("filled", &M::filled, "contracts and shares traded, summed over legs"),
                      field("remaining", &M::remaining, "contracts and shares still to trade"));
  }
};
static_assert(table_is_complete<OrderStatus>);

enum class ExerciseChoice : std::uint8_t { exercise, do_not_exercise };
constexpr auto enum_names(ExerciseChoice) { return std::to_array<std::string_view>({"exercise", "do_not_exercise"}); }

// The holder's wish for a long option: exercise now (american), or against what would happen by
// itself at expiration. Passed on by risk and venue, carried out by the book.
struct ExerciseInstruction {
  static constexpr MessageInfo info{65, 1, "orders.exercise", "exercise a long option, or let it expire"};

  std::uint64_t position = 0;
  ContractId contract = 0;
  std::int32_t quantity = 0;
  ExerciseChoice choice = ExerciseChoice::exercise;

  static constexpr auto fields() {
    using M = ExerciseInstruction;
    return std::tuple(field("position", &M::position, "position id"), field("contract", &M::contract, "contract id"),
                      field("quantity", &M::quantity, "contracts it is about, > 0"),
                      field("choice", &M::choice, "exercise now, or do_not_exercise at expiration"));
  }
};
static_assert(table_is_complete<ExerciseInstruction>);

}  // namespace optix
