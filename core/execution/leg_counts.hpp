#pragma once
// How much an order is about, whatever its legs are called.
#include <cstdint>

namespace optix {

// Sum of absolute quantities. Works for OrderLegs, FillLegs and TradeLegs.
template <class Legs>
std::int64_t contracts_in(const Legs& legs) {
  std::int64_t sum = 0;
  for (const auto& leg : legs) sum += leg.quantity < 0 ? -std::int64_t{leg.quantity} : std::int64_t{leg.quantity};
  return sum;
}

}  // namespace optix
