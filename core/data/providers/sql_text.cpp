#include "core/data/providers/sql_text.hpp"

#include <charconv>
#include <cmath>

namespace optix {
namespace {

bool digits(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return true;
}

}  // namespace

std::string shortest_text(double value) {
  char text[64];
  const double size = std::fabs(value);
  const bool plain = size == 0 || (size >= 1e-20 && size < 1e20);
  const auto end = plain ? std::to_chars(text, text + sizeof text, value, std::chars_format::fixed)
                         : std::to_chars(text, text + sizeof text, value);
  return {text, end.ptr};
}

std::string plain_decimal_text(std::string_view text) {
  constexpr int longest = 40;
  std::string_view mantissa = text;
  int exponent = 0;
  if (const auto e = text.find_first_of("eE"); e != std::string_view::npos) {
    mantissa = text.substr(0, e);
    std::string_view power = text.substr(e + 1);
    if (!power.empty() && power.front() == '+') power.remove_prefix(1);
    const auto end = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (power.empty() || end.ec != std::errc{} || end.ptr != power.data() + power.size() || exponent > longest ||
        exponent < -longest)
      return std::string(text);
  }
  const bool negative = !mantissa.empty() && mantissa.front() == '-';
  if (negative) mantissa.remove_prefix(1);
  const auto point = mantissa.find('.');
  std::string whole(mantissa.substr(0, point));
  std::string part(point == std::string_view::npos ? std::string_view{} : mantissa.substr(point + 1));
  if (!digits(whole) || !(part.empty() ? point == std::string_view::npos : digits(part))) return std::string(text);
  for (; exponent > 0; --exponent) {
    whole += part.empty() ? '0' : part.front();
    if (!part.empty()) part.erase(0, 1);
  }
  for (; exponent < 0; ++exponent) {
    part.insert(part.begin(), whole.empty() ? '0' : whole.back());
    if (!whole.empty()) whole.pop_back();
  }
  while (!part.empty() && part.back() == '0') part.pop_back();
  const auto first = whole.find_first_not_of('0');
  whole = first == std::string::npos ? "0" : whole.substr(first);
  return (negative ? "-" : "") + whole + (part.empty() ? "" : "." + part);
}

std::string date_text(std::string_view text, DateOrder order) {
  const bool date = text.size() >= 10 && digits(text.substr(0, 4)) && text[4] == '-' && digits(text.substr(5, 2)) &&
                    text[7] == '-' && digits(text.substr(8, 2)) &&
                    (text.size() == 10 || text[10] == ' ' || text[10] == 'T') &&
                    text.find("BC") == std::string_view::npos;
  if (!date) return std::string(text);
  if (order == DateOrder::iso) return std::string(text.substr(0, 10));
  const std::string year(text.substr(0, 4)), month(text.substr(5, 2)), day(text.substr(8, 2));
  return order == DateOrder::month_day_year ? month + "/" + day + "/" + year : year + month + day;
}

std::string date_time_text(std::string_view text, DateOrder order) {
  std::string date = date_text(text, order);
  if (text.size() < 19 || date == text) return std::string(text);
  std::string_view rest = text.substr(19);  // .000123-04:00
  if (const auto offset = rest.find_first_of("+-Z"); offset != std::string_view::npos) rest = rest.substr(0, offset);
  while (!rest.empty() && rest.back() == '0') rest.remove_suffix(1);
  if (rest == ".") rest = {};
  return date + std::string(text.substr(10, 9)) + std::string(rest);
}

}  // namespace optix
