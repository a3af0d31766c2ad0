#include "core/volatility/smile.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using namespace optix;

TEST_CASE("a smile is the sum of its parts", "[volatility][smile]") {
  const SviParameters svi{0.01, 0.1, -0.4, 0.02, 0.1};
  const std::vector<double> k{-0.2, 0, 0.1, 0.3}, w{0.001, -0.002, 0.001, 0.0005};
  Smile smile{SmileKind::svi, svi, *natural_spline(k, w)};
  for (double x = -0.5; x < 0.5; x += 0.05) {
    const double base = svi_total_variance(svi, x), extra = smile.spline.at(x).w;
    smile.kind = SmileKind::svi;
    CHECK(smile.total_variance(x) == base);
    smile.kind = SmileKind::spline;
    CHECK(smile.total_variance(x) == extra);
    smile.kind = SmileKind::svi_spline;
    CHECK(smile.total_variance(x) == base + extra);
    CHECK(smile.at(x).w1 == svi_first_derivative(svi, x) + smile.spline.at(x).w1);
    CHECK(smile.at(x).w2 == svi_second_derivative(svi, x) + smile.spline.at(x).w2);
  }
}

TEST_CASE("a look at a smile finds butterflies, negative variance and steep wings", "[volatility][smile]") {
  struct Case {
    const char* name;
    Smile smile;
    bool free;
  };
  const auto svi = [](SviParameters p) { return Smile{SmileKind::svi, p, {}}; };
  const auto spline = [](std::vector<double> k, std::vector<double> w) {
    return Smile{SmileKind::spline, {}, *natural_spline(k, w)};
  };
  const std::vector<Case> cases{
      {"flat", svi({0.04, 0, 0, 0, 0.1}), true},
      {"a gentle smile", svi({0.01, 0.1, -0.4, 0.02, 0.2}), true},
      // Axel Vogt's slice (Gatheral and Jacquier 2014, example 3.1).
      {"Vogt's slice", svi({-0.0410, 0.1331, 0.3060, 0.3586, 0.4153}), false},
      {"wings over 2", svi({0.04, 1.9, 0.2, 0, 0.1}), false},
      {"negative variance", svi({-0.05, 0.1, 0, 0, 0.1}), false},
      {"a flat spline", spline({-0.1, 0.1}, {0.04, 0.04}), true},
      {"a spline with a dent", spline({-0.2, -0.1, 0, 0.1, 0.2}, {0.05, 0.045, 0.06, 0.045, 0.05}), false},
      {"wings that fall outwards", spline({-0.1, 0, 0.1}, {0.03, 0.04, 0.03}), false},
  };
  for (const Case& c : cases) {
    const SmileCheck check = smile_check(c.smile, -2, 2, 2001);
    INFO(c.name << ": min g " << check.min_g << " at " << check.min_g_at << ", min w " << check.min_w << ", slopes "
                << check.left_slope << " " << check.right_slope);
    CHECK(check.free == c.free);
  }
  const SmileCheck vogt = smile_check(cases[2].smile, -2, 2, 40001);
  CHECK(vogt.min_g == Approx(-0.0328636).margin(1e-6));
  CHECK(vogt.min_g_at == Approx(0.87926).margin(1e-4));
}
