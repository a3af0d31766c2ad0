#pragma once
// What the book says: positions, cash, equity, settlements and closed trades. Money is USD.
#include <boost/container/small_vector.hpp>
#include <cstdint>

#include "messages/field.hpp"
#include "messages/market.hpp"
#include "messages/orders.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/time.hpp"

namespace optix {

enum class CashCause : std::uint8_t { deposit, trade, fee, settlement };
constexpr auto enum_names(CashCause) {
  return std::to_array<std::string_view>({"deposit", "trade", "fee", "settlement"});
}

struct PositionChanged {
  static constexpr MessageInfo info{30, 1, "portfolio.position", "one contract's holding changed"};

  ContractId contract = 0;
  std::uint64_t position = 0;
  std::int32_t quantity = 0;
  Decimal cost;
  Decimal realised;

  static constexpr auto fields() {
    using M = PositionChanged;
    return std::tuple(field("contract", &M::contract, "contract id"), field("position", &M::position, "position id"),
                      field("quantity", &M::quantity, "contracts held after the change; negative is short"),
                      field("cost", &M::cost, "cost of what is held: price x quantity x multiplier, USD, signed"),
                      field("realised", &M::realised, "profit realised by this change, before fees, USD"));
  }
};
static_assert(table_is_complete<PositionChanged>);

struct CashChanged {
  static constexpr MessageInfo info{31, 1, "portfolio.cash", "cash moved"};

  CashCause cause = CashCause::deposit;
  Decimal change;
  Decimal balance;
  std::uint64_t position = 0;

  static constexpr auto fields() {
    using M = CashChanged;
    return std::tuple(field("cause", &M::cause, "deposit, trade, fee or settlement"),
                      field("change", &M::change, "USD, positive is received"),
                      field("balance", &M::balance, "cash after the change, USD"),
                      field("position", &M::position, "position id, 0 for none"));
  }
};
static_assert(table_is_complete<CashChanged>);

// equity = cash + market_value at every tag; equity − deposits = realised + unrealised − fees.
struct Equity {
  static constexpr MessageInfo info{32, 1, "portfolio.equity", "mark-to-market state of the book"};

  Timestamp time;
  Date session;
  Decimal equity;
  Decimal cash;
  Decimal market_value;
  Decimal realised;
  Decimal unrealised;
  Decimal fees;
  std::int32_t open_positions = 0;
  std::int32_t open_contracts = 0;
  std::int32_t stale_marks = 0;

  static constexpr auto fields() {
    using M = Equity;
    return std::tuple(field("time", &M::time, "instant of the marks, UTC ns"),
                      field("session", &M::session, "exchange session date"),
                      field("equity", &M::equity, "cash + market value, USD"), field("cash", &M::cash, "USD"),
                      field("market_value", &M::market_value, "sum of position x mark x multiplier, USD"),
                      field("realised", &M::realised, "profit realised since the start, before fees, USD"),
                      field("unrealised", &M::unrealised, "market value minus cost of what is held, USD"),
                      field("fees", &M::fees, "fees paid since the start, USD"),
                      field("open_positions", &M::open_positions, "multi-leg positions open"),
                      field("open_contracts", &M::open_contracts, "sum of absolute contracts held"),
                      field("stale_marks", &M::stale_marks, "held contracts marked at an earlier snapshot's price"));
  }
};
static_assert(table_is_complete<Equity>);

// A contract reached its settlement and left the book.
struct ContractSettled {
  static constexpr MessageInfo info{33, 1, "portfolio.settled", "an expired contract was settled in cash"};

  ContractId contract = 0;
  std::uint64_t position = 0;
  std::int32_t quantity = 0;
  Decimal settlement_price;
  Decimal intrinsic;
  Decimal cash;
  bool estimated = false;

  static constexpr auto fields() {
    using M = ContractSettled;
    return std::tuple(field("contract", &M::contract, "contract id"), field("position", &M::position, "position id"),
                      field("quantity", &M::quantity, "contracts held at expiry; negative is short"),
                      field("settlement_price", &M::settlement_price, "settlement value of the underlying, USD"),
                      field("intrinsic", &M::intrinsic, "exercise value, USD per share"),
                      field("cash", &M::cash, "cash received, USD"),
                      field("estimated", &M::estimated,
                            "true when the settlement price is a configured substitute, not the product's own value"));
  }
};
static_assert(table_is_complete<ContractSettled>);

struct TradeLeg {
  ContractId contract = 0;
  std::int32_t quantity = 0;
  Decimal entry_price;
  Decimal exit_price;

  static constexpr auto fields() {
    using M = TradeLeg;
    return std::tuple(
        field("contract", &M::contract, "contract id"),
        field("quantity", &M::quantity, "contracts opened; negative is short"),
        field("entry_price", &M::entry_price, "average opening price, USD per share"),
        field("exit_price", &M::exit_price, "average closing, settlement or last mark price, USD per share"));
  }
};
static_assert(table_is_complete<TradeLeg>);

// A multi-leg position from first fill to last, or marked where the data ended.
struct TradeClosed {
  static constexpr MessageInfo info{34, 1, "portfolio.trade", "a multi-leg position ended, or was marked at the end"};

  std::uint64_t position = 0;
  Timestamp opened;
  Timestamp closed;
  Date entry_session;
  Date exit_session;
  Date expiration;
  TradeReason exit_reason = TradeReason::manual;
  bool still_open = false;
  Decimal entry_cost;
  Decimal exit_proceeds;
  Decimal fees;
  Decimal pnl;
  Decimal worst;
  Decimal best;
  boost::container::small_vector<TradeLeg, 4> legs;
  bool estimated = false;

  static constexpr auto fields() {
    using M = TradeClosed;
    return std::tuple(
        field("position", &M::position, "position id"),
        field("opened", &M::opened, "instant of the first fill, UTC ns"),
        field("closed", &M::closed, "instant of the last fill, settlement or mark, UTC ns"),
        field("entry_session", &M::entry_session, "session of the entry"),
        field("exit_session", &M::exit_session, "session of the exit"),
        field("expiration", &M::expiration, "earliest expiration among the legs"),
        field("exit_reason", &M::exit_reason, "why it ended"),
        field("still_open", &M::still_open, "true when the data ended first: exit values are liquidation marks"),
        field("entry_cost", &M::entry_cost, "net paid at entry, USD, debit positive"),
        field("exit_proceeds", &M::exit_proceeds, "net received at exit, USD"),
        field("fees", &M::fees, "fees of entry and exit, USD"),
        field("pnl", &M::pnl, "exit_proceeds - entry_cost - fees, USD"),
        field("worst", &M::worst, "maximum adverse excursion: lowest open profit at a mark, USD, at most 0"),
        field("best", &M::best, "maximum favourable excursion: highest open profit at a mark, USD, at least 0"),
        field("legs", &M::legs, "legs"),
        field("estimated", &M::estimated,
              "true when a settlement price was a configured substitute or an exit value had no quote"));
  }
};
static_assert(table_is_complete<TradeClosed>);

}  // namespace optix
