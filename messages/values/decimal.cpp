#include "messages/values/decimal.hpp"

#include <cmath>
#include <stdexcept>

#include "messages/values/wide.hpp"

namespace optix {

void Decimal::overflow() { throw std::overflow_error("decimal overflow: the amount exceeds 9.2e12"); }
void Decimal::missing_value() { throw std::logic_error("arithmetic on a missing price"); }

Decimal Decimal::from_double(double value) {
  const double scaled = value * static_cast<double>(scale);
  if (!(std::fabs(scaled) < 9.2e18)) overflow();
  return from_raw(std::llround(scaled));
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  std::size_t i = 0;
  bool negative = false;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
  std::int64_t raw = 0;
  int decimals = -1;  // -1: before the point
  bool any_digit = false;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.') {
      if (decimals >= 0) return std::nullopt;
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    any_digit = true;
    if (decimals >= 6) {
      if (c != '0') return std::nullopt;
      continue;
    }
    if (__builtin_mul_overflow(raw, 10, &raw) || __builtin_add_overflow(raw, c - '0', &raw)) return std::nullopt;
    if (decimals >= 0) ++decimals;
  }
  if (!any_digit) return std::nullopt;
  for (int d = decimals < 0 ? 0 : decimals; d < 6; ++d)
    if (__builtin_mul_overflow(raw, 10, &raw)) return std::nullopt;
  return from_raw(negative ? -raw : raw);
}

std::string Decimal::to_string(int min_decimals) const {
  if (is_none()) return "none";
  const bool negative = raw_ < 0;
  const std::uint64_t magnitude = negative ? 0 - static_cast<std::uint64_t>(raw_) : static_cast<std::uint64_t>(raw_);
  std::string fraction = std::to_string(magnitude % scale + scale).substr(1);
  while (static_cast<int>(fraction.size()) > min_decimals && fraction.back() == '0') fraction.pop_back();
  std::string out = (negative ? "-" : "") + std::to_string(magnitude / scale);
  if (!fraction.empty()) out += "." + fraction;
  return out;
}

Decimal Decimal::mul_div(std::int64_t numerator, std::int64_t denominator) const {
  if (denominator <= 0) throw std::invalid_argument("mul_div: the denominator must be positive");
  const int128 product = static_cast<int128>(known()) * numerator;
  const int128 offset = product < 0 ? -(denominator / 2) : denominator / 2;
  const int128 rounded = (product + offset) / denominator;
  if (rounded > INT64_MAX || rounded < -static_cast<int128>(INT64_MAX)) overflow();
  return from_raw(static_cast<std::int64_t>(rounded));
}

}  // namespace optix
