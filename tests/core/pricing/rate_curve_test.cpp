#include "core/pricing/rate_curve.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace optix;

TEST_CASE("a rate curve interpolates the logarithm of its discounts in a straight line", "[data][pricing]") {
  const std::vector<RatePoint> points{{1.0, 0.03}, {0.25, 0.05}, {2.0, 0.04}};
  const RateCurve curve = RateCurve::from_zero_rates(points).value();
  struct Case {
    double years, zero_rate;
  };
  const Case cases[] = {
      {0, 0.05},    {0.1, 0.05},
      {0.25, 0.05}, {0.5, (0.0125 + (0.03 - 0.0125) / 3) / 0.5},
      {1, 0.03},    {1.5, (0.03 + 0.08) / 2 / 1.5},
      {2, 0.04},    {4, (0.08 + 2 * 0.05) / 4},  // the last forward rate, 5 %, goes on
  };
  for (const Case& c : cases) {
    INFO("years " << c.years);
    CHECK(curve.zero_rate(c.years) == Approx(c.zero_rate).epsilon(1e-14));
    CHECK(curve.discount(c.years) == Approx(std::exp(-c.zero_rate * c.years)).epsilon(1e-14));
    CHECK(curve.log_discount(c.years) == Approx(-c.zero_rate * c.years).margin(1e-16));
  }
  CHECK(curve.forward_rate(0.25, 1) == Approx((0.03 - 0.0125) / 0.75));
  CHECK(curve.forward_rate(1.1, 1.9) == Approx(0.05));
  CHECK(curve.forward_rate(0.5, 1.5) == Approx((0.055 - curve.zero_rate(0.5) * 0.5)));
  CHECK(curve.points().front().years == 0.25);
}

TEST_CASE("flat and empty rate curves", "[data][pricing]") {
  const RateCurve flat = RateCurve::flat(-0.01), empty;
  for (const double years : {0.0, 0.3, 1.0, 7.0}) {
    CHECK(flat.zero_rate(years) == Approx(-0.01));
    CHECK(flat.discount(years) == Approx(std::exp(0.01 * years)).epsilon(1e-15));
    CHECK(empty.discount(years) == 1);
    CHECK(empty.zero_rate(years) == 0);
  }
}

TEST_CASE("rate curves refuse what they cannot be", "[data][pricing]") {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<RatePoint>> bad{{},
                                                {{0, 0.01}},
                                                {{-1, 0.01}},
                                                {{nan, 0.01}},
                                                {{infinity, 0.01}},
                                                {{1, nan}},
                                                {{1, infinity}},
                                                {{1, 0.01}, {2, 0.02}, {1, 0.01}}};
  for (const auto& points : bad) {
    const auto curve = RateCurve::from_zero_rates(points);
    REQUIRE_FALSE(curve.ok());
    CHECK_FALSE(curve.error().what.empty());
  }
  CHECK_THROWS_AS(RateCurve::flat(nan), std::invalid_argument);
  const RateCurve flat = RateCurve::flat(0.02);
  for (const double years : {-1.0, nan, infinity}) {
    CHECK_THROWS_AS(flat.discount(years), std::invalid_argument);
    CHECK_THROWS_AS(flat.zero_rate(years), std::invalid_argument);
  }
  CHECK_THROWS_AS(flat.forward_rate(1, 1), std::invalid_argument);
  CHECK_THROWS_AS(flat.forward_rate(2, 1), std::invalid_argument);
}
