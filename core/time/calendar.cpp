#include "core/time/calendar.hpp"

#include <stdexcept>

namespace optix {
namespace {

constexpr int sunday = 0, monday = 1, thursday = 4, friday = 5, saturday = 6;

// The n-th (from 1) `weekday` of a month.
constexpr Date nth_weekday(int year, int month, int weekday, int n) {
  const Date first = Date::from_civil(year, month, 1);
  return first + ((weekday - first.weekday() + 7) % 7 + 7 * (n - 1));
}

constexpr Date last_weekday(int year, int month, int weekday) {
  const Date last = (month == 12 ? Date::from_civil(year + 1, 1, 1) : Date::from_civil(year, month + 1, 1)) - 1;
  return last - (last.weekday() - weekday + 7) % 7;
}

// Gregorian Easter Sunday, the "Anonymous" algorithm (Meeus, Astronomical Algorithms, chapter 8).
constexpr Date easter(int year) {
  const int a = year % 19, b = year / 100, c = year % 100;
  const int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return Date::from_civil(year, n / 31, n % 31 + 1);
}

// A fixed-date holiday moves to Friday from Saturday and to Monday from Sunday.
constexpr Date observed(int year, int month, int day) {
  const Date d = Date::from_civil(year, month, day);
  return d.weekday() == saturday ? d - 1 : d.weekday() == sunday ? d + 1 : d;
}

// Midnight UTC-based dates on which New York changes its clocks at 02:00 local time.
struct Daylight {
  Date starts, ends;
};
constexpr Daylight daylight(int year) {
  if (year >= 2007) return {nth_weekday(year, 3, sunday, 2), nth_weekday(year, 11, sunday, 1)};
  return {nth_weekday(year, 4, sunday, 1), last_weekday(year, 10, sunday)};
}

void require_covered(Date date) {
  if (!calendar_covers(date))
    throw std::out_of_range("the exchange calendar covers " + calendar_first_day.to_string() + " to " +
                            calendar_last_day.to_string() + ", not " + date.to_string());
}

// Closures that no rule announces.
std::string_view unscheduled(Date date) {
  if (date == Date::from_civil(2007, 1, 2)) return "mourning for President Ford";
  if (date == Date::from_civil(2012, 10, 29) || date == Date::from_civil(2012, 10, 30)) return "Hurricane Sandy";
  if (date == Date::from_civil(2018, 12, 5)) return "mourning for President G. H. W. Bush";
  if (date == Date::from_civil(2025, 1, 9)) return "mourning for President Carter";
  return {};
}

}  // namespace

int new_york_offset(Timestamp utc) {
  const int year = Date::of(utc).civil().year;
  const Daylight dst = daylight(year);
  const Timestamp from = dst.starts.midnight_utc() + 7 * 3600 * nanos_per_second;  // 02:00 EST
  const Timestamp to = dst.ends.midnight_utc() + 6 * 3600 * nanos_per_second;      // 02:00 EDT
  return utc >= from && utc < to ? -4 * 3600 : -5 * 3600;
}

Timestamp new_york_time(Date date, int seconds) {
  const Timestamp as_daylight = date.midnight_utc() + (seconds + 4 * 3600) * nanos_per_second;
  return new_york_offset(as_daylight) == -4 * 3600 ? as_daylight : as_daylight + 3600 * nanos_per_second;
}

Date new_york_date(Timestamp utc) { return Date::of(utc + new_york_offset(utc) * nanos_per_second); }

std::string_view closed_reason(Date date) {
  require_covered(date);
  const int weekday = date.weekday();
  if (weekday == saturday || weekday == sunday) return "weekend";
  const auto [year, month, day] = date.civil();
  switch (month) {
    case 1:
      // A Saturday New Year's Day is not observed: 31 December closes the books.
      if (day == 1 || (day == 2 && weekday == monday)) return "New Year's Day";
      if (date == nth_weekday(year, 1, monday, 3)) return "Martin Luther King Jr. Day";
      break;
    case 2:
      if (date == nth_weekday(year, 2, monday, 3)) return "Washington's Birthday";
      break;
    case 3:
    case 4:
      if (date == easter(year) - 2) return "Good Friday";
      break;
    case 5:
      if (date == last_weekday(year, 5, monday)) return "Memorial Day";
      break;
    case 6:
      if (year >= 2022 && date == observed(year, 6, 19)) return "Juneteenth";
      break;
    case 7:
      if (date == observed(year, 7, 4)) return "Independence Day";
      break;
    case 9:
      if (date == nth_weekday(year, 9, monday, 1)) return "Labor Day";
      break;
    case 11:
      if (date == nth_weekday(year, 11, thursday, 4)) return "Thanksgiving";
      break;
    case 12:
      if (date == observed(year, 12, 25)) return "Christmas";
      break;
    default: break;
  }
  return unscheduled(date);
}

bool is_session(Date date) { return closed_reason(date).empty(); }

bool is_early_close(Date date) {
  if (!is_session(date)) return false;
  const auto [year, month, day] = date.civil();
  if (month == 11) return date == nth_weekday(year, 11, thursday, 4) + 1;
  if (month == 12) return day == 24;
  // The eve of Independence Day, when the holiday itself is a weekday other than Monday.
  if (month == 7 && day == 3) return date.weekday() != friday;
  return false;
}

Date session_on_or_before(Date date) {
  while (!is_session(date)) date = date - 1;
  return date;
}

Date session_on_or_after(Date date) {
  while (!is_session(date)) date = date + 1;
  return date;
}

Date next_session(Date date) { return session_on_or_after(date + 1); }
Date previous_session(Date date) { return session_on_or_before(date - 1); }

Timestamp session_open(Date date) { return new_york_time(date, clock_seconds(9, 30)); }

Timestamp session_close(Date date) {
  return new_york_time(date, is_early_close(date) ? clock_seconds(13, 0) : clock_seconds(16, 0));
}

Timestamp index_option_close(Date date) { return session_close(date) + 15 * 60 * nanos_per_second; }

Timestamp settlement_instant(Date expiration, Settlement settlement) {
  const Date session = session_on_or_before(expiration);
  return settlement == Settlement::am ? session_open(session) : session_close(session);
}

double years_between(Timestamp from, Timestamp to) {
  return static_cast<double>(to - from) / (365.0 * static_cast<double>(nanos_per_day));
}

}  // namespace optix
