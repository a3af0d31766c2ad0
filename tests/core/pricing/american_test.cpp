#include "core/pricing/american.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <random>

#include "core/pricing/european.hpp"
#include "core/pricing/trees.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

constexpr AmericanScheme schemes[] = {AmericanScheme::fast, AmericanScheme::accurate, AmericanScheme::high_precision};
const char* name(AmericanScheme scheme) { return enum_names(scheme)[static_cast<std::size_t>(scheme)].data(); }

struct Table {
  std::vector<double> spot, strike, rate, yield, years, vol;
  std::vector<Right> right;
  std::vector<double> price, delta, gamma;
  std::vector<AmericanStatus> status;

  void add(Right r, const BlackScholesInput& in) {
    spot.push_back(in.spot), strike.push_back(in.strike), rate.push_back(in.rate);
    yield.push_back(in.dividend_yield), years.push_back(in.years), vol.push_back(in.vol), right.push_back(r);
  }
  std::size_t rows() const { return spot.size(); }
  BlackScholesInput input(std::size_t i) const { return {spot[i], strike[i], rate[i], yield[i], years[i], vol[i]}; }
  void value(AmericanScheme scheme) {
    price.assign(rows(), 0), delta.assign(rows(), 0), gamma.assign(rows(), 0);
    status.assign(rows(), AmericanStatus::bad_input);
    american_rows(scheme, {spot, strike, rate, yield, years, vol, right}, {price, delta, gamma, status});
  }
};

// Puts and calls over the plane, early exercise worth little or much.
Table plane() {
  Table t;
  for (const double strike : {70.0, 90.0, 100.0, 108.0, 130.0})
    for (const double years : {0.02, 0.4, 2.5})
      for (const double vol : {0.12, 0.35, 0.9})
        for (const double rate : {0.0, 0.03, 0.08})
          for (const double yield : {-0.01, 0.0, 0.03, 0.07})
            for (const Right right : {Right::call, Right::put}) t.add(right, {100, strike, rate, yield, years, vol});
  return t;
}

double price(AmericanScheme scheme, Right right, const BlackScholesInput& in) {
  return american(scheme, right, in).price;
}

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); }

std::string text(Right right, const BlackScholesInput& in) {
  return std::string(right == Right::call ? "call" : "put") + " S " + std::to_string(in.spot) + " K " +
         std::to_string(in.strike) + " r " + std::to_string(in.rate) + " q " + std::to_string(in.dividend_yield) +
         " T " + std::to_string(in.years) + " vol " + std::to_string(in.vol);
}

}  // namespace

TEST_CASE("American prices agree with the reference table by scheme", "[pricing]") {
  const auto table = read_oracle("pricing/american.csv");
  if (!table) return;
  Table t;
  for (const auto& row : table->rows) {
    const auto number = [&](const char* column) { return std::stod(row.at(column)); };
    t.add(row.at("type") == "C" ? Right::call : Right::put,
          {number("spot"), number("strike"), number("rate"), number("dividend_yield"), number("time_years"),
           number("vol")});
  }
  for (const AmericanScheme scheme : schemes) {
    t.value(scheme);
    struct Worst {
      double error[3] = {}, ratio[3] = {};
    };
    std::map<std::string, Worst> worst;
    std::size_t beyond = 0, exercise_differs = 0;
    for (std::size_t i = 0; i < t.rows(); ++i) {
      const auto& row = table->rows[i];
      const auto number = [&](const std::string& column) { return std::stod(row.at(column)); };
      const double values[] = {t.price[i], t.delta[i], t.gamma[i]};
      const char* const columns[] = {"price", "delta", "gamma"};
      // The table rounds prices to 12 digits, which is more than some of its tolerances.
      const double rounding[] = {5e-12 * number("price"), 0, 0};
      for (std::size_t k = 0; k < 3; ++k) {
        if (row.at(columns[k]).empty()) continue;  // a delta or gamma at the boundary's kink
        const double error = std::fabs(values[k] - number(columns[k]));
        const double ratio = error / (number(std::string("tol_") + columns[k]) + rounding[k]);
        for (const std::string& group : {row.at("group"), std::string("all groups")}) {
          Worst& w = worst[group];
          if (!(error <= w.error[k])) w.error[k] = error;
          if (!(ratio <= w.ratio[k])) w.ratio[k] = ratio;
        }
        if (!(ratio <= 1)) ++beyond;
      }
      exercise_differs += (t.status[i] == AmericanStatus::exercise) != (row.at("exercise_now") == "1") ? 1 : 0;
    }
    for (const auto& [group, w] : worst) {
      std::printf("american.csv %-14s %-24s", name(scheme), group.c_str());
      for (std::size_t k = 0; k < 3; ++k)
        std::printf("  %s error %.1e ratio %.3g",
                    k == 0   ? "price"
                    : k == 1 ? "delta"
                             : "gamma",
                    w.error[k], w.ratio[k]);
      std::printf("\n");
    }
    const Worst& all = worst["all groups"];
    // One row of the table, a deep put, says "hold" with a delta of -0.99999987 and a time value of
    // 4e-10 while its boundary lies at 0.80 of the strike, above the spot's 0.73.
    CHECK(exercise_differs <= 1);
    if (scheme == AmericanScheme::fast) CHECK(all.error[0] <= 1e-3);
    if (scheme == AmericanScheme::accurate) CHECK(all.error[0] <= 2e-5);
    if (scheme == AmericanScheme::high_precision) {
      // Two prices and five deltas are beyond their tolerances, the row named above among them. For one
      // price and the deltas QuantLib's QdFp engine at its finest and this scheme with 64 nodes side
      // with this scheme to about 1e-10. The other price (volatility 2.1, off by 1.2e-8) only the 64
      // nodes confirm: QuantLib is 8e-7 away from both there.
      CHECK(beyond <= 8);
      CHECK(all.ratio[0] <= 1.6);
      CHECK(all.ratio[1] <= 6.5);
      CHECK(all.ratio[2] <= 1);
    }
  }
}

TEST_CASE("American prices agree with published ones", "[pricing]") {
  // Andersen, Lake & Offengenden (2015), table 2: the premium of a put with S = K = 100, r = q = 5 %,
  // 25 % volatility and one year.
  const BlackScholesInput at_money{100, 100, 0.05, 0.05, 1, 0.25};
  const double premium =
      price(AmericanScheme::high_precision, Right::put, at_money) - european(Right::put, at_money).price;
  CHECK(premium == Approx(0.106952702747).margin(2e-10));
  // Longstaff & Schwartz (2001), table 1, finite differences: puts struck at 40, r = 6 %, exercisable 50
  // times a year and so worth a little less.
  const struct {
    double spot, vol, years, price;
  } cases[] = {{36, 0.2, 1, 4.478}, {36, 0.2, 2, 4.840}, {36, 0.4, 1, 7.101}, {36, 0.4, 2, 8.508},
               {40, 0.2, 1, 2.314}, {40, 0.2, 2, 2.885}, {40, 0.4, 1, 5.312}, {40, 0.4, 2, 6.920},
               {44, 0.2, 1, 1.110}, {44, 0.2, 2, 1.690}, {44, 0.4, 1, 3.948}, {44, 0.4, 2, 5.647}};
  for (const auto& c : cases) {
    INFO("S " << c.spot << " vol " << c.vol << " T " << c.years);
    const double value = price(AmericanScheme::accurate, Right::put, {c.spot, 40, 0.06, 0, c.years, c.vol});
    CHECK(value > c.price - 5e-4);  // the table has three decimals
    CHECK(value < c.price + 0.01);
  }
}

TEST_CASE("the American schemes agree with each other and with a tree", "[pricing]") {
  Table fast = plane(), accurate = fast, high = fast;
  fast.value(AmericanScheme::fast);
  accurate.value(AmericanScheme::accurate);
  high.value(AmericanScheme::high_precision);
  double worst_fast = 0, worst_accurate = 0;
  for (std::size_t i = 0; i < fast.rows(); ++i) {
    INFO(text(fast.right[i], fast.input(i)));
    worst_fast = std::max(worst_fast, std::fabs(fast.price[i] - high.price[i]));
    worst_accurate = std::max(worst_accurate, std::fabs(accurate.price[i] - high.price[i]));
    if (i % 37 != 0) continue;
    const TreeValue tree =
        tree_value(TreeKind::leisen_reimer, ExerciseStyle::american, fast.right[i], fast.input(i), 201);
    const double variance = fast.vol[i] * fast.vol[i] * fast.years[i];
    CHECK(high.price[i] == Approx(tree.price).margin(4e-3 + 0.02 * variance));
    if (high.status[i] == AmericanStatus::hold)
      CHECK(high.delta[i] == Approx(tree.delta).margin(3e-3 + 2e-3 * variance));
  }
  std::printf("American schemes over a plane of %zu rows: fast within %.1e, accurate within %.1e of high precision\n",
              fast.rows(), worst_fast, worst_accurate);
  CHECK(worst_fast < 2e-3);
  CHECK(worst_accurate < 1e-4);
}

TEST_CASE("American values keep the order that no arbitrage asks for", "[pricing]") {
  const double slack[] = {1e-3, 5e-5, 1e-7};
  for (const AmericanScheme scheme : {AmericanScheme::fast, AmericanScheme::accurate}) {
    const double eps = slack[static_cast<std::size_t>(scheme)];
    Table t = plane();
    t.value(scheme);
    for (std::size_t i = 0; i < t.rows(); ++i) {
      const BlackScholesInput in = t.input(i);
      INFO(name(scheme) << ' ' << text(t.right[i], in));
      const bool put = t.right[i] == Right::put;
      const double intrinsic = std::max(0.0, put ? in.strike - in.spot : in.spot - in.strike);
      CHECK(t.price[i] >= intrinsic);
      CHECK(t.price[i] >= european(t.right[i], in).price);
      CHECK(t.price[i] <= std::max(put ? in.strike : in.spot, european(t.right[i], in).price) * (1 + 1e-12));
      CHECK((put ? -t.delta[i] : t.delta[i]) >= -1e-3);
      CHECK((put ? -t.delta[i] : t.delta[i]) <= std::max(1.0, std::exp(-in.dividend_yield * in.years)) + 1e-3);
      if (t.status[i] == AmericanStatus::exercise) {
        CHECK(t.price[i] == intrinsic);
        CHECK(t.delta[i] == (put ? -1.0 : 1.0));
        CHECK(t.gamma[i] == 0);
      } else {
        CHECK(t.gamma[i] >= -1e-3);
      }
      // Rows come in pairs, call and put: S·e^(−qT) − K ≤ C − P ≤ S − K·e^(−rT) for r, q ≥ 0.
      if (put && in.rate >= 0 && in.dividend_yield >= 0) {
        const double difference = t.price[i - 1] - t.price[i];
        CHECK(difference >= in.spot * std::exp(-in.dividend_yield * in.years) - in.strike - eps);
        CHECK(difference <= in.spot - in.strike * std::exp(-in.rate * in.years) + eps);
      }
    }
    for (const Right right : {Right::call, Right::put}) {
      std::vector<double> strike, vol, value;
      for (double k = 60; k <= 150; k += 1.5) strike.push_back(k);
      vol.assign(strike.size(), 0.3);
      value.resize(strike.size());
      const std::vector<Right> rights(strike.size(), right);
      american_chain(scheme, 100, 0.05, 0.03, 0.7, strike, vol, rights, {.price = value, .delta = {}, .gamma = {}});
      const double sign = right == Right::call ? -1 : 1;
      for (std::size_t k = 1; k < value.size(); ++k) {
        INFO(name(scheme) << " strike " << strike[k]);
        CHECK(sign * (value[k] - value[k - 1]) >= -eps);
        if (k + 1 < value.size()) CHECK(value[k + 1] - 2 * value[k] + value[k - 1] >= -eps);
      }
      double shorter = 0, calmer = 0;
      for (int step = 1; step <= 12; ++step) {
        const double longer = price(scheme, right, {100, 104, 0.05, 0.03, 0.2 * step, 0.3});
        const double wilder = price(scheme, right, {100, 104, 0.05, 0.03, 0.8, 0.08 * step});
        CHECK(longer >= shorter - eps);
        CHECK(wilder >= calmer - eps);
        shorter = longer, calmer = wilder;
      }
    }
  }
}

TEST_CASE("American calls are puts with spot and strike, rate and yield exchanged", "[pricing]") {
  for (const AmericanScheme scheme : schemes)
    for (const double strike : {80.0, 97.0, 125.0}) {
      const AmericanValue call = american(scheme, Right::call, {100, strike, 0.02, 0.06, 0.8, 0.3});
      const AmericanValue put = american(scheme, Right::put, {strike, 100, 0.06, 0.02, 0.8, 0.3});
      INFO(name(scheme) << " strike " << strike);
      CHECK(call.price == Approx(put.price).epsilon(1e-12));
      CHECK(call.exercise_now == put.exercise_now);
      // Homogeneity of degree one gives the derivative in the other argument.
      CHECK(call.delta == Approx((put.price - strike * put.delta) / 100).margin(1e-12));
      CHECK(call.gamma == Approx(put.gamma * strike * strike / 1e4).margin(1e-12));
    }
}

TEST_CASE("American delta and gamma are the derivatives of the price", "[pricing]") {
  for (const AmericanScheme scheme : {AmericanScheme::fast, AmericanScheme::accurate})
    for (const Right right : {Right::call, Right::put})
      for (const double strike : {85.0, 100.0, 112.0})
        for (const double years : {0.1, 1.5}) {
          const BlackScholesInput in{100, strike, 0.04, 0.03, years, 0.35};
          const AmericanValue value = american(scheme, right, in);
          const double h = 0.25;
          const auto at = [&](double by) {
            BlackScholesInput moved = in;
            moved.spot += by;
            return price(scheme, right, moved);
          };
          const double p[] = {at(-2 * h), at(-h), at(0), at(h), at(2 * h)};
          INFO(name(scheme) << ' ' << text(right, in));
          CHECK(value.delta == Approx((8 * (p[3] - p[1]) - (p[4] - p[0])) / (12 * h)).margin(3e-5));
          CHECK(value.gamma == Approx((16 * (p[3] + p[1]) - (p[4] + p[0]) - 30 * p[2]) / (12 * h * h)).margin(3e-4));
        }
}

TEST_CASE("American options without early exercise are European ones", "[pricing]") {
  const struct {
    Right right;
    double rate, yield;
  } cases[] = {{Right::call, 0.05, 0},     {Right::call, 0.05, -0.01}, {Right::call, 0, 0},
               {Right::put, 0, 0.03},      {Right::put, -0.01, 0.02},  {Right::put, 0, 0},
               {Right::put, -0.01, -0.01}, {Right::call, 0.02, -0.005}};
  for (const auto& c : cases)
    for (const AmericanScheme scheme : schemes) {
      const BlackScholesInput in{100, 95, c.rate, c.yield, 1.3, 0.4};
      const AmericanValue value = american(scheme, c.right, in);
      const EuropeanValue same = european(c.right, in);
      INFO(text(c.right, in));
      CHECK(same_bits(value.price, same.price));
      CHECK(same_bits(value.delta, same.delta));
      CHECK(same_bits(value.gamma, same.gamma));
      CHECK(american_boundary(scheme, c.right, in, 5).critical_spot.empty());
    }
}

TEST_CASE("American values at the limits of time and volatility", "[pricing]") {
  const double s = 100;
  for (const AmericanScheme scheme : schemes) {
    // At expiry: the payoff.
    CHECK(american(scheme, Right::put, {s, 110, 0.05, 0, 0, 0.2}).price == 10);
    CHECK(american(scheme, Right::put, {s, 110, 0.05, 0, 0, 0.2}).exercise_now);
    CHECK(american(scheme, Right::put, {s, 90, 0.05, 0, 0, 0.2}).price == 0);
    CHECK_FALSE(american(scheme, Right::put, {s, 90, 0.05, 0, 0, 0.2}).exercise_now);
    // Without volatility: exercise at once, at the end, or in between.
    CHECK(american(scheme, Right::put, {s, 110, 0.05, 0, 2, 0}).price == 10);
    CHECK(american(scheme, Right::call, {s, 90, 0.05, 0, 2, 0}).price == Approx(100 - 90 * std::exp(-0.1)));
    const double moment = std::log(0.08 * 110 / (0.1 * 100)) / (0.08 - 0.1);
    CHECK(american(scheme, Right::put, {s, 110, 0.08, 0.1, 20, 0}).price ==
          Approx(110 * std::exp(-0.08 * moment) - 100 * std::exp(-0.1 * moment)));
    // And the schemes get there.
    for (const double vol : {1e-2, 1e-4, 1e-5, 1e-7})
      for (const double strike : {80.0, 100.0, 110.0})
        for (const double yield : {0.0, 0.03, 0.1}) {
          const BlackScholesInput in{s, strike, 0.08, yield, 1.5, vol};
          for (const Right right : {Right::call, Right::put}) {
            BlackScholesInput certain = in;
            certain.vol = 0;
            INFO(name(scheme) << ' ' << text(right, in));
            CHECK(price(scheme, right, in) == Approx(price(scheme, right, certain)).margin(60 * vol + 2e-3));
          }
        }
    // A short life.
    CHECK(price(scheme, Right::put, {s, 100, 0.05, 0.02, 1e-9, 0.3}) ==
          Approx(european(Right::put, {s, 100, 0.05, 0.02, 1e-9, 0.3}).price).margin(1e-7));
    // A long one: the perpetual put, S·(K − B)/S·(S/B)^λ with B = K·λ/(λ − 1).
    const double rate = 0.06, vol = 0.25, lambda = -2 * rate / (vol * vol), boundary = 100 * lambda / (lambda - 1);
    const double perpetual = (100 - boundary) * std::pow(100 / boundary, lambda);
    CHECK(price(scheme, Right::put, {s, 100, rate, 0, 400, vol}) == Approx(perpetual).epsilon(5e-3));
  }
}

TEST_CASE("American rows that cannot be valued say why", "[pricing]") {
  const double nan = std::nan(""), inf = HUGE_VAL;
  const BlackScholesInput good{100, 100, 0.03, 0.01, 1, 0.2};
  CHECK_NOTHROW(american(AmericanScheme::fast, Right::put, good));
  const struct {
    double BlackScholesInput::*member;
    double value;
  } bad[] = {
      {&BlackScholesInput::spot, 0},     {&BlackScholesInput::spot, nan},   {&BlackScholesInput::spot, inf},
      {&BlackScholesInput::strike, -1},  {&BlackScholesInput::strike, nan}, {&BlackScholesInput::rate, nan},
      {&BlackScholesInput::rate, inf},   {&BlackScholesInput::rate, 11},    {&BlackScholesInput::years, -1e-9},
      {&BlackScholesInput::years, 1001}, {&BlackScholesInput::years, nan},  {&BlackScholesInput::vol, -0.1},
      {&BlackScholesInput::vol, nan},    {&BlackScholesInput::vol, 101},    {&BlackScholesInput::dividend_yield, nan}};
  Table t;
  for (const auto& b : bad) {
    BlackScholesInput in = good;
    in.*b.member = b.value;
    INFO(text(Right::put, in));
    CHECK_THROWS_AS(american(AmericanScheme::fast, Right::put, in), std::invalid_argument);
    t.add(Right::put, in);
  }
  // At expiry too.
  CHECK_THROWS_AS(american(AmericanScheme::fast, Right::put, {100, 100, 0.05, 0, 0, 3e307}), std::invalid_argument);
  t.add(Right::put, {100, 100, -0.01, -0.03, 1, 0.2});
  t.add(Right::call, {100, 100, -0.03, -0.01, 1, 0.2});
  t.add(Right::put, good);
  CHECK_THROWS_WITH(american(AmericanScheme::fast, Right::put, t.input(t.rows() - 3)),
                    Catch::Contains("two exercise boundaries"));
  t.value(AmericanScheme::fast);
  for (std::size_t i = 0; i < t.rows(); ++i) {
    const bool last = i + 1 == t.rows(), two = i + 3 >= t.rows() && !last;
    CHECK(t.status[i] == (last  ? AmericanStatus::hold
                          : two ? AmericanStatus::double_boundary
                                : AmericanStatus::bad_input));
    CHECK(std::isnan(t.price[i]) == !last);
    CHECK(std::isnan(t.gamma[i]) == !last);
  }
  // Without a status column nothing is passed over in silence.
  std::vector<double> price(t.rows());
  CHECK_THROWS_AS(american_rows(AmericanScheme::fast, {t.spot, t.strike, t.rate, t.yield, t.years, t.vol, t.right},
                                {.price = price, .delta = {}, .gamma = {}}),
                  std::invalid_argument);
  price.pop_back();
  CHECK_THROWS_AS(american_chain(AmericanScheme::fast, 100, 0, 0, 1, t.strike, t.vol, t.right,
                                 {.price = price, .delta = {}, .gamma = {}, .status = t.status}),
                  std::invalid_argument);
}

TEST_CASE("an American row's bits do not depend on its neighbours", "[pricing]") {
  for (const AmericanScheme scheme : {AmericanScheme::fast, AmericanScheme::accurate}) {
    Table t = plane();
    t.value(scheme);
    std::vector<std::size_t> order(t.rows());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::mt19937 random(5);
    std::shuffle(order.begin(), order.end(), random);
    order.resize(order.size() / 2 + 1);
    Table some;
    for (const std::size_t i : order) some.add(t.right[i], t.input(i));
    some.value(scheme);
    for (std::size_t k = 0; k < order.size(); ++k) {
      const std::size_t i = order[k];
      INFO(name(scheme) << ' ' << text(t.right[i], t.input(i)));
      CHECK(same_bits(some.price[k], t.price[i]));
      CHECK(same_bits(some.delta[k], t.delta[i]));
      CHECK(same_bits(some.gamma[k], t.gamma[i]));
      if (k % 16 != 0) continue;
      const AmericanValue alone = american(scheme, t.right[i], t.input(i));
      CHECK(same_bits(alone.price, t.price[i]));
      CHECK(same_bits(alone.delta, t.delta[i]));
      CHECK(same_bits(alone.gamma, t.gamma[i]));
    }
  }
}

TEST_CASE("the American exercise boundary", "[pricing]") {
  for (const AmericanScheme scheme : schemes)
    for (const Right right : {Right::put, Right::call}) {
      const double rate = 0.04, yield = 0.06, strike = 100;
      const BlackScholesInput in{0, strike, rate, yield, 1.5, 0.3};
      const AmericanBoundary b = american_boundary(scheme, right, in, 30);
      REQUIRE(b.critical_spot.size() == 30);
      REQUIRE(b.years_to_expiry.size() == 30);
      // Just before expiry: K·min(1, r/q) for a put, K·max(1, r/q) for a call.
      CHECK(b.critical_spot.front() == Approx(right == Right::put ? strike * rate / yield : strike).epsilon(1e-14));
      CHECK(b.years_to_expiry.front() == 0);
      CHECK(b.years_to_expiry.back() == in.years);
      for (std::size_t i = 1; i < b.critical_spot.size(); ++i) {
        CHECK(b.years_to_expiry[i] > b.years_to_expiry[i - 1]);
        const double away = b.critical_spot[i] - b.critical_spot[i - 1];
        CHECK((right == Right::put ? -away : away) > 0);
      }
      // On either side of it.
      const double critical = b.critical_spot.back(), inward = right == Right::put ? 1.001 : 0.999;
      CHECK(american(scheme, right, {critical / inward, strike, rate, yield, 1.5, 0.3}).exercise_now);
      const AmericanValue alive = american(scheme, right, {critical * inward, strike, rate, yield, 1.5, 0.3});
      CHECK_FALSE(alive.exercise_now);
      CHECK(alive.price == Approx(std::fabs(strike - critical * inward)).margin(2e-3));
      CHECK(std::fabs(alive.delta) == Approx(1).margin(2e-2));
    }
  CHECK_THROWS_AS(american_boundary(AmericanScheme::fast, Right::put, {0, 100, 0.05, 0, 1, 0.2}, 1),
                  std::invalid_argument);
  CHECK_THROWS_AS(american_boundary(AmericanScheme::fast, Right::put, {0, 100, 0.05, 0, 0, 0.2}, 9),
                  std::invalid_argument);
  CHECK_THROWS_AS(american_boundary(AmericanScheme::fast, Right::put, {0, 100, -0.01, -0.05, 1, 0.2}, 9),
                  std::invalid_argument);
}
