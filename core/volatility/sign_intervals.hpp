#pragma once
// Where a function of k is negative, given points between which it is monotone.
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "core/volatility/arbitrage.hpp"

namespace optix {

// The point in (low, high) where f changes sign; f(low) and f(high) differ in sign.
template <class F>
double bisect_sign(F&& f, double low, double high) {
  const bool negative_low = f(low) < 0;
  for (int i = 0; i < 200; ++i) {
    const double middle = low + 0.5 * (high - low);
    if (!(middle > low && middle < high)) break;
    ((f(middle) < 0) == negative_low ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// Maximal intervals where f < 0 between the first and the last of `points` (ascending).
template <class F>
std::vector<KInterval> negative_between(F&& f, std::span<const double> points) {
  std::vector<KInterval> out;
  bool inside = false;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool negative = f(points[i]) < 0;
    if (negative == inside) continue;
    const double edge = i == 0 ? points[0] : bisect_sign(f, points[i - 1], points[i]);
    if (negative)
      out.push_back({edge, edge});
    else
      out.back().to = edge;
    inside = negative;
  }
  if (inside) out.back().to = points.back();
  return out;
}

// Extends intervals found between the outermost points to the whole line: `left` and `right` are
// finite points far out in the wings, appended to the points by the caller, beyond which f keeps its
// sign.
inline void extend_to_infinity(std::vector<KInterval>& intervals, double left, double right) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (intervals.empty()) return;
  if (intervals.front().from <= left) intervals.front().from = -infinity;
  if (intervals.back().to >= right) intervals.back().to = infinity;
}

}  // namespace optix
