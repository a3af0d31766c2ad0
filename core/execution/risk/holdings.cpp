#include "core/execution/risk/holdings.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/contracts/row_hint.hpp"
#include "core/contracts/shares.hpp"
#include "core/execution/leg_counts.hpp"
#include "core/execution/orders/order_state.hpp"
#include "core/portfolio/marks.hpp"

namespace optix {
namespace {

bool same_holding(const RiskLeg& leg, ContractId contract, Symbol underlying) {
  return leg.contract == contract && (!is_shares(contract) || leg.underlying == underlying);
}

std::int64_t lots_of(const OrderLegs& legs) {
  std::int64_t lots = 0;
  for (const OrderLeg& leg : legs) lots = std::gcd(lots, std::int64_t{leg.quantity});
  return lots;
}

const RiskLeg* find_leg(const RiskPosition& held, ContractId contract, Symbol underlying) {
  for (const RiskLeg& leg : held.legs)
    if (same_holding(leg, contract, underlying)) return &leg;
  return nullptr;
}

// Middle, or the one side there is; none without any.
Decimal mark_of(const Quote& quote, bool is_long) {
  const Decimal mid = mark_price(MarkMode::mid, quote, is_long);
  if (!mid.is_none()) return mid;
  if (quote.crossed()) return Decimal::none();
  return quote.has_ask() ? quote.ask : quote.has_bid() ? quote.bid : Decimal::none();
}

}  // namespace

void PendingOrder::traded(const Fill& fill) {
  const std::int64_t before = contracts_in(legs);
  for (const FillLeg& done : fill.legs)
    for (OrderLeg& leg : legs)
      if (leg.contract == done.contract && leg.underlying == done.underlying) leg.quantity -= done.quantity;
  const std::int64_t left = contracts_in(legs);
  if (before == 0) return;
  required_left = required_left.mul_div(left, before);
  initial_left = initial_left.mul_div(left, before);
}

OrderLegs PendingOrder::legs_at(std::int64_t units) const {
  const std::int64_t lots = lots_of(request.legs);
  OrderLegs out = legs;
  for (std::size_t i = 0; i < out.size(); ++i)  // what has traded stays traded
    out[i].quantity += static_cast<std::int32_t>(request.legs[i].quantity / lots * units) - request.legs[i].quantity;
  return out;
}

void PendingOrder::resize(std::int64_t units, Decimal new_limit, Decimal new_stop, Decimal new_trail) {
  if (!new_limit.is_none()) request.limit = new_limit;
  if (!new_stop.is_none()) request.stop = new_stop;
  if (!new_trail.is_none()) request.trail = new_trail;
  const std::int64_t lots = lots_of(request.legs), left = contracts_in(legs);
  if (units <= 0 || units == lots) return;
  legs = legs_at(units);
  for (OrderLeg& leg : request.legs) leg.quantity = static_cast<std::int32_t>(leg.quantity / lots * units);
  // The approval of a larger size has set what it takes; a smaller one takes less.
  const std::int64_t now = contracts_in(legs);
  if (now < left) required_left = required_left.mul_div(now, left), initial_left = initial_left.mul_div(now, left);
}

void RiskHoldings::change(std::uint64_t position, std::uint64_t owner, ContractId contract, Symbol underlying,
                          std::int64_t quantity, Decimal amount) {
  ++state_.version;
  auto held = std::find_if(state_.positions.begin(), state_.positions.end(),
                           [&](const RiskPosition& known) { return known.id == position; });
  if (held == state_.positions.end()) held = state_.positions.insert(held, RiskPosition{position, owner, {}});
  auto leg = std::find_if(held->legs.begin(), held->legs.end(),
                          [&](const RiskLeg& known) { return same_holding(known, contract, underlying); });
  if (leg == held->legs.end()) {
    RiskLeg fresh;
    fresh.contract = contract;
    if (is_shares(contract)) fresh.underlying = underlying;
    fresh.terms = terms_of(fresh, instruments_);
    leg = held->legs.insert(leg, fresh);
  }
  const std::int64_t before = leg->quantity, after = before + quantity;
  const bool adds = before == 0 || (before > 0) == (quantity > 0);
  if (adds) {
    leg->cost += amount;
  } else if ((after > 0) == (before > 0) && after != 0) {
    leg->cost = leg->cost.mul_div(std::abs(after), std::abs(before));
  } else {  // through zero: what is left was opened at this price
    leg->cost = after == 0 ? Decimal{} : amount.mul_div(std::abs(after), std::abs(quantity));
  }
  leg->quantity = after;
}

void RiskHoldings::drop_empty(std::uint64_t position) {
  for (RiskPosition& held : state_.positions) {
    if (held.id != position) continue;
    for (std::size_t i = held.legs.size(); i-- > 0;)
      if (held.legs[i].quantity == 0) held.legs.erase(held.legs.begin() + static_cast<std::ptrdiff_t>(i));
  }
  std::erase_if(state_.positions, [](const RiskPosition& held) { return held.legs.empty(); });
}

void RiskHoldings::on_fill(const Fill& fill) {
  if (PendingOrder* order = pending(fill.order)) {
    order->answered = true;
    order->traded(fill);
    if (fill.remaining == 0) gone(fill.order);
  }
  state_.cash -= fill.fees;
  for (const FillLeg& leg : fill.legs) {
    const Decimal amount = leg.price * leg.quantity * terms_of(leg, instruments_).multiplier;
    state_.cash -= amount;
    change(fill.position, owner_of(fill.order), leg.contract, leg.underlying, leg.quantity, amount);
  }
  drop_empty(fill.position);
}

void RiskHoldings::on_settled(const ContractSettled& settled) {
  state_.cash += settled.cash;
  if (settled.shares != 0)  // what moves against the shares is their price
    change(settled.position, 0, shares_contract, settled.underlying, settled.shares, -settled.cash);
  change(settled.position, 0, settled.contract, {}, -settled.quantity, Decimal{});
  drop_empty(settled.position);
}

void RiskHoldings::on_adjusted(const HoldingAdjusted& adjusted) {
  state_.cash += adjusted.cash;
  // A merger names the security that came in; the shares that left are those of that number.
  Decimal cost;
  Symbol left = adjusted.underlying;
  if (const RiskPosition* held = position(adjusted.position)) {
    const RiskLeg* leg = find_leg(*held, adjusted.from, adjusted.underlying);
    for (const RiskLeg& known : held->legs)
      if (leg == nullptr && known.contract == adjusted.from && known.quantity == adjusted.quantity_before) leg = &known;
    if (leg != nullptr) {
      cost = leg->cost;
      left = leg->underlying;
    }
  }
  change(adjusted.position, 0, adjusted.from, left, -adjusted.quantity_before, Decimal{});
  if (adjusted.quantity_after != 0)
    change(adjusted.position, 0, adjusted.to, adjusted.underlying, adjusted.quantity_after, cost);
  drop_empty(adjusted.position);
}

void RiskHoldings::on_cash(const CashChanged& cash) {
  switch (cash.cause) {
    case CashCause::trade:
    case CashCause::fee:
    case CashCause::settlement:
    case CashCause::delivery: return;  // known from fills and settlements
    default: state_.cash += cash.change;
  }
}

void RiskHoldings::on_report(const MessageRef& report) {
  const auto flag = [&](std::uint64_t id, bool unknown) {
    PendingOrder* order = pending(id);
    if (order == nullptr) return;
    order->unknown = unknown;
    order->answered |= !unknown;
  };
  switch (report.id()) {
    case OrderAccepted::info.id: flag(report.get<OrderAccepted>().order, false); break;
    case OrderTriggered::info.id: flag(report.get<OrderTriggered>().order, false); break;
    case OrderUnknown::info.id: flag(report.get<OrderUnknown>().order, true); break;
    case OrderCancelled::info.id: gone(report.get<OrderCancelled>().order); break;
    case OrderRejected::info.id: {
      // Of an order at work it is a cancel or a replacement that was refused.
      const auto& rejected = report.get<OrderRejected>();
      const PendingOrder* order = pending(rejected.order);
      if (order != nullptr && !order->answered && rejected.reason != RejectReason::unknown_order) gone(rejected.order);
      break;
    }
    case OrderReplaced::info.id: {
      const auto& replaced = report.get<OrderReplaced>();
      PendingOrder* order = pending(replaced.order);
      if (order == nullptr) break;
      const std::int64_t lots = lots_of(order->request.legs);
      const std::int64_t all = contracts_in(order->request.legs);
      const std::int64_t after = all - contracts_in(order->legs) + replaced.remaining;
      order->resize(after * lots / all, replaced.limit, replaced.stop, Decimal::none());
      break;
    }
    case OrderStatus::info.id: {
      const auto& status = report.get<OrderStatus>();
      PendingOrder* order = pending(status.order);
      if (order == nullptr) break;
      if (status.state == OrderState::unknown) {  // no such order: one that timed out never arrived
        if (order->unknown) gone(status.order);
        break;
      }
      if (is_final(status.state)) {
        // A fill that has not come yet keeps it counted until it comes.
        if (status.state != OrderState::filled || contracts_in(order->legs) == 0) gone(status.order);
        break;
      }
      flag(status.order, false);
      break;
    }
    default: break;
  }
}

void RiskHoldings::approve(const OrderRequest& order, Decimal required, Decimal initial) {
  PendingOrder pending;
  pending.request = order;
  pending.legs = order.legs;
  pending.required_left = required;
  pending.initial_left = initial;
  state_.orders.push_back(std::move(pending));
}

void RiskHoldings::gone(std::uint64_t order) {
  std::erase_if(state_.orders, [&](const PendingOrder& pending) { return pending.request.order == order; });
}

PendingOrder* RiskHoldings::pending(std::uint64_t order) {
  for (PendingOrder& known : state_.orders)
    if (known.request.order == order) return &known;
  return nullptr;
}

const RiskPosition* RiskHoldings::position(std::uint64_t id) const {
  for (const RiskPosition& known : state_.positions)
    if (known.id == id) return &known;
  return nullptr;
}

void RiskHoldings::look_up(RiskLeg& leg) const {
  const ChainSnapshot* chain = chains_.find(leg.terms.underlying);
  if (chain == nullptr) return;
  if (is_shares(leg.contract)) {
    leg.mark = chain->underlying_price;
    leg.delta = 1;
    leg.gamma = leg.iv = 0;
    return;
  }
  if (!find_row_again(*chain, instruments_, leg.contract, leg.row)) return;
  const Decimal mark = mark_of(quote_at(*chain, leg.row), leg.quantity > 0);
  if (!mark.is_none()) leg.mark = mark;
  if (!std::isnan(chain->iv[leg.row])) leg.iv = chain->iv[leg.row];
  if (!std::isnan(chain->delta[leg.row])) leg.delta = chain->delta[leg.row];
  if (!std::isnan(chain->gamma[leg.row])) leg.gamma = chain->gamma[leg.row];
}

RiskLeg RiskHoldings::look_up(ContractId contract, Symbol underlying, std::int64_t quantity) const {
  RiskLeg leg;
  leg.contract = contract;
  leg.underlying = underlying;
  leg.quantity = quantity;
  leg.terms = terms_of(leg, instruments_);
  look_up(leg);
  return leg;
}

void RiskHoldings::refresh_figures() {
  for (RiskPosition& held : state_.positions)
    for (RiskLeg& leg : held.legs) look_up(leg);
}

const RiskLeg& RiskHoldings::refresh(std::size_t position, std::size_t leg) {
  RiskLeg& held = state_.positions[position].legs[leg];
  look_up(held);
  return held;
}

RiskHoldings::State RiskHoldings::state() const {
  State state = state_;
  state.instruments = instruments_.batches();
  state.snapshots = chains_.snapshots();
  return state;
}

void RiskHoldings::restore(State state) {
  instruments_ = {};
  for (const MessageRef& batch : state.instruments) instruments_.add(batch);
  chains_ = LatestChains(std::move(state.snapshots));
  state.instruments.clear();
  state.snapshots.clear();
  state_ = std::move(state);
  for (RiskPosition& held : state_.positions)
    for (RiskLeg& leg : held.legs) leg.terms = terms_of(leg, instruments_);
}

}  // namespace optix
