#include "core/execution/sizing/sizing.hpp"

#include <algorithm>
#include <cmath>

#include "core/pricing/elementary.hpp"

namespace optix {
namespace {

constexpr double sessions_per_year = 252;

Sizing none(SizingStop why) { return {0, why}; }

// Whole units of `each` in `budget`, at most `most`.
Sizing divide(Decimal budget, Decimal each, std::int64_t most) {
  if (budget <= Decimal{}) return none(SizingStop::no_budget);
  if (each <= Decimal{}) return {most, SizingStop::none};  // it takes nothing: only the cap holds
  const std::int64_t units = std::min(budget.raw() / each.raw(), most);
  return units > 0 ? Sizing{units, SizingStop::none} : none(SizingStop::budget_too_small);
}

// A figure of a model in money; none when it is not a number or too large for money.
Decimal usd(double value) {
  return std::isfinite(value) && std::abs(value) < 1e12 ? Decimal::from_double(value) : Decimal::none();
}

Decimal share(Decimal amount, Decimal fraction) { return amount.mul_div(fraction.raw(), Decimal::scale); }

Sizing size_by_kelly(const SizingRules& rules, Decimal equity, const TradeTally& trades) {
  const double best = kelly_fraction(trades);
  // Too few trades, or none that lost: nothing to estimate the stake from.
  if (trades.trades < rules.min_trades || std::isnan(best))
    return {std::min(rules.units, rules.max_units), SizingStop::none};
  if (best <= 0) return none(SizingStop::no_edge);
  const double stake = std::min(rules.fraction.to_double() * best, rules.cap.to_double());
  const Decimal budget = usd(equity.to_double() * stake);
  const Decimal average_loss = usd(trades.lost / static_cast<double>(trades.losses));
  if (budget.is_none() || average_loss.is_none()) return none(SizingStop::figure_unknown);
  return divide(budget, average_loss, rules.max_units);
}

// What one unit uses of the budget; none when it is not known.
Decimal use_of(const SizingRules& rules, const UnitFigures& unit) {
  switch (rules.model) {
    case SizingModel::max_loss: return unit.max_loss;
    case SizingModel::delta: return usd(std::abs(unit.dollar_delta));
    case SizingModel::vega: return usd(std::abs(unit.vega) / 100);
    case SizingModel::var: return usd(unit_value_at_risk(unit, rules.confidence, rules.days));
    case SizingModel::vol_target: return usd(unit_volatility(unit));
    default: return unit.capital;
  }
}

}  // namespace

void TradeTally::add(double profit_per_unit) {
  ++trades;
  if (profit_per_unit > 0) {
    ++wins;
    won += profit_per_unit;
  } else if (profit_per_unit < 0) {
    ++losses;
    lost -= profit_per_unit;
  }
}

double kelly_fraction(const TradeTally& trades) {
  if (trades.losses == 0) return std::numeric_limits<double>::quiet_NaN();
  const double p = static_cast<double>(trades.wins) / static_cast<double>(trades.trades);
  if (trades.wins == 0) return -std::numeric_limits<double>::infinity();
  const double average_win = trades.won / static_cast<double>(trades.wins);
  const double average_loss = trades.lost / static_cast<double>(trades.losses);
  return p - (1 - p) * average_loss / average_win;
}

double unit_value_at_risk(const UnitFigures& unit, double confidence, double days) {
  const double move = math::normal_quantile(confidence) * unit.volatility * std::sqrt(days / sessions_per_year);
  const double bend = unit.dollar_gamma * move * move / 2;
  const double up = -(unit.dollar_delta * move + bend), down = -(-unit.dollar_delta * move + bend);
  if (std::isnan(up)) return up;
  return std::max({0.0, up, down});
}

double unit_volatility(const UnitFigures& unit) {
  const double variance = unit.volatility * unit.volatility / sessions_per_year;
  const double daily = unit.dollar_delta * unit.dollar_delta * variance +
                       unit.dollar_gamma * unit.dollar_gamma * variance * variance / 2;
  return std::sqrt(daily * sessions_per_year);
}

Sizing size_position(const SizingRules& rules, const SizingAccount& account, const UnitFigures& unit,
                     const TradeTally& trades) {
  if (rules.model == SizingModel::fixed) return {std::min(rules.units, rules.max_units), SizingStop::none};
  const Decimal base = rules.model == SizingModel::margin ? account.buying_power : account.equity;
  if (base.is_none()) return none(SizingStop::account_unknown);
  if (base <= Decimal{}) return none(SizingStop::no_budget);
  if (rules.model == SizingModel::kelly) return size_by_kelly(rules, base, trades);
  const Decimal use = use_of(rules, unit);
  if (use.is_none())
    return none(rules.model == SizingModel::max_loss ? SizingStop::unbounded_loss : SizingStop::figure_unknown);
  return divide(share(base, rules.fraction), use, rules.max_units);
}

}  // namespace optix
