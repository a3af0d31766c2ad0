#pragma once
// Shared by summary_*.cpp only: the conditions under which a figure is undefined, in one place.
#include <cmath>

#include "core/metrics/math.hpp"
#include "core/metrics/summary.hpp"

namespace optix::summary {

inline Figure undefined(const SummaryInput& in, std::string_view why) { return Figure::undefined(why, in.n()); }
inline Figure value(const SummaryInput& in, double v) { return Figure::of(v, in.n()); }
inline double annual(const SummaryInput& in) { return in.options.periods_per_year; }

// Runs `compute` when there are at least `least` usable returns.
template <class F>
Figure with_returns(const SummaryInput& in, std::size_t least, F&& compute) {
  if (!in.series.positive) return undefined(in, reason_code::equity_not_positive);
  if (in.n() == 0) return undefined(in, reason_code::no_observations);
  if (in.n() < least) return undefined(in, reason_code::too_few_observations);
  return compute();
}

// The same for figures that need only the curve.
template <class F>
Figure with_curve(const SummaryInput& in, F&& compute) {
  if (in.series.curve.empty()) return undefined(in, reason_code::no_observations);
  return compute();
}

inline Figure ratio(const SummaryInput& in, double numerator, double denominator, std::string_view why_zero) {
  return denominator == 0 ? undefined(in, why_zero) : value(in, numerator / denominator);
}

// Used by more than one file.
Figure cagr(const SummaryInput& in);
double lowest_drawdown(const SummaryInput& in);  // ≤ 0
double total_return(const SummaryInput& in);     // curve not empty

}  // namespace optix::summary
