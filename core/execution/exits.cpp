#include "core/execution/exits.hpp"

namespace optix {

std::optional<TradeReason> exit_reason(const ExitRules& rules, const ExitFacts& facts) {
  if (rules.needs_prices() && !facts.liquidation.is_none()) {
    const Decimal profit = facts.liquidation - facts.entry_cost;
    const Decimal stake = facts.entry_cost.abs();
    const auto share = [&](Decimal multiple) { return stake.mul_div(multiple.raw(), Decimal::scale); };
    if (stake != Decimal{}) {
      if (rules.stop_loss && profit <= -share(*rules.stop_loss)) return TradeReason::stop_loss;
      if (rules.profit_target && profit >= share(*rules.profit_target)) return TradeReason::profit_target;
    }
  }
  if (rules.days_to_expiry && facts.expiration - facts.session <= *rules.days_to_expiry)
    return TradeReason::days_to_expiry;
  if (rules.max_days_held && facts.session - facts.entry_session >= *rules.max_days_held)
    return TradeReason::max_days_held;
  return std::nullopt;
}

}  // namespace optix
