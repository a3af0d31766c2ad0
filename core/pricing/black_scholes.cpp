#include "core/pricing/black_scholes.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

#include "core/pricing/elementary.hpp"
#include "core/pricing/european.hpp"

namespace optix {
namespace {

void require_positive(double value, const char* name) {
  if (!(value > 0) || !std::isfinite(value))
    throw std::invalid_argument("black_scholes: " + std::string(name) + " must be a positive number, not " +
                                std::to_string(value));
}

}  // namespace

double normal_cdf(double x) { return math::normal_cdf(x); }

BlackScholesValue black_scholes(Right right, const BlackScholesInput& in) {
  require_positive(in.spot, "spot");
  require_positive(in.strike, "strike");
  require_positive(in.years, "years");
  require_positive(in.vol, "vol");
  const EuropeanValue v = european(right, in);
  return {v.price, v.delta, v.gamma, v.vega, v.theta};
}

}  // namespace optix
