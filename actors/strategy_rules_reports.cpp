// What strategy.rules makes of reports: fills in parts, orders that end without trading all, orders whose
// state is not known, assignments, corporate actions.
#include <algorithm>

#include "actors/strategy_rules.hpp"
#include "core/contracts/shares.hpp"
#include "core/execution/orders/order_state.hpp"
#include "messages/metrics.hpp"

namespace optix {
namespace {

void add_leg(HeldPosition& held, ContractId contract, Symbol underlying, std::int64_t quantity) {
  for (HeldLeg& leg : held.legs) {
    if (leg.contract != contract || (is_shares(contract) && leg.underlying != underlying)) continue;
    leg.quantity += quantity;
    return;
  }
  HeldLeg leg;
  leg.contract = contract;
  leg.quantity = quantity;
  if (is_shares(contract)) leg.underlying = underlying;
  held.legs.push_back(leg);
}

bool holds_nothing(const HeldPosition& held) {
  return std::all_of(held.legs.begin(), held.legs.end(), [](const HeldLeg& leg) { return leg.quantity == 0; });
}

}  // namespace

HeldPosition* RulesStrategy::find(std::uint64_t position) {
  const auto held = std::find_if(state_.held.begin(), state_.held.end(),
                                 [&](const HeldPosition& known) { return known.id == position; });
  return held == state_.held.end() ? nullptr : &*held;
}

void RulesStrategy::on_fill(const Fill& fill) {
  HeldPosition* held = find(fill.position);
  if (held == nullptr) return;  // another strategy's
  held->fees += fill.fees;
  const bool opens = fill.intent == OrderIntent::open;
  if (opens && holds_nothing(*held)) {
    held->entry_session = fill.session;
    state_.last_entry = state_.sessions;
  }
  for (const FillLeg& leg : fill.legs) {
    const Decimal paid = leg.price * leg.quantity * terms_of(leg, instruments_).multiplier;
    if (opens)
      held->entry_cost += paid;
    else
      held->proceeds -= paid;
    add_leg(*held, leg.contract, leg.underlying, leg.quantity);
  }
  if (fill.order != held->order) return;  // risk closes positions too
  held->answered = true;
  held->unknown = false;
  if (fill.remaining != 0) return;
  held->order = 0;
  if (opens)
    held->phase = HeldPhase::open;
  else  // what an exit leaves over; nothing, as a rule
    held->phase = held->reason == TradeReason::assignment ? held->resume : HeldPhase::remnant;
}

void RulesStrategy::on_rejected(const OrderRejected& rejected) {
  const HeldPosition* held = find(rejected.position);
  // Of an order at work it is the cancellation that was refused.
  if (held == nullptr || held->order != rejected.order || held->answered) return;
  if (rejected.reason != RejectReason::unknown_order) on_ended(rejected.order, rejected.position);
}

// The order trades no more.
void RulesStrategy::on_ended(std::uint64_t order, std::uint64_t position) {
  HeldPosition* held = find(position);
  if (held == nullptr || held->order != order) return;
  retry_ |= held->cancelling;
  held->order = 0;
  held->unknown = held->cancelling = false;
  if (held->phase == HeldPhase::opening) {
    state_.blocked = state_.session;
    held->phase = HeldPhase::open;  // with what has traded
    if (holds_nothing(*held))
      std::erase_if(state_.held, [&](const HeldPosition& known) { return known.id == position; });
  } else if (held->phase == HeldPhase::closing) {
    held->phase = held->reason == TradeReason::assignment ? held->resume : HeldPhase::open;
  }
}

void RulesStrategy::on_status(const OrderStatus& status) {
  for (HeldPosition& held : state_.held) {
    if (held.order != status.order) continue;
    if (status.state == OrderState::filled) {
      held.unknown = false;  // the fills come, or have come, by themselves
    } else if (status.state == OrderState::unknown || is_final(status.state)) {
      on_ended(status.order, held.id);
    } else {
      held.unknown = false;
      held.answered = true;
    }
    return;
  }
}

void RulesStrategy::on_settled(const ContractSettled& settled) {
  HeldPosition* held = find(settled.position);
  if (held == nullptr) return;
  held->proceeds += settled.cash;
  add_leg(*held, settled.contract, {}, -settled.quantity);
  if (settled.shares == 0) return;
  add_leg(*held, shares_contract, settled.underlying, settled.shares);
  delivered_.push_back(held->id);
}

void RulesStrategy::on_adjusted(const HoldingAdjusted& adjusted) {
  HeldPosition* held = find(adjusted.position);
  if (held == nullptr) return;
  held->proceeds += adjusted.cash;
  // A merger names the security that came in; the shares that left are those of that number.
  Symbol left = adjusted.underlying;
  for (const HeldLeg& leg : held->legs)
    if (leg.contract == adjusted.from && leg.quantity == adjusted.quantity_before) left = leg.underlying;
  add_leg(*held, adjusted.from, left, -adjusted.quantity_before);
  add_leg(*held, adjusted.to, adjusted.underlying, adjusted.quantity_after);
}

void RulesStrategy::drop_finished() {
  for (const HeldPosition& held : state_.held)
    if (held.phase != HeldPhase::opening && holds_nothing(held))
      state_.tally.add((held.proceeds - held.entry_cost - held.fees).to_double() / static_cast<double>(held.units));
  std::erase_if(state_.held,
                [](const HeldPosition& held) { return held.phase != HeldPhase::opening && holds_nothing(held); });
}

void RulesStrategy::report_not_sized(Context& out) const {
  for (std::size_t i = 0; i < state_.not_sized.size(); ++i) {
    if (state_.not_sized[i] == 0) continue;
    const std::string why(enum_name(static_cast<SizingStop>(i)));
    out.emit(1, MetricValue{"entries_not_sized." + why,
                            true,
                            static_cast<double>(state_.not_sized[i]),
                            "count",
                            "entries for which the size came out as no unit",
                            state_.not_sized[i],
                            {}});
  }
}

}  // namespace optix
