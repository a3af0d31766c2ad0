#pragma once
// Instants and calendar dates. No clocks here: time arrives with messages.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace optix {

inline constexpr std::int64_t nanos_per_second = 1'000'000'000;
inline constexpr std::int64_t nanos_per_day = 86'400 * nanos_per_second;

// UTC nanoseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
  std::int64_t ns = 0;
  constexpr auto operator<=>(const Timestamp&) const = default;
  constexpr Timestamp operator+(std::int64_t nanos) const { return {ns + nanos}; }
  constexpr std::int64_t operator-(Timestamp o) const { return ns - o.ns; }
  // "2019-04-25T20:00:00Z", with ".fraction" where there is one.
  std::string to_string() const;
  static std::optional<Timestamp> parse(std::string_view iso);  // "2019-04-25" or the form above
};

// A calendar date: whole days since 1970-01-01 (proleptic Gregorian).
struct Date {
  std::int32_t days = 0;
  constexpr auto operator<=>(const Date&) const = default;
  constexpr Date operator+(int n) const { return {days + n}; }
  constexpr Date operator-(int n) const { return {days - n}; }
  constexpr int operator-(Date o) const { return days - o.days; }
  static constexpr Date from_civil(int year, int month, int day) {
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    const int y = month <= 2 ? year - 1 : year;
    const int era = (y >= 0 ? y : y - 399) / 400;
    const int yoe = y - era * 400;
    const int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return {static_cast<std::int32_t>(std::int64_t{era} * 146097 + doe - 719468)};
  }
  static bool valid_civil(int year, int month, int day);
  static std::optional<Date> parse(std::string_view iso);  // "2019-04-25"
  static constexpr Date of(Timestamp utc) {
    return {static_cast<std::int32_t>(utc.ns / nanos_per_day - (utc.ns % nanos_per_day < 0 ? 1 : 0))};
  }
  // For dates a Timestamp can hold: 1677-09-22 … 2262-04-11.
  constexpr Timestamp midnight_utc() const { return {static_cast<std::int64_t>(days) * nanos_per_day}; }
  struct Civil {
    int year, month, day;
  };
  Civil civil() const;
  // 0 Sunday … 6 Saturday.
  constexpr int weekday() const { return (days % 7 + 11) % 7; }
  std::string to_string() const;  // "2019-04-25"
};

}  // namespace optix
