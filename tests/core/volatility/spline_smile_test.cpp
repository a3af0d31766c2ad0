#include "core/volatility/spline_smile.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "core/volatility/smile.hpp"

using namespace optix;

namespace {

std::vector<double> values(const std::vector<double>& k, double (*f)(double)) {
  std::vector<double> out;
  for (const double x : k) out.push_back(f(x));
  return out;
}

// The largest jump of w, w', w'' over all knots, approached from both sides.
double largest_jump(const SplineSmile& s) {
  double worst = 0;
  for (const double x : s.knot) {
    const auto a = s.at(x - 1e-9), b = s.at(x + 1e-9);
    worst = std::max({worst, std::fabs(a.w - b.w), std::fabs(a.w1 - b.w1) * 1e-1, std::fabs(a.w2 - b.w2) * 1e-2});
  }
  return worst;
}

}  // namespace

TEST_CASE("a natural spline goes through its points, twice differentiable, with straight wings",
          "[volatility][spline]") {
  const std::vector<double> k{-0.5, -0.3, -0.22, -0.1, 0.0, 0.04, 0.2};
  const std::vector<double> w = values(k, [](double x) { return 0.04 + 0.3 * x * x - 0.05 * x; });
  const auto s = natural_spline(k, w);
  REQUIRE(s.ok());
  for (std::size_t i = 0; i < k.size(); ++i) CHECK(s->at(k[i]).w == Approx(w[i]).epsilon(1e-14));
  CHECK(largest_jump(*s) < 1e-8);
  CHECK(s->at(-2).w2 == 0);
  CHECK(s->at(-2).w1 == s->left_slope);
  CHECK(s->at(3).w == Approx(s->at(0.2).w + 2.8 * s->right_slope));
  // Derivatives against differences.
  for (double x = -0.7; x < 0.4; x += 0.0137) {
    const double h = 1e-5, up = s->at(x + h).w, mid = s->at(x).w, down = s->at(x - h).w;
    CHECK(s->at(x).w1 == Approx((up - down) / (2 * h)).margin(1e-6));
    CHECK(s->at(x).w2 == Approx((up - 2 * mid + down) / (h * h)).margin(2e-3));
  }
}

TEST_CASE("a natural spline of a line is the line; few points degrade", "[volatility][spline]") {
  const auto line = [](double x) { return 0.04 - 0.1 * x; };
  for (const std::size_t n : {2u, 3u, 9u}) {
    std::vector<double> k, w;
    for (std::size_t i = 0; i < n; ++i) {
      k.push_back(-0.3 + 0.07 * static_cast<double>(i * i));
      w.push_back(line(k.back()));
    }
    const auto s = natural_spline(k, w);
    REQUIRE(s.ok());
    for (double x = -1; x < 1; x += 0.1) CHECK(s->at(x).w == Approx(line(x)).margin(1e-14));
  }
  const std::vector<double> one{0.1}, value{0.04};
  const auto s = natural_spline(one, value);
  REQUIRE(s.ok());
  CHECK(s->at(-3).w == 0.04);
  CHECK(s->at(2).w == 0.04);
}

TEST_CASE("a spline refuses what is no sequence of points", "[volatility][spline]") {
  struct Case {
    const char* name;
    std::vector<double> k, w;
  };
  const double nan = std::nan("");
  const std::vector<Case> cases{{"nothing", {}, {}},
                                {"sizes differ", {0, 1}, {1}},
                                {"not ascending", {0, 0}, {1, 1}},
                                {"knot is no number", {0, nan}, {1, 1}},
                                {"value is no number", {0, 1}, {1, nan}}};
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK_FALSE(natural_spline(c.k, c.w).ok());
  }
}

TEST_CASE("wing slopes are held within the bound", "[volatility][spline]") {
  struct Case {
    const char* name;
    std::vector<double> w;
    std::size_t moved;
  };
  const std::vector<double> k{-0.3, -0.2, -0.1, 0, 0.1, 0.2};
  const std::vector<Case> cases{{"gentle", {0.07, 0.06, 0.05, 0.04, 0.045, 0.05}, 0},
                                {"steep left", {0.90, 0.16, 0.05, 0.04, 0.045, 0.05}, 1},
                                {"steep right", {0.07, 0.06, 0.05, 0.04, 0.10, 0.60}, 1},
                                {"both", {0.90, 0.16, 0.05, 0.04, 0.10, 0.60}, 2}};
  for (const Case& c : cases) {
    INFO(c.name);
    const auto s = bounded_spline(k, c.w, 2.0);
    REQUIRE(s.ok());
    CHECK(s->moved == c.moved);
    CHECK(std::fabs(s->smile.left_slope) <= 2.0);
    CHECK(std::fabs(s->smile.right_slope) <= 2.0);
    CHECK(largest_jump(s->smile) < 1e-6);
    for (std::size_t i = 1; i + 1 < k.size(); ++i) CHECK(s->smile.at(k[i]).w == Approx(c.w[i]).epsilon(1e-12));
  }
}

TEST_CASE("a penalised spline vanishes at its ends and follows its data", "[volatility][spline]") {
  const auto bump = [](double x) { return 1e-3 * std::exp(-50 * x * x); };
  std::vector<double> k, y, weight;
  for (double x = -0.45; x < 0.45; x += 0.01) {
    k.push_back(x);
    y.push_back(bump(x));
    weight.push_back(1e10);
  }
  const SplineSmile close = penalised_spline(k, y, weight, {-0.6, 0.05, 24, 1e-6});
  CHECK(largest_jump(close) < 1e-9);
  for (const double end : {-0.6, 0.6, -5.0, 5.0}) {
    CHECK(close.at(end).w == Approx(0).margin(1e-16));
    CHECK(close.at(end).w1 == Approx(0).margin(1e-14));
    CHECK(close.at(end).w2 == Approx(0).margin(1e-12));
  }
  for (std::size_t i = 0; i < k.size(); ++i) CHECK(close.at(k[i]).w == Approx(y[i]).margin(2e-6));
  // Rougher is smaller: the sum of squared second derivatives falls as the penalty grows.
  double last = 1e300;
  for (const double roughness : {1e-3, 1e1, 1e4, 1e7, 1e10}) {
    const SplineSmile s = penalised_spline(k, y, weight, {-0.6, 0.05, 24, roughness});
    double sum = 0;
    for (const double c : s.curvature) sum += c * c;
    CHECK(sum <= last);
    last = sum;
  }
  CHECK(last < 1e-4);
  CHECK(penalised_spline(k, y, weight, {-0.6, 0.4, 3, 1}).empty());
  CHECK_THROWS_AS(penalised_spline(k, y, weight, {-0.6, 0.4, 8, 0}), std::invalid_argument);
}
