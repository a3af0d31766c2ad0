#include "core/pricing/vector_targets.hpp"
// Highway reads the line above.
#include "core/pricing/chain_constants.hpp"
#include "core/pricing/elementary.hpp"
#include "core/pricing/european_columns-inl.hpp"

#include <cmath>

namespace optix {
namespace {

using HWY_NAMESPACE::least_positive, HWY_NAMESPACE::most_positive;

bool usable(double value) { return value >= least_positive && value <= most_positive; }

}  // namespace

double discount_factor(double rate, double years) {
  namespace hn = ::hwy::HWY_NAMESPACE;
  constexpr hn::CappedTag<double, 1> d;
  return hn::GetLane(HWY_NAMESPACE::Discount(d, hn::Set(d, rate), hn::Set(d, years)));
}

bool chain_constants(const ExpiryTerms& t, ChainConstants& c) {
  c = {t.forward, 0, t.discount, t.forward * t.discount, 1 / t.spot, t.years, std::sqrt(t.years), 0, 0};
  if (!(usable(t.spot) && usable(t.forward) && usable(t.discount) && t.years >= 0 && t.years <= most_positive))
    return false;
  if (!std::isnan(t.rate) && !std::isnan(t.dividend_yield)) {
    c.rate = t.rate;
    c.dividend_yield = t.dividend_yield;
    c.base = t.spot;
    c.carry = (t.rate - t.dividend_yield) * t.years;
    c.asset = t.spot * discount_factor(t.dividend_yield, t.years);
  } else if (t.years >= least_positive) {
    c.rate = -math::log(t.discount) / t.years;
    c.dividend_yield = c.rate - math::log(t.forward / t.spot) / t.years;
  }
  return usable(c.asset) && std::fabs(c.rate) <= largest_rate && std::fabs(c.dividend_yield) <= largest_rate;
}

ExpiryTerms expiry_terms(double spot, double rate, double dividend_yield, double years) {
  return {spot,          spot * math::exp((rate - dividend_yield) * years), discount_factor(rate, years), years, rate,
          dividend_yield};
}

ExpiryTerms black76_terms(double forward, double discount, double years) { return {forward, forward, discount, years}; }

}  // namespace optix
