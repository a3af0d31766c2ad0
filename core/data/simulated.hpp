#pragma once
// A made-up market with the shape of a real index option chain: for demonstrations, benchmarks and
// tests that need no data. The same parameters, seed and stream give the same market everywhere.
//
// The underlying follows a geometric Brownian motion over exchange sessions (252 a year, every
// snapshot an equal share of a session's variance). Options are priced by Black–Scholes with the
// implied volatility  level(T) · (1 + skew·z + smile·z²),  z = ln(K/F) / (level(T)·√T) within ±4,
// level(T) = implied_vol · (1 + term·(√T − 0.5)) with T up to two years. Spreads grow with the
// price and lie on the exchange's ticks (0.05 below 3, 0.10 from 3).
#include <cstdint>
#include <memory>
#include <string>

#include "core/data/dataset.hpp"

namespace optix {

struct SimulatedParams {
  Symbol underlying = *Symbol::from("SIM");
  Date first = Date::from_civil(2021, 1, 4);  // sessions, inclusive
  Date last = Date::from_civil(2021, 12, 31);
  double spot = 4000;
  double drift = 0.05;        // of the underlying, a year, continuous
  double vol = 0.15;          // of the underlying, per 1.00 a year
  double implied_vol = 0.18;  // at the money at three months
  double skew = -0.06;        // per standard deviation of moneyness
  double smile = 0.012;       // per squared standard deviation
  double term = 0.2;          // rise of the level with the root of time
  double rate = 0.02;         // continuous
  double dividend_yield = 0.015;
  double spread = 0.008;          // half-spread as a share of the price, on top of 0.03
  int snapshots_per_session = 1;  // equally spaced, the last at the close; 390: one a minute
  int weekly_expirations = 8;     // Fridays ahead
  int monthly_expirations = 4;    // third Fridays ahead
  double strike_step = 25;
  int strikes_each_side = 24;  // listed around the opening spot; once listed, kept until expiration
  // Monthlies settle on the opening under the root of the underlying, weeklies on the close under
  // that root + "W", as SPX and SPXW do. Otherwise all settle on the close under one root.
  bool am_monthlies = false;
};

// Prices one step at a time, so that long streams cost no memory; step(i) may be called in any
// order and from several threads. An Error names the parameter that makes no sense.
Result<std::shared_ptr<const SnapshotSource>> simulate_market(const SimulatedParams& params, std::uint64_t seed,
                                                              std::uint64_t stream);

// The model's parts, for tests.
double simulated_implied_vol(const SimulatedParams& params, double forward, double strike, double years);
// Bid and ask around a model price: on ticks, bid ≥ 0, ask > bid.
struct SimulatedQuote {
  Decimal bid, ask;
};
SimulatedQuote simulated_quote(const SimulatedParams& params, double price);

}  // namespace optix
