#include "core/contracts/payoff.hpp"

#include <algorithm>

namespace optix {

Decimal payoff_at(std::span<const PayoffLeg> legs, Decimal spot) {
  Decimal sum;
  for (const PayoffLeg& leg : legs) {
    const Decimal intrinsic = leg.right == Right::call ? spot - leg.strike : leg.strike - spot;
    if (intrinsic > Decimal{}) sum += intrinsic * leg.quantity * leg.multiplier;
  }
  return sum;
}

Decimal obligation_at_strikes(std::span<const PayoffLeg> legs) {
  Decimal worst;
  for (const PayoffLeg& leg : legs) worst = std::min(worst, payoff_at(legs, leg.strike));
  return -worst;
}

Decimal worst_obligation(std::span<const PayoffLeg> legs) {
  std::int64_t slope = 0;  // beyond the highest strike
  for (const PayoffLeg& leg : legs)
    if (leg.right == Right::call) slope += std::int64_t{leg.quantity} * leg.multiplier;
  if (slope < 0) return Decimal::none();
  return std::max(obligation_at_strikes(legs), -payoff_at(legs, Decimal{}));
}

std::int32_t uncovered_contracts(std::span<const PayoffLeg> legs) {
  std::int32_t net[2] = {0, 0};
  for (const PayoffLeg& leg : legs) net[static_cast<std::size_t>(leg.right)] += leg.quantity;
  return std::max({0, -net[0], -net[1]});
}

}  // namespace optix
