#pragma once
// Market data: contract definitions, whole option chains, underlying prices, feed state.
#include <cstdint>
#include <string>
#include <vector>

#include "messages/field.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/series.hpp"
#include "messages/values/symbol.hpp"
#include "messages/values/time.hpp"

namespace optix {

enum class Right : std::uint8_t { call, put };
constexpr auto enum_names(Right) { return std::to_array<std::string_view>({"call", "put"}); }

enum class Settlement : std::uint8_t { am, pm };
constexpr auto enum_names(Settlement) { return std::to_array<std::string_view>({"am", "pm"}); }

enum class ExerciseStyle : std::uint8_t { european, american };
constexpr auto enum_names(ExerciseStyle) { return std::to_array<std::string_view>({"european", "american"}); }

// A contract id: dense from 0 within one run, in order of first appearance in the data.
using ContractId = std::uint32_t;
// In a leg: not an option but shares of the leg's `underlying`, one share a unit.
inline constexpr ContractId shares_contract = 0xFFFF'FFFF;

// Column-wise definitions of contracts first_id, first_id+1, …, sent once, before the first
// snapshot that uses them. All columns have the same length.
struct InstrumentBatch {
  static constexpr MessageInfo info{10, 1, "market.instruments", "definitions of newly seen contracts, column-wise"};

  ContractId first_id = 0;
  Series<Symbol> root;
  Series<Symbol> underlying;
  Series<Date> expiration;
  Series<Timestamp> settles;
  Series<Decimal> strike;
  Series<Right> right;
  Series<Settlement> settlement;
  Series<ExerciseStyle> exercise;
  Series<std::int32_t> multiplier;

  static constexpr auto fields() {
    using M = InstrumentBatch;
    return std::tuple(field("first_id", &M::first_id, "id of the first row; ids run without gaps"),
                      field("root", &M::root, "option root (SPXW), not the underlying's ticker"),
                      field("underlying", &M::underlying, "underlying symbol"),
                      field("expiration", &M::expiration, "expiration date"),
                      field("settles", &M::settles, "settlement instant, UTC ns"),
                      field("strike", &M::strike, "strike, USD per share"), field("right", &M::right, "call or put"),
                      field("settlement", &M::settlement, "am: opening print; pm: close"),
                      field("exercise", &M::exercise, "european or american"),
                      field("multiplier", &M::multiplier, "shares or dollars per contract"));
  }
};
static_assert(table_is_complete<InstrumentBatch>);

// One whole chain at one instant: immutable, column-wise, shared by reference.
//
// Rows are ordered by group and, within a group, by strike, ascending and unique. A group is one
// (expiration, root, right) in that order; group g owns rows [group_begin[g], group_begin[g + 1]).
// Row columns have equal lengths; group columns have equal lengths except group_begin (one more).
struct ChainSnapshot {
  static constexpr MessageInfo info{11, 1, "market.chain", "one option chain at one instant, column-wise"};

  Symbol underlying;
  Timestamp time;
  Date session;
  Decimal underlying_price;
  bool stale = false;

  Series<Symbol> group_root;
  Series<Date> group_expiration;
  Series<Timestamp> group_settles;
  Series<Right> group_right;
  Series<Settlement> group_settlement;
  Series<std::uint32_t> group_begin;

  Series<ContractId> contract;
  Series<Decimal> strike;
  Series<Decimal> bid;
  Series<Decimal> ask;
  Series<double> iv;
  Series<double> delta;
  Series<double> gamma;
  Series<std::int32_t> volume;
  Series<std::int32_t> open_interest;

  bool halted = false;
  Series<std::int32_t> bid_size;  // as long as `contract`, or empty when the source has no sizes
  Series<std::int32_t> ask_size;

  static constexpr auto fields() {
    using M = ChainSnapshot;
    return std::tuple(field("underlying", &M::underlying, "underlying symbol"),
                      field("time", &M::time, "instant the quotes were taken, UTC ns"),
                      field("session", &M::session, "exchange session date"),
                      field("underlying_price", &M::underlying_price, "last price of the underlying, USD"),
                      field("stale", &M::stale, "the source could not vouch for these quotes: no opening orders"),
                      field("group_root", &M::group_root, "option root of the group"),
                      field("group_expiration", &M::group_expiration, "expiration date of the group"),
                      field("group_settles", &M::group_settles, "settlement instant of the group, UTC ns"),
                      field("group_right", &M::group_right, "call or put"),
                      field("group_settlement", &M::group_settlement, "am or pm"),
                      field("group_begin", &M::group_begin, "first row of each group, then the row count"),
                      field("contract", &M::contract, "contract id"),
                      field("strike", &M::strike, "strike, USD per share"),
                      field("bid", &M::bid, "best bid, USD per share; none when one-sided"),
                      field("ask", &M::ask, "best ask, USD per share; none when one-sided"),
                      field("iv", &M::iv, "implied volatility per 1.00 a year; NaN when unknown"),
                      field("delta", &M::delta, "delta in [-1, 1], signed; NaN when unknown"),
                      field("gamma", &M::gamma, "gamma per USD; NaN when unknown"),
                      field("volume", &M::volume, "contracts traded this session"),
                      field("open_interest", &M::open_interest, "open contracts, known since the prior evening"),
                      field("halted", &M::halted, "trading is halted: nothing fills on these quotes"),
                      field("bid_size", &M::bid_size, "contracts bid for; no rows when sizes are unknown"),
                      field("ask_size", &M::ask_size, "contracts offered; no rows when sizes are unknown"));
  }

  std::size_t rows() const { return contract.size(); }
  std::size_t groups() const { return group_root.size(); }
};
static_assert(table_is_complete<ChainSnapshot>);

// The underlying alone: what a benchmark curve or a settlement needs.
struct UnderlyingPrice {
  static constexpr MessageInfo info{12, 1, "market.underlying", "price of an underlying at one instant"};

  Symbol underlying;
  Timestamp time;
  Date session;
  Decimal price;

  static constexpr auto fields() {
    using M = UnderlyingPrice;
    return std::tuple(field("underlying", &M::underlying, "underlying symbol"),
                      field("time", &M::time, "instant of the price, UTC ns"),
                      field("session", &M::session, "exchange session date"), field("price", &M::price, "price, USD"));
  }
};
static_assert(table_is_complete<UnderlyingPrice>);

enum class SessionPhase : std::uint8_t { open, close };
constexpr auto enum_names(SessionPhase) { return std::to_array<std::string_view>({"open", "close"}); }

// The exchange opens or closes: what the calendar says, known in advance.
struct SessionEvent {
  static constexpr MessageInfo info{13, 1, "market.session", "the exchange opens or closes"};

  Timestamp time;
  Date session;
  SessionPhase phase = SessionPhase::open;
  bool early_close = false;
  Symbol underlying;

  static constexpr auto fields() {
    using M = SessionEvent;
    return std::tuple(field("time", &M::time, "instant at which it opens or closes, UTC ns"),
                      field("session", &M::session, "exchange session date"),
                      field("phase", &M::phase, "open or close"),
                      field("early_close", &M::early_close, "the session ends at 13:00 New York time"),
                      field("underlying", &M::underlying, "whose hours they are; empty: those of the exchange"));
  }
};
static_assert(table_is_complete<SessionEvent>);

// Contracts reach the instant at which their settlement value is fixed. It says that they expire,
// not at what price.
struct ExpiryEvent {
  static constexpr MessageInfo info{14, 1, "market.expiry", "contracts reach their settlement instant"};

  Timestamp time;
  Symbol underlying;
  Symbol root;
  Date expiration;
  Settlement settlement = Settlement::pm;
  std::uint32_t contracts = 0;

  static constexpr auto fields() {
    using M = ExpiryEvent;
    return std::tuple(field("time", &M::time, "settlement instant, UTC ns"),
                      field("underlying", &M::underlying, "underlying symbol"), field("root", &M::root, "option root"),
                      field("expiration", &M::expiration, "expiration date"),
                      field("settlement", &M::settlement, "am: opening print; pm: close"),
                      field("contracts", &M::contracts, "how many such contracts were defined so far"));
  }
};
static_assert(table_is_complete<ExpiryEvent>);

enum class DividendType : std::uint8_t { ordinary, special };
constexpr auto enum_names(DividendType) { return std::to_array<std::string_view>({"ordinary", "special"}); }

// Sent when the dividend becomes known, at the latest with the open of its ex-date. A later notice with
// the same underlying, ex-date and kind replaces it; amount 0 withdraws it.
struct DividendNotice {
  static constexpr MessageInfo info{15, 1, "market.dividend", "a dividend was announced or goes ex"};

  Symbol underlying;
  DividendType type = DividendType::ordinary;
  Date ex;
  Date pay;
  Decimal amount;

  static constexpr auto fields() {
    using M = DividendNotice;
    return std::tuple(field("underlying", &M::underlying, "underlying symbol"),
                      field("type", &M::type, "ordinary: contracts stay as they are; special: they may be adjusted"),
                      field("ex", &M::ex, "first session whose buyers do not get it"),
                      field("pay", &M::pay, "date of payment; the ex-date when unknown"),
                      field("amount", &M::amount, "USD per share as of the ex-date; 0 withdraws it"));
  }
};
static_assert(table_is_complete<DividendNotice>);

// Sent at the open of the first session on the new basis, before its prices.
struct SplitNotice {
  static constexpr MessageInfo info{16, 1, "market.split", "shares of an underlying split"};

  Symbol underlying;
  Date ex;
  std::int64_t new_shares = 1;
  std::int64_t old_shares = 1;

  static constexpr auto fields() {
    using M = SplitNotice;
    return std::tuple(field("underlying", &M::underlying, "underlying symbol"),
                      field("ex", &M::ex, "first session that trades on the new basis"),
                      field("new_shares", &M::new_shares, "shares after, for old_shares before"),
                      field("old_shares", &M::old_shares, "shares before"));
  }
};
static_assert(table_is_complete<SplitNotice>);

// What a split, merger or special dividend made of contracts: row by row, a holder of quantity_old of
// `from` now holds quantity_new of `to`. Both are defined by then. Sent after SplitNotice and before
// the first snapshot of the new terms. A contract without a row here delivers `multiplier` shares of
// its underlying.
struct ContractsAdjusted {
  static constexpr MessageInfo info{17, 1, "market.adjusted", "terms of contracts changed, column-wise"};

  Symbol underlying;
  Date ex;
  Series<ContractId> from;
  Series<ContractId> to;
  Series<std::int32_t> quantity_new;
  Series<std::int32_t> quantity_old;
  Series<Symbol> security;
  Series<Decimal> shares;
  Series<Decimal> cash;

  static constexpr auto fields() {
    using M = ContractsAdjusted;
    return std::tuple(
        field("underlying", &M::underlying, "underlying symbol"), field("ex", &M::ex, "first session on the new terms"),
        field("from", &M::from, "contract id before"), field("to", &M::to, "contract id after"),
        field("quantity_new", &M::quantity_new, "contracts after, for quantity_old before"),
        field("quantity_old", &M::quantity_old, "contracts before"),
        field("security", &M::security, "what one contract of `to` delivers"),
        field("shares", &M::shares, "how many shares of it"), field("cash", &M::cash, "and USD beside them"));
  }
};
static_assert(table_is_complete<ContractsAdjusted>);

// The value contracts settle at, once it is published: SET for SPX, a closing price. Where values of a
// symbol are published, contracts wait for theirs until the end of the session.
struct SettlementPublished {
  static constexpr MessageInfo info{18, 1, "market.settlement", "a settlement value was published"};

  Symbol symbol;
  Date date;
  Decimal value;

  static constexpr auto fields() {
    using M = SettlementPublished;
    return std::tuple(
        field("symbol", &M::symbol, "of the settlement value (SET), or of the underlying"),
        field("date", &M::date, "session whose opening or close it is"),
        field("value", &M::value, "USD, or index points; none: only says that values of this symbol will come"));
  }
};
static_assert(table_is_complete<SettlementPublished>);

// Zero rates, continuously compounded, Act/365.
struct RatesPublished {
  static constexpr MessageInfo info{19, 1, "market.rates", "a curve of zero rates was published"};

  Symbol curve;
  Date date;
  Series<double> years;
  Series<double> rate;

  static constexpr auto fields() {
    using M = RatesPublished;
    return std::tuple(field("curve", &M::curve, "name, USD"), field("date", &M::date, "day of the curve"),
                      field("years", &M::years, "time to maturity, ascending"),
                      field("rate", &M::rate, "zero rate per 1.00 a year"));
  }
};
static_assert(table_is_complete<RatesPublished>);

}  // namespace optix
