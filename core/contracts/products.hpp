#pragma once
// What an option root stands for, as the exchanges specify it: underlying, settlement, exercise,
// multiplier, and since when. A root that is not in the table is an ordinary equity or fund option:
// american, settled by delivery at the close, 100 shares (see equity_product).
#include <span>
#include <string_view>

#include "core/time/calendar.hpp"
#include "messages/market.hpp"

namespace optix {

enum class Delivery : std::uint8_t { cash, physical };
constexpr auto enum_names(Delivery) { return std::to_array<std::string_view>({"cash", "physical"}); }

// When contracts of the class trade (regular session, exchange time).
enum class TradingHours : std::uint8_t {
  equity,     // until 16:00 ET (13:00 on early closes)
  late_fund,  // until 16:15 ET: options on broad funds
  index,      // until 16:15 ET; contracts settled at the close stop at 16:00 on their last day
};
constexpr auto enum_names(TradingHours) { return std::to_array<std::string_view>({"equity", "late_fund", "index"}); }

struct Product {
  std::string_view root;
  std::string_view underlying;
  std::string_view name;
  Settlement settlement = Settlement::pm;
  ExerciseStyle exercise = ExerciseStyle::american;
  std::int32_t multiplier = 100;  // shares, or dollars per point
  Delivery delivery = Delivery::physical;
  // Symbol under which the value that contracts settle at is published: SET for SPX; the
  // underlying's own close where there is none.
  std::string_view settlement_value;
  TradingHours hours = TradingHours::equity;
  Date from;   // first day of these terms: calendar_first_day when they are older than the calendar
  Date until;  // last day, calendar_last_day when they go on
};

// Rows in order of root, then `from`; periods of one root do not overlap.
std::span<const Product> products();
// The terms of a root on a day; nullptr when the table does not know it then.
const Product* find_product(std::string_view root, Date on);
// The terms of a root that is not in the table.
Product equity_product(std::string_view root);

// The last session on which a contract trades.
Date last_trading_day(const Product& product, Date expiration);
// When its settlement value is fixed.
Timestamp settlement_instant(const Product& product, Date expiration);
// When its regular trading ends on a session: the earlier of the class's hours and, on the last
// trading day of a contract settled at the close, the underlying's close.
Timestamp trading_close(const Product& product, Date expiration, Date session);

}  // namespace optix
