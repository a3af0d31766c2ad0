#pragma once
// A position over a grid of prices of the underlying × changes of volatility × dates: what it is
// worth, what it has made, its greeks. Black–Scholes–Merton, see strategy_value.hpp.
#include <cstddef>
#include <span>
#include <vector>

#include "core/pricing/strategy_value.hpp"

namespace optix {

struct ScenarioAxes {
  std::vector<double> spot;       // prices of the underlying, > 0
  std::vector<double> vol_shift;  // added to every volatility, per 1.00: 0.01 is one point
  std::vector<double> elapsed;    // years from the valuation time, 0 to the first expiration
};

// Columns of spot.size() · vol_shift.size() · elapsed.size() rows: spots run fastest, then shifts,
// then dates. Units as StrategyValue.
struct ScenarioGrid {
  ScenarioAxes axes;
  std::vector<double> value, profit, delta, gamma, vega, theta, rho;

  std::size_t row(std::size_t spot, std::size_t shift, std::size_t date) const {
    return (date * axes.vol_shift.size() + shift) * axes.spot.size() + spot;
  }
};

// An Error names the axis that is empty or has a value that makes no sense (a price that is not
// positive, a date after the first expiration, a shift that makes a volatility negative).
Result<ScenarioGrid> scenario_grid(const Strategy& strategy, const StrategyMarket& market, const ScenarioAxes& axes);

// `count` prices from low to high, equally spaced; count >= 2, or 1 when low == high.
std::vector<double> scenario_steps(double low, double high, std::size_t count);

}  // namespace optix
