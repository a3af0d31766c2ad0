#pragma once
// What the kernels of european.cpp and implied_vol.cpp take of an expiry's terms.
#include "core/pricing/european.hpp"

namespace optix {

inline constexpr double largest_rate = 1e9;  // per year; beyond it rows are refused

struct ChainConstants {
  double base = 0, carry = 0;  // log-moneyness is log(base/K) + carry
  double discount = 0;
  double asset = 0;  // S·e^(−qT)
  double inverse_spot = 0;
  double years = 0, root_years = 0;
  double rate = 0, dividend_yield = 0;
};

// e^(−rate·years), the product's rounding put back.
double discount_factor(double rate, double years);

// False when no row of the expiry can be valued.
bool chain_constants(const ExpiryTerms& terms, ChainConstants& constants);

}  // namespace optix
