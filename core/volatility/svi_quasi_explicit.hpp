#pragma once
// The unconstrained heart of svi_fit: least squares in (m, σ) with (a, d, c) eliminated.
#include <cstddef>

#include "core/volatility/svi.hpp"

namespace optix {

// Columns of one slice, padded to a multiple of four rows with weight 0.
struct SviColumns {
  std::size_t rows = 0;  // padded
  const double* k = nullptr;
  const double* w = nullptr;      // total variance minus its weighted mean
  const double* share = nullptr;  // weight over the sum of weights
  double* scratch = nullptr;      // six columns of `rows`
  double mean_w = 0;
  double k_low = 0;
  double k_high = 0;
};

struct SviQuasiExplicit {
  SviParameters parameters;
  int iterations = 0;
  bool converged = false;
};

// Best slice for the given (m, σ), nothing moved.
SviQuasiExplicit svi_at(const SviColumns& columns, double m, double sigma);
// Best slice over (m, σ) from the best cells of a grid, and from `start` when it is not null.
SviQuasiExplicit svi_search(const SviColumns& columns, const SviParameters* start, int max_iterations);

}  // namespace optix
