#pragma once
// How much variance time lies between two instants, in years: the T of every total variance σ²T.
//
// calendar: Act/365 on exact nanoseconds (years_between of core/time).
// business: 252 session days a year. Of a session day's variance, `session_share` accrues evenly
//   between open and close (an early close takes the same share in fewer hours), the rest evenly
//   between that close and the next open; a closed day (weekend, holiday) adds `closed_day_weight`
//   of a session day, spread evenly over the same gap. With session_share 1 and closed_day_weight 0
//   nothing decays outside trading hours.
// Rates are always per calendar year: see the discount factor of a slice, not its years.
#include <cstdint>

#include "messages/market.hpp"

namespace optix {

enum class YearClockKind : std::uint8_t { calendar, business };
constexpr auto enum_names(YearClockKind) { return std::to_array<std::string_view>({"calendar", "business"}); }

struct YearClock {
  YearClockKind kind = YearClockKind::calendar;
  double session_share = 0.75;      // [0, 1]: of a session day's variance, between open and close
  double closed_day_weight = 0.10;  // ≥ 0: variance of a closed day, in session days
  double sessions_per_year = 252;   // > 0

  // Negative when `to` lies before `from`. The business clock throws std::out_of_range outside the
  // calendar's range (calendar_covers) and takes one step per calendar day between the instants.
  double years(Timestamp from, Timestamp to) const;
};

}  // namespace optix
