#include "core/margin/account_margin.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

#include "core/margin/portfolio_margin.hpp"
#include "core/margin/strategy_margin.hpp"

namespace optix {
namespace {

Decimal value_of(const MarginLeg& leg) { return leg.price * leg.multiplier * leg.quantity; }

Decimal market_value(std::span<const MarginLeg> legs) {
  Decimal sum;
  for (const MarginLeg& leg : legs) sum += value_of(leg);
  return sum;
}

// Everything held counts, at its value, and what could be lost is set aside.
MarginRequirement portfolio_requirement(const UnderlyingHoldings& holdings, Date session) {
  MarginRequirement out;
  out.charge = portfolio_scan(holdings.legs, holdings.underlying, session).requirement;
  out.requirement = out.net_deposit = out.charge;
  out.collateral = market_value(holdings.legs);
  return out;
}

MarginCache::Both compute(AccountKind kind, const UnderlyingHoldings& holdings, Date session) {
  MarginCache::Both out;
  switch (kind) {
    case AccountKind::cash: out.initial = cash_requirement(holdings.legs, holdings.underlying, session); break;
    case AccountKind::portfolio: out.initial = portfolio_requirement(holdings, session); break;
    case AccountKind::reg_t:
      out.initial = strategy_requirement(holdings.legs, holdings.underlying, MarginKind::initial, session);
      out.maintenance = strategy_requirement(holdings.legs, holdings.underlying, MarginKind::maintenance, session);
      break;
  }
  if (kind != AccountKind::reg_t) out.maintenance = out.initial;
  out.market_value = market_value(holdings.legs);
  return out;
}

// Bit for bit, so that a missing number equals itself.
auto bits(double x) { return std::bit_cast<std::uint64_t>(x); }

auto fields_of(const MarginLeg& leg) {
  return std::tuple(leg.contract, leg.right, leg.strike, leg.expiration, leg.settles, leg.quantity, leg.multiplier,
                    leg.price, leg.entry, leg.shares, bits(leg.vol), bits(leg.years));
}
auto fields_of(const MarginUnderlying& u) {
  return std::tuple(u.symbol, u.price, u.margin_class, u.leverage, u.european_cash, u.scan, bits(u.rate),
                    bits(u.dividend_yield));
}

bool same(const UnderlyingHoldings& a, const UnderlyingHoldings& b) {
  return fields_of(a.underlying) == fields_of(b.underlying) &&
         std::equal(a.legs.begin(), a.legs.end(), b.legs.begin(), b.legs.end(),
                    [](const MarginLeg& x, const MarginLeg& y) { return fields_of(x) == fields_of(y); });
}

}  // namespace

const MarginCache::Both& MarginCache::requirement(AccountKind kind, const UnderlyingHoldings& holdings, Date session) {
  const auto [at, fresh] = known_.try_emplace(holdings.underlying.symbol);
  Entry& entry = at->second;
  if (fresh || entry.kind != kind || entry.session != session || !same(entry.holdings, holdings)) {
    // Computed before anything is stored: an error leaves nothing half-written to be answered from.
    Both result;
    try {
      result = compute(kind, holdings, session);
    } catch (...) {
      known_.erase(at);
      throw;
    }
    entry = {kind, session, holdings, result};
    ++computed_;
  }
  return entry.result;
}

AccountMargin account_margin(AccountKind kind, Decimal cash, std::span<const UnderlyingHoldings> holdings, Date session,
                             MarginCache* cache) {
  AccountMargin out;
  out.equity = out.available = cash;
  Decimal opening = cash;  // what counts against the initial requirement
  for (const UnderlyingHoldings& h : holdings) {
    const MarginCache::Both both = cache != nullptr ? cache->requirement(kind, h, session) : compute(kind, h, session);
    out.equity += both.market_value;
    out.available += both.maintenance.collateral;
    opening += both.initial.collateral;
    out.initial += both.initial.charge;
    out.maintenance += both.maintenance.charge;
    out.exact &= both.initial.exact && both.maintenance.exact;
    out.permitted &= both.initial.permitted;
  }
  out.excess = out.available - out.maintenance;
  out.buying_power = opening - out.initial;
  return out;
}

BuyingPowerEffect buying_power_effect(AccountKind kind, const UnderlyingHoldings& before,
                                      std::span<const MarginLeg> legs, Date session, Decimal fees, MarginCache* cache) {
  const MarginCache::Both now =
      cache != nullptr ? cache->requirement(kind, before, session) : compute(kind, before, session);
  UnderlyingHoldings after = before;
  after.legs.insert(after.legs.end(), legs.begin(), legs.end());
  const MarginCache::Both then = compute(kind, after, session);
  BuyingPowerEffect out;
  out.cash = -market_value(legs) - fees;
  out.initial = then.initial.charge - now.initial.charge;
  out.maintenance = then.maintenance.charge - now.maintenance.charge;
  out.collateral = then.initial.collateral - now.initial.collateral;
  out.amount = out.initial - out.cash - out.collateral;
  out.exact = now.initial.exact && then.initial.exact;
  out.permitted = then.initial.permitted;
  return out;
}

}  // namespace optix
