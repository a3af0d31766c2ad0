#include "core/pricing/american_dividends.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <sstream>
#include <vector>

#include "core/pricing/american.hpp"
#include "core/pricing/black_scholes.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

constexpr DividendGrid small_grid{96, 48, true};

DividendSchedule schedule(const std::vector<CashDividend>& rows) { return DividendSchedule::from_years(rows).value(); }

std::vector<double> list(const std::string& text) {
  std::vector<double> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ';');) out.push_back(std::stod(part));
  return out;
}

double payoff(Right right, double spot, double strike) {
  return std::max(right == Right::call ? spot - strike : strike - spot, 0.0);
}

// What an option with one dividend is worth now when it is worth value(s) at a lognormal price s just
// before the ex time: Simpson's rule over the normal variable, apart from any grid in spot.
template <class Value>
double expected(double start, double rate, double vol, double years, Value&& value) {
  constexpr int intervals = 20'000;
  constexpr double width = 9;
  double sum = 0;
  for (int i = 0; i <= intervals; ++i) {
    const double z = width * (2.0 * i / intervals - 1);
    const double s = start * std::exp((rate - 0.5 * vol * vol) * years + vol * std::sqrt(years) * z);
    const double weight = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
    sum += weight * std::exp(-0.5 * z * z) * value(s);
  }
  return std::exp(-rate * years) * sum * (2 * width / intervals / 3) / std::sqrt(2 * std::acos(-1.0));
}

double european_after(Right right, double s, const BlackScholesInput& in, double years) {
  if (s <= 1e-9) return right == Right::call ? 0 : in.strike * std::exp(-in.rate * years);
  BlackScholesInput later = in;
  later.spot = s;
  later.years = years;
  return black_scholes(right, later).price;
}

}  // namespace

TEST_CASE("reference prices under cash dividends, both models", "[data][pricing]") {
  const auto table = read_oracle("pricing/american_discrete_div.csv");
  if (!table) return;
  struct Output {
    const char* name;
    double worst = 0;       // high precision, in units of the tolerance
    double worst_fast = 0;  // fast, absolute
  };
  Output outputs[] = {{"amer_spot_model"},     {"euro_spot_model"}, {"amer_escrowed_model"},
                      {"euro_escrowed_model"}, {"amer_spot_delta"}, {"amer_spot_gamma"}};
  for (const auto& row : table->rows) {
    const auto number = [&](const char* name) { return std::stod(row.at(name)); };
    const BlackScholesInput in{number("spot"),           number("strike"),     number("rate"),
                               number("dividend_yield"), number("time_years"), number("vol")};
    const Right right = row.at("type") == "C" ? Right::call : Right::put;
    std::vector<CashDividend> dividends;
    const auto times = list(row.at("div_times")), amounts = list(row.at("div_amounts"));
    for (std::size_t i = 0; i < times.size(); ++i) dividends.push_back({times[i], amounts[i]});
    const DividendSchedule known = schedule(dividends);
    for (const auto scheme : {DividendScheme::fast, DividendScheme::high_precision}) {
      const auto value = [&](DividendModel model, ExerciseStyle exercise) {
        return dividend_option(scheme, model, exercise, right, in, known);
      };
      const auto american_spot = value(DividendModel::spot, ExerciseStyle::american);
      const double found[] = {american_spot.price,
                              value(DividendModel::spot, ExerciseStyle::european).price,
                              value(DividendModel::escrowed, ExerciseStyle::american).price,
                              value(DividendModel::escrowed, ExerciseStyle::european).price,
                              american_spot.delta,
                              american_spot.gamma};
      // The table has no tolerance for delta and gamma; its digits end at 1e-7 relative.
      const double tolerances[] = {
          number("tol_spot"), number("tol_spot"), number("tol_escrowed"), number("tol_escrowed"), 5e-6, 1e-6};
      for (std::size_t i = 0; i < 6; ++i) {
        const double error = std::fabs(found[i] - number(outputs[i].name));
        const bool fast = scheme == DividendScheme::fast;
        if (fast)
          outputs[i].worst_fast = std::max(outputs[i].worst_fast, error);
        else
          outputs[i].worst = std::max(outputs[i].worst, error / tolerances[i]);
        if (!(error <= (fast ? (i < 4 ? 1e-3 : 1e-4) : tolerances[i])))
          FAIL_CHECK(outputs[i].name << " is " << found[i] << ", expected " << row.at(outputs[i].name) << ": K "
                                     << in.strike << " T " << in.years << " vol " << in.vol << " dividends "
                                     << row.at("div_amounts"));
      }
    }
  }
  for (const Output& o : outputs)
    std::printf("american_discrete_div.csv %s: worst error/tolerance %.3f; fast scheme off by %.1e\n", o.name, o.worst,
                o.worst_fast);
}

TEST_CASE("one dividend: the price is an integral over the price before it", "[data][pricing]") {
  struct Case {
    double strike, rate, years, vol, ex, amount;
  };
  const Case cases[] = {{95, 0.05, 1, 0.25, 0.5, 5},      {110, 0.02, 0.7, 0.4, 0.65, 2},
                        {100, 0.03, 0.3, 0.15, 0.02, 1},  {80, 0, 2, 0.5, 1.9, 12},
                        {60, 0.06, 1, 0.6, 0.3, 70},      {100, 0.04, 0.5, 0.3, 0.49, 0.3},
                        {82, 0.06, 1.0 / 3, 0.3, 0.25, 4}};
  for (const Case& c : cases) {
    const BlackScholesInput in{100, c.strike, c.rate, 0, c.years, c.vol};
    const DividendSchedule one = schedule({{c.ex, c.amount}});
    const double after = c.years - c.ex;
    INFO("K " << c.strike << " r " << c.rate << " T " << c.years << " vol " << c.vol << " D " << c.amount);
    for (const Right right : {Right::call, Right::put}) {
      const auto spot = [&](double s) { return european_after(right, std::max(s - c.amount, 0.0), in, after); };
      const double european = expected(100, c.rate, c.vol, c.ex, spot);
      CHECK(
          dividend_option(DividendScheme::high_precision, DividendModel::spot, ExerciseStyle::european, right, in, one)
              .price == Approx(european).margin(5e-6));
    }
    // With no yield and a rate ≥ 0 a call is exercised just before the ex time or at expiry.
    const double american = expected(100, c.rate, c.vol, c.ex, [&](double s) {
      return std::max(s - c.strike, european_after(Right::call, std::max(s - c.amount, 0.0), in, after));
    });
    const auto call = dividend_option(DividendScheme::high_precision, DividendModel::spot, ExerciseStyle::american,
                                      Right::call, in, one);
    CHECK(call.price == Approx(american).margin(1e-5));
    const double star = one.escrowed_spot(100, c.rate, c.years);
    const double escrowed = expected(star, c.rate, c.vol, c.ex, [&](double s) {
      return std::max(s + c.amount - c.strike, european_after(Right::call, s, in, after));
    });
    CHECK(dividend_option(DividendScheme::high_precision, DividendModel::escrowed, ExerciseStyle::american, Right::call,
                          in, one)
              .price == Approx(escrowed).margin(1e-5));
    BlackScholesInput at_star = in;
    at_star.spot = star;
    CHECK(dividend_option(DividendScheme::high_precision, DividendModel::escrowed, ExerciseStyle::european, Right::put,
                          in, one)
              .price == Approx(black_scholes(Right::put, at_star).price).margin(2e-6));
  }
  // Haug, The Complete Guide to Option Pricing Formulas: Roll–Geske–Whaley, 4.3860.
  CHECK(dividend_option(DividendScheme::high_precision, DividendModel::escrowed, ExerciseStyle::american, Right::call,
                        {80, 82, 0.06, 0, 1.0 / 3, 0.3}, schedule({{0.25, 4}}))
            .price == Approx(4.3860).margin(5e-5));
}

TEST_CASE("without dividends both models are the continuous-yield option", "[data][pricing]") {
  for (const double rate : {0.05, 0.0, -0.01})
    for (const double yield : {0.0, 0.03})
      for (const Right right : {Right::call, Right::put})
        for (const double strike : {85.0, 100.0, 120.0}) {
          const BlackScholesInput in{100, strike, rate, yield, 0.75, 0.3};
          const AmericanValue reference = american(AmericanScheme::high_precision, right, in);
          const BlackScholesValue bs = black_scholes(right, in);
          INFO("r " << rate << " q " << yield << " K " << strike << (right == Right::call ? " call" : " put"));
          for (const auto model : {DividendModel::spot, DividendModel::escrowed}) {
            const auto a = dividend_option(DividendScheme::fast, model, ExerciseStyle::american, right, in, {});
            CHECK(a.price == Approx(reference.price).margin(1e-4));
            CHECK(a.delta == Approx(reference.delta).margin(2e-5));
            CHECK(a.gamma == Approx(reference.gamma).margin(2e-5));
            CHECK(a.exercise_now == reference.exercise_now);
            const auto e = dividend_option(DividendScheme::fast, model, ExerciseStyle::european, right, in, {});
            CHECK(e.price == Approx(bs.price).margin(5e-6));
            CHECK(e.delta == Approx(bs.delta).margin(1e-6));
            CHECK(e.gamma == Approx(bs.gamma).margin(1e-6));
          }
        }
}

TEST_CASE("monotone in dividend and strike, American at least European and payoff", "[data][pricing]") {
  const BlackScholesInput base{100, 100, 0.04, 0.005, 1.1, 0.3};
  for (const auto model : {DividendModel::spot, DividendModel::escrowed})
    for (const Right right : {Right::call, Right::put}) {
      const double up = right == Right::call ? -1 : 1;  // direction of the price in strike and dividend
      double last_dividend = -1;
      for (const double amount : {0.0, 0.01, 0.5, 2.0, 6.0, 15.0}) {
        std::vector<CashDividend> rows{{0.3, 1}};
        if (amount > 0) rows.push_back({0.8, amount});
        const DividendSchedule dividends = schedule(rows);
        const double now = dividend_option(small_grid, model, ExerciseStyle::american, right, base, dividends).price;
        if (last_dividend >= 0) CHECK(up * (now - last_dividend) >= -2e-4);
        last_dividend = now;
        double last = -1, last_slope = -2;
        for (double strike = 60; strike <= 150; strike += 7.5) {
          BlackScholesInput in = base;
          in.strike = strike;
          const auto a = dividend_option(small_grid, model, ExerciseStyle::american, right, in, dividends);
          const auto e = dividend_option(small_grid, model, ExerciseStyle::european, right, in, dividends);
          INFO("K " << strike << " D " << amount << (right == Right::call ? " call" : " put"));
          CHECK(a.price >= e.price - 1e-4);
          CHECK(a.price >= payoff(right, 100, strike));
          CHECK(std::fabs(a.delta) <= 1 + 1e-6);
          CHECK(a.delta * up <= 1e-6);
          if (last >= 0) {
            const double slope = (a.price - last) / 7.5;
            CHECK(up * slope >= -1e-4);
            CHECK(std::fabs(slope) <= 1 + 1e-6);
            CHECK(slope >= last_slope - 2e-4);  // convex
            last_slope = slope;
          }
          last = a.price;
        }
      }
    }
}

TEST_CASE("delta and gamma are the derivatives of the price", "[data][pricing]") {
  const DividendSchedule dividends = schedule({{0.2, 1.5}, {0.7, 1.5}});
  constexpr DividendGrid grid{640, 256, true};
  for (const auto model : {DividendModel::spot, DividendModel::escrowed})
    for (const Right right : {Right::call, Right::put}) {
      const auto at = [&](double spot) {
        return dividend_option(grid, model, ExerciseStyle::american, right, {spot, 105, 0.05, 0, 1, 0.3}, dividends);
      };
      const double h = 0.5;
      const auto low = at(100 - h), here = at(100), high = at(100 + h);
      CHECK(here.delta == Approx((high.price - low.price) / (2 * h)).margin(5e-5));
      CHECK(here.gamma == Approx((high.delta - low.delta) / (2 * h)).margin(2e-5));
    }
}

TEST_CASE("two exercise boundaries: policy iteration", "[data][pricing]") {
  // Put-call symmetry holds without cash dividends: P(S, K, r, q) = C(K, S, q, r).
  const BlackScholesInput put{100, 95, -0.01, -0.03, 1, 0.2}, call{95, 100, -0.03, -0.01, 1, 0.2};
  const auto p =
      dividend_option(DividendScheme::fast, DividendModel::spot, ExerciseStyle::american, Right::put, put, {});
  const auto c =
      dividend_option(DividendScheme::fast, DividendModel::spot, ExerciseStyle::american, Right::call, call, {});
  CHECK(p.price == Approx(c.price).margin(2e-4));
  CHECK(p.price > black_scholes(Right::put, put).price + 0.01);
  // Just below a rate of 0 policy iteration must give what the sweep gives just above.
  const DividendSchedule dividends = schedule({{0.2, 1.5}, {0.7, 1.5}});
  for (const auto model : {DividendModel::spot, DividendModel::escrowed})
    for (const double strike : {90.0, 110.0, 140.0}) {
      const auto price = [&](Right right, double rate, double yield) {
        return dividend_option(small_grid, model, ExerciseStyle::american, right, {100, strike, rate, yield, 1, 0.3},
                               dividends)
            .price;
      };
      CHECK(price(Right::put, -1e-12, -0.04) == Approx(price(Right::put, 1e-12, -0.04)).margin(1e-9));
      CHECK(price(Right::call, 0.05, -1e-12) == Approx(price(Right::call, 0.05, 1e-12)).margin(1e-9));
      CHECK(price(Right::call, -0.05, -1e-12) == Approx(price(Right::call, -0.05, 1e-12)).margin(1e-9));
    }
}

TEST_CASE("a chain gives the bits of single options", "[data][pricing]") {
  const BlackScholesInput terms{100, 0, 0.04, 0.01, 0.6, 0};
  const DividendSchedule dividends = schedule({{0.1, 1}, {0.4, 1}, {0.9, 1}});
  std::vector<double> strike, vol;
  std::vector<Right> right;
  for (int i = 0; i < 9; ++i) {
    strike.push_back(80 + 5.0 * i);
    vol.push_back(0.5 - 0.03 * i);
    right.push_back(i % 2 == 0 ? Right::call : Right::put);
  }
  for (const auto model : {DividendModel::spot, DividendModel::escrowed})
    for (const auto exercise : {ExerciseStyle::american, ExerciseStyle::european}) {
      std::vector<double> price(9), delta(9), gamma(9);
      dividend_option_chain(DividendScheme::fast, model, exercise, terms, dividends, strike, vol, right,
                            {price, delta, gamma});
      for (std::size_t i = 0; i < 9; ++i) {
        BlackScholesInput in = terms;
        in.strike = strike[i];
        in.vol = vol[i];
        const auto one = dividend_option(DividendScheme::fast, model, exercise, right[i], in, dividends);
        INFO("row " << i);
        CHECK(one.price == price[i]);
        CHECK(one.delta == delta[i]);
        CHECK(one.gamma == gamma[i]);
      }
    }
  std::vector<double> price(9);
  dividend_option_chain(DividendScheme::fast, DividendModel::spot, ExerciseStyle::american, terms, dividends, strike,
                        vol, right, {price, {}, {}});
  CHECK(price[3] > 0);
  CHECK_THROWS_AS(dividend_option_chain(DividendScheme::fast, DividendModel::spot, ExerciseStyle::american, terms,
                                        dividends, strike, std::vector<double>(8, 0.2), right, {price, {}, {}}),
                  std::invalid_argument);
}

TEST_CASE("corners give numbers", "[data][pricing]") {
  struct Case {
    const char* name;
    BlackScholesInput in;
    std::vector<CashDividend> dividends;
  };
  const Case cases[] = {{"dividend above the price", {100, 50, 0.03, 0, 1, 0.6}, {{0.4, 500}}},
                        {"at expiry", {100, 100, 0.03, 0, 1, 0.2}, {{1, 3}}},
                        {"a second before expiry", {100, 100, 0.03, 0, 1, 0.2}, {{1 - 3e-8, 3}}},
                        {"a second from now", {100, 100, 0.03, 0, 1, 0.2}, {{3e-8, 3}}},
                        {"every week", {100, 100, 0.03, 0, 0.1, 0.2}, {{0.02, 1}, {0.04, 1}, {0.06, 1}, {0.08, 1}}},
                        {"a minute", {100, 100, 0.05, 0, 2e-6, 0.2}, {{1e-6, 1}}},
                        {"still", {100, 105, 0.05, 0, 1, 0.001}, {{0.5, 2}}},
                        {"wild", {100, 105, 0.05, 0, 1, 5}, {{0.5, 2}}},
                        {"dividend near the price, low strike", {13.4, 0.75, 0.023, 0.01, 0.018, 0.09}, {{0.01, 13}}},
                        {"the same, wild", {0.94, 0.72, 0.1, 0.02, 9, 3}, {{1, 0.3}, {7, 0.5}}},
                        {"far in", {100, 900, 0.05, 0, 1, 0.3}, {{0.5, 2}}},
                        {"far out", {100, 9, 0.05, 0, 1, 0.3}, {{0.5, 2}}},
                        {"fast drift", {100, 100, 0.9, 0, 3, 0.05}, {{0.5, 2}}},
                        {"drift down", {100, 100, -0.5, 0.4, 2, 0.05}, {{0.5, 2}}},
                        {"tiny prices", {1e-7, 1e-7, 0.05, 0, 1, 0.3}, {{0.5, 1e-9}}}};
  for (const Case& c : cases)
    for (const auto model : {DividendModel::spot, DividendModel::escrowed})
      for (const Right right : {Right::call, Right::put}) {
        const DividendSchedule dividends = schedule(c.dividends);
        if (model == DividendModel::escrowed && dividends.escrowed_spot(c.in.spot, c.in.rate, c.in.years) <= 0)
          continue;
        const auto a = dividend_option(small_grid, model, ExerciseStyle::american, right, c.in, dividends);
        const auto e = dividend_option(small_grid, model, ExerciseStyle::european, right, c.in, dividends);
        INFO(c.name << (right == Right::call ? " call " : " put ") << a.price << " " << e.price);
        CHECK(a.price >= payoff(right, c.in.spot, c.in.strike));
        CHECK(a.price >= e.price - 2e-4 * c.in.strike);
        CHECK(e.price >= 0);
        const double reach =
            right == Right::call ? c.in.spot : c.in.strike * std::max(1.0, std::exp(-c.in.rate * c.in.years));
        CHECK(a.price <= 1.001 * reach);
        CHECK(std::fabs(a.delta) <= 1.001);
        // Parity of the European pair, with the dividends paid in full only while the price covers them.
        if (model == DividendModel::escrowed && right == Right::call) {
          const auto put = dividend_option(small_grid, model, ExerciseStyle::european, Right::put, c.in, dividends);
          const double forward = dividends.forward(c.in.spot, RateCurve::flat(c.in.rate), 0, c.in.years);
          const double growth = std::exp(-c.in.dividend_yield * c.in.years),
                       discount = std::exp(-c.in.rate * c.in.years);
          const double star = dividends.escrowed_spot(c.in.spot, c.in.rate, c.in.years);
          CHECK(forward * discount == Approx(star).margin(1e-9));
          CHECK(e.price - put.price == Approx(star * growth - c.in.strike * discount).margin(1e-5 * c.in.strike));
        }
      }
}

TEST_CASE("bad input is refused", "[data][pricing]") {
  const BlackScholesInput good{100, 100, 0.03, 0, 1, 0.2};
  const DividendSchedule dividends = schedule({{0.5, 1}});
  const auto price = [&](const BlackScholesInput& in, const DividendGrid& grid = small_grid,
                         DividendModel model = DividendModel::spot) {
    return dividend_option(grid, model, ExerciseStyle::american, Right::put, in, dividends);
  };
  for (double BlackScholesInput::*member :
       {&BlackScholesInput::spot, &BlackScholesInput::strike, &BlackScholesInput::years, &BlackScholesInput::vol})
    for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
      BlackScholesInput in = good;
      in.*member = bad;
      CHECK_THROWS_AS(price(in), std::invalid_argument);
    }
  for (double BlackScholesInput::*member : {&BlackScholesInput::rate, &BlackScholesInput::dividend_yield})
    for (const double bad : {std::nan(""), HUGE_VAL}) {
      BlackScholesInput in = good;
      in.*member = bad;
      CHECK_THROWS_AS(price(in), std::invalid_argument);
    }
  CHECK_THROWS_AS(price(good, {8, 40, true}), std::invalid_argument);
  CHECK_THROWS_AS(price(good, {64, 2, true}), std::invalid_argument);
  BlackScholesInput extreme = good;
  extreme.vol = 500;
  CHECK_THROWS_AS(price(extreme), std::invalid_argument);
  CHECK_THROWS_AS(dividend_option(small_grid, DividendModel::escrowed, ExerciseStyle::american, Right::put, good,
                                  schedule({{0.5, 101.6}})),
                  std::invalid_argument);
}
