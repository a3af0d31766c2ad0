#include "core/execution/risk/reserve.hpp"

#include <algorithm>

#include "core/contracts/payoff.hpp"
#include "core/contracts/shares.hpp"

namespace optix {
namespace {

using PayoffLegs = boost::container::small_vector<PayoffLeg, 4>;

// The options on one underlying, without longs that expire before the last short.
PayoffLegs covering_legs(std::span<const RiskLeg> legs, Symbol underlying) {
  Date last_short{};
  for (const RiskLeg& leg : legs)
    if (leg.quantity < 0 && !is_shares(leg.contract) && leg.terms.underlying == underlying)
      last_short = std::max(last_short, leg.terms.expiration);
  PayoffLegs out;
  for (const RiskLeg& leg : legs) {
    const bool too_short = leg.quantity > 0 && leg.terms.expiration < last_short;
    if (leg.quantity == 0 || is_shares(leg.contract) || leg.terms.underlying != underlying || too_short) continue;
    out.push_back({leg.terms.right, leg.terms.strike, static_cast<std::int32_t>(leg.quantity), leg.terms.multiplier});
  }
  return out;
}

Decimal of_options(std::span<const PayoffLeg> set, Decimal fraction, bool& undefined) {
  const std::int32_t uncovered = uncovered_contracts(set);
  if (uncovered == 0) return worst_obligation(set);
  undefined = true;
  std::int64_t net[2] = {0, 0};
  for (const PayoffLeg& leg : set) net[static_cast<std::size_t>(leg.right)] += leg.quantity;
  Decimal notional;
  for (const PayoffLeg& leg : set)
    if (leg.quantity < 0 && net[static_cast<std::size_t>(leg.right)] < 0)
      notional = std::max(notional, leg.strike * leg.multiplier);
  return obligation_at_strikes(set) + (notional * uncovered).mul_div(fraction.raw(), Decimal::scale);
}

}  // namespace

Reserve reserve_of(std::span<const RiskLeg> legs, Decimal fraction) {
  Reserve out;
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const RiskLeg& leg = legs[i];
    if (is_shares(leg.contract)) {
      if (leg.quantity >= 0) continue;
      out.undefined = true;
      const Decimal value = (leg.mark.is_none() ? leg.cost : leg.mark * leg.quantity).abs();
      out.amount += value + value.mul_div(fraction.raw(), Decimal::scale);
      continue;
    }
    bool seen = false;
    for (std::size_t j = 0; j < i; ++j)
      seen |= !is_shares(legs[j].contract) && legs[j].terms.underlying == leg.terms.underlying;
    if (seen) continue;
    const PayoffLegs set = covering_legs(legs, leg.terms.underlying);
    out.amount += of_options({set.data(), set.size()}, fraction, out.undefined);
  }
  return out;
}

}  // namespace optix
