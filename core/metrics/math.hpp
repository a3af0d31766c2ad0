#pragma once
// Small statistics with a fixed evaluation order: every sum runs from the first element to the
// last, so equal inputs give equal bits. std::sqrt is exact by IEEE 754. std::pow, std::log1p,
// std::exp and std::erfc are the C library's: within an ulp, and the same bits on every machine of
// the x86-64-v3 floor with the same C library, where its FMA variants are always the ones chosen.
// They serve figures reported after the run, never a decision.
#include <span>
#include <vector>

namespace optix {

inline constexpr double z_95 = 1.6448536269514722;  // Φ⁻¹(0.95)

// The mean of a non-empty span.
double mean(std::span<const double> x);
// Sum of (x − centre)^power / (n − ddof); power 2, 3 or 4; n > ddof.
double central_moment(std::span<const double> x, double centre, int power, int ddof);
// Standard deviation, ddof 1, n ≥ 2; exactly 0 when all values are equal.
double sample_deviation(std::span<const double> x);
// Linear interpolation between order statistics at q·(n − 1) (NumPy's default, Hyndman–Fan 7).
double percentile_of_sorted(std::span<const double> sorted, double q);
// Mean of the ⌊(n − 1)·alpha⌋ + 1 smallest.
double mean_of_smallest(std::span<const double> sorted, double alpha);
// (1 + annual)^(1 / periods) − 1 for annual > −1, any sign.
double per_period_rate(double annual, double periods_per_year);

std::vector<double> sorted_copy(std::span<const double> x);

}  // namespace optix
