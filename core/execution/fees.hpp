#pragma once
// What an order costs beyond its price, in exact USD.
#include <cstdint>

#include "messages/orders.hpp"

namespace optix {

struct FeeSchedule {
  Decimal per_contract;  // each contract of each leg, bought or sold
  Decimal per_order;     // each filled order

  // Fees of an order that trades `contracts` in all (sum of absolute quantities).
  Decimal fees(std::int64_t contracts) const { return per_contract * contracts + per_order; }
};

// Sum of absolute quantities. Works for OrderLegs, FillLegs and TradeLegs.
template <class Legs>
std::int64_t contracts_in(const Legs& legs) {
  std::int64_t sum = 0;
  for (const auto& leg : legs) sum += leg.quantity < 0 ? -std::int64_t{leg.quantity} : std::int64_t{leg.quantity};
  return sum;
}

}  // namespace optix
