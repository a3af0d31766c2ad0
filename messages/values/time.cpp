#include "messages/values/time.hpp"

#include <charconv>
#include <cstdio>

#include "messages/values/wide.hpp"

namespace optix {
namespace {

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
  return value;
}

// nullopt for instants before 1677 or after 2262, which 64 bits of nanoseconds cannot hold.
std::optional<Timestamp> instant(Date date, std::int64_t within_day) {
  const int128 ns = static_cast<int128>(date.days) * nanos_per_day + within_day;
  if (ns < INT64_MIN || ns > INT64_MAX) return std::nullopt;
  return Timestamp{static_cast<std::int64_t>(ns)};
}

}  // namespace

Date::Civil Date::civil() const {
  // Howard Hinnant, civil_from_days.
  const std::int64_t z = std::int64_t{days} + 719468;
  const int era = static_cast<int>((z >= 0 ? z : z - 146096) / 146097);
  const int doe = static_cast<int>(z - std::int64_t{era} * 146097);
  const int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int mp = (5 * doy + 2) / 153;
  const int month = mp + (mp < 10 ? 3 : -9);
  return {yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1};
}

bool Date::valid_civil(int year, int month, int day) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  const Civil back = from_civil(year, month, day).civil();
  return back.year == year && back.month == month && back.day == day;
}

std::optional<Date> Date::parse(std::string_view iso) {
  if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-') return std::nullopt;
  const auto y = digits(iso.substr(0, 4)), m = digits(iso.substr(5, 2)), d = digits(iso.substr(8, 2));
  if (!y || !m || !d || !valid_civil(*y, *m, *d)) return std::nullopt;
  return from_civil(*y, *m, *d);
}

std::string Date::to_string() const {
  const Civil c = civil();
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", c.year, c.month, c.day);
  return text;
}

std::string Timestamp::to_string() const {
  const Date date = Date::of(*this);
  // Not ns - midnight: the midnight before the earliest instant cannot be represented.
  const std::int64_t within = (ns % nanos_per_day + nanos_per_day) % nanos_per_day;
  const int seconds = static_cast<int>(within / nanos_per_second);
  char text[64];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  std::string out = date.to_string() + text;
  if (const auto fraction = static_cast<int>(within % nanos_per_second); fraction != 0) {
    std::snprintf(text, sizeof text, ".%09d", fraction);
    out += text;
    while (out.back() == '0') out.pop_back();
  }
  return out + "Z";
}

std::optional<Timestamp> Timestamp::parse(std::string_view iso) {
  const auto date = Date::parse(iso.substr(0, 10));
  if (!date) return std::nullopt;
  if (iso.size() == 10) return instant(*date, 0);
  if (iso.size() < 20 || iso[10] != 'T' || iso[13] != ':' || iso[16] != ':' || iso.back() != 'Z') return std::nullopt;
  const auto h = digits(iso.substr(11, 2)), m = digits(iso.substr(14, 2)), s = digits(iso.substr(17, 2));
  if (!h || !m || !s || *h > 23 || *m > 59 || *s > 59) return std::nullopt;
  std::int64_t fraction = 0;
  if (iso.size() > 20) {
    const std::string_view part = iso.substr(20, iso.size() - 21);
    const auto value = iso[19] == '.' && !part.empty() && part.size() <= 9 ? digits(part) : std::nullopt;
    if (!value) return std::nullopt;
    fraction = *value;
    for (std::size_t i = part.size(); i < 9; ++i) fraction *= 10;
  }
  return instant(*date, ((*h * 60 + *m) * 60 + *s) * nanos_per_second + fraction);
}

}  // namespace optix
