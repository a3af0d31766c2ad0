#pragma once
// Black–Scholes–Merton for European options, one contract at a time.
//
// Rates and yields are continuous per year, volatility per 1.00 a year, time in years. Delta is the
// spot delta including e^(−qT); vega is per 1.00 of volatility; theta is ∂V/∂t per year.
// These are figures of european(), which has more of them, works on columns and names its sources.
//
// The bits are the same on every x86-64-v3 machine: see elementary.hpp.
#include "messages/market.hpp"

namespace optix {

struct BlackScholesInput {
  double spot = 0;    // > 0
  double strike = 0;  // > 0
  double rate = 0;
  double dividend_yield = 0;
  double years = 0;  // > 0
  double vol = 0;    // > 0
};

struct BlackScholesValue {
  double price = 0;
  double delta = 0;
  double gamma = 0;
  double vega = 0;
  double theta = 0;
};

// Standard normal distribution function, as math::normal_cdf: full relative accuracy in the lower tail.
double normal_cdf(double x);

// Throws std::invalid_argument when spot, strike, years or vol is not a positive finite number, and
// where european() does.
BlackScholesValue black_scholes(Right right, const BlackScholesInput& in);

}  // namespace optix
