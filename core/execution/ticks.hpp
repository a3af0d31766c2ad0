#pragma once
// Minimum price increments: by class of product and date for one contract, and for the net price of
// combos. Prices are USD per share.
//
// The dates and rules are in ticks.cpp with their sources. A price of exactly 3.00 belongs to the upper
// increment. Nothing here looks at whose price it is: prices of combos may be negative, and the
// increment of a negative price is that of its magnitude.
#include <cstdint>
#include <span>
#include <string_view>

#include "messages/field.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/symbol.hpp"
#include "messages/values/time.hpp"

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
// Never crosses what was asked for: a price to buy at goes down to a multiple of the increment, a price to
// sell at goes up. Net costs are prices to buy at whatever their sign: −1.23 goes to −1.25 in steps of
// 0.05, which asks for more.
Decimal round_passive(TickClass ticks, Decimal price, bool buy);
// Whether the price is a multiple of its increment.
bool on_tick(TickClass ticks, Decimal price);
// Whether an order for one contract may name this price: above zero, and on_tick.
bool valid_price(TickClass ticks, Decimal price);

// The same with one increment throughout; `increment` > 0.
Decimal round_down(Decimal increment, Decimal price);
Decimal round_up(Decimal increment, Decimal price);
bool is_multiple(Decimal increment, Decimal price);

// The class of an option root on a day. `penny_classes` are the roots that were in the penny pilot or are in
// the Penny Interval Program on that day: the list changes twice a year and is the user's to give. Roots that
// the table of exceptions knows (funds on SPY, QQQ and IWM, indices) are not affected by it; all others are
// TickClass::nickel.
TickClass tick_class(std::string_view root, Date on, std::span<const Symbol> penny_classes = {});

// The increment of the net price of a combo in options of this root: 0.05 for SPX and OEX classes, else 0.01.
// A combo across several roots takes the largest.
Decimal complex_increment(std::string_view root);

// The rows behind tick_class, for the reference pages.
struct TickPeriod {
  std::string_view root;
  TickClass ticks = TickClass::none;
  Date from;
  Date until;
};
std::span<const TickPeriod> tick_periods();

}  // namespace optix
