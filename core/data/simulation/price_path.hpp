#pragma once
// Price paths of several underlyings, correlated, at the instants of the session clock.
//
//   brownian  geometric Brownian motion
//   heston    Heston (1993); variance by full truncation: Lord, Koekkoek & van Dijk, "A comparison of
//             biased simulation schemes for stochastic volatility models", Quant. Finance 10 (2010)
//   merton    lognormal jumps at a Poisson rate, compensated: Merton, J. Financial Economics 3 (1976)
//   regimes   a calm and a stressed state, switching at openings: Hamilton, Econometrica 57 (1989)
//   garch     residuals of a GARCH(1,1) resampled a day at a time (garch.hpp); within the session a
//             Brownian bridge leads to the day's return
//
// Correlation is that of the normal shocks; jumps, regimes and variance shocks are each market's own.
#include <vector>

#include "core/data/simulation/parameters.hpp"
#include "core/data/simulation/session_clock.hpp"

namespace optix::simulation {

struct Dividend {
  Date ex;
  double amount = 0;  // USD per share, whole cents
};

struct PricePath {
  std::vector<double> open;      // per session, after the ex-dividend drop
  std::vector<double> price;     // per snapshot, whole cents, at least 0.01
  std::vector<double> variance;  // per snapshot: momentary variance a year
  std::vector<double> excess;    // per snapshot: log return since the one before less its drift, without dividends
  std::vector<Dividend> dividends;
};

// The dividends of a market, known ahead: ex-dates in evenly spaced months on the session on or after
// the 15th, up to three years beyond the last session; they grow with the drift.
std::vector<Dividend> dividend_schedule(const Params& params);

// Error: as check(setup), a correlation matrix that cholesky() refuses, returns that fit_garch() refuses.
Result<std::vector<PricePath>> price_paths(const Setup& setup);

}  // namespace optix::simulation
