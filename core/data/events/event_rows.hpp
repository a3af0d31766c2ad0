#pragma once
// One struct per kind of event. Each has a table of its columns (name, member, meaning, whether a file
// must have it), a key (two rows with one key are two states of the same event), and `complete`, which
// fills what a source left out.
//
// Every row has `known_at`: the first instant at which somebody could have acted on it. Where a source
// does not say, the latest instant that is possible is taken, never an earlier one.
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>

#include "messages/field.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/symbol.hpp"
#include "messages/values/time.hpp"

namespace optix {

inline constexpr Date no_date{std::numeric_limits<std::int32_t>::min()};
inline constexpr Timestamp no_time{std::numeric_limits<std::int64_t>::min()};

template <class Row, class T>
struct EventColumn {
  std::string_view name;
  T Row::*member;
  std::string_view meaning;
  bool required = true;  // false: the column may be absent, its fields empty
};

template <class Row, class T>
constexpr EventColumn<Row, T> event_column(std::string_view name, T Row::*member, std::string_view meaning,
                                           bool required = true) {
  return {name, member, meaning, required};
}

// Prices of an underlying over a session or a part of one, as they were traded then: dividends and
// splits later do not change them.
struct Bar {
  static constexpr std::string_view kind = "bars";
  Symbol underlying;
  Date session;
  Timestamp begin = no_time, end = no_time;  // absent: the session's open and close
  Decimal open, high, low, close;
  std::int64_t volume = 0;
  Timestamp known_at = no_time;  // absent: `end`

  static constexpr auto columns() {
    using C = Bar;
    return std::tuple(event_column("underlying", &C::underlying, "symbol"),
                      event_column("session", &C::session, "exchange session date"),
                      event_column("begin", &C::begin, "start of the bar", false),
                      event_column("end", &C::end, "end of the bar", false),
                      event_column("open", &C::open, "first price, USD as traded"),
                      event_column("high", &C::high, "highest price, USD as traded"),
                      event_column("low", &C::low, "lowest price, USD as traded"),
                      event_column("close", &C::close, "last price, USD as traded"),
                      event_column("volume", &C::volume, "shares", false),
                      event_column("known_at", &C::known_at, "instant from which the bar is known", false));
  }
  auto key() const { return std::tuple(underlying, begin, end); }
  std::string complete();
};

enum class DividendKind : std::uint8_t { ordinary, special };
constexpr auto enum_names(DividendKind) { return std::to_array<std::string_view>({"ordinary", "special"}); }

struct Dividend {
  static constexpr std::string_view kind = "dividends";
  Symbol underlying;
  DividendKind type = DividendKind::ordinary;
  Date declared = no_date;
  Date ex;
  Date pay = no_date;
  Decimal amount;                // USD per share as of the ex-date; 0 withdraws a dividend announced before
  Timestamp known_at = no_time;  // absent: the close of the day it was declared, else the open of the ex-date

  static constexpr auto columns() {
    using C = Dividend;
    return std::tuple(event_column("underlying", &C::underlying, "symbol"),
                      event_column("type", &C::type, "ordinary or special", false),
                      event_column("declared", &C::declared, "date of the announcement", false),
                      event_column("ex", &C::ex, "first session whose buyers do not get it"),
                      event_column("pay", &C::pay, "date of payment", false),
                      event_column("amount", &C::amount, "USD per share; 0: withdrawn"),
                      event_column("known_at", &C::known_at, "instant from which it is known", false));
  }
  auto key() const { return std::tuple(underlying, ex, type); }
  std::string complete();
};

struct Split {
  static constexpr std::string_view kind = "splits";
  Symbol underlying;
  Date declared = no_date;
  Date ex;
  std::int64_t new_shares = 1, old_shares = 1;  // 2 and 1: two for one
  Timestamp known_at = no_time;                 // absent: as for dividends

  static constexpr auto columns() {
    using C = Split;
    return std::tuple(event_column("underlying", &C::underlying, "symbol"),
                      event_column("declared", &C::declared, "date of the announcement", false),
                      event_column("ex", &C::ex, "first session that trades on the new basis"),
                      event_column("new_shares", &C::new_shares, "shares after, for old_shares before"),
                      event_column("old_shares", &C::old_shares, "shares before"),
                      event_column("known_at", &C::known_at, "instant from which it is known", false));
  }
  auto key() const { return std::tuple(underlying, ex); }
  std::string complete();
};

// One point of a curve of zero rates.
struct RateQuote {
  static constexpr std::string_view kind = "rates";
  Symbol curve;  // "USD"
  Date date;     // day of the curve
  double years = 0;
  double rate = 0;               // continuously compounded, Act/365, per 1.00
  Timestamp known_at = no_time;  // absent: the open of the next session

  static constexpr auto columns() {
    using C = RateQuote;
    return std::tuple(event_column("curve", &C::curve, "name of the curve"),
                      event_column("date", &C::date, "day of the curve"),
                      event_column("years", &C::years, "time to maturity, years of 365 days"),
                      event_column("rate", &C::rate, "zero rate, continuous, per 1.00 a year"),
                      event_column("known_at", &C::known_at, "instant from which it is known", false));
  }
  auto key() const { return std::tuple(curve, date, years); }
  std::string complete();
};

enum class EarningsTime : std::uint8_t { unknown, before_open, during_session, after_close };
constexpr auto enum_names(EarningsTime) {
  return std::to_array<std::string_view>({"unknown", "before_open", "during_session", "after_close"});
}

// A date on which results are expected. `known_at` is when the date was announced, and has no default:
// a list of past dates without it would tell strategies the future.
struct Earnings {
  static constexpr std::string_view kind = "earnings";
  Symbol underlying;
  Symbol period;  // "2019Q2"
  Date date;
  EarningsTime time = EarningsTime::unknown;
  Timestamp known_at = no_time;

  static constexpr auto columns() {
    using C = Earnings;
    return std::tuple(event_column("underlying", &C::underlying, "symbol"),
                      event_column("period", &C::period, "fiscal period, 2019Q2"),
                      event_column("date", &C::date, "day of the report"),
                      event_column("time", &C::time, "before_open, during_session, after_close or unknown", false),
                      event_column("known_at", &C::known_at, "instant at which the date was announced"));
  }
  auto key() const { return std::tuple(underlying, period); }
  std::string complete();
};

// The value that contracts settle at: SET for SPX, VRO for VIX, a closing price.
struct PublishedSettlement {
  static constexpr std::string_view kind = "settlements";
  Symbol symbol;
  Date date;
  Decimal value;
  Timestamp known_at = no_time;  // absent: the close of that day

  static constexpr auto columns() {
    using C = PublishedSettlement;
    return std::tuple(event_column("symbol", &C::symbol, "settlement value symbol, SET"),
                      event_column("date", &C::date, "day whose opening or close it is"),
                      event_column("value", &C::value, "USD, or index points"),
                      event_column("known_at", &C::known_at, "instant from which it is known", false));
  }
  auto key() const { return std::tuple(symbol, date); }
  std::string complete();
};

}  // namespace optix
