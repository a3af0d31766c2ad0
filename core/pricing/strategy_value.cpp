#include "core/pricing/strategy_value.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/pricing/european.hpp"

namespace optix {
namespace {

std::string leg_name(const OptionLeg& leg) {
  return std::string(enum_name(leg.terms.right)) + " " + leg.terms.strike.to_string(0);
}

void require_sound(const Strategy& strategy) {
  if (const Status status = strategy_defect(strategy); !status) throw std::invalid_argument(status.error().what);
}

std::vector<PayoffLeg> terms_of(const Strategy& strategy) {
  std::vector<PayoffLeg> out;
  for (const OptionLeg& leg : strategy.options) out.push_back(leg.terms);
  return out;
}

std::int64_t size_of(const PayoffLeg& leg) { return std::int64_t{leg.quantity} * leg.multiplier; }

// Slope of the profit just above `price`, USD per USD.
std::int64_t slope_above(const Strategy& strategy, Decimal price) {
  std::int64_t slope = 0;
  for (const StockLeg& leg : strategy.stock) slope += leg.shares;
  for (const OptionLeg& leg : strategy.options) {
    const bool call = leg.terms.right == Right::call;
    if (call == (leg.terms.strike <= price)) slope += call ? size_of(leg.terms) : -size_of(leg.terms);
  }
  return slope;
}

Decimal profit_at(const Strategy& strategy, std::span<const PayoffLeg> terms, Decimal cost, Decimal price) {
  Decimal profit = payoff_at(terms, price) - cost;
  for (const StockLeg& leg : strategy.stock) profit += price * leg.shares;
  return profit;
}

// One leg's share of every row, added to `out`.
class LegRows {
 public:
  LegRows(std::span<const double> spot, const StrategyColumns& out) : spot_(spot), out_(out) {
    const std::size_t n = spot.size();
    for (std::vector<double>* column : {&strike_, &rate_, &yield_, &years_, &vol_}) column->resize(n);
    right_.resize(n);
    for (const Use& use : uses_)
      if (!(out.*use.to).empty()) (this->*use.from).resize(n);
  }

  void add_shares(double shares) {
    for (std::size_t i = 0; i < spot_.size(); ++i) {
      if (!out_.value.empty()) out_.value[i] += shares * spot_[i];
      if (!out_.delta.empty()) out_.delta[i] += shares;
    }
  }

  void add_payoff(const OptionLeg& leg) {
    const auto size = static_cast<double>(size_of(leg.terms));
    const double strike = leg.terms.strike.to_double(), sign = leg.terms.right == Right::call ? 1 : -1;
    for (std::size_t i = 0; i < spot_.size(); ++i) {
      const double intrinsic = sign * (spot_[i] - strike);
      if (intrinsic <= 0) continue;
      if (!out_.value.empty()) out_.value[i] += size * intrinsic;
      if (!out_.delta.empty()) out_.delta[i] += size * sign;
    }
  }

  void add_model(const OptionLeg& leg, const StrategyMarket& market, double years_left, double vol_shift) {
    std::fill(strike_.begin(), strike_.end(), leg.terms.strike.to_double());
    std::fill(rate_.begin(), rate_.end(), market.rate);
    std::fill(yield_.begin(), yield_.end(), market.dividend_yield);
    std::fill(years_.begin(), years_.end(), years_left);
    std::fill(right_.begin(), right_.end(), leg.terms.right);
    for (std::size_t i = 0; i < spot_.size(); ++i) {
      vol_[i] = (market.vol ? market.vol(leg, spot_[i], years_left) : leg.vol) + vol_shift;
      if (!(vol_[i] >= 0 && std::isfinite(vol_[i])))
        throw std::invalid_argument("the volatility of the " + leg_name(leg) + " becomes " + std::to_string(vol_[i]));
    }
    EuropeanColumns columns;
    columns.price = value_;
    columns.delta = delta_;
    columns.gamma = gamma_;
    columns.vega = vega_;
    columns.theta = theta_;
    columns.rho = rho_;
    if (european_rows({spot_, strike_, rate_, yield_, years_, vol_, right_}, columns) != 0)
      throw std::invalid_argument("the " + leg_name(leg) + " has no model value: a rate or a price is out of range");
    const auto size = static_cast<double>(size_of(leg.terms));
    for (const Use& use : uses_) {
      const std::span<double> to = out_.*use.to;
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += size * (this->*use.from)[i];
    }
  }

 private:
  struct Use {
    std::span<double> StrategyColumns::*to;
    std::vector<double> LegRows::*from;
  };
  static const Use uses_[6];

  std::span<const double> spot_;
  StrategyColumns out_;
  std::vector<double> strike_, rate_, yield_, years_, vol_;
  std::vector<Right> right_;
  std::vector<double> value_, delta_, gamma_, vega_, theta_, rho_;
};

const LegRows::Use LegRows::uses_[6] = {
    {&StrategyColumns::value, &LegRows::value_}, {&StrategyColumns::delta, &LegRows::delta_},
    {&StrategyColumns::gamma, &LegRows::gamma_}, {&StrategyColumns::vega, &LegRows::vega_},
    {&StrategyColumns::theta, &LegRows::theta_}, {&StrategyColumns::rho, &LegRows::rho_},
};

}  // namespace

Status strategy_defect(const Strategy& strategy) {
  if (strategy.options.empty() && strategy.stock.empty()) return Error{"a position needs at least one leg", "", ""};
  for (const StockLeg& leg : strategy.stock) {
    if (leg.shares == 0) return Error{"a stock leg has no shares", "", ""};
    if (leg.price.is_none()) return Error{"a stock leg has no price", "", ""};
  }
  for (const OptionLeg& leg : strategy.options) {
    const PayoffLeg& terms = leg.terms;
    if (terms.strike.is_none() || terms.strike <= Decimal{}) return Error{"a strike must be above 0", "", ""};
    const std::string name = "the " + leg_name(leg);
    if (terms.quantity == 0) return Error{name + " has no contracts", "", ""};
    if (terms.multiplier <= 0) return Error{name + " needs a multiplier above 0", "", ""};
    if (leg.premium.is_none()) return Error{name + " has no premium", "", ""};
    if (!(leg.years > 0 && std::isfinite(leg.years))) return Error{name + " needs a time to expiry above 0", "", ""};
    if (!(leg.vol >= 0 && std::isfinite(leg.vol))) return Error{name + " needs a volatility of at least 0", "", ""};
  }
  return {};
}

Decimal strategy_cost(const Strategy& strategy) {
  Decimal cost;
  for (const OptionLeg& leg : strategy.options) cost += leg.premium * size_of(leg.terms);
  for (const StockLeg& leg : strategy.stock) cost += leg.price * leg.shares;
  return cost;
}

double first_expiry(const Strategy& strategy) {
  double first = std::numeric_limits<double>::infinity();
  for (const OptionLeg& leg : strategy.options) first = std::min(first, leg.years);
  return first;
}

bool single_expiry(const Strategy& strategy) {
  return std::all_of(strategy.options.begin(), strategy.options.end(),
                     [&](const OptionLeg& leg) { return leg.years == strategy.options.front().years; });
}

Decimal profit_at_expiry(const Strategy& strategy, Decimal price) {
  require_sound(strategy);
  if (!single_expiry(strategy)) throw std::invalid_argument("the legs do not expire together");
  return profit_at(strategy, terms_of(strategy), strategy_cost(strategy), price);
}

ExpiryProfile expiry_profile(const Strategy& strategy) {
  require_sound(strategy);
  if (!single_expiry(strategy)) throw std::invalid_argument("the legs do not expire together");
  const std::vector<PayoffLeg> terms = terms_of(strategy);
  const Decimal cost = strategy_cost(strategy);

  ExpiryProfile out;
  out.price.emplace_back();
  for (const PayoffLeg& leg : terms) out.price.push_back(leg.strike);
  std::sort(out.price.begin(), out.price.end());
  out.price.erase(std::unique(out.price.begin(), out.price.end()), out.price.end());
  for (const Decimal price : out.price) out.profit.push_back(profit_at(strategy, terms, cost, price));
  out.slope_beyond = slope_above(strategy, out.price.back());

  const auto [low, high] = std::minmax_element(out.profit.begin(), out.profit.end());
  out.max_profit = out.slope_beyond > 0 ? Decimal::none() : *high;
  out.max_loss = out.slope_beyond < 0 ? Decimal::none() : -*low;

  // A zero at a kink starts or lengthens a stretch; a change of sign is a zero in between.
  for (std::size_t i = 0; i < out.price.size(); ++i) {
    const bool last = i + 1 == out.price.size();
    const Decimal price = out.price[i], profit = out.profit[i];
    const std::int64_t slope = slope_above(strategy, price);
    if (profit == Decimal{}) {
      const bool goes_on = i > 0 && out.profit[i - 1] == Decimal{};
      if (!goes_on) out.break_evens.push_back({price, price});
      out.break_evens.back().to = last && slope == 0 ? Decimal::none() : price;
      continue;
    }
    const bool falls = profit > Decimal{};
    const bool crosses = last ? (falls ? slope < 0 : slope > 0)
                              : (falls ? out.profit[i + 1] < Decimal{} : out.profit[i + 1] > Decimal{});
    if (!crosses) continue;
    const Decimal zero = price + profit.abs().mul_div(1, slope < 0 ? -slope : slope);
    out.break_evens.push_back({zero, zero});
  }
  return out;
}

void strategy_rows(const Strategy& strategy, const StrategyMarket& market, double elapsed, double vol_shift,
                   std::span<const double> spot, const StrategyColumns& out) {
  require_sound(strategy);
  if (!(elapsed >= 0 && elapsed <= first_expiry(strategy)))
    throw std::invalid_argument("the time must lie between now and the first expiration");
  for (const double s : spot)
    if (!(s > 0 && std::isfinite(s))) throw std::invalid_argument("a price of the underlying must be above 0");
  for (const std::span<double> column : {out.value, out.profit, out.delta, out.gamma, out.vega, out.theta, out.rho}) {
    if (!column.empty() && column.size() != spot.size()) throw std::invalid_argument("columns differ in length");
    std::fill(column.begin(), column.end(), 0.0);
  }
  StrategyColumns sums = out;
  if (sums.value.empty()) sums.value = sums.profit;
  LegRows rows(spot, sums);
  for (const StockLeg& leg : strategy.stock) rows.add_shares(static_cast<double>(leg.shares));
  for (const OptionLeg& leg : strategy.options) {
    const double years_left = leg.years - elapsed;
    if (years_left > 0)
      rows.add_model(leg, market, years_left, vol_shift);
    else
      rows.add_payoff(leg);
  }
  const double cost = strategy_cost(strategy).to_double();
  for (std::size_t i = 0; i < out.profit.size(); ++i) out.profit[i] = sums.value[i] - cost;
}

StrategyValue strategy_value(const Strategy& strategy, const StrategyMarket& market, double spot, double elapsed) {
  StrategyValue v;
  strategy_rows(
      strategy, market, elapsed, 0, {&spot, 1},
      {{&v.value, 1}, {&v.profit, 1}, {&v.delta, 1}, {&v.gamma, 1}, {&v.vega, 1}, {&v.theta, 1}, {&v.rho, 1}});
  return v;
}

}  // namespace optix
