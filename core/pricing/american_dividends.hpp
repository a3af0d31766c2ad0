#pragma once
// American and European options on a stock that pays known cash dividends.
//
// Two models, which give different prices for the same volatility:
//   spot      the stock is lognormal between ex times and drops by the dividend at each. A dividend
//             larger than the price takes all of it: the price stays at 0 (the "liquidator" rule of
//             Haug, Haug and Lewis, "Back to Basics: a New Approach to the Discrete Dividend
//             Problem", 2003).
//   escrowed  the price less the present value of the dividends still to come until expiry is
//             lognormal from today on; the dividends themselves are riskless. The holder who
//             exercises gets the whole price, S* + present value of the remaining dividends. Roll
//             (1977), Geske (1979), Whaley (1981). The European value is Black–Scholes at S*.
//
// Method: finite differences on a grid in spot that is dense around the strike, TR-BDF2 in time
// (Bank et al. 1985; Le Floc'h, "TR-BDF2 for Stable American Option Pricing", 2014), the exercise
// condition solved exactly in each stage: by Brennan–Schwartz elimination (Brennan and Schwartz
// 1977; Jaillet, Lamberton and Lapeyre 1990) where the exercise region is connected to one end of
// the grid, else by policy iteration (Forsyth and Vetzal 2002). The payoff is averaged over the
// cell around the strike; at an ex time values are read at S − D by an interpolation that makes no
// new extremes.
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/pricing/black_scholes.hpp"
#include "core/pricing/dividends.hpp"

namespace optix {

enum class DividendModel : std::uint8_t { spot, escrowed };
constexpr auto enum_names(DividendModel) { return std::to_array<std::string_view>({"spot", "escrowed"}); }

// How fine the grid is. The errors are the largest seen for spot 100, half a year to two years,
// volatility 12 to 60 % and up to four dividends; they scale with the strike. They grow where the drift
// |rate − yield|·years is many times vol·√years, and where a dividend is nearly the whole spot.
enum class DividendScheme : std::uint8_t {
  fast,            // below 1.5 ms, price within 1e-3
  high_precision,  // two fine grids extrapolated: price within 2e-5, some 30 times slower
};
constexpr auto enum_names(DividendScheme) { return std::to_array<std::string_view>({"fast", "high_precision"}); }

struct DividendGrid {
  int intervals = 0;         // of the spot axis, ≥ 16
  int steps = 0;             // of the time axis, ≥ 4; shared out among the spans between ex times
  bool extrapolate = false;  // also solve with half of both and remove the second-order error
};
DividendGrid dividend_grid(DividendScheme scheme);

struct DividendOptionValue {
  double price = 0;
  double delta = 0;  // ∂price/∂spot, the dividends fixed
  double gamma = 0;
  bool exercise_now = false;  // American, and worth no more alive than exercised (within 1e-9·strike)
};

// `in.dividend_yield` is a continuous yield on top of the cash dividends. Dividends with ex time
// outside (0, years] do not matter.
// Throws std::invalid_argument when spot, strike, years or vol is not positive and finite, a rate
// not finite, the grid too coarse, (escrowed) the dividends are worth the whole spot or more, or rates
// and dividends are so extreme that no exercise region can be settled.
DividendOptionValue dividend_option(DividendScheme scheme, DividendModel model, ExerciseStyle exercise, Right right,
                                    const BlackScholesInput& in, const DividendSchedule& dividends);
DividendOptionValue dividend_option(const DividendGrid& grid, DividendModel model, ExerciseStyle exercise, Right right,
                                    const BlackScholesInput& in, const DividendSchedule& dividends);

// One expiry, row by row; an empty output span is not filled.
struct DividendOptionColumns {
  std::span<double> price, delta, gamma;
};
// `terms` without strike and vol, which come from the columns. Throws as above, also when the
// columns' lengths differ.
void dividend_option_chain(DividendScheme scheme, DividendModel model, ExerciseStyle exercise,
                           const BlackScholesInput& terms, const DividendSchedule& dividends,
                           std::span<const double> strike, std::span<const double> vol, std::span<const Right> right,
                           const DividendOptionColumns& out);

}  // namespace optix
