#include "core/execution/risk/kill_switch.hpp"

#include <algorithm>

namespace optix {
namespace {

// What is wrong with `loss`, measured from `base`; nullopt when it is within both limits.
std::optional<std::string> above(const char* what, Decimal loss, Decimal base, Decimal most, Decimal fraction) {
  Decimal limit = most;
  if (!fraction.is_none()) {
    const Decimal share = base.mul_div(fraction.raw(), Decimal::scale);
    limit = limit.is_none() ? share : std::min(limit, share);
  }
  if (limit.is_none() || loss <= limit) return std::nullopt;
  return std::string(what) + " of " + loss.to_string() + " USD from " + base.to_string() + " exceeds the limit of " +
         limit.to_string();
}

}  // namespace

void KillSwitchState::on_deposit(Decimal amount) {
  state_.peak += amount;
  state_.day_base += amount;
  state_.equity += amount;
}

void KillSwitchState::on_equity(const Equity& equity) {
  if (state_.seen && equity.session != state_.session) state_.day_base = state_.equity;
  state_.seen = true;
  state_.session = equity.session;
  state_.equity = equity.equity;
  state_.peak = std::max(state_.peak, equity.equity);
}

std::optional<KillSwitchState::Breach> KillSwitchState::breach() const {
  if (!state_.seen) return std::nullopt;
  if (auto text = above("a loss today", state_.day_base - state_.equity, state_.day_base, limits_.max_daily_loss,
                        limits_.max_daily_loss_fraction))
    return Breach{RejectReason::max_daily_loss, std::move(*text)};
  if (auto text = above("a drawdown", state_.peak - state_.equity, state_.peak, limits_.max_drawdown,
                        limits_.max_drawdown_fraction))
    return Breach{RejectReason::max_drawdown, std::move(*text)};
  return std::nullopt;
}

bool KillSwitchState::engage(std::string reason) {
  if (state_.engaged) return false;
  state_.engaged = true;
  state_.reason = std::move(reason);
  return true;
}

bool KillSwitchState::release() {
  if (!state_.engaged) return false;
  state_.engaged = false;
  state_.reason.clear();
  state_.peak = state_.day_base = state_.equity;
  return true;
}

}  // namespace optix
