#include "core/data/numbers.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace optix {
namespace {

constexpr std::int64_t powers_of_ten[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};
constexpr double exact_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                   1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};

bool is_nan_text(std::string_view t) {
  return t.size() == 3 && (t[0] | 32) == 'n' && (t[1] | 32) == 'a' && (t[2] | 32) == 'n';
}

}  // namespace

std::optional<Decimal> read_decimal(std::string_view text) {
  const auto n = plain_number(text);
  std::int64_t raw = 0;
  if (!n || n->decimals > 6 || __builtin_mul_overflow(n->digits, powers_of_ten[6 - n->decimals], &raw))
    return Decimal::parse(text);
  return Decimal::from_raw(raw);
}

std::optional<Decimal> read_decimal(std::string_view text, int decimals) {
  if (decimals == 0) return read_decimal(text);
  auto n = plain_number(text);
  if (!n) return std::nullopt;
  n->decimals += decimals;
  for (; n->decimals > 6 && n->digits % 10 == 0; --n->decimals) n->digits /= 10;
  std::int64_t raw = 0;
  if (n->decimals > 6 || __builtin_mul_overflow(n->digits, powers_of_ten[6 - n->decimals], &raw)) return std::nullopt;
  return Decimal::from_raw(raw);
}

std::optional<double> read_double(std::string_view text) {
  // Both operands are exact doubles, so the quotient is correctly rounded.
  if (const auto n = plain_number(text); n && std::llabs(n->digits) < (std::int64_t{1} << 53) && n->decimals <= 18)
    return static_cast<double>(n->digits) / exact_powers[n->decimals];
  if (is_nan_text(text)) return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int32_t> read_count(std::string_view text) {
  const auto n = plain_number(text);
  if (!n || n->digits < 0 || n->decimals > 6) return std::nullopt;
  const std::int64_t unit = powers_of_ten[n->decimals];
  if (n->digits % unit != 0 || n->digits / unit > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return static_cast<std::int32_t>(n->digits / unit);
}

}  // namespace optix
