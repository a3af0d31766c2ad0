#include "core/execution/risk/exposure.hpp"

#include <cmath>

#include "core/contracts/shares.hpp"
#include "core/pricing/black_scholes.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

constexpr double days_per_year = 365;

struct Greeks {
  double delta, gamma;
  double vega = std::numeric_limits<double>::quiet_NaN(), theta = vega;
};

Greeks greeks_of(const RiskLeg& leg, const ChainSnapshot& chain, double rate) {
  Greeks out{leg.delta, leg.gamma};
  BlackScholesInput in;
  in.spot = chain.underlying_price.to_double();
  in.strike = leg.terms.strike.to_double();
  in.rate = rate;
  in.years = years_between(chain.time, leg.terms.settles);
  in.vol = leg.iv;
  if (!(in.spot > 0) || !(in.strike > 0) || !(in.years > 0) || !(in.vol > 0) || !std::isfinite(in.vol)) return out;
  const BlackScholesValue value = black_scholes(leg.terms.right, in);
  if (std::isnan(out.delta)) out.delta = value.delta;
  if (std::isnan(out.gamma)) out.gamma = value.gamma;
  out.vega = value.vega;
  out.theta = value.theta / days_per_year;
  return out;
}

}  // namespace

Exposure& Exposure::operator+=(const Exposure& other) {
  contracts += other.contracts;
  notional += other.notional;
  delta += other.delta;
  gamma += other.gamma;
  vega += other.vega;
  theta += other.theta;
  return *this;
}

Exposure exposure_of(const RiskLeg& leg, const ChainSnapshot* chain, double rate) {
  Exposure out;
  const bool shares = is_shares(leg.contract);
  const auto quantity = static_cast<double>(leg.quantity);
  if (!shares) out.contracts = std::abs(quantity);
  if (chain == nullptr) {
    out.notional = out.delta = out.gamma = out.vega = out.theta = std::numeric_limits<double>::quiet_NaN();
    return out;
  }
  const double spot = chain->underlying_price.to_double();
  const double units = quantity * leg.terms.multiplier;
  out.notional = std::abs(units) * spot;
  if (shares) {
    out.delta = units * spot;
    return out;
  }
  const Greeks greeks = greeks_of(leg, *chain, rate);
  out.delta = greeks.delta * units * spot;
  out.gamma = greeks.gamma * units * spot * spot / 100;
  out.vega = greeks.vega * units;
  out.theta = greeks.theta * units;
  return out;
}

}  // namespace optix
