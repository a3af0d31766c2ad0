#include "core/volatility/iv_rank.hpp"

#include <algorithm>
#include <cmath>

#include "core/metrics/figure.hpp"

namespace optix {

IvRank iv_rank(std::span<const double> history, double current, const IvRankOptions& options) {
  IvRank out;
  const std::span<const double> window = history.last(std::min(history.size(), options.window));
  std::size_t below = 0;
  for (const double value : window) {
    if (!std::isfinite(value)) continue;
    out.lowest = out.observations == 0 ? value : std::min(out.lowest, value);
    out.highest = out.observations == 0 ? value : std::max(out.highest, value);
    ++out.observations;
    below += value < current ? 1 : 0;
  }
  std::string_view why;
  if (!std::isfinite(current) || out.observations == 0)
    why = reason_code::no_observations;
  else if (out.observations < options.minimum)
    why = reason_code::too_few_observations;
  if (!why.empty()) {
    out.rank_why = out.percentile_why = why;
    return out;
  }
  out.percentile = static_cast<double>(below) / static_cast<double>(out.observations);
  if (out.highest > out.lowest)
    out.rank = (current - out.lowest) / (out.highest - out.lowest);
  else
    out.rank_why = reason_code::zero_denominator;
  return out;
}

}  // namespace optix
