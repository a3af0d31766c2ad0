#include "core/execution/orders/order_units.hpp"

#include <numeric>
#include <stdexcept>

#include "core/contracts/shares.hpp"

namespace optix {

OrderUnits units_of(std::span<const OrderLeg> legs, const InstrumentTable& instruments) {
  OrderUnits units;
  const OrderLeg* option = nullptr;
  for (const OrderLeg& leg : legs) {
    units.lots = std::gcd(units.lots, std::int64_t{leg.quantity});
    if (is_shares(leg.contract)) continue;
    units.price_units = std::gcd(units.price_units, std::int64_t{leg.quantity});
    if (!option) option = &leg;
  }
  if (option)
    units.multiplier = instruments.at(option->contract).multiplier;
  else
    units.price_units = units.lots;
  return units;
}

Decimal NetPrice::per_unit(std::int64_t part, std::int64_t of) const {
  const Wide below = scale() * part, above = total_ * of;
  const Wide rounded = (above + (above < 0 ? -below / 2 : below / 2)) / below;
  if (rounded > INT64_MAX || rounded < -static_cast<Wide>(INT64_MAX))
    throw std::overflow_error("the net price of an order is beyond 9.2e12 USD");
  return Decimal::from_raw(static_cast<std::int64_t>(rounded));
}

bool NetPrice::within(Decimal limit, std::int64_t part, std::int64_t of) const {
  return total_ * of <= static_cast<Wide>(limit.raw()) * scale() * part;
}

}  // namespace optix
