#include "core/pricing/black_scholes.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace optix {
namespace {

constexpr double inverse_root_two = 0.70710678118654752440;
constexpr double inverse_root_two_pi = 0.39894228040143267794;

void require_positive(double value, const char* name) {
  if (!(value > 0) || !std::isfinite(value))
    throw std::invalid_argument("black_scholes: " + std::string(name) + " must be a positive number, not " +
                                std::to_string(value));
}

// log(a / b) without the rounding error of the quotient: m = a/b, and what the division lost.
double log_ratio(double a, double b) {
  const double m = a / b;
  return std::log(m) + std::fma(-m, b, a) / (b * m);
}

}  // namespace

double normal_cdf(double x) { return 0.5 * std::erfc(-x * inverse_root_two); }

BlackScholesValue black_scholes(Right right, const BlackScholesInput& in) {
  require_positive(in.spot, "spot");
  require_positive(in.strike, "strike");
  require_positive(in.years, "years");
  require_positive(in.vol, "vol");
  const double root_t = std::sqrt(in.years);
  const double deviation = in.vol * root_t;
  const double growth = std::exp(-in.dividend_yield * in.years);
  const double discount = std::exp(-in.rate * in.years);
  const double d1 =
      (log_ratio(in.spot, in.strike) + (in.rate - in.dividend_yield) * in.years) / deviation + 0.5 * deviation;
  const double d2 = d1 - deviation;
  const double density = inverse_root_two_pi * std::exp(-0.5 * d1 * d1);
  const double sign = right == Right::call ? 1 : -1;
  const double n1 = normal_cdf(sign * d1), n2 = normal_cdf(sign * d2);
  const double forward_part = in.spot * growth, strike_part = in.strike * discount;

  BlackScholesValue v;
  v.price = sign * (forward_part * n1 - strike_part * n2);
  if (v.price < 0) v.price = 0;  // the difference of two tiny numbers
  v.delta = sign * growth * n1;
  v.gamma = growth * density / (in.spot * deviation);
  v.vega = forward_part * density * root_t;
  v.theta = -forward_part * density * in.vol / (2 * root_t) +
            sign * (in.dividend_yield * forward_part * n1 - in.rate * strike_part * n2);
  return v;
}

}  // namespace optix
