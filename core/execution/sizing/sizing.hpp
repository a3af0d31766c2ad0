#pragma once
// How many units of a position to open. One unit is the position as its rule writes it: every leg with
// the quantity given there. All models divide a budget by what one unit uses up and round down:
//
//   model            budget, USD                        one unit uses
//   fixed            –                                  `units` of them, whatever the account holds
//   equity_fraction  fraction × equity                  capital
//   margin           fraction × buying power            capital
//   kelly            min(fraction × f*, cap) × equity   the average loss of a losing unit; see kelly_fraction
//   max_loss         fraction × equity                  its largest loss at expiration, premium included
//   delta            fraction × equity                  |dollar delta|
//   vega             fraction × equity                  |vega| / 100: what one point of volatility moves it by
//   var              fraction × equity                  value at risk; see unit_value_at_risk
//   vol_target       fraction × equity                  a year's deviation of its profit; see unit_volatility
//
// Capital is the buying power that one unit takes: the debit paid, or the requirement less the credit.
// Money is exact: a budget of 2,000.00 buys four units of 500.00 and three of 500.01.
#include <cstdint>
#include <limits>
#include <string_view>

#include "messages/field.hpp"
#include "messages/values/decimal.hpp"

namespace optix {

enum class SizingModel : std::uint8_t {
  fixed,
  equity_fraction,
  margin,
  kelly,
  max_loss,
  delta,
  vega,
  var,
  vol_target,
};
constexpr auto enum_names(SizingModel) {
  return std::to_array<std::string_view>(
      {"fixed", "equity_fraction", "margin", "kelly", "max_loss", "delta", "vega", "var", "vol_target"});
}

// Why no unit may be opened.
enum class SizingStop : std::uint8_t {
  none,
  budget_too_small,  // the budget does not pay for one unit
  no_budget,         // equity or buying power is not positive
  account_unknown,   // no account report has come yet
  unbounded_loss,    // max_loss: one unit can lose without limit
  figure_unknown,    // a greek, a volatility or the requirement of the unit is not known
  no_edge,           // kelly: the closed trades lose
};
constexpr auto enum_names(SizingStop) {
  return std::to_array<std::string_view>(
      {"none", "budget_too_small", "no_budget", "account_unknown", "unbounded_loss", "figure_unknown", "no_edge"});
}

struct SizingRules {
  SizingModel model = SizingModel::fixed;
  std::int64_t units = 1;                   // fixed; kelly: while too few trades are closed
  std::int64_t max_units = 1'000'000;       // never more
  Decimal fraction = Decimal::from_int(1);  // see above; kelly: 0.5 is half Kelly
  std::int64_t min_trades = 30;             // kelly
  Decimal cap = Decimal::from_int(1);       // kelly: largest share of equity at stake
  double confidence = 0.95;                 // var
  double days = 1;                          // var: trading days ahead
};

// One unit. NaN and none: not known; max_loss none: no bound.
struct UnitFigures {
  Decimal capital = Decimal::none();
  Decimal max_loss = Decimal::none();
  double dollar_delta = std::numeric_limits<double>::quiet_NaN();  // USD for a move of the underlying by 100 %
  double dollar_gamma = std::numeric_limits<double>::quiet_NaN();  // change of the dollar delta for that move
  double vega = std::numeric_limits<double>::quiet_NaN();          // USD per 1.00 of volatility
  double volatility = std::numeric_limits<double>::quiet_NaN();    // of the underlying, per 1.00 a year
};

struct SizingAccount {
  Decimal equity = Decimal::none();        // USD; none: not known yet
  Decimal buying_power = Decimal::none();  // USD
};

// Closed trades, profit per unit. A profit of 0 counts as a trade that is neither.
struct TradeTally {
  std::int64_t trades = 0, wins = 0, losses = 0;
  double won = 0;   // sum of profits, USD
  double lost = 0;  // sum of losses, USD, positive
  void add(double profit_per_unit);
  static constexpr auto fields() {
    using M = TradeTally;
    return std::tuple(field("trades", &M::trades, "closed"), field("wins", &M::wins, "with a profit"),
                      field("losses", &M::losses, "with a loss"), field("won", &M::won, "sum of profits a unit, USD"),
                      field("lost", &M::lost, "sum of losses a unit, USD, positive"));
  }
};

struct Sizing {
  std::int64_t units = 0;
  SizingStop stop = SizingStop::none;  // why units is 0
};

// f* = p − (1 − p) / b, with p the share of winning trades and b average win over average loss: the share
// of equity to put at stake so that the expected logarithm of wealth grows fastest. Negative when the
// trades lose; NaN while there is no losing trade. J. L. Kelly, "A New Interpretation of Information Rate",
// Bell System Technical Journal 35 (1956); E. O. Thorp, "The Kelly Criterion in Blackjack, Sports Betting
// and the Stock Market" (2006), section 2.
double kelly_fraction(const TradeTally& trades);

// Delta-gamma value at risk at `confidence` over `days` trading days, USD, at least 0: the larger loss of
// the two moves ±z·σ·√(days/252) of the underlying, −(D·x + G·x²/2), z the normal quantile of `confidence`.
// Jorion, Value at Risk, 3rd edition, chapter 10 (delta-normal, with the gamma term).
double unit_value_at_risk(const UnitFigures& unit, double confidence, double days);

// Standard deviation of a year's profit, USD: √252 times that of a day, √(D²s² + G²s⁴/2) with
// s = σ/√252 (variance of D·x + G·x²/2 for normal x; Jorion, chapter 10).
double unit_volatility(const UnitFigures& unit);

Sizing size_position(const SizingRules& rules, const SizingAccount& account, const UnitFigures& unit,
                     const TradeTally& trades);

}  // namespace optix
