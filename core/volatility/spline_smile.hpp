#pragma once
// A smile as a natural cubic spline of total variance w over log-moneyness k = ln(K/F): twice
// continuously differentiable everywhere, with straight wings that continue the slope at the ends.
//
// The straight wings keep w linear as |k| grows, and slopes of at most 2 in size keep the moments
// finite (Lee, "The Moment Formula for Implied Volatility at Extreme Strikes", 2004). That alone does
// not exclude arbitrage: a spline through quotes can have a negative density; check it
// (smile_check of smile.hpp).
#include <cstddef>
#include <span>
#include <vector>

#include "core/volatility/svi.hpp"
#include "messages/values/result.hpp"

namespace optix {

// Knots with values and second derivatives; the second derivatives at both ends are 0.
struct SplineSmile {
  std::vector<double> knot;       // ascending
  std::vector<double> value;      // w at the knots
  std::vector<double> curvature;  // w'' at the knots
  double left_slope = 0, right_slope = 0;

  bool empty() const { return knot.empty(); }
  VarianceDerivatives at(double k) const;  // 0 everywhere when empty
};

// The natural cubic spline through (k, w): k strictly ascending and finite, at least one point (one
// point: a constant; two: a line). Error: sizes differ, k not ascending, a value not finite.
// Source: de Boor, "A Practical Guide to Splines", chapter IV (tridiagonal system for w'').
Result<SplineSmile> natural_spline(std::span<const double> k, std::span<const double> w);

// Natural spline through market points whose wing slopes are held within ±max_slope: when the end
// slope of the natural spline is steeper, the end condition w'' = 0 is kept and the outermost
// value is moved to give exactly ±max_slope. `moved` tells how many ends were changed.
struct BoundedSpline {
  SplineSmile smile;
  std::size_t moved = 0;
};
Result<BoundedSpline> bounded_spline(std::span<const double> k, std::span<const double> w, double max_slope = 2.0);

// Least squares by cubic B-splines on evenly spaced knots, zero with slope and curvature zero at and
// beyond both ends (so it can be added to another smile without touching its wings):
//   minimise Σ weight·(y − s(k))² + roughness·Σ s''(knot)²
// with s = Σ c_j B_j, knots low + i·step, i = 0…cells (Eilers and Marx, "Flexible Smoothing with
// B-splines and Penalties", 1996: second differences of the c_j are step²·s'' at the knots). Points
// outside (low, low + cells·step) are not used.
struct PenalisedSplineFit {
  double low = 0, step = 0;
  std::size_t cells = 0;  // ≥ 4: otherwise there is no such function but 0, and the result is empty
  double roughness = 0;   // > 0 (std::invalid_argument otherwise)
};
SplineSmile penalised_spline(std::span<const double> k, std::span<const double> y, std::span<const double> weight,
                             const PenalisedSplineFit& fit);

}  // namespace optix
