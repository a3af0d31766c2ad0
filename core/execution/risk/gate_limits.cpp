// What an opening order is held against: limits on counts and exposure, and the account's money.
#include <algorithm>
#include <cmath>

#include "core/contracts/chain_view.hpp"
#include "core/contracts/shares.hpp"
#include "core/execution/orders/order_units.hpp"
#include "core/execution/risk/gate.hpp"
#include "core/execution/risk/reserve.hpp"

namespace optix {
namespace {

using R = RejectReason;

void add_legs(RiskLegs& to, std::span<const RiskLeg> legs) {
  for (const RiskLeg& leg : legs) {
    const auto same = std::find_if(to.begin(), to.end(), [&](const RiskLeg& known) {
      return known.contract == leg.contract && known.underlying == leg.underlying;
    });
    if (same == to.end())
      to.push_back(leg);
    else
      same->quantity += leg.quantity;
  }
}

// What opening orders on their way will add, at the figures of the moment. `owner` nullptr: of every strategy.
std::vector<RiskLeg> legs_to_come(const RiskHoldings& holdings, const std::uint64_t* owner) {
  std::vector<RiskLeg> out;
  for (const PendingOrder& order : holdings.orders()) {
    if (order.request.intent == OrderIntent::close) continue;
    if (owner != nullptr && owner_of(order.request.order) != *owner) continue;
    for (const OrderLeg& leg : order.legs)
      if (leg.quantity != 0) out.push_back(holdings.look_up(leg.contract, leg.underlying, leg.quantity));
  }
  return out;
}

bool is_undefined(std::span<const RiskLeg> legs) { return reserve_of(legs, Decimal{}).undefined; }

// Sums over what is held and what opening orders on their way will add.
struct Totals {
  Exposure exposure;
  double positions = 0;
};

class Totalizer {
 public:
  Totalizer(const RiskHoldings& holdings, bool figures, double rate)
      : holdings_(holdings), figures_(figures), rate_(rate) {}

  Exposure of(std::span<const RiskLeg> legs) const {
    Exposure sum;
    for (const RiskLeg& leg : legs)
      sum += exposure_of(leg, figures_ ? holdings_.chains().find(leg.terms.underlying) : nullptr, rate_);
    return sum;
  }
  // `owner` nullptr: of every strategy.
  Totals all(const std::uint64_t* owner) const {
    Totals out;
    for (const RiskPosition& held : holdings_.positions()) {
      if (owner != nullptr && held.owner != *owner) continue;
      out.exposure += of({held.legs.data(), held.legs.size()});
      ++out.positions;
    }
    for (const PendingOrder& order : holdings_.orders()) {
      if (order.request.intent == OrderIntent::close) continue;
      if (owner != nullptr && owner_of(order.request.order) != *owner) continue;
      if (opens_position(order.request)) ++out.positions;
    }
    out.exposure += of(legs_to_come(holdings_, owner));
    return out;
  }
  // Not held, and no earlier order on its way opens it.
  bool opens_position(const OrderRequest& request) const {
    if (holdings_.position(request.position) != nullptr) return false;
    for (const PendingOrder& order : holdings_.orders()) {
      if (order.request.order == request.order) return true;
      if (order.request.position == request.position && order.request.intent == OrderIntent::open) return false;
    }
    return true;
  }

 private:
  const RiskHoldings& holdings_;
  bool figures_;
  double rate_;
};

}  // namespace

std::optional<RiskRefusal> RiskGate::check_limits(const OrderRequest& order, std::span<const RiskLeg> legs) const {
  if (rules_.limits.empty()) return std::nullopt;
  const Totalizer totalizer(holdings_, figures_, rules_.margin.rate);
  const Exposure own = totalizer.of(legs);
  const std::uint64_t owner = owner_of(order.order);
  std::optional<Totals> of_scope[3];
  of_scope[static_cast<std::size_t>(LimitScope::order)] = Totals{};
  for (const Limit& limit : rules_.limits) {
    std::optional<Totals>& totals = of_scope[static_cast<std::size_t>(limit.scope)];
    if (!totals) totals = totalizer.all(limit.scope == LimitScope::strategy ? &owner : nullptr);
    const LimitKind& kind = limit_kinds()[static_cast<std::size_t>(limit.measure)];
    double before = totals->positions, after = before;
    if (kind.figure != nullptr) {
      before = totals->exposure.*kind.figure;
      after = before + own.*kind.figure;
    } else {
      if (!totalizer.opens_position(order)) continue;  // more of a position that there is
      ++after;
    }
    if (auto refusal = limit_breach(limit, before, after)) return refusal;
  }
  return std::nullopt;
}

std::optional<RiskRefusal> RiskGate::net_debit(const OrderRequest& order, Decimal& debit) const {
  const OrderUnits units = units_of({order.legs.data(), order.legs.size()}, holdings_.instruments());
  const std::int64_t scale = units.price_units * units.multiplier;
  if (order.type == OrderType::limit || order.type == OrderType::stop_limit) {
    debit = order.limit * scale;
    return std::nullopt;
  }
  for (const OrderLeg& leg : order.legs) {
    const Contract contract = terms_of(leg, holdings_.instruments());
    const ChainSnapshot* chain = holdings_.chains().find(contract.underlying);
    if (is_shares(leg.contract) && chain != nullptr) {
      debit += chain->underlying_price * leg.quantity;
      continue;
    }
    const auto row = chain != nullptr ? find_row(*chain, contract) : std::nullopt;
    if (!row) return RiskRefusal{R::no_quote, describe(contract) + " is not quoted"};
    const Quote quote = quote_at(*chain, *row);
    const bool buy = leg.quantity > 0;
    if (buy ? !quote.has_ask() : !quote.has_bid())
      return RiskRefusal{buy ? R::no_ask : R::no_bid, describe(contract) + " at " +
                                                          (quote.bid.is_none() ? "-" : quote.bid.to_string()) + " / " +
                                                          (quote.ask.is_none() ? "-" : quote.ask.to_string())};
    debit += (buy ? quote.ask : quote.bid) * leg.quantity * contract.multiplier;
  }
  if (order.type == OrderType::stop && !order.stop.is_none()) debit = std::max(debit, order.stop * scale);
  if (order.type == OrderType::trailing_stop && !order.trail.is_none()) debit += order.trail * scale;
  return std::nullopt;
}

std::optional<RiskRefusal> RiskGate::check_money(const OrderRequest& order, std::span<const RiskLeg> legs,
                                                 OrderMargin& margin) {
  if (!rules_.allow_undefined_risk) {
    RiskLegs merged;
    if (const RiskPosition* held = holdings_.position(order.position)) merged = held->legs;
    add_legs(merged, legs);
    if (is_undefined({merged.data(), merged.size()}))
      return RiskRefusal{rules_.margin.account ? R::buying_power : R::insufficient_cash,
                         "short contracts without a long behind them, and allow_undefined_risk is false"};
  }
  if (!rules_.margin.account) {
    if (rules_.check_cash)
      if (auto refusal = check_reserve(order, legs, margin)) return refusal;
    return rules_.concentration ? check_shares_of_book(legs, {}, margin) : std::nullopt;
  }
  if (!rules_.check_cash && !rules_.margin_use && !rules_.concentration) return std::nullopt;
  Decimal debit;
  if (auto refusal = net_debit(order, debit)) return refusal;
  for (const RiskLeg& leg : legs)
    if (leg.mark.is_none())
      return RiskRefusal{R::no_quote, describe(leg.terms) + " has no price: its margin cannot be computed"};
  margin = desk_.order(holdings_, legs, debit);
  const AccountMargin account = desk_.account(holdings_);
  if (rules_.check_cash) {
    Decimal on_their_way;
    for (const PendingOrder& pending : holdings_.orders()) on_their_way += pending.required_left;
    const Decimal free = account.buying_power - on_their_way;
    if (!margin.permitted)
      return RiskRefusal{R::buying_power, "a " + std::string(enum_name(*rules_.margin.account)) +
                                              " account may not hold what this would make"};
    if (margin.required > Decimal{} && margin.required > free)
      return RiskRefusal{R::buying_power, "needs " + margin.required.to_string() + " (requirement " +
                                              margin.initial.to_string() + ", net debit " + debit.to_string() +
                                              "), buying power is " + free.to_string() + " of " +
                                              account.equity.to_string() + " equity"};
  }
  return check_shares_of_book(legs, account, margin);
}

std::optional<RiskRefusal> RiskGate::check_reserve(const OrderRequest& order, std::span<const RiskLeg> legs,
                                                   OrderMargin& margin) const {
  Decimal debit;
  if (auto refusal = net_debit(order, debit)) return refusal;
  const auto reserve = [&](const RiskLegs& of) {
    return reserve_of({of.data(), of.size()}, rules_.undefined_reserve).amount;
  };
  Decimal free = holdings_.cash(), before;
  RiskLegs merged;
  for (const RiskPosition& held : holdings_.positions()) {
    const Decimal of_held = reserve(held.legs);
    free -= of_held;
    if (held.id != order.position) continue;
    before = of_held;
    merged = held.legs;
  }
  for (const PendingOrder& pending : holdings_.orders()) free -= pending.required_left;
  add_legs(merged, legs);
  margin.debit = debit;
  margin.initial = reserve(merged) - before;
  margin.required = margin.initial + debit;
  if (margin.required <= free) return std::nullopt;
  return RiskRefusal{R::insufficient_cash, "needs " + margin.required.to_string() + " (reserve " +
                                               margin.initial.to_string() + ", net debit " + debit.to_string() +
                                               "), free cash is " + free.to_string() + " of " +
                                               holdings_.cash().to_string()};
}

std::optional<RiskRefusal> RiskGate::check_shares_of_book(std::span<const RiskLeg> legs, const AccountMargin& account,
                                                          const OrderMargin& margin) {
  const auto percent = [](double share) {
    return Decimal::from_double(std::round(share * 1e4) / 100).to_string() + " %";
  };
  Decimal initial = account.initial + margin.initial;
  for (const PendingOrder& pending : holdings_.orders()) initial += pending.initial_left;
  const double equity = account.equity.to_double();
  // An order that lowers the requirement passes.
  if (rules_.margin_use && margin.initial > Decimal{}) {
    const double use = initial.to_double() / equity;
    if (!(equity > 0) || use > *rules_.margin_use)
      return RiskRefusal{R::margin_use, "a requirement of " + initial.to_string() + " would be " +
                                            (equity > 0 ? percent(use) : "more than all") + " of " +
                                            account.equity.to_string() + " equity; the limit is " +
                                            percent(*rules_.margin_use)};
  }
  if (!rules_.concentration) return std::nullopt;
  std::vector<RiskLeg> added = legs_to_come(holdings_, nullptr);
  added.insert(added.end(), legs.begin(), legs.end());
  for (const RiskLeg& leg : legs) {
    const Symbol symbol = leg.terms.underlying;
    double part = 0, whole = equity;
    if (rules_.concentration_of == ConcentrationOf::notional) {
      whole = 0;
      const auto add = [&](const RiskLeg& of) {
        const ChainSnapshot* chain = holdings_.chains().find(of.terms.underlying);
        const double notional = exposure_of(of, chain, 0).notional;
        whole += notional;
        if (of.terms.underlying == symbol) part += notional;
      };
      for (const RiskPosition& held : holdings_.positions())
        for (const RiskLeg& of : held.legs) add(of);
      for (const RiskLeg& of : added) add(of);
    } else {
      part = desk_.initial_of(holdings_, symbol, added).to_double();
      if (rules_.concentration_of == ConcentrationOf::requirement)
        whole = desk_.initial_of_all(holdings_, added).to_double();
    }
    const double share = part / whole;
    if (part == 0 || (whole > 0 && share <= *rules_.concentration)) continue;
    return RiskRefusal{R::concentration, symbol.to_string() + " would have " +
                                             (whole > 0 && std::isfinite(share) ? percent(share) : "an unknown share") +
                                             " of the " + std::string(enum_name(rules_.concentration_of)) +
                                             "; the limit is " + percent(*rules_.concentration)};
  }
  return std::nullopt;
}

}  // namespace optix
