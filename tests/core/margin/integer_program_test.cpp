#include "core/margin/integer_program.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <random>

using namespace optix::margin;

namespace {

// Least cost over every whole x within the limits, by trying them all.
double least_by_trying(const IntegerProgram& p, int most) {
  double best = 0;
  std::vector<int> x(p.columns, 0);
  const std::function<void(std::size_t)> visit = [&](std::size_t at) {
    if (at == p.columns) {
      double cost = 0;
      for (std::size_t c = 0; c < p.columns; ++c) cost += p.cost[c] * x[c];
      for (std::size_t r = 0; r < p.rows; ++r) {
        double sum = 0;
        for (std::size_t c = 0; c < p.columns; ++c) sum += p.matrix[r * p.columns + c] * x[c];
        if (sum > p.limit[r] + 1e-9) return;
      }
      best = std::min(best, cost);
      return;
    }
    for (x[at] = 0; x[at] <= most; ++x[at]) visit(at + 1);
    x[at] = 0;
  };
  visit(0);
  return best;
}

}  // namespace

TEST_CASE("integer programs against trying every value", "[margin][program]") {
  std::mt19937 random(7);
  const auto upto = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  std::size_t nodes = 0;
  for (int i = 0; i < 2000; ++i) {
    IntegerProgram p;
    p.shape(static_cast<std::size_t>(upto(1, 4)), static_cast<std::size_t>(upto(1, 5)));
    for (double& a : p.matrix) a = upto(-2, 5);
    for (double& b : p.limit) b = upto(0, 12);
    for (double& c : p.cost) c = upto(-20, 5);
    for (std::size_t c = 0; c < p.columns; ++c) p.whole[c] = static_cast<std::uint8_t>(upto(2, 4));
    // Every value is bounded by one row, so that all can be tried.
    for (std::size_t c = 0; c < p.columns; ++c) p.matrix[c] = upto(1, 3);
    p.limit[0] = upto(0, 6);
    const IntegerSolution got = solve(p);
    nodes += got.nodes;
    INFO("program " << i);
    REQUIRE(got.proven);
    REQUIRE(got.value == Approx(least_by_trying(p, 6)).margin(1e-9));
    REQUIRE(got.bound == got.value);
    double cost = 0;
    for (std::size_t c = 0; c < p.columns; ++c) {
      REQUIRE(got.x[c] == std::round(got.x[c]));
      REQUIRE(got.x[c] >= 0);
      cost += p.cost[c] * got.x[c];
    }
    REQUIRE(cost == Approx(got.value).margin(1e-9));
    for (std::size_t r = 0; r < p.rows; ++r) {
      double sum = 0;
      for (std::size_t c = 0; c < p.columns; ++c) sum += p.matrix[r * p.columns + c] * got.x[c];
      REQUIRE(sum <= p.limit[r] + 1e-9);
    }
  }
  CHECK(nodes > 2000);  // some had to branch
}

TEST_CASE("a search that is cut off says so and still has an answer", "[margin][program]") {
  IntegerProgram p;
  p.shape(1, 3);
  p.matrix = {3, 5, 7};
  p.limit = {11};
  p.cost = {-4, -7, -10};
  p.whole = {2, 2, 2};
  CHECK(solve(p).value == -15);  // 2 × 3 + 5
  for (double work = 0; work < 60; work += 4) {
    const IntegerSolution got = solve(p, work);
    CHECK(got.value >= -15);
    CHECK(got.value <= 0);
    if (got.proven) CHECK(got.value == -15);
    double used = 0;
    for (std::size_t c = 0; c < 3; ++c) used += p.matrix[c] * got.x[c];
    CHECK(used <= 11);
  }
  CHECK_FALSE(solve(p, 0).proven);
  CHECK(solve(p, 0).value == 0);
}

TEST_CASE("numbers that need not be whole", "[margin][program]") {
  IntegerProgram p;
  p.shape(2, 2);
  p.matrix = {2, 0, 1, 2};
  p.limit = {3, 4};
  p.cost = {-2, -2};
  p.whole = {2, 0};
  const IntegerSolution got = solve(p);
  CHECK(got.x[0] == 1);
  CHECK(got.x[1] == Approx(1.5));
  CHECK(got.value == -5);
  // Rows that are not of whole numbers: their slack is any number too.
  p.shape(2, 2);
  p.matrix = {0.5, 1.25, 1, 1};
  p.limit = {2.75, 4};
  p.cost = {-2, -5};
  p.whole = {2, 2};
  CHECK(solve(p).value == -11);
  p.shape(0, 0);
  CHECK(solve(p).proven);
}
