#pragma once
// What the venue refuses before it looks at a price.
#include <optional>
#include <string>

#include "core/execution/venue/market_view.hpp"

namespace optix {

struct Refusal {
  RejectReason reason = RejectReason::none;
  std::string detail;  // says what, with the numbers
};

// A request that cannot be meant (bad_request) or names what nobody defined (unknown_contract).
std::optional<Refusal> request_defect(const OrderRequest& order, const InstrumentTable& instruments);

// A limit, stop or trail that is no multiple of the increment of its contract, or of the combo's net price.
std::optional<Refusal> tick_defect(const OrderRequest& order, const FillRules& rules, Date session,
                                   const InstrumentTable& instruments);

// A change that does not fit the order it is for.
std::optional<Refusal> replace_defect(const OrderReplace& change, const WorkingOrder& order);

// A wish about exercise that cannot be carried out on a contract, as of its chain's latest snapshot.
std::optional<Refusal> exercise_defect(const ExerciseInstruction& wish, const MarketView& market);

// Why nothing could trade, with the quote: "SPXW 2019-05-31 put 100 at 0.00 / 0.05".
std::string refusal_detail(RejectReason reason, const OrderLeg& leg, std::string_view missing,
                           const MarketView& market);

}  // namespace optix
