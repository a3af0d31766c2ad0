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
                      field("open_interest", &M::open_interest, "open contracts, known since the prior evening"));
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

}  // namespace optix
