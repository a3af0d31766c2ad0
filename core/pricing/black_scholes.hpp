#pragma once
// Black–Scholes–Merton for European options, one contract at a time.
//
// Rates and yields are continuous per year, volatility per 1.00 a year, time in years. Delta is the
// spot delta including e^(−qT); vega is per 1.00 of volatility; theta is ∂V/∂t per year.
// Formulas: Hull, Options, Futures, and Other Derivatives, chapters 15, 17 and 19.
//
// The bits are the same on every x86-64-v3 machine with one C library: exp, log and erfc of glibc
// choose a variant by CPU feature, but every such machine has FMA and gets the same one; the build
// does not let the compiler contract expressions.
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

// Standard normal distribution function, 0.5·erfc(−x/√2): full relative accuracy in the lower tail.
double normal_cdf(double x);

// Throws std::invalid_argument when spot, strike, years or vol is not a positive finite number.
BlackScholesValue black_scholes(Right right, const BlackScholesInput& in);

}  // namespace optix
