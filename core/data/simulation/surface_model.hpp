#pragma once
// An arbitrage-free surface that moves with the price: SSVI slices from three numbers per instant.
//
// Level: x = ln(S/level) of the short-dated volatility S returns to a mean and moves against the price,
//   x' = x + κ·(f·ln(√v/vol) − x)·dt + β·(excess return) + ν·√dt·ε
// with v the momentary variance of the price (f: level_follow).
// Term structure: forward variance at T is
//   L²·(1 − e₂) + M²·(e₂ − e₁) + S²·e₁,  e₁ = e^(−k₁T), e₂ = e^(−k₂T), k₁ ≥ k₂,
// M and L being medium_vol and long_vol times a power of S/level; it is positive, so the integral θ(T)
// rises with T.
// Smile: SSVI with φ(θ) = η/(θ^γ·(1+θ)^(1−γ)) and one ρ for all terms. With γ ≤ ½ no two slices cross,
// and every slice is free of butterflies when θφ²(1+|ρ|) ≤ 4 and θφ(1+|ρ|) < 4 (Gatheral & Jacquier
// 2014, theorems 4.1, 4.2); η is bounded so that both hold at every θ. η goes with a power of S/level: the skew
// steepens when volatility rises.
#include <vector>

#include "core/data/simulation/parameters.hpp"
#include "core/data/simulation/price_path.hpp"
#include "core/data/simulation/session_clock.hpp"
#include "core/volatility/ssvi.hpp"

namespace optix::simulation {

// What the surface is at one instant.
struct SurfaceState {
  double level = 0;  // S
  double medium = 0, far = 0;
  double rho = 0, eta = 0;
};

// One per snapshot.
std::vector<SurfaceState> surface_states(const Params& params, std::uint64_t seed, const SessionClock& clock,
                                         const PricePath& path);

// The state that belongs to a level and a wandering of the skew (0: none).
SurfaceState surface_state(const Params& params, double log_level, double wander);

// At-the-money total variance at `years` > 0, and the whole slice.
double atm_total_variance(const Params& params, const SurfaceState& state, double years);
SsviSlice surface_slice(const Params& params, const SurfaceState& state, double years);

}  // namespace optix::simulation
