#include "core/pricing/scenario.hpp"

#include <catch2/catch.hpp>

#include <cmath>

#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

Strategy spread() {
  Strategy out;
  out.options = {{{Right::put, dec("100"), -1, 100}, dec("3.10"), 0.25, 0.22},
                 {{Right::put, dec("90"), 1, 100}, dec("1.05"), 0.25, 0.26}};
  out.stock = {{10, dec("101")}};
  return out;
}

}  // namespace

TEST_CASE("a scenario grid holds the values of its points", "[pricing][scenario]") {
  const StrategyMarket market{0.03, 0.01, {}};
  const ScenarioAxes axes{scenario_steps(70, 130, 25), {-0.05, 0, 0.10}, {0, 0.1, 0.25}};
  const auto grid = scenario_grid(spread(), market, axes);
  REQUIRE(grid.ok());
  REQUIRE(grid->value.size() == 25 * 3 * 3);
  for (std::size_t t = 0; t < 3; ++t)
    for (std::size_t v = 0; v < 3; ++v)
      for (std::size_t s = 0; s < 25; ++s) {
        Strategy shifted = spread();
        for (OptionLeg& leg : shifted.options) leg.vol += axes.vol_shift[v];
        const StrategyValue one = strategy_value(shifted, market, axes.spot[s], axes.elapsed[t]);
        const std::size_t row = grid->row(s, v, t);
        INFO("spot " << axes.spot[s] << " shift " << axes.vol_shift[v] << " elapsed " << axes.elapsed[t]);
        // The same bits: a row does not depend on its neighbours.
        CHECK(grid->value[row] == one.value);
        CHECK(grid->profit[row] == one.profit);
        CHECK(grid->delta[row] == one.delta);
        CHECK(grid->gamma[row] == one.gamma);
        CHECK(grid->vega[row] == one.vega);
        CHECK(grid->theta[row] == one.theta);
        CHECK(grid->rho[row] == one.rho);
      }
  // On the day of expiry volatility does not matter.
  for (std::size_t s = 0; s < 25; ++s) CHECK(grid->profit[grid->row(s, 0, 2)] == grid->profit[grid->row(s, 2, 2)]);
}

TEST_CASE("greeks of a grid agree with its differences", "[pricing][scenario]") {
  const StrategyMarket market{0.03, 0.01, {}};
  const double h = 1e-3, dv = 1e-4, dt = 1e-5;
  const auto grid = scenario_grid(spread(), market, {{95 - h, 95, 95 + h}, {-dv, 0, dv}, {0.1 - dt, 0.1, 0.1 + dt}});
  REQUIRE(grid.ok());
  const auto value = [&](std::size_t s, std::size_t v, std::size_t t) { return grid->value[grid->row(s, v, t)]; };
  const std::size_t at = grid->row(1, 1, 1);
  CHECK((value(2, 1, 1) - value(0, 1, 1)) / (2 * h) == Approx(grid->delta[at]).epsilon(1e-6));
  CHECK((grid->delta[grid->row(2, 1, 1)] - grid->delta[grid->row(0, 1, 1)]) / (2 * h) ==
        Approx(grid->gamma[at]).epsilon(1e-6));
  CHECK((value(1, 2, 1) - value(1, 0, 1)) / (2 * dv) == Approx(grid->vega[at]).epsilon(1e-6));
  CHECK((value(1, 1, 2) - value(1, 1, 0)) / (2 * dt) == Approx(grid->theta[at]).epsilon(1e-6));
}

TEST_CASE("axes that make no sense are named", "[pricing][scenario]") {
  const std::pair<ScenarioAxes, const char*> cases[] = {
      {{{}, {0}, {0}}, "scenario"},
      {{{100}, {}, {0}}, "scenario"},
      {{{100, -1}, {0}, {0}}, "scenario spot"},
      {{{100}, {std::nan("")}, {0}}, "scenario vol_shift"},
      {{{100}, {-0.3}, {0}}, "scenario vol_shift -0.300000"},
      {{{100}, {0}, {0.26}}, "scenario elapsed"},
      {{{100}, {0}, {-0.01}}, "scenario elapsed"},
  };
  for (const auto& [axes, where] : cases) {
    const auto grid = scenario_grid(spread(), {}, axes);
    REQUIRE_FALSE(grid.ok());
    CHECK(grid.error().where == where);
  }
  CHECK(scenario_steps(1, 2, 3) == std::vector<double>{1, 1.5, 2});
  CHECK(scenario_steps(4, 4, 1) == std::vector<double>{4});
  CHECK_THROWS_AS(scenario_steps(1, 2, 1), std::invalid_argument);
}
