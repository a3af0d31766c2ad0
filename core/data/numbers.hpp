#pragma once
// Exact, quick reading of the plain decimal numbers that fill CSV files.
#include <cstdint>
#include <optional>
#include <string_view>

#include "messages/values/decimal.hpp"

namespace optix {

// digits × 10^-decimals.
struct PlainNumber {
  std::int64_t digits = 0;
  int decimals = 0;
};

// [-]digits[.digits] with at most 18 digits in all; nullopt for anything else.
inline std::optional<PlainNumber> plain_number(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const bool negative = p != end && *p == '-';
  if (negative) ++p;
  if (p == end || end - p > 19) return std::nullopt;
  const char* point = nullptr;
  std::uint64_t digits = 0;
  int count = 0;
  for (; p != end; ++p) {
    const unsigned digit = static_cast<unsigned char>(*p) - unsigned{'0'};
    if (digit <= 9) {
      digits = digits * 10 + digit;
      ++count;
    } else if (*p == '.' && !point) {
      point = p;
    } else {
      return std::nullopt;
    }
  }
  if (count == 0 || count > 18) return std::nullopt;
  const auto value = static_cast<std::int64_t>(digits);
  return PlainNumber{negative ? -value : value, point ? static_cast<int>(end - point) - 1 : 0};
}

// The exact decimal value; nullopt when the text is not a number or has more than six decimals.
std::optional<Decimal> read_decimal(std::string_view text);
// The same of a number written as a multiple of 10^-decimals (0 to 6): "1900" of 10^-4 is 0.19.
std::optional<Decimal> read_decimal(std::string_view text, int decimals);
// The nearest double; "nan" in any case reads as NaN; nullopt for text that is no number or infinite.
std::optional<double> read_double(std::string_view text);
// A whole number from 0 to 2^31 - 1, also when written as "12.0".
std::optional<std::int32_t> read_count(std::string_view text);

}  // namespace optix
