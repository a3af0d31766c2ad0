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

enum class OrderType : std::uint8_t { market, limit };
constexpr auto enum_names(OrderType) { return std::to_array<std::string_view>({"market", "limit"}); }

enum class OrderIntent : std::uint8_t { open, close };
constexpr auto enum_names(OrderIntent) { return std::to_array<std::string_view>({"open", "close"}); }

enum class TimeInForce : std::uint8_t { day, gtc, ioc };
constexpr auto enum_names(TimeInForce) { return std::to_array<std::string_view>({"day", "gtc", "ioc"}); }

enum class TradeReason : std::uint8_t {
  entry,
  days_to_expiry,
  profit_target,
  stop_loss,
  max_days_held,
  expiration,
  end_of_data,
  manual,
};
constexpr auto enum_names(TradeReason) {
  return std::to_array<std::string_view>({"entry", "days_to_expiry", "profit_target", "stop_loss", "max_days_held",
                                          "expiration", "end_of_data", "manual"});
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
};
constexpr auto enum_names(RejectReason) {
  return std::to_array<std::string_view>({"none", "max_contracts", "max_positions", "insufficient_cash", "stale_book",
                                          "unknown_contract", "no_quote", "no_bid", "no_ask", "crossed_quote",
                                          "bad_request", "session_ended", "unknown_order"});
}

struct OrderLeg {
  ContractId contract = 0;
  std::int32_t quantity = 0;

  static constexpr auto fields() {
    using M = OrderLeg;
    return std::tuple(field("contract", &M::contract, "contract id"),
                      field("quantity", &M::quantity, "contracts; positive buys, negative sells"));
  }
};
static_assert(table_is_complete<OrderLeg>);
using OrderLegs = boost::container::small_vector<OrderLeg, 4>;

// A new order: one contract or a combo of several, filled whole or not at all.
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

  static constexpr auto fields() {
    using M = OrderRequest;
    return std::tuple(
        field("order", &M::order, "order id: unique within the run, (source rank << 40) + counter"),
        field("position", &M::position, "id of the multi-leg position this opens or closes"),
        field("intent", &M::intent, "open or close"), field("type", &M::type, "market or limit"),
        field("time_in_force", &M::time_in_force, "day, gtc or ioc"),
        field("reason", &M::reason, "why the strategy sent it"),
        field("limit", &M::limit, "limit: net USD per share for one of each leg, debit positive; 0 for market"),
        field("max_loss", &M::max_loss,
              "most an opening order can lose, USD, as the strategy sees it; none if unbounded"),
        field("legs", &M::legs, "legs, at most 64"));
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

  static constexpr auto fields() {
    using M = FillLeg;
    return std::tuple(field("contract", &M::contract, "contract id"),
                      field("quantity", &M::quantity, "contracts; positive bought, negative sold"),
                      field("price", &M::price, "price, USD per share"),
                      field("bid", &M::bid, "bid it was filled against; none when absent"),
                      field("ask", &M::ask, "ask it was filled against; none when absent"));
  }
};
static_assert(table_is_complete<FillLeg>);
using FillLegs = boost::container::small_vector<FillLeg, 4>;

struct Fill {
  static constexpr MessageInfo info{25, 1, "orders.fill", "an order traded, all legs at once"};

  std::uint64_t order = 0;
  std::uint64_t position = 0;
  OrderIntent intent = OrderIntent::open;
  TradeReason reason = TradeReason::entry;
  Date session;
  Timestamp quote_time;
  Decimal fees;
  FillLegs legs;

  static constexpr auto fields() {
    using M = Fill;
    return std::tuple(
        field("order", &M::order, "order id"), field("position", &M::position, "position id"),
        field("intent", &M::intent, "open or close"), field("reason", &M::reason, "reason given in the request"),
        field("session", &M::session, "exchange session of the quotes"),
        field("quote_time", &M::quote_time, "instant of the quotes filled against, UTC ns"),
        field("fees", &M::fees, "commission and fees, USD, positive"), field("legs", &M::legs, "what was traded"));
  }
};
static_assert(table_is_complete<Fill>);

}  // namespace optix
