#pragma once
// One smile through the quotes of one slice, free of butterflies and nowhere below the slice before.
//
// 1. SVI by least squares in total variance, weights 1/(half width of the error bar)², butterfly-free
//    and above the SVI part of the slice before (svi_fit.hpp).
// 2. Where that leaves too many quotes outside their bid and ask, a penalised spline is added over the
//    range where quotes say something (forward delta of the wing ≥ 0.003). Its roughness is the
//    smallest of a ladder with g ≥ 0 everywhere; where it would dip under the slice before, that
//    slice's variance becomes data of growing weight until it does not.
// 3. If neither is free of arbitrage: the SVI slice lifted by a constant, and at last the slice before
//    raised by the largest constant that keeps it free (0 always does).
#include <optional>
#include <span>
#include <string>

#include "core/volatility/surface_fit.hpp"

namespace optix {

struct SmileFitInput {
  double years = 0;
  std::span<const SmileQuote> quotes;  // ascending strikes, with error bars and weights
  const Smile* before = nullptr;       // the slice before in time, or none
  SmileModel model = SmileModel::automatic;
};

struct SmileFitResult {
  Smile smile;
  SliceOutcome outcome = SliceOutcome::left_out;
  std::string note;
  double inside = 0;  // share of liquid quotes whose bid ≤ fit ≤ ask
};

SmileFitResult fit_smile(const SmileFitInput& input);

// The range of k over which smiles are checked point by point: the quotes' and far beyond. Outside it
// wing slopes decide.
inline constexpr double check_low = -4, check_high = 3;

// Least w(far) − w(near) over [check_low, check_high]: on a grid that is finer where the spline of
// either has knots. Wing slopes of far below near's give −∞.
double calendar_gap(const Smile& near, const Smile& far);

}  // namespace optix
