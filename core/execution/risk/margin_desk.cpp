#include "core/execution/risk/margin_desk.hpp"

#include <algorithm>
#include <cmath>

#include "core/contracts/shares.hpp"
#include "core/execution/risk/reserve.hpp"
#include "core/margin/margin_class.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

// The most legs that are taken to be one strategy of defined risk: an iron condor.
constexpr std::size_t defined_legs = 4;

// What a share or contract is taken to be worth when no quote ever was: what it cost.
Decimal price_of(const RiskLeg& leg) {
  if (!leg.mark.is_none()) return leg.mark;
  const std::int64_t units = leg.quantity * leg.terms.multiplier;
  return units == 0 ? Decimal{} : leg.cost.abs().mul_div(1, std::abs(units));
}

// Defined risk with one expiration and one underlying: its largest loss is a strategy of its own.
bool is_defined(std::span<const RiskLeg> legs) {
  if (legs.size() > defined_legs) return false;
  for (const RiskLeg& leg : legs)
    if (leg.terms.expiration != legs[0].terms.expiration || leg.terms.underlying != legs[0].terms.underlying)
      return false;
  return !reserve_of(legs, Decimal{}).undefined;
}

std::vector<Symbol> symbols_of(const RiskHoldings& holdings, std::span<const RiskLeg> extra) {
  std::vector<Symbol> symbols;
  for (const RiskPosition& held : holdings.positions())
    for (const RiskLeg& leg : held.legs) symbols.push_back(leg.terms.underlying);
  for (const RiskLeg& leg : extra) symbols.push_back(leg.terms.underlying);
  std::sort(symbols.begin(), symbols.end());
  symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
  return symbols;
}

}  // namespace

MarketMoment latest_moment(const LatestChains& chains) {
  MarketMoment out;
  for (const MessageRef& snapshot : chains.snapshots()) {
    const auto& chain = snapshot.get<ChainSnapshot>();
    if (chain.time >= out.time) out = {chain.session, chain.time};
  }
  return out;
}

MarginUnderlying MarginDesk::underlying(Symbol symbol, const RiskHoldings& holdings) const {
  const ChainSnapshot* chain = holdings.chains().find(symbol);
  Decimal price = chain != nullptr ? chain->underlying_price : Decimal{};
  for (const RiskPosition& held : holdings.positions())
    for (const RiskLeg& leg : held.legs)
      if (chain == nullptr && is_shares(leg.contract) && leg.underlying == symbol) price = price_of(leg);
  MarginUnderlying out = margin_underlying(symbol, price, latest_moment(holdings.chains()).session);
  out.rate = rules_.rate;
  for (const MarginOverride& other : rules_.overrides) {
    if (other.symbol != symbol) continue;
    out.margin_class = other.margin_class.value_or(out.margin_class);
    out.scan = other.scan.value_or(out.scan);
    out.leverage = other.leverage.value_or(out.leverage);
  }
  return out;
}

MarginLeg MarginDesk::margin_leg(const RiskLeg& leg, const RiskHoldings& holdings) const {
  MarginLeg out;
  out.contract = leg.contract;
  out.quantity = leg.quantity;
  out.multiplier = leg.terms.multiplier;
  out.price = price_of(leg);
  out.shares = is_shares(leg.contract);
  const std::int64_t units = leg.quantity * leg.terms.multiplier;
  out.entry = leg.cost == Decimal{} || units == 0 ? out.price : leg.cost.abs().mul_div(1, std::abs(units));
  if (out.shares) return out;
  out.right = leg.terms.right;
  out.strike = leg.terms.strike;
  out.expiration = leg.terms.expiration;
  out.vol = leg.iv;
  const ChainSnapshot* chain = holdings.chains().find(leg.terms.underlying);
  if (chain != nullptr && chain->time < leg.terms.settles) out.years = years_between(chain->time, leg.terms.settles);
  return out;
}

UnderlyingHoldings MarginDesk::on(Symbol symbol, const RiskHoldings& holdings) const {
  UnderlyingHoldings out;
  out.underlying = underlying(symbol, holdings);
  for (const RiskPosition& held : holdings.positions())
    for (const RiskLeg& leg : held.legs)
      if (leg.terms.underlying == symbol) out.legs.push_back(margin_leg(leg, holdings));
  return out;
}

std::vector<UnderlyingHoldings> MarginDesk::by_underlying(const RiskHoldings& holdings) const {
  std::vector<UnderlyingHoldings> out;
  for (const Symbol symbol : symbols_of(holdings, {})) out.push_back(on(symbol, holdings));
  return out;
}

AccountMargin MarginDesk::account(const RiskHoldings& holdings) {
  const auto books = by_underlying(holdings);
  return account_margin(*rules_.account, holdings.cash(), books, latest_moment(holdings.chains()).session, &cache_);
}

Decimal MarginDesk::initial_of(const RiskHoldings& holdings, Symbol symbol, std::span<const RiskLeg> extra) {
  UnderlyingHoldings held = on(symbol, holdings);
  for (const RiskLeg& leg : extra)
    if (leg.terms.underlying == symbol) held.legs.push_back(margin_leg(leg, holdings));
  const Date session = latest_moment(holdings.chains()).session;
  return account_margin(*rules_.account, Decimal{}, {&held, 1}, session).initial;
}

Decimal MarginDesk::initial_of_all(const RiskHoldings& holdings, std::span<const RiskLeg> extra) {
  Decimal sum;
  for (const Symbol symbol : symbols_of(holdings, extra)) sum += initial_of(holdings, symbol, extra);
  return sum;
}

OrderMargin MarginDesk::order(const RiskHoldings& holdings, std::span<const RiskLeg> legs, Decimal debit) {
  OrderMargin out;
  out.debit = out.required = debit;
  const Date session = latest_moment(holdings.chains()).session;
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const Symbol symbol = legs[i].terms.underlying;
    bool seen = false;
    for (std::size_t j = 0; j < i; ++j) seen |= legs[j].terms.underlying == symbol;
    if (seen) continue;
    std::vector<MarginLeg> added;
    for (const RiskLeg& leg : legs)
      if (leg.terms.underlying == symbol) added.push_back(margin_leg(leg, holdings));
    const BuyingPowerEffect effect =
        buying_power_effect(*rules_.account, on(symbol, holdings), added, session, Decimal{}, &cache_);
    out.initial += effect.initial;
    out.required += effect.initial - effect.collateral;
    out.permitted &= effect.permitted;
  }
  return out;
}

void MarginDesk::rebuild_bound(const RiskHoldings& holdings) {
  bound_version_ = holdings.version();
  bounded_ = rules_.account == AccountKind::reg_t;
  defined_ = 0;
  naked_.clear();
  for (std::size_t p = 0; p < holdings.positions().size() && bounded_; ++p) {
    const RiskLegs& legs = holdings.positions()[p].legs;
    for (const RiskLeg& leg : legs) bounded_ &= !is_shares(leg.contract);
    if (!bounded_) return;
    if (is_defined({legs.data(), legs.size()})) {
      defined_ += reserve_of({legs.data(), legs.size()}, Decimal{}).amount.to_double();
      continue;
    }
    for (std::size_t i = 0; i < legs.size(); ++i) {
      if (legs[i].quantity >= 0) continue;
      const MarginUnderlying of = underlying(legs[i].terms.underlying, holdings);
      const bool broad = of.margin_class == MarginClass::broad_index || of.margin_class == MarginClass::broad_etf;
      const double leverage = of.leverage.to_double();
      naked_.push_back({p, i, (broad ? 0.15 : 0.20) * leverage, 0.10 * leverage});
    }
  }
}

double MarginDesk::excess_bound(RiskHoldings& holdings) {
  if (bound_version_ != holdings.version()) rebuild_bound(holdings);
  if (!bounded_) return std::numeric_limits<double>::quiet_NaN();
  double charge = defined_;
  for (const Naked& naked : naked_) {
    const RiskLeg& leg = holdings.refresh(naked.position, naked.leg);
    const ChainSnapshot* chain = holdings.chains().find(leg.terms.underlying);
    if (chain == nullptr || leg.mark.is_none()) return std::numeric_limits<double>::quiet_NaN();
    const double spot = chain->underlying_price.to_double(), strike = leg.terms.strike.to_double();
    const bool call = leg.terms.right == Right::call;
    const double out_of_the_money = std::max(0.0, call ? strike - spot : spot - strike);
    const double base = std::max(naked.rate * spot - out_of_the_money, naked.minimum * (call ? spot : strike));
    charge -= (leg.mark.to_double() + base) * static_cast<double>(leg.quantity * leg.terms.multiplier);
  }
  // A cent for the rounding of a sum of doubles.
  return holdings.cash().to_double() - charge - 0.01;
}

}  // namespace optix
