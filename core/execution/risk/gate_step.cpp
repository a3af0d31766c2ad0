// What risk does by itself: the kill switch, margin, closing orders of its own.
#include <algorithm>
#include <cmath>

#include "core/execution/risk/gate.hpp"
#include "core/execution/risk/liquidation_orders.hpp"

namespace optix {
namespace {

bool same_amounts(const MarginState& a, const MarginState& b) {
  return a.equity == b.equity && a.cash == b.cash && a.initial == b.initial && a.maintenance == b.maintenance &&
         a.excess == b.excess && a.buying_power == b.buying_power;
}

}  // namespace

void RiskGate::on_kill_switch(const KillSwitch& wish, RiskOutputs& out) {
  const bool changed = wish.engaged ? kill_.engage(wish.reason) : kill_.release();
  if (changed) out.push_back({RiskOutput::state, make_message(KillSwitch{wish.engaged, wish.reason})});
}

void RiskGate::watch_losses(RiskOutputs& out) {
  if (!kill_.limits().engage) return;
  const auto breach = kill_.breach();
  if (breach && kill_.engage(breach->detail))
    out.push_back({RiskOutput::state, make_message(KillSwitch{true, breach->detail})});
}

void RiskGate::close_positions(std::span<const std::uint64_t> positions, TradeReason reason, std::uint64_t self,
                               RiskOutputs& out) {
  for (const std::uint64_t id : positions) {
    // What a strategy has at work on the position would close it twice, or never: it is taken back first.
    bool working = false;
    for (PendingOrder& order : holdings_.orders()) {
      if (order.request.position != id || order.request.intent != OrderIntent::close) continue;
      working = true;
      if (order.cancelling || owner_of(order.request.order) == self) continue;
      order.cancelling = true;
      out.push_back({RiskOutput::approved, make_message(OrderCancel{order.request.order})});
    }
    const RiskPosition* position = working ? nullptr : holdings_.position(id);
    if (position == nullptr) continue;
    auto order = closing_order(holdings_, *position);
    if (!order) continue;
    order->order = (self << 40) + ++state_.orders;
    order->reason = reason;
    holdings_.approve(*order, Decimal{}, Decimal{});
    out.push_back({RiskOutput::approved, make_message(std::move(*order))});
  }
}

void RiskGate::watch_margin(std::uint64_t self, RiskOutputs& out) {
  const MarginRules& rules = rules_.margin;
  if (!rules.account || !state_.new_equity) return;
  const Equity& equity = state_.equity;
  bool due = rules.every == MarginEvery::snapshot || state_.deficit != Decimal{} ||
             state_.margin_version != holdings_.version() ||
             (rules.every == MarginEvery::session && state_.margin_session != equity.session);
  if (!due) due = !(desk_.excess_bound(holdings_) >= 0);
  if (!due) return;

  state_.margin_version = holdings_.version();
  state_.margin_session = equity.session;
  holdings_.refresh_figures();
  const AccountMargin account = desk_.account(holdings_);
  Decimal on_their_way;
  for (const PendingOrder& order : holdings_.orders()) on_their_way += order.required_left;
  MarginState state;
  state.time = equity.time;
  state.session = equity.session;
  state.equity = account.equity;
  state.cash = holdings_.cash();
  state.initial = account.initial;
  state.maintenance = account.maintenance;
  state.excess = account.excess;
  state.buying_power = account.buying_power - on_their_way;
  if (!same_amounts(state, state_.margin)) {
    state_.margin = state;
    out.push_back({RiskOutput::state, make_message(state)});
  }

  const Decimal deficit = account.excess < Decimal{} ? -account.excess : Decimal{};
  const bool liquidates = rules.action == CallAction::liquidate;
  // Orders answer the call of an earlier instant: they trade on quotes that came after it.
  if (liquidates && deficit != Decimal{} && state_.deficit != Decimal{} && equity.time > state_.called_at) {
    for (PendingOrder& order : holdings_.orders()) {
      if (order.request.intent == OrderIntent::close || order.cancelling) continue;
      order.cancelling = true;
      out.push_back({RiskOutput::approved, make_message(OrderCancel{order.request.order})});
    }
    close_positions(positions_to_close(desk_, holdings_), TradeReason::margin_call, self, out);
  }
  if (deficit == state_.deficit) return;
  if (state_.deficit == Decimal{}) state_.called_at = equity.time;
  state_.deficit = deficit;
  if (deficit != Decimal{})
    out.push_back({RiskOutput::state, make_message(MarginCall{equity.time, equity.session, deficit, liquidates})});
}

void RiskGate::step(std::uint64_t self, RiskOutputs& out) {
  if (state_.new_equity) watch_losses(out);
  if (rules_.flatten && kill_.engaged() && !holdings_.positions().empty()) {
    std::vector<std::uint64_t> all;
    for (const RiskPosition& held : holdings_.positions()) all.push_back(held.id);
    close_positions(all, TradeReason::kill_switch, self, out);
  }
  watch_margin(self, out);
  state_.new_equity = false;
}

}  // namespace optix
