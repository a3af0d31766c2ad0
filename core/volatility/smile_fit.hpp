#pragma once
// One smile through the quotes of one slice, free of butterflies and nowhere below the slice before.
//
// Corrected smiles start from a prior: the slice of an eSSVI surface (essvi_fit.hpp), whose slices are
// free of butterflies and do not cross, wings included. A penalised spline is added over the range of
// the quotes, out to four deviations, and fades out over one and a half times that range. Its roughness
// is the smallest of a ladder with g ≥ 0 everywhere; where it would dip under the slice before, that
// slice's variance becomes data of growing weight until it does not.
// Plain SVI smiles are least-squares fits held free of both arbitrages (svi_fit.hpp).
// Weights are 1/(half width of the error bar)² in total variance.
// Where that finds nothing (quotes of neighbouring expiries that contradict each other), the slice
// before takes the prior's place, and the correction is scaled down until the sum is free: 0 always is.
#include <optional>
#include <span>
#include <string>

#include "core/volatility/surface_fit.hpp"

namespace optix {

struct SmileFitInput {
  double years = 0;
  std::span<const SmileQuote> quotes;  // ascending strikes, with error bars and weights
  SviParameters prior;                 // free of butterflies; above all earlier priors
  const Smile* before = nullptr;       // the slice before in time, or none
  SmileModel model = SmileModel::automatic;
};

struct SmileFitResult {
  Smile smile;
  SliceOutcome outcome = SliceOutcome::left_out;
  std::string note;
  double inside = 0;        // share of liquid quotes whose bid ≤ fit ≤ ask
  SmileCheck check;         // over [check_low, check_high]
  double calendar_gap = 0;  // to the slice before, see below; 0 without one
};

// Free by its own measurements: check.free and calendar_gap ≥ −crossing_tolerance, if `before` is
// butterfly-free and the prior is free.
SmileFitResult fit_smile(const SmileFitInput& input);

// Slices that cross by less than this share of their variance are taken not to: rounding.
inline constexpr double crossing_tolerance = 1e-7;

// The range of k over which smiles are checked point by point: the quotes' and far beyond. Outside it
// wing slopes decide.
inline constexpr double check_low = -4, check_high = 3;

// Least w(far) − w(near) over [check_low, check_high], as a share of w(near): on a grid that is finer
// where the spline of either has knots. Wing slopes of far below near's give −∞.
double calendar_gap(const Smile& near, const Smile& far);

}  // namespace optix
