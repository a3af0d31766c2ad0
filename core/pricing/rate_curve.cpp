#include "core/pricing/rate_curve.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "core/pricing/elementary.hpp"

namespace optix {

RateCurve RateCurve::flat(double zero_rate) {
  if (!std::isfinite(zero_rate)) throw std::invalid_argument("a rate curve needs a finite rate");
  RateCurve out;
  out.points_ = {{1.0, zero_rate}};
  return out;
}

Result<RateCurve> RateCurve::from_zero_rates(std::span<const RatePoint> points) {
  if (points.empty()) return Error{"a rate curve needs at least one point", "", "give one zero rate for a flat curve"};
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::string where = "rate point " + std::to_string(i + 1);
    if (!(points[i].years > 0) || !std::isfinite(points[i].years))
      return Error{"time is not positive: " + std::to_string(points[i].years), where, "times are years from now"};
    if (!std::isfinite(points[i].zero_rate))
      return Error{"rate is not a number", where, "rates are continuous per year, 0.05 for 5 %"};
  }
  RateCurve out;
  out.points_.assign(points.begin(), points.end());
  std::sort(out.points_.begin(), out.points_.end(),
            [](const RatePoint& a, const RatePoint& b) { return a.years < b.years; });
  for (std::size_t i = 1; i < out.points_.size(); ++i)
    if (out.points_[i].years == out.points_[i - 1].years)
      return Error{"two rates for the same time: " + std::to_string(out.points_[i].years) + " years", "rate curve",
                   "keep one of them"};
  return out;
}

double RateCurve::log_discount(double years) const {
  if (!(years >= 0) || !std::isfinite(years)) throw std::invalid_argument("a discount needs a time of 0 or later");
  if (points_.empty() || years == 0) return 0;
  // The interval with years ≤ its right end; the last one serves everything beyond.
  std::size_t right = 0;
  while (right + 1 < points_.size() && points_[right].years < years) ++right;
  const RatePoint& b = points_[right];
  if (right == 0) return -b.zero_rate * years;
  const RatePoint& a = points_[right - 1];
  const double sum_a = a.zero_rate * a.years, sum_b = b.zero_rate * b.years;
  return -(sum_a + (sum_b - sum_a) * ((years - a.years) / (b.years - a.years)));
}

double RateCurve::discount(double years) const { return math::exp(log_discount(years)); }

double RateCurve::zero_rate(double years) const {
  const double sum = -log_discount(years);
  if (years > 0) return sum / years;
  return points_.empty() ? 0 : points_.front().zero_rate;
}

double RateCurve::forward_rate(double from, double to) const {
  if (!(from < to)) throw std::invalid_argument("a forward rate needs two times in order");
  return (log_discount(from) - log_discount(to)) / (to - from);
}

}  // namespace optix
