#include "core/pricing/trees.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/pricing/american.hpp"
#include "core/pricing/european.hpp"

using namespace optix;

namespace {

using enum TreeKind;
const BlackScholesInput at_hand{100, 105, 0.05, 0.02, 0.75, 0.3};

}  // namespace

TEST_CASE("trees converge to Black-Scholes at their orders", "[pricing]") {
  for (const Right right : {Right::call, Right::put}) {
    const EuropeanValue exact = european(right, at_hand);
    double last = 0;
    for (const int steps : {51, 101, 201, 401}) {
      const TreeValue lr = tree_value(leisen_reimer, ExerciseStyle::european, right, at_hand, steps);
      const double error = std::fabs(lr.price - exact.price);
      // Twice the steps, a quarter of the error.
      if (last > 0) CHECK(last / error == Approx(4).epsilon(0.1));
      last = error;
      CHECK(lr.delta == Approx(exact.delta).margin(0.1 / steps));
      CHECK(lr.gamma == Approx(exact.gamma).margin(0.01 / steps));
      for (const int count : {steps, steps + 1}) {
        const TreeValue crr = tree_value(cox_ross_rubinstein, ExerciseStyle::european, right, at_hand, count);
        INFO("steps " << count);
        CHECK(crr.price == Approx(exact.price).margin(3.0 / count));
        CHECK(crr.delta == Approx(exact.delta).margin(0.1 / count));
        CHECK(crr.gamma == Approx(exact.gamma).margin(0.02 / count));
      }
    }
  }
}

TEST_CASE("a tree of one step is the textbook's", "[pricing]") {
  // Hull, Options, Futures, and Other Derivatives, chapter 13: u = e^(σ√T), p = (e^(rT) − d)/(u − d).
  const BlackScholesInput in{50, 52, 0.05, 0, 1, 0.3};
  const double up = std::exp(0.3), down = 1 / up, p = (std::exp(0.05) - down) / (up - down);
  const TreeValue put = tree_value(cox_ross_rubinstein, ExerciseStyle::european, Right::put, in, 1);
  CHECK(put.price == Approx(std::exp(-0.05) * (1 - p) * (52 - 50 * down)).epsilon(1e-13));
  // The same over two years and two steps, early exercise in the lower node: 7.43 in Hull, 13.6.
  const TreeValue american_put =
      tree_value(cox_ross_rubinstein, ExerciseStyle::american, Right::put, {50, 52, 0.05, 0, 2, 0.3}, 2);
  CHECK(american_put.price == Approx(7.43).margin(5e-3));
}

TEST_CASE("trees agree with the American schemes", "[pricing]") {
  const BlackScholesInput cases[] = {
      at_hand, {100, 90, 0.08, 0, 1, 0.2}, {100, 120, 0.03, 0.06, 1.5, 0.4}, {100, 100, 0, 0.05, 0.3, 0.25}};
  for (const BlackScholesInput& in : cases)
    for (const Right right : {Right::call, Right::put}) {
      const AmericanValue exact = american(AmericanScheme::accurate, right, in);
      const double european_price = european(right, in).price;
      for (const TreeKind kind : {cox_ross_rubinstein, leisen_reimer}) {
        const TreeValue tree = tree_value(kind, ExerciseStyle::american, right, in, 501);
        INFO(int(kind) << " K " << in.strike << ' ' << int(right));
        CHECK(tree.price == Approx(exact.price).margin(kind == leisen_reimer ? 1e-3 : 1e-2));
        CHECK(tree.delta == Approx(exact.delta).margin(1e-3));
        CHECK(tree.gamma == Approx(exact.gamma).margin(2e-4));
        CHECK(tree.price >= european_price - 1e-2);
      }
    }
}

TEST_CASE("trees refuse what they cannot value", "[pricing]") {
  const auto value = [](TreeKind kind, const BlackScholesInput& in, int steps) {
    return tree_value(kind, ExerciseStyle::american, Right::put, in, steps);
  };
  for (double BlackScholesInput::*member :
       {&BlackScholesInput::spot, &BlackScholesInput::strike, &BlackScholesInput::years, &BlackScholesInput::vol})
    for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
      BlackScholesInput in = at_hand;
      in.*member = bad;
      CHECK_THROWS_AS(value(cox_ross_rubinstein, in, 11), std::invalid_argument);
      CHECK_THROWS_AS(value(leisen_reimer, in, 11), std::invalid_argument);
    }
  CHECK_THROWS_AS(value(leisen_reimer, at_hand, 10), std::invalid_argument);
  CHECK_THROWS_AS(value(cox_ross_rubinstein, at_hand, 0), std::invalid_argument);
  CHECK_THROWS_AS(value(cox_ross_rubinstein, at_hand, 100001), std::invalid_argument);
  CHECK_THROWS_AS(value(cox_ross_rubinstein, {100, 100, NAN, 0, 1, 0.2}, 11), std::invalid_argument);
  CHECK_THROWS_AS(value(leisen_reimer, {100, 1e9, 0.05, 0, 0.1, 0.1}, 11), std::invalid_argument);
  CHECK_THROWS_WITH(value(leisen_reimer, {199, 163, -1e81, -1e81, 3.7, 0.13}, 21),
                    Catch::Contains("range of a double"));
  // Probabilities stay between 0 and 1 from 25 steps on: years·((r − q)/σ)² = 25.
  const BlackScholesInput steep{100, 100, 0.5, 0, 1, 0.1};
  CHECK_THROWS_WITH(value(cox_ross_rubinstein, steep, 24), Catch::Contains("more than 25"));
  CHECK_NOTHROW(value(cox_ross_rubinstein, steep, 26));
  CHECK_NOTHROW(value(leisen_reimer, at_hand, 1));
}
