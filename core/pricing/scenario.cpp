#include "core/pricing/scenario.hpp"

#include <cmath>
#include <stdexcept>

namespace optix {

Result<ScenarioGrid> scenario_grid(const Strategy& strategy, const StrategyMarket& market, const ScenarioAxes& axes) {
  if (Status status = strategy_defect(strategy); !status) return status.error();
  if (axes.spot.empty() || axes.vol_shift.empty() || axes.elapsed.empty())
    return Error{"a scenario needs at least one price, one volatility shift and one date", "scenario", ""};
  for (const double spot : axes.spot)
    if (!(spot > 0 && std::isfinite(spot)))
      return Error{"the price " + std::to_string(spot) + " of the underlying is not above 0", "scenario spot", ""};
  for (const double shift : axes.vol_shift)
    if (!std::isfinite(shift)) return Error{"a volatility shift is not a number", "scenario vol_shift", ""};
  const double first = first_expiry(strategy);
  for (const double years : axes.elapsed)
    if (!(years >= 0 && years <= first))
      return Error{
          std::to_string(years) + " years from now is outside 0 to the first expiration, " + std::to_string(first),
          "scenario elapsed", "what a leg pays later depends on where it expired"};

  ScenarioGrid out;
  out.axes = axes;
  const std::size_t n = axes.spot.size(), rows = n * axes.vol_shift.size() * axes.elapsed.size();
  for (std::vector<double>* column : {&out.value, &out.profit, &out.delta, &out.gamma, &out.vega, &out.theta, &out.rho})
    column->resize(rows);
  for (std::size_t t = 0; t < axes.elapsed.size(); ++t)
    for (std::size_t v = 0; v < axes.vol_shift.size(); ++v) {
      const std::size_t begin = out.row(0, v, t);
      const auto part = [&](std::vector<double>& column) { return std::span<double>(column).subspan(begin, n); };
      try {
        strategy_rows(strategy, market, axes.elapsed[t], axes.vol_shift[v], axes.spot,
                      {part(out.value), part(out.profit), part(out.delta), part(out.gamma), part(out.vega),
                       part(out.theta), part(out.rho)});
      } catch (const std::invalid_argument& error) {
        return Error{error.what(), "scenario vol_shift " + std::to_string(axes.vol_shift[v]),
                     "a shift may not take a volatility below 0"};
      }
    }
  return out;
}

std::vector<double> scenario_steps(double low, double high, std::size_t count) {
  if (!std::isfinite(low) || !std::isfinite(high) || count == 0 || (count == 1 && low != high))
    throw std::invalid_argument("steps need finite ends and at least two prices between different ends");
  std::vector<double> out(count, low);
  for (std::size_t i = 1; i < count; ++i)
    out[i] = i + 1 == count ? high : low + (high - low) * static_cast<double>(i) / static_cast<double>(count - 1);
  return out;
}

}  // namespace optix
