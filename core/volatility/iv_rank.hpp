#pragma once
// Where today's implied volatility stands in its own history.
//
//   rank        (current − lowest) / (highest − lowest) of the window, in [0, 1] when the current value
//               lies within the window's range; below 0 or above 1 when it is a new extreme
//   percentile  share of the window's values strictly below the current one, in [0, 1]
// The window is what came before: it does not contain the current value. Values that are not finite
// (no surface that day) are passed over. Both are fractions per 1.00.
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace optix {

struct IvRankOptions {
  std::size_t window = 252;  // the latest so many observations; 252 sessions are a year
  std::size_t minimum = 20;  // finite observations needed, ≥ 1
};

struct IvRank {
  std::optional<double> rank, percentile;
  std::string_view rank_why, percentile_why;  // a word of reason_code (core/metrics) when undefined
  std::size_t observations = 0;               // finite ones in the window
  double lowest = 0, highest = 0;             // of them; meaningless without observations
};

// history: oldest first. A flat window has a percentile and no rank.
IvRank iv_rank(std::span<const double> history, double current, const IvRankOptions& options = {});

}  // namespace optix
