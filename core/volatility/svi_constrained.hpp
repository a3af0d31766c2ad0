#pragma once
// Least squares in (a, left slope, right slope, m, σ) under no-arbitrage constraints: the second
// stage of svi_fit and the descent of svi_repair.
#include <cstddef>

#include "core/volatility/svi_fit.hpp"

namespace optix {

struct SviConstraints {
  bool butterfly_free = false;
  const SviParameters* lower_bound = nullptr;  // valid when given
};

bool svi_satisfies(const SviParameters& p, const SviConstraints& constraints);

// Rows of a least-squares problem, padded to a multiple of four with rows of share 0 at the first
// row's k: shares are weights over their sum.
struct SviRows {
  std::size_t rows = 0;
  const double* k = nullptr;
  const double* w = nullptr;
  const double* share = nullptr;
};

double svi_mean_square(const SviRows& data, const SviParameters& p);

// The best slice found from `start` that satisfies the constraints: Levenberg–Marquardt with the
// method of multipliers (Nocedal & Wright, "Numerical Optimization", 2006, §17.3) on g and on the gap
// to the lower bound at a fixed set of k and at the worst points found by the exact checks, then, if the exact checks
// still object, the nearest point on the way to a slice known to satisfy them. `satisfied` is false only when there is
// none (a lower bound with wings steeper than 2 while butterflies are to be excluded).
struct SviConstrained {
  SviParameters parameters;
  bool satisfied = false;
  int iterations = 0;
};
SviConstrained fit_svi_constrained(const SviRows& data, const SviParameters& start, const SviConstraints& constraints);

}  // namespace optix
