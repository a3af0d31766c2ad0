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

enum class CashCause : std::uint8_t { deposit, trade, fee, settlement, delivery, dividend, interest, borrow };
constexpr auto enum_names(CashCause) {
  return std::to_array<std::string_view>(
      {"deposit", "trade", "fee", "settlement", "delivery", "dividend", "interest", "borrow"});
}

struct PositionChanged {
  static constexpr MessageInfo info{30, 1, "portfolio.position", "one contract's holding changed"};

  ContractId contract = 0;
  std::uint64_t position = 0;
  std::int32_t quantity = 0;
  Decimal cost;
  Decimal realised;
  Symbol underlying = {};

  static constexpr auto fields() {
    using M = PositionChanged;
    return std::tuple(field("contract", &M::contract, "contract id; 4294967295 for shares of `underlying`"),
                      field("position", &M::position, "position id"),
                      field("quantity", &M::quantity, "contracts or shares held after the change; negative is short"),
                      field("cost", &M::cost, "cost of what is held: price x quantity x multiplier, USD, signed"),
                      field("realised", &M::realised, "profit realised by this change, before fees, USD"),
                      field("underlying", &M::underlying, "whose shares; empty for options"));
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
    return std::tuple(field("cause", &M::cause, "why; delivery: shares against the strike"),
                      field("change", &M::change, "USD, positive is received"),
                      field("balance", &M::balance, "cash after the change, USD"),
                      field("position", &M::position, "position id, 0 for none"));
  }
};
static_assert(table_is_complete<CashChanged>);

// equity = cash + market_value at every tag; equity − deposits = realised + unrealised + income − fees.
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
  Decimal income;
  Decimal liquidation_value;
  Decimal mid_value;

  static constexpr auto fields() {
    using M = Equity;
    return std::tuple(
        field("time", &M::time, "instant of the marks, UTC ns"), field("session", &M::session, "exchange session date"),
        field("equity", &M::equity, "cash + market value, USD"), field("cash", &M::cash, "USD"),
        field("market_value", &M::market_value, "sum of position x mark x multiplier, USD"),
        field("realised", &M::realised, "profit realised since the start, before fees, USD"),
        field("unrealised", &M::unrealised, "market value minus cost of what is held, USD"),
        field("fees", &M::fees, "fees paid since the start, USD"),
        field("open_positions", &M::open_positions, "multi-leg positions open"),
        field("open_contracts", &M::open_contracts, "sum of absolute contracts held"),
        field("stale_marks", &M::stale_marks, "held contracts marked at an earlier snapshot's price"),
        field("income", &M::income, "dividends and interest less borrow cost since the start, USD"),
        field("liquidation_value", &M::liquidation_value, "holdings at the touch: bid for longs, ask for shorts, USD"),
        field("mid_value", &M::mid_value, "holdings at mid, USD"));
  }
};
static_assert(table_is_complete<Equity>);

enum class SettlementCause : std::uint8_t {
  expired,           // worthless, or not exercised on the holder's wish
  exercised,         // long, at expiration
  assigned,          // short, at expiration
  early_exercise,    // long, before expiration
  early_assignment,  // short, before expiration
};
constexpr auto enum_names(SettlementCause) {
  return std::to_array<std::string_view>({"expired", "exercised", "assigned", "early_exercise", "early_assignment"});
}

// A contract expired, was exercised or was assigned, and left the book: against cash, or against
// shares that are delivered at the strike and stay in the same position.
struct ContractSettled {
  static constexpr MessageInfo info{33, 1, "portfolio.settled", "a contract expired, was exercised or assigned"};

  ContractId contract = 0;
  std::uint64_t position = 0;
  std::int32_t quantity = 0;
  Decimal settlement_price;
  Decimal intrinsic;
  Decimal cash;
  bool estimated = false;
  SettlementCause cause = SettlementCause::expired;
  std::int64_t shares = 0;
  Symbol underlying = {};

  static constexpr auto fields() {
    using M = ContractSettled;
    return std::tuple(field("contract", &M::contract, "contract id"), field("position", &M::position, "position id"),
                      field("quantity", &M::quantity, "contracts that left the book; negative is short"),
                      field("settlement_price", &M::settlement_price, "settlement value of the underlying, USD"),
                      field("intrinsic", &M::intrinsic, "exercise value, USD per share"),
                      field("cash", &M::cash, "cash received, USD"),
                      field("estimated", &M::estimated,
                            "true when the settlement price is a configured substitute, not the product's own value"),
                      field("cause", &M::cause, "expired, exercised, assigned, early_exercise, early_assignment"),
                      field("shares", &M::shares, "shares received, negative delivered; 0: settled in cash"),
                      field("underlying", &M::underlying, "whose shares; empty when none moved"));
  }
};
static_assert(table_is_complete<ContractSettled>);

struct TradeLeg {
  ContractId contract = 0;
  std::int32_t quantity = 0;
  Decimal entry_price;
  Decimal exit_price;
  Symbol underlying = {};

  static constexpr auto fields() {
    using M = TradeLeg;
    return std::tuple(
        field("contract", &M::contract, "contract id; 4294967295 for shares of `underlying`"),
        field("quantity", &M::quantity, "contracts or shares opened; negative is short"),
        field("entry_price", &M::entry_price, "average opening price, USD per share"),
        field("exit_price", &M::exit_price, "average closing, settlement or last mark price, USD per share"),
        field("underlying", &M::underlying, "whose shares; empty for options"));
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
  Decimal income;
  Decimal pnl_touch;
  Decimal pnl_mid;

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
        field("pnl", &M::pnl, "exit_proceeds - entry_cost - fees + income, USD"),
        field("worst", &M::worst, "maximum adverse excursion: lowest open profit at a mark, USD, at most 0"),
        field("best", &M::best, "maximum favourable excursion: highest open profit at a mark, USD, at least 0"),
        field("legs", &M::legs, "legs"),
        field("estimated", &M::estimated,
              "true when a settlement price was a configured substitute or an exit value had no quote"),
        field("income", &M::income, "dividends on its shares less borrow cost, USD"),
        field("pnl_touch", &M::pnl_touch, "pnl had every fill been at the touch, USD"),
        field("pnl_mid", &M::pnl_mid, "pnl had every fill been at mid, USD"));
  }
};
static_assert(table_is_complete<TradeClosed>);

enum class LedgerAccount : std::uint8_t {
  cash,
  holdings,   // at cost, one sub-account per position and contract
  realised,   // profit (−) and loss (+)
  fees,       // paid (+)
  dividends,  // received (−), owed on short shares (+)
  interest,   // received (−), paid (+)
  borrow,     // paid for borrowed shares (+)
  capital,    // deposits (−), withdrawals (+)
};
constexpr auto enum_names(LedgerAccount) {
  return std::to_array<std::string_view>(
      {"cash", "holdings", "realised", "fees", "dividends", "interest", "borrow", "capital"});
}

struct Posting {
  LedgerAccount account = LedgerAccount::cash;
  Decimal amount;
  ContractId contract = 0;
  Symbol underlying = {};
  std::int64_t quantity = 0;

  static constexpr auto fields() {
    using M = Posting;
    return std::tuple(field("account", &M::account, "account"),
                      field("amount", &M::amount, "USD; debit positive, credit negative"),
                      field("contract", &M::contract, "holdings: contract id; 4294967295 for shares"),
                      field("underlying", &M::underlying, "holdings: whose shares; empty for options"),
                      field("quantity", &M::quantity, "holdings: contracts or shares added, negative taken away"));
  }
};
static_assert(table_is_complete<Posting>);

// One entry of the double-entry ledger. Its postings sum to zero.
struct LedgerEntry {
  static constexpr MessageInfo info{35, 1, "portfolio.entry", "one entry of the ledger: postings that sum to zero"};

  std::uint64_t number = 0;
  Timestamp time;
  Date session;
  CashCause cause = CashCause::deposit;
  std::uint64_t position = 0;
  boost::container::small_vector<Posting, 4> postings;

  static constexpr auto fields() {
    using M = LedgerEntry;
    return std::tuple(
        field("number", &M::number, "1, 2, ... without gaps"), field("time", &M::time, "market time, UTC ns"),
        field("session", &M::session, "market session"), field("cause", &M::cause, "what happened"),
        field("position", &M::position, "position id, 0: none"), field("postings", &M::postings, "at most 64"));
  }
};
static_assert(table_is_complete<LedgerEntry>);

// What moved a session's profit, from the greeks at its start; see core/portfolio/attribution.hpp.
// total = delta + gamma + vega + theta + vanna + volga + rho + trading + residual.
struct Attribution {
  static constexpr MessageInfo info{36, 1, "portfolio.attribution", "profit of one session by greek, with residual"};

  Timestamp time;
  Date session;
  double total = 0, delta = 0, gamma = 0, vega = 0, theta = 0, vanna = 0, volga = 0, rho = 0;
  double trading = 0;
  double residual = 0;
  std::int32_t unexplained = 0;

  static constexpr auto fields() {
    using M = Attribution;
    return std::tuple(
        field("time", &M::time, "instant of the marks at its end, UTC ns"), field("session", &M::session, "session"),
        field("total", &M::total, "change of equity less deposits, USD"),
        field("delta", &M::delta, "delta x move of the underlying, USD"),
        field("gamma", &M::gamma, "half gamma x move squared, USD"),
        field("vega", &M::vega, "vega x change of implied volatility, USD"),
        field("theta", &M::theta, "theta x days passed, USD"), field("vanna", &M::vanna, "USD"),
        field("volga", &M::volga, "USD"), field("rho", &M::rho, "rho x change of the rate, USD"),
        field("trading", &M::trading, "fills against the marks after them, fees, income and settlements, USD"),
        field("residual", &M::residual, "what the greeks do not explain, USD"),
        field("unexplained", &M::unexplained, "holdings without greeks: their whole change is in the residual"));
  }
};
static_assert(table_is_complete<Attribution>);

// A corporate action turned a holding into another.
struct HoldingAdjusted {
  static constexpr MessageInfo info{37, 1, "portfolio.adjusted", "a corporate action changed a holding"};

  std::uint64_t position = 0;
  ContractId from = 0;
  ContractId to = 0;
  Symbol underlying;
  std::int64_t quantity_before = 0;
  std::int64_t quantity_after = 0;
  Decimal cash;

  static constexpr auto fields() {
    using M = HoldingAdjusted;
    return std::tuple(field("position", &M::position, "position id"), field("from", &M::from, "contract id before"),
                      field("to", &M::to, "contract id after"),
                      field("underlying", &M::underlying, "underlying symbol"),
                      field("quantity_before", &M::quantity_before, "contracts or shares before"),
                      field("quantity_after", &M::quantity_after, "contracts or shares after"),
                      field("cash", &M::cash, "cash in lieu of fractions, USD"));
  }
};
static_assert(table_is_complete<HoldingAdjusted>);

// A tax lot, or a part of one, was closed.
struct LotClosed {
  static constexpr MessageInfo info{38, 1, "portfolio.lot", "a tax lot, or a part of it, was closed"};

  std::uint64_t position = 0;
  ContractId contract = 0;
  Symbol underlying;
  std::int64_t quantity = 0;
  Timestamp opened;
  Timestamp closed;
  Decimal cost;
  Decimal proceeds;

  static constexpr auto fields() {
    using M = LotClosed;
    return std::tuple(field("position", &M::position, "position id"), field("contract", &M::contract, "contract id"),
                      field("underlying", &M::underlying, "whose shares; empty for options"),
                      field("quantity", &M::quantity, "of the lot; negative was short"),
                      field("opened", &M::opened, "when the lot was opened, UTC ns"),
                      field("closed", &M::closed, "now, UTC ns"),
                      field("cost", &M::cost, "USD, signed as the quantity"),
                      field("proceeds", &M::proceeds, "USD, signed as the quantity"));
  }
};
static_assert(table_is_complete<LotClosed>);

}  // namespace optix
