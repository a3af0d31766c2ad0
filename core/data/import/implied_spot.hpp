#pragma once
// The price of an underlying from its options, for sources that have none.
#include <optional>

#include "messages/market.hpp"

namespace optix {

// Put–call parity at the nearest expiration that has not settled: strike + call − put in mids, at the
// strike where the two are closest and its neighbours (the median of up to five). Carry until that
// expiration is neglected. nullopt when no expiration has a strike with sound two-sided quotes of
// both. `chain.contract` is not looked at.
std::optional<Decimal> implied_spot(const ChainSnapshot& chain);

}  // namespace optix
