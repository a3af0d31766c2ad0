#pragma once
// American options on an underlying with a continuous dividend yield.
//
// Method: Andersen, Lake & Offengenden, "High Performance American Option Pricing" (2015): the
// exercise boundary of the put solves an integral equation; it is found by a fixed-point iteration
// on Chebyshev nodes in √τ, and the price is the European one plus the integral of what early
// exercise earns (Kim 1990). Delta and gamma are that integral differentiated. Calls are puts by
// McDonald–Schroder symmetry, C(S, K, r, q) = P(K, S, q, r).
//
// Rates and yields are continuous per year, volatility per 1.00 a year, time in years; delta and
// gamma are per unit of spot.
//
// Where early exercise never pays (a put with r ≤ 0 and q ≥ r, a call with q ≤ 0 and r ≥ q) the value
// is the European one. A put with q < r < 0 (a call with r < q < 0) has two exercise boundaries
// (Andersen & Lake, "Fast American Option Pricing: The Double-Boundary Case", 2021); such rows are
// refused with a status, not approximated.
#include <cstdint>
#include <span>
#include <vector>

#include "core/pricing/black_scholes.hpp"
#include "core/pricing/implied_vol.hpp"

namespace optix {

// Errors are absolute, for a spot of 100 and the market-like cases of the tests. With hardly any
// volatility beside the drift, |r − q|·√T/σ above about 10, what the integral sums is nearly a step, and
// the first two can be off by some 1e-2 where the step matters.
enum class AmericanScheme : std::uint8_t {
  fast,            // price within 1e-3
  accurate,        // price within 2e-5
  high_precision,  // price within 1e-8, tanh-sinh quadrature
};
constexpr auto enum_names(AmericanScheme) {
  return std::to_array<std::string_view>({"fast", "accurate", "high_precision"});
}

struct AmericanValue {
  double price = 0;
  double delta = 0;
  double gamma = 0;
  bool exercise_now = false;  // spot is at or beyond the boundary: price is the intrinsic value
};

// One contract, with the bits a batch gives for it (and the cost of up to eight: prefer batches).
//
// Domain: spot and strike within 1e±100, years in [0, 1000], rates within ±10 and ±100/years, vol in
// [0, 100] and at most 40/√years. With vol·√years < 1e-6 or years < 1e-12 the value is that of the best
// moment to exercise along the certain path, or the European one when that is the last moment.
// Throws std::invalid_argument outside the domain, for NaN, and for two exercise boundaries.
AmericanValue american(AmericanScheme scheme, Right right, const BlackScholesInput& in);

enum class AmericanStatus : std::uint8_t {
  hold,             // worth more alive than exercised
  exercise,         // price is the intrinsic value, delta ±1, gamma 0
  double_boundary,  // q < r < 0 for a put, r < q < 0 for a call: refused, outputs are NaN
  bad_input,        // outputs are NaN
};
constexpr auto enum_names(AmericanStatus) {
  return std::to_array<std::string_view>({"hold", "exercise", "double_boundary", "bad_input"});
}

// Output columns; an empty span is not written. Without a status column a row that cannot be valued
// throws std::invalid_argument instead of giving a NaN nobody asked about.
struct AmericanColumns {
  std::span<double> price, delta, gamma;
  std::span<AmericanStatus> status = {};
};

// The strikes of one expiry. A row's value depends on that row alone, never on its neighbours: rows
// of equal volatility share their boundary (in units of the strike it depends on r, q, σ and T only)
// and get the same bits they would get alone.
// Throws std::invalid_argument when columns differ in length.
void american_chain(AmericanScheme scheme, double spot, double rate, double dividend_yield, double years,
                    std::span<const double> strike, std::span<const double> vol, std::span<const Right> right,
                    const AmericanColumns& out);

// Rows that share nothing.
struct AmericanRows {
  std::span<const double> spot, strike, rate, dividend_yield, years, vol;
  std::span<const Right> right;
};
void american_rows(AmericanScheme scheme, const AmericanRows& in, const AmericanColumns& out);

// The volatility at which the scheme's price is `price`; `without_vol.vol` is not read.
//   below_intrinsic  below the exercise value, or below the European bound where exercise never pays
//   no_time_value    equal to the exercise value (within a few ulp): every volatility below a
//                    threshold prices it, so there is none to name
//   above_maximum    at or above what any volatility of the domain reaches (at most the spot for a call,
//                    the strike for a put, grown at −yield or −rate where exercise never pays)
//   expired          years is 0
//   bad_input        outside the domain of american(), NaN, or a case with two exercise boundaries
ImpliedVol american_implied_vol(AmericanScheme scheme, Right right, double price, const BlackScholesInput& without_vol);

// The strikes of one expiry; the same bits as one at a time. Throws std::invalid_argument when
// columns differ in length.
void american_implied_vol_chain(AmericanScheme scheme, double spot, double rate, double dividend_yield, double years,
                                std::span<const double> strike, std::span<const double> price,
                                std::span<const Right> right, std::span<double> vol,
                                std::span<ImpliedVolStatus> status);

// The exercise boundary for a plot: `points` ≥ 2 times to expiry from 0 to in.years, closer together
// near expiry (evenly spaced in √τ), and the spot at or beyond which one exercises. Empty where early
// exercise never pays. in.spot is not used. Throws as american does, and for points < 2 or a years or
// vol too small to see one.
struct AmericanBoundary {
  std::vector<double> years_to_expiry;
  std::vector<double> critical_spot;
};
AmericanBoundary american_boundary(AmericanScheme scheme, Right right, const BlackScholesInput& in, std::size_t points);

}  // namespace optix
