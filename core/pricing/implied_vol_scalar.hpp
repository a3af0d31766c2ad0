#pragma once
// The implied deviation of one out-of-the-money option, for every corner of the plane.
//
// In the manner of P. Jäckel, "Let's Be Rational" (Wilmott, 2015): one normalised price, scaled normal
// tails that neither underflow nor cancel, an objective chosen by branch (the logarithm of the price
// below the inflection point s² = 2y, of its complement above), third-order Householder steps. Here
// the steps are kept in a bracket instead of starting from rational interpolations.

namespace optix {

// With c(s) = N(s/2 − y/s) − e^y·N(−s/2 − y/s), the price per unit of the smaller of discounted
// forward and strike, and y = |log(F/K)| ≥ 0: the s with c(s) = price. `complement` is 1 − price,
// passed because it is known better than by subtraction when price is near 1. Both must be positive.
// Ends after at most 100 steps; never NaN.
double implied_deviation(double y, double price, double complement);

}  // namespace optix
