#include "core/pricing/black_scholes.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/oracle_csv.hpp"

using namespace optix;

TEST_CASE("prices and greeks agree with 60-digit references", "[data][pricing]") {
  const auto table = read_oracle("pricing/european.csv");
  if (!table) return;
  struct Figure {
    const char* name;
    const char* tolerance;
    double BlackScholesValue::*value;
  };
  const Figure figures[] = {{"price", "tol_price", &BlackScholesValue::price},
                            {"delta", "tol_delta", &BlackScholesValue::delta},
                            {"gamma", "tol_gamma", &BlackScholesValue::gamma},
                            {"vega", "tol_vega", &BlackScholesValue::vega},
                            {"theta_per_year", "tol_theta", &BlackScholesValue::theta}};
  int rows = 0;
  double worst = 0;
  for (const auto& row : table->rows) {
    ++rows;
    const auto number = [&](const char* name) { return std::stod(row.at(name)); };
    const BlackScholesValue v = black_scholes(row.at("type") == "C" ? Right::call : Right::put,
                                              {number("spot"), number("strike"), number("rate"),
                                               number("dividend_yield"), number("time_years"), number("vol")});
    for (const Figure& f : figures) {
      const double expected = number(f.name);
      const double error = std::fabs(v.*f.value - expected);
      worst = std::max(worst, error / number(f.tolerance));
      if (!(error <= number(f.tolerance)))
        FAIL_CHECK(f.name << " is " << v.*f.value << ", expected " << expected << ": S " << row.at("spot") << " K "
                          << row.at("strike") << " T " << row.at("time_years") << " vol " << row.at("vol"));
    }
  }
  CHECK(rows == 1000);
  INFO("largest error in units of the table's tolerance: " << worst);
  CHECK(worst < 1);
}

TEST_CASE("put-call parity holds and bad inputs are refused", "[data][pricing]") {
  for (const double strike : {50.0, 90.0, 100.0, 110.0, 200.0}) {
    const BlackScholesInput in{100, strike, 0.03, 0.01, 0.5, 0.2};
    const auto call = black_scholes(Right::call, in), put = black_scholes(Right::put, in);
    CHECK(call.price - put.price == Approx(100 * std::exp(-0.005) - strike * std::exp(-0.015)).margin(1e-12));
    CHECK(call.delta - put.delta == Approx(std::exp(-0.005)).margin(1e-14));
    CHECK(call.gamma == put.gamma);
    CHECK(call.vega == put.vega);
  }
  const BlackScholesInput good{100, 100, 0, 0, 1, 0.2};
  for (double BlackScholesInput::*member :
       {&BlackScholesInput::spot, &BlackScholesInput::strike, &BlackScholesInput::years, &BlackScholesInput::vol})
    for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
      BlackScholesInput in = good;
      in.*member = bad;
      CHECK_THROWS_AS(black_scholes(Right::call, in), std::invalid_argument);
    }
}
