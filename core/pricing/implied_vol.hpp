#pragma once
// Black–Scholes implied volatility of European prices, column-wise and one at a time.
//
// The no-arbitrage bounds are checked first, then the time value of the out-of-the-money side is
// inverted: a batch kernel (explicit seed, Householder steps on the logarithm of the value) for what
// markets quote, and a scalar solver in the manner of P. Jäckel, "Let's Be Rational" (Wilmott, 2015)
// for every row the batch kernel does not prove converged. Both always end after a fixed number of
// steps. Seed: D. Stefanica and R. Radoičić, "An Explicit Implied Volatility Formula" (IJTAF, 2017).
//
// Bits: a row's result does not depend on its position, on the other rows, on the vector width of
// the machine, or on whether it was asked for alone.
#include <cstdint>
#include <span>

#include "core/pricing/black_scholes.hpp"
#include "core/pricing/european.hpp"
#include "messages/field.hpp"

namespace optix {

enum class ImpliedVolStatus : std::uint8_t {
  ok,
  below_intrinsic,  // under the discounted intrinsic value by more than rounding, or negative
  above_maximum,    // at or over the most an option can be worth: S·e^(−qT), or K·e^(−rT) for a put
  no_time_value,    // the discounted intrinsic value to within the rounding of the price
  expired,          // years = 0
  bad_input,        // NaN, infinite, non-positive spot or strike, negative years
};
constexpr auto enum_names(ImpliedVolStatus) {
  return std::to_array<std::string_view>(
      {"ok", "below_intrinsic", "above_maximum", "no_time_value", "expired", "bad_input"});
}

struct ImpliedVol {
  double vol = 0;  // per 1.00 a year; NaN unless ok
  ImpliedVolStatus status = ImpliedVolStatus::bad_input;
};

// without_vol.vol is not read. Never throws: what cannot be solved has a status.
ImpliedVol implied_vol(Right right, double price, const BlackScholesInput& without_vol);

// Options of one expiry. Spans must have one length (std::invalid_argument otherwise).
void implied_vol_chain(const ExpiryTerms& terms, std::span<const double> strike, std::span<const double> price,
                       std::span<const Right> right, std::span<double> vol, std::span<ImpliedVolStatus> status);

struct ImpliedVolRows {
  std::span<const double> spot, strike, rate, dividend_yield, years, price;
  std::span<const Right> right;
};

// Options that share nothing; row i has the bits of implied_vol on it.
void implied_vol_rows(const ImpliedVolRows& in, std::span<double> vol, std::span<ImpliedVolStatus> status);

}  // namespace optix
