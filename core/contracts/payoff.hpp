#pragma once
// What a set of options on one underlying can cost at expiry, over every price of the underlying.
#include <span>

#include "core/contracts/instruments.hpp"

namespace optix {

struct PayoffLeg {
  Right right = Right::call;
  Decimal strike;
  std::int32_t quantity = 0;  // contracts, negative is short
  std::int32_t multiplier = 100;
};

// What the holder receives at expiry when the underlying is at `spot`, USD, negative when he pays:
// the sum of intrinsic values.
Decimal payoff_at(std::span<const PayoffLeg> legs, Decimal spot);

// The most the holder may have to pay at expiry, USD, at least 0: −min over S ≥ 0 of the sum of
// intrinsic values. The sum is piecewise linear, so the minimum is at 0 or at a strike. Premiums
// are not in it. Decimal::none() when there is no limit: more calls are short than long.
Decimal worst_obligation(std::span<const PayoffLeg> legs);

// The same over the strikes alone: what limited-risk parts of a set with open ends can cost.
Decimal obligation_at_strikes(std::span<const PayoffLeg> legs);

// Contracts short without a long option of the same right behind them, larger side of calls and
// puts; 0 means that the risk is limited by the longs.
std::int32_t uncovered_contracts(std::span<const PayoffLeg> legs);

}  // namespace optix
