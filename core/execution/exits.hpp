#pragma once
// When a rule-based position is closed. Profit is measured at liquidation prices: what closing at
// the touch would bring now (bid for longs, ask for shorts), against the net entry price, before
// fees. The first rule of this order that applies gives the reason: stop_loss, profit_target,
// days_to_expiry, max_days_held.
#include <optional>

#include "messages/orders.hpp"

namespace optix {

struct ExitRules {
  std::optional<int> days_to_expiry;     // close on the first day with at most this many left
  std::optional<Decimal> profit_target;  // multiple of the entry credit, or of the debit paid
  std::optional<Decimal> stop_loss;      // loss as a multiple of the entry credit or debit
  std::optional<int> max_days_held;      // calendar days since the entry

  bool needs_prices() const { return profit_target.has_value() || stop_loss.has_value(); }
};

struct ExitFacts {
  Date session;
  Date entry_session;
  Date expiration;
  Decimal entry_cost;  // USD, debit positive
  // What closing everything would bring now, USD; none when a leg has no price.
  Decimal liquidation = Decimal::none();
};

std::optional<TradeReason> exit_reason(const ExitRules& rules, const ExitFacts& facts);

}  // namespace optix
