#pragma once
// Continuously compounded zero rates by time, in years from now.
//
// Between points −log(discount) = zero rate × years is linear, so the instantaneous forward rate is
// constant in each interval (Hagan and West, "Interpolation Methods for Curve Construction", 2006:
// "raw" interpolation). The curve passes through discount 1 at 0 years; beyond the last point the
// last interval's forward rate goes on.
#include <span>
#include <vector>

#include "messages/values/result.hpp"

namespace optix {

struct RatePoint {
  double years = 0;      // > 0
  double zero_rate = 0;  // continuous, per year, per 1.00; may be negative
};

class RateCurve {
 public:
  RateCurve() = default;  // all rates are zero
  // One rate for every time. Throws std::invalid_argument when it is not finite.
  static RateCurve flat(double zero_rate);
  // Points in any order. An error when there is none, when two have the same time, or when a time is
  // not positive and finite or a rate not finite; `where` names the point.
  static Result<RateCurve> from_zero_rates(std::span<const RatePoint> points);

  // The next four throw std::invalid_argument on a negative or not finite time.
  double discount(double years) const;      // value now of 1 paid then
  double log_discount(double years) const;  // its logarithm, −zero_rate(years)·years
  double zero_rate(double years) const;     // at 0 the first interval's rate
  // The rate agreed now for from → to, from < to: log(discount(from)/discount(to))/(to − from).
  double forward_rate(double from, double to) const;

  // The points, ascending; a flat curve has one, the default curve none.
  std::span<const RatePoint> points() const { return points_; }

 private:
  std::vector<RatePoint> points_;
};

}  // namespace optix
