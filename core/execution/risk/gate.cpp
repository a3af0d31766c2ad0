#include "core/execution/risk/gate.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/contracts/chain_view.hpp"
#include "core/contracts/shares.hpp"
#include "core/execution/risk/liquidation_orders.hpp"

namespace optix {
namespace {

constexpr std::size_t most_legs = 64;

using R = RejectReason;

}  // namespace

RiskGate::RiskGate(RiskRules rules) : rules_(std::move(rules)), kill_(rules_.losses), desk_(rules_.margin) {
  for (const Limit& limit : rules_.limits)
    figures_ |= limit.measure != LimitMeasure::contracts && limit.measure != LimitMeasure::positions;
}

void RiskGate::on_cash(const CashChanged& cash) {
  holdings_.on_cash(cash);
  if (cash.cause == CashCause::deposit) kill_.on_deposit(cash.change);
}

void RiskGate::on_equity(const Equity& equity) {
  state_.equity = equity;
  state_.new_equity = true;
  kill_.on_equity(equity);
}

std::optional<RiskRefusal> RiskGate::check_form(const OrderRequest& order) const {
  if (order.legs.empty()) return RiskRefusal{R::bad_request, "the order has no legs"};
  if (order.legs.size() > most_legs)
    return RiskRefusal{R::bad_request, std::to_string(order.legs.size()) + " legs; at most " +
                                           std::to_string(most_legs) + " can be sent"};
  for (const OrderLeg& leg : order.legs) {
    if (is_shares(leg.contract) ? leg.underlying.empty() : !holdings_.instruments().contains(leg.contract))
      return RiskRefusal{R::unknown_contract, "contract " + std::to_string(leg.contract) + " is not defined"};
    if (leg.quantity == 0) return RiskRefusal{R::bad_request, "a leg has quantity 0"};
  }
  return std::nullopt;
}

std::optional<RiskRefusal> RiskGate::check_close(const OrderRequest& order, std::uint64_t without) const {
  const RiskPosition* position = holdings_.position(order.position);
  for (const OrderLeg& leg : order.legs) {
    std::int64_t held = 0;
    if (position != nullptr)
      for (const RiskLeg& known : position->legs)
        if (known.contract == leg.contract && known.underlying == leg.underlying) held = known.quantity;
    for (const PendingOrder& parent : holdings_.orders())  // what it follows will open
      if (order.parent != 0 && parent.request.order == order.parent && parent.request.position == order.position)
        for (const OrderLeg& known : parent.legs)
          if (known.contract == leg.contract && known.underlying == leg.underlying) held += known.quantity;
    const std::int64_t size = std::abs(std::int64_t{leg.quantity});
    const std::int64_t closing = being_closed(holdings_, order.position, leg, order.oco, size, without);
    if ((held > 0) != (leg.quantity > 0) && closing <= std::abs(held)) continue;
    std::string text =
        "a closing order of " + std::to_string(leg.quantity) + " against a holding of " + std::to_string(held);
    if (closing > size) text += ", of which " + std::to_string(closing - size) + " are being closed already";
    return RiskRefusal{R::bad_request, std::move(text)};
  }
  return std::nullopt;
}

std::optional<RiskRefusal> RiskGate::check_market(const OrderRequest& order) const {
  if (state_.feed_stale) return RiskRefusal{R::stale_book, "the feed is stale: no opening orders"};
  for (const OrderLeg& leg : order.legs) {
    const ChainSnapshot* chain = holdings_.chains().find(terms_of(leg, holdings_.instruments()).underlying);
    if (chain != nullptr && chain->stale) return RiskRefusal{R::stale_book, "the chain is stale: no opening orders"};
  }
  return std::nullopt;
}

std::optional<RiskRefusal> RiskGate::check_rate() const {
  if (rules_.rate_orders == 0) return std::nullopt;
  const Timestamp now = latest_moment(holdings_.chains()).time;
  const double interval = rules_.rate_seconds * static_cast<double>(nanos_per_second);
  const auto recent = std::count_if(state_.sent.begin(), state_.sent.end(),
                                    [&](Timestamp sent) { return static_cast<double>(now - sent) < interval; });
  if (recent < rules_.rate_orders) return std::nullopt;
  return RiskRefusal{R::order_rate, std::to_string(recent + 1) + " orders within " +
                                        Decimal::from_double(rules_.rate_seconds).to_string(0) +
                                        " seconds would exceed the limit of " + std::to_string(rules_.rate_orders)};
}

void RiskGate::count_order() {
  if (rules_.rate_orders == 0) return;
  const Timestamp now = latest_moment(holdings_.chains()).time;
  const double interval = rules_.rate_seconds * static_cast<double>(nanos_per_second);
  std::erase_if(state_.sent, [&](Timestamp sent) { return static_cast<double>(now - sent) >= interval; });
  state_.sent.push_back(now);
}

std::optional<RiskRefusal> RiskGate::check_open(const OrderRequest& order, OrderMargin& margin) {
  if (kill_.engaged()) return RiskRefusal{R::kill_switch, "the kill switch is engaged: " + kill_.reason()};
  if (auto breach = kill_.breach()) return RiskRefusal{breach->reason, std::move(breach->detail)};
  if (auto refusal = check_market(order)) return refusal;
  if (auto refusal = check_rate()) return refusal;
  RiskLegs legs;
  for (const OrderLeg& leg : order.legs) legs.push_back(holdings_.look_up(leg.contract, leg.underlying, leg.quantity));
  const std::span<const RiskLeg> span{legs.data(), legs.size()};
  if (figures_ || rules_.margin.account || rules_.concentration) holdings_.refresh_figures();
  if (auto refusal = check_limits(order, span)) return refusal;
  return check_money(order, span, margin);
}

std::optional<RiskRefusal> RiskGate::check(const OrderRequest& order) {
  if (auto refusal = check_form(order)) return refusal;
  if (holdings_.pending(order.order) != nullptr)
    return RiskRefusal{R::bad_request, "order " + std::to_string(order.order) + " is at work already"};
  OrderMargin margin;
  auto refusal = order.intent == OrderIntent::close ? check_close(order, 0) : check_open(order, margin);
  if (refusal) return refusal;
  holdings_.approve(order, margin.required, margin.initial);
  count_order();
  return std::nullopt;
}

std::optional<RiskRefusal> RiskGate::check(const OrderReplace& replace) {
  PendingOrder* pending = holdings_.pending(replace.order);
  if (pending == nullptr) return std::nullopt;
  PendingOrder changed = *pending;
  changed.resize(replace.units, replace.limit, replace.stop, replace.trail);
  OrderRequest order = changed.request;  // what is left of it
  order.legs.clear();
  for (const OrderLeg& leg : changed.legs)
    if (leg.quantity != 0) order.legs.push_back(leg);
  if (order.legs.empty()) return std::nullopt;
  const std::uint64_t id = replace.order;
  if (order.intent == OrderIntent::close) {
    if (auto refusal = check_close(order, id)) return refusal;
    count_order();
    return std::nullopt;
  }
  const PendingOrder before = *pending;
  holdings_.gone(id);
  OrderMargin margin;
  auto refusal = check_open(order, margin);
  holdings_.orders().push_back(before);
  if (refusal) return refusal;
  PendingOrder& kept = holdings_.orders().back();
  kept.required_left = std::max(kept.required_left, margin.required);
  kept.initial_left = std::max(kept.initial_left, margin.initial);
  count_order();
  return std::nullopt;
}

void RiskGate::restore(State state) {
  holdings_.restore(std::move(state.holdings));
  kill_.restore(std::move(state.kill));
  state_ = std::move(state.own);
}

}  // namespace optix
