#pragma once
// SVI: one expiry's total implied variance w(k) = σ²_BS(k)·T over log-moneyness k = log(strike/forward).
//
//   raw:        w(k) = a + b·(ρ(k−m) + √((k−m)² + σ²))            b ≥ 0, |ρ| ≤ 1, σ ≥ 0
//   natural:    w(k) = Δ + ω/2·(1 + ζρ(k−μ) + √((ζ(k−μ)+ρ)² + 1−ρ²))
//   jump wings: at-the-money variance v, skew ψ = ∂√w/∂k, left and right wing slopes p, c of
//               w/√w(0), minimum variance ṽ
//
// k is dimensionless, w is variance (not per year), v and ṽ are variances per year.
// Source: Gatheral & Jacquier, "Arbitrage-free SVI volatility surfaces" (2014), §3.
#include "messages/values/result.hpp"

namespace optix {

struct SviParameters {
  double a = 0;
  double b = 0;
  double rho = 0;
  double m = 0;
  double sigma = 0;
};

struct SviNatural {
  double delta = 0;
  double mu = 0;
  double rho = 0;
  double omega = 0;
  double zeta = 0;
};

struct SviJumpWings {
  double v = 0;        // at-the-money variance per year
  double psi = 0;      // at-the-money skew
  double p = 0;        // slope of the left wing
  double c = 0;        // slope of the right wing
  double v_tilde = 0;  // minimum variance per year
};

// Total variance and its first two derivatives in k, of any smile.
struct VarianceDerivatives {
  double w = 0;
  double w1 = 0;
  double w2 = 0;
};

// All finite, b ≥ 0, |ρ| ≤ 1, σ ≥ 0. Says nothing about arbitrage (core/volatility/arbitrage.hpp).
bool svi_valid(const SviParameters& p);

double svi_total_variance(const SviParameters& p, double k);
double svi_first_derivative(const SviParameters& p, double k);
double svi_second_derivative(const SviParameters& p, double k);
VarianceDerivatives svi_derivatives(const SviParameters& p, double k);
// √(w(k)/years); NaN when w < 0. years > 0.
double svi_volatility(const SviParameters& p, double k, double years);

// Durrleman's g(k) = (1 − k·w'/(2w))² − w'²/4·(1/w + 1/4) + w''/2; the risk-neutral density of k is
// g(k)·φ(d₋(k))/√w(k), so g ≥ 0 is absence of butterfly arbitrage (with w > 0 and the call price
// vanishing at k → ∞). Not defined where w ≤ 0: returns −∞ there.
double durrleman_g(const VarianceDerivatives& smile, double k);
double svi_durrleman_g(const SviParameters& p, double k);

// a + bσ√(1−ρ²), and where it is reached (±∞ when |ρ| = 1).
double svi_minimum_variance(const SviParameters& p);
double svi_minimum_location(const SviParameters& p);
// |dw/dk| at k → −∞ and +∞: b(1−ρ), b(1+ρ). Lee's moment formula: at most 2.
double svi_left_slope(const SviParameters& p);
double svi_right_slope(const SviParameters& p);

// Natural form; error when |ρ| = 1 or σ = 0 (ω or ζ is not finite).
Result<SviNatural> svi_to_natural(const SviParameters& p);
SviParameters svi_from_natural(const SviNatural& n);

// Jump wings for an expiry in `years` > 0; error when w(0) ≤ 0 or the parameters are not valid.
Result<SviJumpWings> svi_to_jump_wings(const SviParameters& p, double years);
// Error when no raw slice has these jump wings (v ≤ 0, p or c negative, skew steeper than the
// wings, ṽ > v) or when the minimum lies at the money (ψ = 0, ṽ = v with p + c > 0) so that σ is
// not determined. p = c = 0 gives the flat slice a = vT, b = 0.
Result<SviParameters> svi_from_jump_wings(const SviJumpWings& jw, double years);

}  // namespace optix
