#pragma once
// Minimum price increments, by class of product and date, and for the net price of combos.
#include <cstdint>
#include <string_view>

#include "messages/field.hpp"
#include "messages/values/decimal.hpp"

namespace optix {

// Increments below 3.00 and from 3.00 on.
enum class TickClass : std::uint8_t {
  none,       // no rounding
  penny,      // 0.01, then 0.05
  penny_all,  // 0.01
  nickel,     // 0.05, then 0.10
};
constexpr auto enum_names(TickClass) {
  return std::to_array<std::string_view>({"none", "penny", "penny_all", "nickel"});
}

// The increment at `price`; 0 for TickClass::none.
Decimal tick_size(TickClass ticks, Decimal price);
// Nearest multiple of the increment, half away from zero.
Decimal round_to_tick(TickClass ticks, Decimal price);

}  // namespace optix
