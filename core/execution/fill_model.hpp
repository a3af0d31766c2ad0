#pragma once
// At what price a quote can be traded. Prices are exact decimals, USD per share.
//
//   price = mid ± fraction × (ask − bid) / 2      (+ buys, − sells)
//
// fraction 1 is the touch exactly and 0 the mid exactly; between them the result is rounded to
// 1e-6, half away from zero, and then to the tick when one is asked for. Fractions below 1 that
// were measured on executed trades: Muravyev and Pearson, "Options trading costs are lower than
// you think", Review of Financial Studies 33(11), 2020.
//
// A quote that is missing, crossed or zero on the side needed is refused with its reason; a locked
// one is fine. With one side missing there is no mid, and the order trades at the side that is there.
#include <optional>
#include <span>
#include <string_view>

#include "core/contracts/chain_view.hpp"
#include "messages/orders.hpp"

namespace optix {

// Minimum price increments by product class; from 3.00 on the second applies.
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

struct FillModel {
  Decimal fraction = Decimal::from_int(1);  // of the half-spread, in [0, 1]
  TickClass ticks = TickClass::none;
};

// The models that can be named in a configuration.
struct NamedFillModel {
  std::string_view name;
  std::optional<Decimal> fraction;  // nullopt: given by the user
  std::string_view doc;
};
std::span<const NamedFillModel> named_fill_models();
// nullopt for a name that is not in the table.
const NamedFillModel* find_fill_model(std::string_view name);

struct FillPrice {
  Decimal price;  // none when refused
  RejectReason refused = RejectReason::none;
};

// A price inside [bid, ask], or why not. A price at the touch is never moved by the tick.
FillPrice fill_price(const FillModel& model, const Quote& quote, bool buy);

}  // namespace optix
