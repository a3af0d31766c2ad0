#pragma once
// What a set of contracts is exposed to, in USD:
//
//   notional  Σ |q|·m·S              value of what it is on
//   delta     Σ δ·q·m·S              for a move of the underlying by 100 %
//   gamma     Σ Γ·q·m·S²/100         change of the dollar delta for a move by 1 %
//   vega      Σ ∂V/∂σ·q·m            per 1.00 of volatility
//   theta     Σ ∂V/∂t·q·m/365        per calendar day; negative when value decays
//
// with q contracts of multiplier m (shares: m = 1, δ = 1) and S the price of the underlying. Delta and
// gamma are those of the chain; where it has none, and for vega and theta, Black–Scholes at the chain's
// implied volatility, time to the settlement instant and one rate. A figure that nothing gives is NaN, and
// so is a sum that it enters.
#include <limits>

#include "core/execution/risk/holdings.hpp"

namespace optix {

struct Exposure {
  double contracts = 0;  // Σ |q| of options; shares do not count
  double notional = 0;
  double delta = 0;
  double gamma = 0;
  double vega = 0;
  double theta = 0;
  Exposure& operator+=(const Exposure& other);
};

// One leg as looked up; `chain` that of its underlying (nullptr: every figure of price is NaN), `rate`
// continuous per year.
Exposure exposure_of(const RiskLeg& leg, const ChainSnapshot* chain, double rate);

}  // namespace optix
