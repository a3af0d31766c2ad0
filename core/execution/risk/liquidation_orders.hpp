#pragma once
// Closing orders that risk sends itself, and which positions they close. A closing order is a market
// order for everything in the position that can trade now: longs without a bid are left out, and no
// long goes before a short that cannot be bought back.
#include <optional>

#include "core/execution/risk/margin_desk.hpp"

namespace optix {

// The order that closes what is not being closed already; nullopt when nothing of it can trade now. The
// caller gives it its id and reason.
std::optional<OrderRequest> closing_order(const RiskHoldings& holdings, const RiskPosition& position);

// How much of one leg closing orders on their way take, and `quantity` more by an order of group `oco`.
// Orders of one one-cancels-other group exclude each other: the largest counts. Order `without` does not.
std::int64_t being_closed(const RiskHoldings& holdings, std::uint64_t position, const OrderLeg& leg,
                          std::uint64_t oco = 0, std::int64_t quantity = 0, std::uint64_t without = 0);

// Positions to close, in order, so that the account's excess is not negative any more; see
// core/margin/liquidation.hpp. Positions that cannot be closed now are passed over.
std::vector<std::uint64_t> positions_to_close(MarginDesk& desk, const RiskHoldings& holdings);

}  // namespace optix
