#pragma once
// Exact decimal fixed point for everything the ledger touches: prices, cash, fees.
// One unit is 1e-6 (a millionth of a dollar), so a price with up to six decimals, its half
// (a mid) and its product with a whole quantity are all exact. Range ±9.2e12.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace optix {

class Decimal {
 public:
  static constexpr std::int64_t scale = 1'000'000;

  constexpr Decimal() = default;

  static constexpr Decimal from_raw(std::int64_t raw) {
    Decimal d;
    d.raw_ = raw;
    return d;
  }
  static constexpr Decimal from_int(std::int64_t whole) { return from_raw(checked_mul(whole, scale)); }
  // Nearest representable value, half away from zero. For model values that enter the ledger
  // (a theoretical fill price); never for data that was decimal text to begin with.
  static Decimal from_double(double value);
  // Accepts [+-]digits[.digits] with at most six significant decimals (further zeros are fine);
  // the digits on one side of the point may be left out (".5", "3.").
  // Anything else, "nan" and the empty string included, is nullopt.
  static std::optional<Decimal> parse(std::string_view text);

  // A price that is not there: the empty side of a one-sided quote. It compares unequal to every
  // number; arithmetic on it is a programming error and throws std::logic_error.
  static constexpr Decimal none() { return from_raw(INT64_MIN); }
  constexpr bool is_none() const { return raw_ == INT64_MIN; }

  constexpr std::int64_t raw() const { return raw_; }
  constexpr double to_double() const { return static_cast<double>(raw_) / static_cast<double>(scale); }
  // Shortest exact form with at least `min_decimals` decimals: "19.2" -> "19.20" for 2.
  std::string to_string(int min_decimals = 2) const;

  constexpr auto operator<=>(const Decimal&) const = default;

  constexpr Decimal operator-() const { return from_raw(-known()); }
  constexpr Decimal operator+(Decimal o) const { return from_raw(checked_add(known(), o.known())); }
  constexpr Decimal operator-(Decimal o) const { return from_raw(checked_add(known(), -o.known())); }
  constexpr Decimal& operator+=(Decimal o) { return *this = *this + o; }
  constexpr Decimal& operator-=(Decimal o) { return *this = *this - o; }
  // Exact: a decimal times a whole number.
  constexpr Decimal operator*(std::int64_t n) const { return from_raw(checked_mul(known(), n)); }
  // Half, rounded half away from zero (exact whenever the value has at most five decimals).
  constexpr Decimal half() const {
    const std::int64_t r = known();
    return from_raw(r / 2 + r % 2);
  }
  // this * numerator / denominator, rounded half away from zero; denominator > 0.
  Decimal mul_div(std::int64_t numerator, std::int64_t denominator) const;
  constexpr Decimal abs() const { return known() < 0 ? -*this : *this; }

 private:
  constexpr std::int64_t known() const {
    if (is_none()) missing_value();
    return raw_;
  }
  static constexpr std::int64_t checked_add(std::int64_t a, std::int64_t b) {
    std::int64_t r = 0;
    if (__builtin_add_overflow(a, b, &r) || r == INT64_MIN) overflow();  // INT64_MIN means none
    return r;
  }
  static constexpr std::int64_t checked_mul(std::int64_t a, std::int64_t b) {
    std::int64_t r = 0;
    if (__builtin_mul_overflow(a, b, &r) || r == INT64_MIN) overflow();
    return r;
  }
  [[noreturn]] static void overflow();       // throws std::overflow_error
  [[noreturn]] static void missing_value();  // throws std::logic_error

  std::int64_t raw_ = 0;
};

}  // namespace optix
