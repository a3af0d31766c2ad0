#pragma once
// The spot axis of one option under cash dividends: nodes, the Black–Scholes operator on them, and
// what happens to the values at an ex time. Used by american_dividends.cpp.
//
// Nodes lie at strike·exp(c·sinh(ξ)), ξ evenly spaced, plus one at 0: the strike is a node, spacing
// grows from there in relative terms (sinh grids: Tavella and Randall, "Pricing Financial
// Instruments: the Finite Difference Method", 2000). Differences are taken in spot, three points,
// so a forward and a bond are exact; where they would spoil the M-matrix the first derivative is
// taken upwind.
//
// Wherever a kink enters (payoff at the strike, exercise just before an ex time, a price that falls
// to 0) the node next to it holds the mean over its cell instead of the value at a point. Without it
// the error depends on where between two nodes the kink fell and cannot be extrapolated away
// (Pooley, Vetzal and Forsyth, "Convergence Remedies for Non-Smooth Payoffs in Option Pricing", 2003).
//
// All vectors are in march order: the end where one exercises first, so ascending spot for a put and
// descending spot for a call.
#include <cstddef>
#include <vector>

#include "core/pricing/american_dividends.hpp"

namespace optix {

struct DividendAxis {
  Right right = Right::put;
  double strike = 0;
  double rate = 0;
  // The exercise region reaches one end of the axis: a put with rate ≥ 0, a call with yield ≥ 0.
  bool single_boundary = true;
  std::vector<double> spot;
  // (L v)[i] = before[i]·(v[i−1] − v[i]) + after[i]·(v[i+1] − v[i]) − rate·v[i]
  std::vector<double> before, after;
  std::vector<double> exercise;  // spot − strike for a call, strike − spot for a put; may be negative
  std::vector<double> value;     // at expiry: the payoff, averaged about the strike

  std::size_t nodes() const { return spot.size(); }
};

// `in.spot` is where the price diffuses from (S* in the escrowed model), `drops` the sum of the
// dividends that will lower it (0 in the escrowed model). The axis has `intervals`·`refine` intervals
// above its lowest positive node; for refine = 2 its nodes include those for refine = 1. Throws
// std::invalid_argument when prices six deviations away are beyond e^±300 strikes.
DividendAxis make_dividend_axis(Right right, const BlackScholesInput& in, double drops, int intervals, int refine);

// Values just before an ex time from those just after: value(s) = value(s − amount), at 0 for
// amount ≥ s. Four-point interpolation, held between the two nodes around the point.
void go_ex(DividendAxis& axis, double amount);

// value = max(value, exercise + carried), `carried` being ± the dividends the holder gets by
// exercising in the escrowed model.
void allow_exercise(DividendAxis& axis, double carried);

// Price, delta and gamma from the five nodes around `spot`; the price stays between the two nearest.
DividendOptionValue read_axis(const DividendAxis& axis, double spot);

}  // namespace optix
