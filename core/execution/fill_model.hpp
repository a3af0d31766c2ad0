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
#include "core/contracts/chain_view.hpp"
#include "core/execution/fills/fill_models.hpp"
#include "core/execution/ticks.hpp"
#include "messages/orders.hpp"

namespace optix {

struct FillModel {
  Decimal fraction = Decimal::from_int(1);  // of the half-spread, in [0, 1]
  TickClass ticks = TickClass::none;
};

struct FillPrice {
  Decimal price;  // none when refused
  RejectReason refused = RejectReason::none;
};

// A price inside [bid, ask], or why not. A price at the touch is never moved by the tick.
FillPrice fill_price(const FillModel& model, const Quote& quote, bool buy);

}  // namespace optix
