#pragma once
// SSVI surfaces and extended SSVI slices: SVI slices tied to at-the-money total variance θ.
//
//   w(k) = θ/2·(1 + ρφk + √((φk + ρ)² + 1 − ρ²)),   ψ = θφ
//
// Sources: Gatheral & Jacquier (2014), §4 (SSVI, no-arbitrage theorems 4.1 and 4.2); Hendriks &
// Martini, "The extended SSVI volatility surface" (2019) and Corbetta, Cohort, Laachir & Martini,
// "Robust calibration and arbitrage-free interpolation of SSVI slices" (2019) for slices with their
// own ρ.
#include <span>

#include "core/volatility/svi.hpp"

namespace optix {

struct SsviSlice {
  double theta = 0;  // at-the-money total variance, > 0
  double rho = 0;    // in (−1, 1)
  double phi = 0;    // ≥ 0
};

// The same slice by ψ = θφ, in which the conditions between slices are simple.
struct EssviSlice {
  double theta = 0;
  double rho = 0;
  double psi = 0;
};

// φ(θ) = η / (θ^γ·(1+θ)^(1−γ)) and its derivative in θ. Arguments positive, γ in (0, 1).
double ssvi_power_law_phi(double eta, double gamma, double theta);
double ssvi_power_law_phi_slope(double eta, double gamma, double theta);
// φ(θ) = (1 − (1 − e^(−λθ))/(λθ)) / (λθ) and its derivative in θ; accurate for small λθ.
double ssvi_heston_phi(double lambda, double theta);
double ssvi_heston_phi_slope(double lambda, double theta);

SviParameters ssvi_to_raw(const SsviSlice& s);
SviParameters essvi_to_raw(const EssviSlice& s);
double ssvi_total_variance(const SsviSlice& s, double k);
double essvi_total_variance(const EssviSlice& s, double k);

// Sufficient for no butterfly arbitrage (theorem 4.2): both hold.
struct SsviButterflyConditions {
  bool wings = false;      // θφ(1+|ρ|) < 4; necessary as ≤ 4
  bool curvature = false;  // θφ²(1+|ρ|) ≤ 4; necessary when θφ(1+|ρ|) = 4
  bool both() const { return wings && curvature; }
};
SsviButterflyConditions ssvi_butterfly_conditions(const SsviSlice& s);
SsviButterflyConditions essvi_butterfly_conditions(const EssviSlice& s);

// No calendar arbitrage of an SSVI surface with constant ρ at θ (theorem 4.1, θ increasing in T):
// 0 ≤ ∂(θφ)/∂θ ≤ (1 + √(1−ρ²))/ρ²·φ.
bool ssvi_calendar_condition(double rho, double theta, double phi, double phi_slope);

// Sufficient for far ≥ near everywhere: θ and ψ(1±ρ) not decreasing (necessary) and φ not increasing.
bool essvi_calendar_conditions(const EssviSlice& near, const EssviSlice& far);

struct EssviExpiry {
  double years = 0;  // > 0
  EssviSlice slice;
};

// The slice at any `years` > 0 of a surface with ascending years: θ, ψ and ρψ linear in time between
// expiries; before the first θ and ψ shrink in proportion to time (φ and ρ constant); after the last
// θ grows at the last forward variance with ψ and ρ constant. Keeps the conditions above, hence free
// of both arbitrages when the given slices are. Throws std::invalid_argument on an empty surface or
// years that are not positive.
EssviSlice essvi_interpolate(std::span<const EssviExpiry> surface, double years);

}  // namespace optix
