#include "core/execution/sizing/sizing.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

const double unknown = std::nan("");

// 1,000 calls with a delta of 0.5 on an underlying at 100 would be 50,000 of dollar delta; figures below
// are for one unit.
UnitFigures figures(const char* capital, const char* max_loss, double delta, double gamma, double vega,
                    double volatility) {
  return {dec(capital), dec(max_loss), delta, gamma, vega, volatility};
}

SizingRules rules_of(SizingModel model, const char* fraction = "1") {
  SizingRules rules;
  rules.model = model;
  rules.fraction = dec(fraction);
  return rules;
}

TradeTally tally(std::vector<double> profits) {
  TradeTally out;
  for (const double profit : profits) out.add(profit);
  return out;
}

}  // namespace

TEST_CASE("units by budget: whole units, rounded down, exact at the boundary", "[trading][sizing]") {
  struct Case {
    const char* what;
    SizingModel model;
    const char* fraction;
    const char* equity;
    const char* buying_power;
    UnitFigures unit;
    std::int64_t units;
    SizingStop stop;
  };
  using M = SizingModel;
  using S = SizingStop;
  const auto unit = figures("500", "450", -2000, 8000, -300, 0.20);
  const Case cases[] = {
      {"a fifth of 10,000 at 500", M::equity_fraction, "0.20", "10000", "0", unit, 4, S::none},
      {"a millionth more than it pays for", M::equity_fraction, "0.20", "10000", "0",
       figures("500.000001", "450", 0, 0, 0, 0.2), 3, S::none},
      {"a millionth less", M::equity_fraction, "0.20", "10000", "0", figures("499.999999", "450", 0, 0, 0, 0.2), 4,
       S::none},
      {"not one unit", M::equity_fraction, "0.04", "10000", "0", unit, 0, S::budget_too_small},
      {"just one unit", M::equity_fraction, "0.05", "10000", "0", unit, 1, S::none},
      {"capital not known", M::equity_fraction, "0.05", "10000", "0", figures("", "450", 0, 0, 0, 0.2), 0,
       S::figure_unknown},
      {"no account yet", M::equity_fraction, "0.05", "", "", unit, 0, S::account_unknown},
      {"nothing left", M::equity_fraction, "0.05", "-1", "0", unit, 0, S::no_budget},
      {"buying power, not equity", M::margin, "0.50", "10000", "3000", unit, 3, S::none},
      {"buying power used up", M::margin, "0.50", "10000", "0", unit, 0, S::no_budget},
      {"2 % at risk of 450 each", M::max_loss, "0.02", "100000", "0", unit, 4, S::none},
      {"2 % at risk, no bound", M::max_loss, "0.02", "100000", "0", figures("500", "", 0, 0, 0, 0.2), 0,
       S::unbounded_loss},
      // 0.30 × 100,000 / 2,000
      {"dollar delta without its sign", M::delta, "0.30", "100000", "0", unit, 15, S::none},
      {"delta not known", M::delta, "0.30", "100000", "0", figures("500", "450", unknown, 0, 0, 0.2), 0,
       S::figure_unknown},
      // 0.001 × 100,000 = 100 a point; a unit moves 3
      {"vega a point", M::vega, "0.001", "100000", "0", unit, 33, S::none},
      {"vega not known", M::vega, "0.001", "100000", "0", figures("500", "450", 0, 0, unknown, 0.2), 0,
       S::figure_unknown},
      // a year's deviation: D σ = 400; gamma: 8000·0.04/√(2·252) = 14.25; √(400² + 14.25²) = 400.254
      {"10 % a year of 100,000", M::vol_target, "0.10", "100000", "0", unit, 24, S::none},
      {"volatility not known", M::vol_target, "0.10", "100000", "0", figures("500", "450", 1, 1, 1, unknown), 0,
       S::figure_unknown},
      // 43.16 a unit, see below
      {"value at risk 1 %", M::var, "0.01", "100000", "0", figures("500", "450", 2000, -8000, 0, 0.20), 23, S::none},
      {"value at risk not known", M::var, "0.01", "100000", "0", figures("500", "450", unknown, 0, 0, 0.2), 0,
       S::figure_unknown},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const Sizing got = size_position(rules_of(c.model, c.fraction), {dec(c.equity), dec(c.buying_power)}, c.unit, {});
    CHECK(got.units == c.units);
    CHECK(enum_name(got.stop) == enum_name(c.stop));
  }
}

TEST_CASE("fixed units ask nothing of the account; every model obeys the cap", "[trading][sizing]") {
  SizingRules rules = rules_of(SizingModel::fixed);
  rules.units = 7;
  CHECK(size_position(rules, {}, {}, {}).units == 7);
  rules.max_units = 5;
  CHECK(size_position(rules, {}, {}, {}).units == 5);
  rules.model = SizingModel::delta;
  // A position without delta uses none of the budget: the cap alone holds.
  CHECK(size_position(rules, {dec("1000"), dec("1000")}, figures("1", "1", 0, 0, 0, 0.2), {}).units == 5);
}

TEST_CASE("value at risk and volatility of a unit by hand", "[trading][sizing]") {
  // z(0.95) = 1.6448536, σ√(1/252) = 0.0125988; x = 0.0207232.
  // down: 2000·x + 8000·x²/2 = 41.4463 + 1.7178 = 43.1641; up: −41.4463 + 1.7178 < 0.
  CHECK(unit_value_at_risk(figures("", "", 2000, -8000, 0, 0.20), 0.95, 1) == Approx(43.16407).epsilon(1e-5));
  // Long gamma softens the loss: 41.4463 − 1.7178.
  CHECK(unit_value_at_risk(figures("", "", -2000, 8000, 0, 0.20), 0.95, 1) == Approx(39.72859).epsilon(1e-5));
  // Neutral and long gamma cannot lose; neutral and short gamma loses on both sides: 1.7178 × 4 days.
  CHECK(unit_value_at_risk(figures("", "", 0, 8000, 0, 0.20), 0.95, 4) == 0);
  CHECK(unit_value_at_risk(figures("", "", 0, -8000, 0, 0.20), 0.95, 4) == Approx(6.87096).epsilon(1e-4));
  CHECK(std::isnan(unit_value_at_risk(figures("", "", unknown, 0, 0, 0.2), 0.95, 1)));
  // Delta alone: 2000 × 0.20; gamma alone: 8000 × 0.04 / √504.
  CHECK(unit_volatility(figures("", "", 2000, 0, 0, 0.20)) == Approx(400));
  CHECK(unit_volatility(figures("", "", 0, 8000, 0, 0.20)) == Approx(14.254).epsilon(1e-4));
}

TEST_CASE("Kelly from closed trades", "[trading][sizing][kelly]") {
  // 6 wins of 100, 4 losses of 100: f* = 0.6 − 0.4 = 0.2. Wins of 200: 0.6 − 0.4/2 = 0.4.
  const TradeTally even = tally({100, 100, 100, 100, 100, 100, -100, -100, -100, -100});
  const TradeTally odds = tally({200, 200, 200, 200, 200, 200, -100, -100, -100, -100});
  CHECK(kelly_fraction(even) == Approx(0.2));
  CHECK(kelly_fraction(odds) == Approx(0.4));
  CHECK(kelly_fraction(tally({100, -100})) == Approx(0));
  CHECK(kelly_fraction(tally({100, -300})) == Approx(-1));
  CHECK(std::isnan(kelly_fraction(tally({100, 50}))));
  CHECK(kelly_fraction(tally({-100})) < -1e300);
  // A trade without profit counts in p alone: p = 1/4, b = 1; the losing share is taken as 1 − p.
  CHECK(kelly_fraction(tally({100, -100, 0, 0})) == Approx(-0.5));

  SizingRules rules = rules_of(SizingModel::kelly);
  rules.min_trades = 10;
  rules.units = 2;
  const SizingAccount account{dec("10000"), dec("0")};
  const auto sized = [&](const TradeTally& trades) { return size_position(rules, account, {}, trades); };
  CHECK(sized(even).units == 20);  // 0.2 × 10,000 / 100
  CHECK(sized(odds).units == 40);
  rules.fraction = dec("0.5");
  CHECK(sized(odds).units == 20);
  rules.cap = dec("0.15");
  CHECK(sized(odds).units == 15);
  rules.min_trades = 11;  // one too few
  CHECK(sized(odds).units == 2);
  rules.min_trades = 2;
  CHECK(sized(tally({100, 50})).units == 2);  // none lost: the stake cannot be estimated
  CHECK(sized(tally({100, -300})).units == 0);
  CHECK(sized(tally({100, -300})).stop == SizingStop::no_edge);
  CHECK(sized(tally({100, -100})).stop == SizingStop::no_edge);  // exactly 0
  CHECK(sized(tally({-100, -100})).stop == SizingStop::no_edge);
}
