#include "core/pricing/european.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

struct Figure {
  const char* name;
  const char* tolerance;
  double EuropeanValue::*value;
};
const Figure figures[] = {
    {"price", "tol_price", &EuropeanValue::price},          {"delta", "tol_delta", &EuropeanValue::delta},
    {"gamma", "tol_gamma", &EuropeanValue::gamma},          {"vega", "tol_vega", &EuropeanValue::vega},
    {"theta_per_year", "tol_theta", &EuropeanValue::theta}, {"rho", "tol_rho", &EuropeanValue::rho},
    {"rho_q", "tol_rho_q", &EuropeanValue::rho_q},          {"vanna", "tol_vanna", &EuropeanValue::vanna},
    {"volga", "tol_volga", &EuropeanValue::volga}};

// The one row by way of european_chain.
EuropeanValue by_chain(Right right, const BlackScholesInput& in) {
  EuropeanValue v;
  const auto one = [](double& value) { return std::span<double>(&value, 1); };
  const ExpiryTerms terms = expiry_terms(in.spot, in.rate, in.dividend_yield, in.years);
  european_chain(terms, {&in.strike, 1}, {&in.vol, 1}, {&right, 1},
                 {one(v.price), one(v.delta), one(v.gamma), one(v.vega), one(v.theta), one(v.rho), one(v.rho_q),
                  one(v.vanna), one(v.volga), one(v.charm)});
  return v;
}

// Inputs over the plane, none so far out that differences have no digits left.
std::vector<BlackScholesInput> plane() {
  std::vector<BlackScholesInput> all;
  for (const double strike : {60.0, 85.0, 99.0, 100.0, 101.0, 118.0, 170.0})
    for (const double years : {0.05, 0.5, 3.0})
      for (const double vol : {0.15, 0.4, 1.1})
        for (const double rate : {-0.01, 0.0, 0.06}) all.push_back({100, strike, rate, 0.02, years, vol});
  return all;
}

// Fourth-order central difference of `f` over the input `member`.
double slope(double BlackScholesInput::*member, const BlackScholesInput& at, double step,
             const std::function<double(const BlackScholesInput&)>& f) {
  const auto moved = [&](double by) {
    BlackScholesInput in = at;
    in.*member += by;
    return f(in);
  };
  return (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
}

}  // namespace

TEST_CASE("European prices and greeks agree with 60-digit references", "[pricing]") {
  const auto table = read_oracle("pricing/european.csv");
  if (!table) return;
  std::map<std::string, double> worst;
  for (const auto& row : table->rows) {
    const auto number = [&](const char* name) { return std::stod(row.at(name)); };
    const Right right = row.at("type") == "C" ? Right::call : Right::put;
    const BlackScholesInput in{number("spot"),           number("strike"),     number("rate"),
                               number("dividend_yield"), number("time_years"), number("vol")};
    for (const EuropeanValue& v : {european(right, in), by_chain(right, in)})
      for (const Figure& f : figures) {
        const double ratio = std::fabs(v.*f.value - number(f.name)) / number(f.tolerance);
        double& largest = worst[f.name];
        if (!(ratio <= largest)) largest = ratio;
        if (!(ratio <= 1))
          FAIL_CHECK(f.name << " is " << v.*f.value << ", expected " << row.at(f.name) << " within "
                            << row.at(f.tolerance) << ": S " << row.at("spot") << " K " << row.at("strike") << " T "
                            << row.at("time_years") << " vol " << row.at("vol"));
      }
  }
  for (const auto& [name, ratio] : worst)
    std::printf("european.csv %s: worst error/tolerance %.3f\n", name.c_str(), ratio);
}

TEST_CASE("European limits", "[pricing]") {
  const auto table = read_oracle("pricing/european_limits.csv");
  if (!table) return;
  double worst = 0;
  for (const auto& row : table->rows) {
    const auto number = [&](const char* name) { return std::stod(row.at(name)); };
    const EuropeanValue v = european(row.at("type") == "C" ? Right::call : Right::put,
                                     {number("spot"), number("strike"), number("rate"), number("dividend_yield"),
                                      number("time_years"), number("vol")});
    const std::pair<const char*, double> values[] = {
        {"price", v.price}, {"delta", v.delta}, {"gamma", v.gamma}, {"vega", v.vega}};
    for (const auto& [name, value] : values) {
      if (row.at(name).empty()) continue;  // undefined at the money: see the header for the choice
      const double error = std::fabs(value - number(name));
      worst = std::max(worst, error);
      INFO(name << " is " << value << ", expected " << row.at(name) << ": " << row.at("note"));
      CHECK(error <= 1e-14 * std::max(1.0, std::fabs(number(name))));
    }
  }
  std::printf("european_limits.csv: largest error %.3g\n", worst);
}

TEST_CASE("published European values", "[pricing]") {
  // Hull, 9th edition: example 15.6 (4.76 and 0.81); section 19.4–19.10 (delta 0.522, theta −4.31,
  // gamma 0.066, vega 12.1, rho 8.91).
  const BlackScholesInput hull{42, 40, 0.1, 0, 0.5, 0.2};
  CHECK(european(Right::call, hull).price == Approx(4.76).margin(0.005));
  CHECK(european(Right::put, hull).price == Approx(0.81).margin(0.005));
  const EuropeanValue v = european(Right::call, {49, 50, 0.05, 0, 0.3846, 0.2});
  CHECK(v.delta == Approx(0.522).margin(0.0005));
  CHECK(v.theta == Approx(-4.31).margin(0.005));
  CHECK(v.gamma == Approx(0.066).margin(0.0005));
  CHECK(v.vega == Approx(12.1).margin(0.05));
  CHECK(v.rho == Approx(8.91).margin(0.005));
  // Hull, example 18.6: Black-76, put on a future, 1.12.
  CHECK(black76(Right::put, 20, 20, std::exp(-0.09 * 4 / 12), 4.0 / 12, 0.25).price == Approx(1.12).margin(0.005));
}

TEST_CASE("put-call parity holds in price and in every greek", "[pricing]") {
  for (const BlackScholesInput& in : plane()) {
    const EuropeanValue c = european(Right::call, in), p = european(Right::put, in);
    const double asset = in.spot * std::exp(-in.dividend_yield * in.years);
    const double cash = in.strike * std::exp(-in.rate * in.years);
    INFO("K " << in.strike << " T " << in.years << " vol " << in.vol << " r " << in.rate);
    CHECK(c.price - p.price == Approx(asset - cash).margin(1e-13));
    CHECK(c.delta - p.delta == Approx(asset / in.spot).margin(1e-15));
    CHECK(c.theta - p.theta == Approx(in.dividend_yield * asset - in.rate * cash).margin(1e-13));
    CHECK(c.rho - p.rho == Approx(in.years * cash).margin(1e-12));
    CHECK(c.rho_q - p.rho_q == Approx(-in.years * asset).margin(1e-12));
    CHECK(c.charm - p.charm == Approx(in.dividend_yield * asset / in.spot).margin(1e-14));
    for (double EuropeanValue::*same :
         {&EuropeanValue::gamma, &EuropeanValue::vega, &EuropeanValue::vanna, &EuropeanValue::volga})
      CHECK(c.*same == p.*same);
  }
}

TEST_CASE("every greek is the slope of what it is the slope of", "[pricing]") {
  using In = BlackScholesInput;
  using Value = EuropeanValue;
  struct Slope {
    const char* name;
    double Value::*greek;
    double Value::*of;
    double In::*over;
    double sign;
  };
  const Slope slopes[] = {{"delta", &Value::delta, &Value::price, &In::spot, 1},
                          {"gamma", &Value::gamma, &Value::delta, &In::spot, 1},
                          {"vega", &Value::vega, &Value::price, &In::vol, 1},
                          {"theta", &Value::theta, &Value::price, &In::years, -1},
                          {"rho", &Value::rho, &Value::price, &In::rate, 1},
                          {"rho_q", &Value::rho_q, &Value::price, &In::dividend_yield, 1},
                          {"vanna", &Value::vanna, &Value::delta, &In::vol, 1},
                          {"volga", &Value::volga, &Value::vega, &In::vol, 1},
                          {"charm", &Value::charm, &Value::delta, &In::years, -1}};
  for (const Slope& s : slopes) {
    double worst = 0;
    for (const In& in : plane())
      for (const Right right : {Right::call, Right::put}) {
        const double at = std::max(std::fabs(in.*s.over), 0.1);
        const double expected =
            s.sign * slope(s.over, in, 5e-4 * at, [&](const In& moved) { return european(right, moved).*s.of; });
        const double value = european(right, in).*s.greek;
        const double scale = std::max(std::fabs(european(right, in).*s.of) / at, std::fabs(expected));
        worst = std::max(worst, std::fabs(value - expected) / std::max(scale, 1e-3));
      }
    INFO(s.name << " is off by " << worst);
    CHECK(worst < 1e-7);
  }
}

TEST_CASE("European prices are monotone and convex, within their bounds", "[pricing]") {
  for (const Right right : {Right::call, Right::put}) {
    const double sign = right == Right::call ? -1 : 1;
    double before = 0, before_slope = -2;
    for (int k = 20; k <= 400; ++k) {
      const BlackScholesInput in{100, static_cast<double>(k), 0.03, 0.01, 0.4, 0.25};
      const double price = european(right, in).price;
      const double asset = 100 * std::exp(-0.004), cash = k * std::exp(-0.012);
      INFO("strike " << k << ": " << price);
      CHECK(price >= std::max(sign * (cash - asset), 0.0));
      CHECK(price <= (right == Right::call ? asset : cash));
      if (k > 20) {
        const double rise = price - before;
        CHECK(sign * rise >= -1e-12);
        CHECK(rise >= before_slope - 1e-12);
        before_slope = rise;
      }
      before = price;
    }
    for (double vol = 0; vol < 4; vol += 0.05) {
      const BlackScholesInput in{100, 130, 0.03, 0.01, 0.4, vol};
      BlackScholesInput more = in;
      more.vol += 0.05;
      CHECK(european(right, more).price >= european(right, in).price);
    }
  }
}

TEST_CASE("figures far out of the money keep their digits", "[pricing]") {
  // Computed with 60 digits: S 100, r = q = 0, T 1.
  const struct {
    Right right;
    double strike, vol, price, delta;
  } cases[] = {
      {Right::call, 150, 0.02, 1.3316709837567024e-92, 1.35705259711061267e-91},
      {Right::put, 50, 0.03, 1.89004347355756849e-119, -1.46012080164443562e-118},
  };
  for (const auto& c : cases) {
    const EuropeanValue v = european(c.right, {100, c.strike, 0, 0, 1, c.vol});
    INFO("strike " << c.strike << ": price " << v.price << ", delta " << v.delta);
    CHECK(std::fabs(v.price / c.price - 1) < 1e-12);
    CHECK(std::fabs(v.delta / c.delta - 1) < 1e-12);
  }
}

TEST_CASE("unusable European inputs are refused and said so", "[pricing]") {
  const BlackScholesInput good{100, 100, 0.01, 0, 1, 0.2};
  const double nan = std::nan(""), infinity = HUGE_VAL;
  const struct {
    double BlackScholesInput::*member;
    std::vector<double> bad;
  } cases[] = {{&BlackScholesInput::spot, {0, -1, nan, infinity, 1e-300}},
               {&BlackScholesInput::strike, {0, -1, nan, infinity, 1e300}},
               {&BlackScholesInput::rate, {nan, infinity, -infinity, 2000, -2000}},
               {&BlackScholesInput::dividend_yield, {nan, infinity, -infinity, 2000, -2000}},
               {&BlackScholesInput::years, {-1, nan, infinity}},
               {&BlackScholesInput::vol, {-1, nan, infinity}}};
  for (const auto& c : cases)
    for (const double bad : c.bad) {
      BlackScholesInput in = good;
      in.*c.member = bad;
      CHECK_THROWS_AS(european(Right::call, in), std::invalid_argument);
      const std::array<double, 3> spot = {100, in.spot, 100}, strike = {100, in.strike, 100}, rate = {0, in.rate, 0},
                                  yield = {0, in.dividend_yield, 0}, years = {1, in.years, 1}, vol = {1, in.vol, 1};
      const std::array<Right, 3> right = {Right::call, Right::put, Right::put};
      std::array<double, 3> price{}, charm{};
      CHECK(european_rows({spot, strike, rate, yield, years, vol, right}, {.price = price, .charm = charm}) == 1);
      CHECK(std::isfinite(price[0]));
      CHECK(std::isnan(price[1]));
      CHECK(std::isnan(charm[1]));
      CHECK(std::isfinite(charm[2]));
    }
  std::array<double, 2> strikes = {90, 110}, vols = {0.2, 0.2}, price{};
  const std::array<Right, 2> right = {Right::call, Right::call};
  CHECK(european_chain(expiry_terms(-1, 0, 0, 1), strikes, vols, right, {.price = price}) == 2);
  CHECK(std::isnan(price[0]));
  CHECK(european_chain(expiry_terms(100, 0, 0, 1), {}, {}, {}, {}) == 0);
  CHECK_THROWS_AS(
      european_chain(expiry_terms(100, 0, 0, 1), strikes, std::span(vols).first(1), right, {.price = price}),
      std::invalid_argument);
  CHECK_THROWS_AS(
      european_chain(expiry_terms(100, 0, 0, 1), strikes, vols, right, {.price = std::span(price).first(1)}),
      std::invalid_argument);
  CHECK_THROWS_AS(black76(Right::call, 100, 100, 0, 1, 0.2), std::invalid_argument);
}

TEST_CASE("a forward and a discount without rates give the same figures", "[pricing]") {
  for (const BlackScholesInput& in : plane()) {
    ExpiryTerms terms = expiry_terms(in.spot, in.rate, in.dividend_yield, in.years);
    terms = {terms.spot, terms.forward, terms.discount, terms.years};
    EuropeanValue v;
    const Right right = Right::call;
    european_chain(terms, {&in.strike, 1}, {&in.vol, 1}, {&right, 1},
                   {.price = {&v.price, 1}, .theta = {&v.theta, 1}, .charm = {&v.charm, 1}});
    const EuropeanValue exact = european(right, in);
    CHECK(v.price == Approx(exact.price).epsilon(1e-11));
    CHECK(v.theta == Approx(exact.theta).epsilon(1e-9));
    CHECK(v.charm == Approx(exact.charm).epsilon(1e-9).margin(1e-9));
    // Black-76 is Black–Scholes–Merton with the forward for the spot and the rate for the yield.
    const EuropeanValue future = black76(right, terms.forward, in.strike, terms.discount, in.years, in.vol);
    CHECK(future.price == Approx(exact.price).epsilon(1e-11));
    CHECK(future.delta * terms.forward == Approx(exact.delta * in.spot).epsilon(1e-11));
  }
}
