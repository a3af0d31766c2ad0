// What one unit of an entry uses up, from the snapshot that it was selected on.
#include <cmath>

#include "actors/strategy_rules.hpp"
#include "core/execution/risk/exposure.hpp"
#include "core/margin/account_margin.hpp"
#include "core/margin/margin_class.hpp"

namespace optix {
namespace {

// Implied volatility at the strike nearest to the underlying's price, of calls and puts of one
// expiration and root; NaN when the chain has none.
double volatility_at_the_money(const ChainSnapshot& chain, Date expiration, Symbol root) {
  double sum = 0;
  int found = 0;
  for (const Right right : {Right::call, Right::put}) {
    const auto group = find_group(chain, expiration, root, right);
    if (!group) continue;
    const RowRange rows = group_rows(chain, *group);
    std::size_t nearest = rows.end;
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
      if (std::isnan(chain.iv[row])) continue;
      const auto distance = [&](std::size_t of) { return (chain.strike[of] - chain.underlying_price).abs(); };
      if (nearest == rows.end || distance(row) < distance(nearest)) nearest = row;
    }
    if (nearest == rows.end) continue;
    sum += chain.iv[nearest];
    ++found;
  }
  return found == 0 ? std::nan("") : sum / found;
}

}  // namespace

UnitFigures RulesStrategy::unit_figures(const ChainSnapshot& chain, Decimal debit, Decimal max_loss) const {
  UnitFigures unit;
  unit.max_loss = max_loss;
  Exposure exposure;
  UnderlyingHoldings none;
  none.underlying = margin_underlying(chain.underlying, chain.underlying_price, chain.session);
  std::vector<MarginLeg> legs;
  for (const SelectedLeg& selected : selection_.legs) {
    RiskLeg leg;
    leg.contract = selected.contract;
    leg.quantity = selected.quantity;
    leg.terms = instruments_.at(selected.contract);
    leg.iv = chain.iv[selected.row];
    leg.delta = chain.delta[selected.row];
    leg.gamma = chain.gamma[selected.row];
    exposure += exposure_of(leg, &chain, 0);
    MarginLeg margin;
    margin.contract = selected.contract;
    margin.right = leg.terms.right;
    margin.strike = leg.terms.strike;
    margin.expiration = leg.terms.expiration;
    margin.quantity = selected.quantity;
    margin.multiplier = leg.terms.multiplier;
    const Quote quote = quote_at(chain, selected.row);
    margin.price = margin.entry = (quote.bid + quote.ask).half();
    legs.push_back(margin);
  }
  const BuyingPowerEffect effect = buying_power_effect(AccountKind::reg_t, none, legs, chain.session);
  unit.capital = effect.initial - effect.collateral + debit;
  unit.dollar_delta = exposure.delta;
  unit.dollar_gamma = exposure.gamma * 100;
  unit.vega = exposure.vega;
  unit.volatility = volatility_at_the_money(chain, selection_.expiration, selection_.root);
  return unit;
}

// Buying power as this strategy can know it: equity less the capital of its own positions.
SizingAccount RulesStrategy::sizing_account() const {
  SizingAccount account;
  account.equity = account.buying_power = state_.equity;
  if (account.equity.is_none()) return account;
  for (const HeldPosition& held : state_.held) account.buying_power -= held.capital;
  return account;
}

}  // namespace optix
