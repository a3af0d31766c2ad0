#pragma once
// GARCH(1,1) with normal likelihood, for filtering returns before they are resampled.
//
//   r_t = μ + ε_t,  ε_t = σ_t·z_t,  σ²_t = ω + α·ε²_(t−1) + β·σ²_(t−1)
//
// Bollerslev, "Generalized autoregressive conditional heteroskedasticity", J. Econometrics 31 (1986);
// the filtered bootstrap: Barone-Adesi, Giannopoulos & Vosper, J. Futures Markets 19 (1999).
#include <span>
#include <string_view>
#include <vector>

#include "messages/values/result.hpp"

namespace optix::simulation {

struct GarchFit {
  double mean = 0;               // per day
  double omega = 0;              // variance per day
  double alpha = 0, beta = 0;    // α + β < 1
  double log_likelihood = 0;     // of the returns given the first variance, without the constant
  double last_variance = 0;      // for the day after the last return
  std::vector<double> residual;  // z_t, ascending, mean 0 and variance 1
  double unconditional_variance() const { return omega / (1 - alpha - beta); }
};

// The log likelihood at the given parameters; σ² starts at the sample variance.
double garch_log_likelihood(std::span<const double> returns, double mean, double omega, double alpha, double beta);

// Maximum likelihood by Nelder–Mead in (log of the unconditional variance, logits of α + β and of
// α's share). Error: fewer than 100 returns, one that is not finite, or no variation.
Result<GarchFit> fit_garch(std::span<const double> returns);

// Log returns of a CSV with a header and a column `close` (or the only column), rows from old to
// new. `name` stands for the file in errors, which name the line.
Result<std::vector<double>> returns_of_closes(std::string_view name, std::string_view csv);

}  // namespace optix::simulation
