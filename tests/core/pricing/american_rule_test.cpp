#include "core/pricing/american_rule.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace optix;

namespace {

template <class F>
double integral(const TimeQuadrature& q, const F& f) {
  double sum = 0;
  for (std::size_t j = 0; j < q.size(); ++j) sum += q.weight[j] * f(q.cosine[j], q.sine[j]);
  return sum;
}

}  // namespace

TEST_CASE("both quadratures integrate over time, singular ends included", "[pricing]") {
  const struct {
    const char* name;
    TimeQuadrature rule;
    double tolerance;
  } rules[] = {{"gauss 6", gauss_legendre(6), 1e-7},
               {"gauss 20", gauss_legendre(20), 1e-14},
               {"gauss 64", gauss_legendre(64), 1e-14},
               {"tanh-sinh", tanh_sinh(160, 0.02), 1e-14}};
  for (const auto& [name, rule, tolerance] : rules) {
    INFO(name);
    // With u/τ = cosine²: ∫du, ∫√u du, ∫du/√(1−u), ∫√(u(1−u)) du.
    CHECK(integral(rule, [](double, double) { return 1.0; }) == Approx(1).margin(tolerance));
    CHECK(integral(rule, [](double c, double) { return c; }) == Approx(2.0 / 3).margin(tolerance));
    CHECK(integral(rule, [](double, double s) { return 1 / s; }) == Approx(2).margin(tolerance));
    CHECK(integral(rule, [](double c, double s) { return c * s; }) == Approx(std::acos(-1.0) / 8).margin(tolerance));
    for (std::size_t j = 0; j < rule.size(); ++j) {
      CHECK(rule.cosine[j] * rule.cosine[j] + rule.sine[j] * rule.sine[j] == Approx(1).epsilon(1e-14));
      CHECK(rule.weight[j] > 0);
    }
  }
}

TEST_CASE("the American rules interpolate polynomials in the root of time", "[pricing]") {
  for (const BoundaryEquation equation : {BoundaryEquation::density, BoundaryEquation::distribution})
    for (const AmericanScheme scheme :
         {AmericanScheme::fast, AmericanScheme::accurate, AmericanScheme::high_precision}) {
      const AmericanRule& rule = american_rule(scheme, equation);
      CHECK(rule.equation == equation);
      REQUIRE(rule.root_time.size() == rule.nodes);
      CHECK(rule.root_time.front() == 1);
      const auto f = [](double x) { return x * (0.7 + x * (x - 0.3)); };  // 0 at 0
      std::vector<double> weights(rule.nodes);
      for (const double x : {0.0, 1e-6, 0.13, 0.5, rule.root_time[2], 1.0}) {
        boundary_weights(rule, x, weights.data());
        double sum = 0;
        for (std::size_t k = 0; k < rule.nodes; ++k) sum += weights[k] * f(rule.root_time[k]);
        CHECK(sum == Approx(f(x)).margin(1e-13));
      }
      REQUIRE(rule.outer_weights.size() == rule.outer.size() * rule.nodes);
      REQUIRE(rule.inner_weights.size() == rule.nodes * rule.inner.size() * rule.nodes);
      const std::size_t i = rule.nodes - 1, j = rule.inner.size() / 2;
      double sum = 0;
      for (std::size_t k = 0; k < rule.nodes; ++k)
        sum += rule.inner_weights[(i * rule.inner.size() + j) * rule.nodes + k] * f(rule.root_time[k]);
      CHECK(sum == Approx(f(rule.root_time[i] * rule.inner.cosine[j])).margin(1e-13));
    }
}
