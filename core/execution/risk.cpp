#include "core/execution/risk.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "core/contracts/chain_view.hpp"
#include "core/execution/fees.hpp"

namespace optix {
namespace {

void add_leg(OrderLegs& legs, ContractId contract, std::int32_t quantity) {
  for (OrderLeg& leg : legs) {
    if (leg.contract != contract) continue;
    leg.quantity += quantity;
    return;
  }
  legs.push_back({contract, quantity});
}

using Contracts = boost::container::small_vector<Contract, 4>;
using PayoffLegs = boost::container::small_vector<PayoffLeg, 4>;

// The legs on one underlying, without longs that expire before the last short.
PayoffLegs covering_legs(const OrderLegs& legs, const Contracts& terms, Symbol underlying) {
  Date last_short{};
  for (std::size_t i = 0; i < legs.size(); ++i)
    if (legs[i].quantity < 0 && terms[i].underlying == underlying)
      last_short = std::max(last_short, terms[i].expiration);
  PayoffLegs out;
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const bool too_short = legs[i].quantity > 0 && terms[i].expiration < last_short;
    if (legs[i].quantity == 0 || terms[i].underlying != underlying || too_short) continue;
    out.push_back({terms[i].right, terms[i].strike, legs[i].quantity, terms[i].multiplier});
  }
  return out;
}

}  // namespace

RiskGate::Position* RiskGate::find(std::uint64_t position) {
  for (Position& known : positions_)
    if (known.id == position) return &known;
  return nullptr;
}

Decimal RiskGate::reserve_of(const OrderLegs& legs, bool& undefined) const {
  undefined = false;
  Contracts terms;
  for (const OrderLeg& leg : legs) terms.push_back(instruments_.at(leg.contract));
  Decimal sum;
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const Symbol underlying = terms[i].underlying;
    bool seen = false;
    for (std::size_t j = 0; j < i; ++j) seen |= terms[j].underlying == underlying;
    if (seen) continue;
    const PayoffLegs covering = covering_legs(legs, terms, underlying);
    const std::span<const PayoffLeg> set{covering.data(), covering.size()};
    const std::int32_t uncovered = uncovered_contracts(set);
    if (uncovered == 0) {
      sum += worst_obligation(set);
      continue;
    }
    undefined = true;
    std::int32_t net[2] = {0, 0};
    for (const PayoffLeg& leg : set) net[static_cast<std::size_t>(leg.right)] += leg.quantity;
    Decimal notional;
    for (const PayoffLeg& leg : set)
      if (leg.quantity < 0 && net[static_cast<std::size_t>(leg.right)] < 0)
        notional = std::max(notional, leg.strike * leg.multiplier);
    sum += obligation_at_strikes(set) + (notional * uncovered).mul_div(limits_.undefined_reserve.raw(), Decimal::scale);
  }
  return sum;
}

std::optional<RiskRefusal> RiskGate::check_close(const OrderRequest& order) {
  const Position* held = find(order.position);
  for (const OrderLeg& leg : order.legs) {
    std::int32_t quantity = 0;
    if (held)
      for (const OrderLeg& known : held->legs)
        if (known.contract == leg.contract) quantity = known.quantity;
    const bool reduces = (quantity > 0) != (leg.quantity > 0) && std::abs(leg.quantity) <= std::abs(quantity);
    if (!reduces)
      return RiskRefusal{RejectReason::bad_request, "a closing order of " + std::to_string(leg.quantity) +
                                                        " against a holding of " + std::to_string(quantity)};
  }
  return std::nullopt;
}

std::optional<RiskRefusal> RiskGate::check_counts(const OrderRequest& order, std::int64_t contracts) {
  const auto over = [](RejectReason reason, std::int64_t have, std::int64_t limit, const char* what) {
    return RiskRefusal{reason,
                       std::to_string(have) + " " + what + " would exceed the limit of " + std::to_string(limit)};
  };
  if (limits_.max_contracts > 0 && contracts > limits_.max_contracts)
    return over(RejectReason::max_contracts, contracts, limits_.max_contracts, "contracts in one order");
  if (limits_.max_open_contracts > 0) {
    std::int64_t open = contracts;
    for (const Position& position : positions_) open += contracts_in(position.legs);
    for (const Pending& pending : pending_) open += pending.contracts;
    if (open > limits_.max_open_contracts)
      return over(RejectReason::max_contracts, open, limits_.max_open_contracts, "open contracts");
  }
  if (limits_.max_positions > 0 && !find(order.position)) {
    auto open = static_cast<std::int64_t>(positions_.size()) + 1;
    for (const Pending& pending : pending_) open += find(pending.position) ? 0 : 1;
    if (open > limits_.max_positions)
      return over(RejectReason::max_positions, open, limits_.max_positions, "open positions");
  }
  return std::nullopt;
}

std::optional<RiskRefusal> RiskGate::net_debit(const OrderRequest& order, Decimal& debit) const {
  std::int64_t unit = 0;
  for (const OrderLeg& leg : order.legs) unit = std::gcd(unit, std::int64_t{leg.quantity});
  for (const OrderLeg& leg : order.legs) {
    const Contract contract = instruments_.at(leg.contract);
    if (order.type == OrderType::limit) {  // one multiplier for the whole combo
      debit = order.limit * unit * contract.multiplier;
      return std::nullopt;
    }
    const ChainSnapshot* chain = chains_.find(contract.underlying);
    const auto row = chain ? find_row(*chain, contract) : std::nullopt;
    if (!row) return RiskRefusal{RejectReason::no_quote, describe(contract) + " is not quoted"};
    const Quote quote = quote_at(*chain, *row);
    const bool buy = leg.quantity > 0;
    if (buy ? !quote.has_ask() : !quote.has_bid())
      return RiskRefusal{buy ? RejectReason::no_ask : RejectReason::no_bid,
                         describe(contract) + " at " + quote.bid.to_string() + " / " + quote.ask.to_string()};
    debit += (buy ? quote.ask : quote.bid) * leg.quantity * contract.multiplier;
  }
  return std::nullopt;
}

std::optional<RiskRefusal> RiskGate::check_cash(const OrderRequest& order, Decimal& required) {
  const Position* held = find(order.position);
  OrderLegs merged = held ? held->legs : OrderLegs{};
  for (const OrderLeg& leg : order.legs) add_leg(merged, leg.contract, leg.quantity);
  bool undefined = false;
  const Decimal reserve = reserve_of(merged, undefined);
  if (undefined && !limits_.allow_undefined_risk)
    return RiskRefusal{RejectReason::insufficient_cash,
                       "short contracts without a long behind them, and allow_undefined_risk is false"};
  if (!limits_.check_cash) return std::nullopt;
  Decimal debit;
  if (auto refusal = net_debit(order, debit)) return refusal;
  required = reserve - (held ? held->reserve : Decimal{}) + debit;
  Decimal free = cash_;
  for (const Position& position : positions_) free -= position.reserve;
  for (const Pending& pending : pending_) free -= pending.required;
  if (required <= free) return std::nullopt;
  return RiskRefusal{RejectReason::insufficient_cash,
                     "needs " + required.to_string() + " (reserve " + reserve.to_string() + ", net debit " +
                         debit.to_string() + "), free cash is " + free.to_string() + " of " + cash_.to_string()};
}

std::optional<RiskRefusal> RiskGate::check(const OrderRequest& order) {
  if (order.legs.empty()) return RiskRefusal{RejectReason::bad_request, "the order has no legs"};
  for (const OrderLeg& leg : order.legs) {
    if (!instruments_.contains(leg.contract))
      return RiskRefusal{RejectReason::unknown_contract,
                         "contract " + std::to_string(leg.contract) + " is not defined"};
    if (leg.quantity == 0) return RiskRefusal{RejectReason::bad_request, "a leg has quantity 0"};
  }
  if (order.intent == OrderIntent::close) return check_close(order);
  if (feed_stale_) return RiskRefusal{RejectReason::stale_book, "the feed is stale: no opening orders"};
  for (const OrderLeg& leg : order.legs) {
    const ChainSnapshot* chain = chains_.find(instruments_.at(leg.contract).underlying);
    if (chain && chain->stale) return RiskRefusal{RejectReason::stale_book, "the chain is stale: no opening orders"};
  }
  const std::int64_t contracts = contracts_in(order.legs);
  if (auto refusal = check_counts(order, contracts)) return refusal;
  Decimal required;
  if (auto refusal = check_cash(order, required)) return refusal;
  pending_.push_back({order.order, order.position, contracts, required});
  return std::nullopt;
}

void RiskGate::on_gone(std::uint64_t order) {
  std::erase_if(pending_, [&](const Pending& pending) { return pending.order == order; });
}

void RiskGate::change_legs(std::uint64_t position, ContractId contract, std::int32_t quantity) {
  Position* held = find(position);
  if (!held) held = &positions_.emplace_back(Position{position, {}, {}});
  add_leg(held->legs, contract, quantity);
}

void RiskGate::refresh(std::uint64_t position) {
  Position* held = find(position);
  if (!held) return;
  for (std::size_t i = held->legs.size(); i-- > 0;)
    if (held->legs[i].quantity == 0) held->legs.erase(held->legs.begin() + static_cast<std::ptrdiff_t>(i));
  if (held->legs.empty()) {
    std::erase_if(positions_, [&](const Position& known) { return known.id == position; });
    return;
  }
  bool undefined = false;
  held->reserve = reserve_of(held->legs, undefined);
}

void RiskGate::on_fill(const Fill& fill) {
  on_gone(fill.order);
  cash_ -= fill.fees;
  for (const FillLeg& leg : fill.legs) {
    cash_ -= leg.price * leg.quantity * instruments_.at(leg.contract).multiplier;
    change_legs(fill.position, leg.contract, leg.quantity);
  }
  refresh(fill.position);
}

void RiskGate::on_settled(const ContractSettled& settled) {
  cash_ += settled.cash;
  change_legs(settled.position, settled.contract, -settled.quantity);
  refresh(settled.position);
}

RiskGate::State RiskGate::state() const {
  return {instruments_.batches(), chains_.snapshots(), positions_, pending_, cash_, feed_stale_};
}

void RiskGate::restore(State state) {
  instruments_ = {};
  for (const MessageRef& batch : state.instruments) instruments_.add(batch);
  chains_ = LatestChains(std::move(state.snapshots));
  positions_ = std::move(state.positions);
  pending_ = std::move(state.pending);
  cash_ = state.cash;
  feed_stale_ = state.feed_stale;
}

}  // namespace optix
