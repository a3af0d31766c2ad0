#include "core/pricing/american_rule.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/pricing/elementary.hpp"

namespace optix {
namespace {

constexpr double quarter_pi = std::numbers::pi / 4;

void add_point(TimeQuadrature& q, double cosine, double sine, double angle_weight) {
  q.cosine.push_back(cosine);
  q.sine.push_back(sine);
  q.weight.push_back(2 * sine * cosine * angle_weight);  // du = −2·τ·sinθ·cosθ·dθ
}

// Legendre polynomial of degree n and its derivative at x in (−1, 1), by the three-term recurrence.
struct Legendre {
  double value, derivative;
};
Legendre legendre(std::size_t n, double x) {
  double before = 1, value = x;
  for (std::size_t k = 2; k <= n; ++k) {
    const double degree = static_cast<double>(k);
    const double next = ((2 * degree - 1) * x * value - (degree - 1) * before) / degree;
    before = value;
    value = next;
  }
  return {value, static_cast<double>(n) * (x * value - before) / (x * x - 1)};
}

// Barycentric interpolation on Chebyshev points of the second kind (Berrut & Trefethen 2004, (5.4)).
void interpolation_weights(const std::vector<double>& root_time, double x, double* weights) {
  const std::size_t nodes = root_time.size();
  double sum = 0;
  for (std::size_t k = 0; k <= nodes; ++k) {
    const double node = k < nodes ? root_time[k] : 0;
    if (x == node) {
      for (std::size_t i = 0; i < nodes; ++i) weights[i] = i == k ? 1 : 0;
      return;
    }
    const double size = k == 0 || k == nodes ? 0.5 : 1.0;
    const double term = (k % 2 == 0 ? size : -size) / (x - node);
    if (k < nodes) weights[k] = term;
    sum += term;
  }
  for (std::size_t k = 0; k < nodes; ++k) weights[k] /= sum;
}

struct Steps {
  int start, newton, plain;
  double settled = -1;
};

AmericanRule make_rule(BoundaryEquation equation, std::size_t nodes, Steps steps, TimeQuadrature inner,
                       TimeQuadrature outer) {
  AmericanRule rule;
  rule.equation = equation;
  rule.nodes = nodes;
  rule.start_steps = steps.start;
  rule.newton_steps = steps.newton;
  rule.plain_steps = steps.plain;
  rule.settled = steps.settled;
  rule.inner = std::move(inner);
  rule.outer = std::move(outer);
  // Half the sum of 1 and cos(kπ/n) is a squared cosine, with no cancellation near 0.
  for (std::size_t k = 0; k < nodes; ++k) {
    const double c = math::cos(2 * quarter_pi * static_cast<double>(k) / static_cast<double>(nodes));
    rule.root_time.push_back(c * c);
  }
  rule.inner_weights.resize(nodes * rule.inner.size() * nodes);
  for (std::size_t i = 0; i < nodes; ++i)
    for (std::size_t j = 0; j < rule.inner.size(); ++j)
      interpolation_weights(rule.root_time, rule.root_time[i] * rule.inner.cosine[j],
                            &rule.inner_weights[(i * rule.inner.size() + j) * nodes]);
  rule.outer_weights.resize(rule.outer.size() * nodes);
  for (std::size_t j = 0; j < rule.outer.size(); ++j)
    interpolation_weights(rule.root_time, rule.outer.cosine[j], &rule.outer_weights[j * nodes]);
  return rule;
}

}  // namespace

TimeQuadrature gauss_legendre(std::size_t points) {
  TimeQuadrature q;
  const double count = static_cast<double>(points);
  for (std::size_t i = 0; i < points; ++i) {
    double x = math::cos(4 * quarter_pi * (static_cast<double>(i) + 0.75) / (count + 0.5));
    // Newton's method doubles the digits of a guess good to 1e-2: six steps are enough.
    for (int step = 0; step < 6; ++step) {
      const Legendre p = legendre(points, x);
      x -= p.value / p.derivative;
    }
    const double slope = legendre(points, x).derivative;
    const double theta = quarter_pi * (1 + x);
    add_point(q, math::cos(theta), math::sin(theta), quarter_pi * 2 / ((1 - x * x) * slope * slope));
  }
  return q;
}

TimeQuadrature tanh_sinh(std::size_t reach, double step) {
  TimeQuadrature q;
  for (std::size_t i = 0; i <= 2 * reach; ++i) {
    const double t = step * (static_cast<double>(i) - static_cast<double>(reach));
    const double grow = math::exp(t), shrink = math::exp(-t);
    const double u = quarter_pi * (grow - shrink);      // π/2·sinh t
    const double slope = quarter_pi * (grow + shrink);  // π/2·cosh t
    const double upper = 1 / (1 + math::exp(-2 * u));   // (1 + tanh u)/2
    const double lower = 1 / (1 + math::exp(2 * u));    // (1 − tanh u)/2
    add_point(q, math::sin(2 * quarter_pi * lower), math::sin(2 * quarter_pi * upper),
              quarter_pi * step * slope * 4 * upper * lower);  // 1/cosh²u = 4·upper·lower
  }
  return q;
}

BoundaryEquation boundary_equation(double put_rate, double put_yield, double years, double vol) {
  return (put_rate - put_yield) * std::sqrt(years) > vol ? BoundaryEquation::distribution : BoundaryEquation::density;
}

// The distribution form's rules are finer: they serve the rows whose integrands are steep.
const AmericanRule& american_rule(AmericanScheme scheme, BoundaryEquation equation) {
  using enum BoundaryEquation;
  static const std::array<AmericanRule, 3> density_rules{
      make_rule(density, 7, {3, 1, 1}, gauss_legendre(6), gauss_legendre(20)),
      make_rule(density, 12, {4, 1, 8}, gauss_legendre(12), gauss_legendre(40)),
      make_rule(density, 48, {5, 1, 60, 1e-12}, gauss_legendre(32), tanh_sinh(160, 0.02))};
  static const std::array<AmericanRule, 3> distribution_rules{
      make_rule(distribution, 10, {3, 0, 5}, gauss_legendre(10), gauss_legendre(32)),
      make_rule(distribution, 20, {4, 0, 12}, gauss_legendre(24), gauss_legendre(64)),
      make_rule(distribution, 48, {5, 0, 120, 1e-12}, gauss_legendre(48), tanh_sinh(160, 0.02))};
  const auto at = static_cast<std::size_t>(scheme);
  return equation == density ? density_rules.at(at) : distribution_rules.at(at);
}

void boundary_weights(const AmericanRule& rule, double x, double* weights) {
  interpolation_weights(rule.root_time, x, weights);
}

}  // namespace optix
