#include "core/volatility/arbitrage.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/volatility/bernstein.hpp"
#include "core/volatility/sign_intervals.hpp"

namespace optix {

namespace {

using bernstein::combine;
using bernstein::derivative;
using bernstein::multiply;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double lee_bound = 2;

// The slice over u = x + √(1+x²), x = (k−m)/σ: w = P/u, k = Q/u, w' = N/D, w'' = 8(b/σ)·u³/D³ with
// D = 1 + u².
struct Rational {
  std::array<double, 3> p, q, n;
  static constexpr std::array<double, 3> d{1, 0, 1};
  double curvature = 0;  // 64·b/σ
  double u_at_zero = 1;  // where k = 0
};

Rational rational(const SviParameters& s) {
  Rational r;
  const double half = 0.5 * s.b * s.sigma;
  r.p = {half * (1 - s.rho), s.a, half * (1 + s.rho)};
  r.q = {-0.5 * s.sigma, s.m, 0.5 * s.sigma};
  r.n = {-s.b * (1 - s.rho), 0, s.b * (1 + s.rho)};
  r.curvature = 64 * s.b / s.sigma;
  const double x = -s.m / s.sigma;
  const double root = std::sqrt(1 + x * x);
  r.u_at_zero = x > 0 ? x + root : 1 / (root - x);
  return r;
}

// 16·P²·D³·g = 4D·(2PD − QN)² − N²D·(4uP + P²) + 64(b/σ)·u³P², each coefficient put to zero when it
// is not larger than its own rounding error.
std::array<double, 11> density_numerator(const Rational& r) {
  const auto evaluate = [](const Rational& c, double minus) {
    const auto pd = multiply(c.p, Rational::d);
    const auto along = combine(2, pd, minus, multiply(c.q, c.n));
    const auto first = multiply(multiply(along, along), Rational::d);
    const auto p2 = multiply(c.p, c.p);
    std::array<double, 5> tail = p2;
    for (std::size_t i = 0; i < 3; ++i) tail[i + 1] += 4 * c.p[i];
    const auto second = multiply(multiply(multiply(c.n, c.n), Rational::d), tail);
    std::array<double, 11> out = combine(4, first, minus, second);
    for (std::size_t i = 0; i < 5; ++i) out[i + 3] += c.curvature * p2[i];
    return out;
  };
  Rational magnitude = r;
  for (auto* c : {&magnitude.p, &magnitude.q, &magnitude.n})
    for (double& x : *c) x = std::fabs(x);
  std::array<double, 11> out = evaluate(r, -1);
  const std::array<double, 11> size = evaluate(magnitude, 1);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (std::fabs(out[i]) <= 16 * epsilon * size[i]) out[i] = 0;
  return out;
}

// Numerator of dg/du: G'·PD − G·(2P'D + 3PD').
std::array<double, 14> slope_numerator(const Rational& r, const std::array<double, 11>& g) {
  const auto pd = multiply(r.p, Rational::d);
  const auto first = multiply(derivative(g), pd);
  const auto second = combine(2, multiply(derivative(r.p), Rational::d), 3, multiply(r.p, derivative(Rational::d)));
  return combine(1, first, -1, multiply(g, second));
}

// Far enough that the wings keep their sign: beyond every root that double precision tells from ∞.
double far_out(const SviParameters& s) { return 1e12 * (s.sigma + std::fabs(s.m) + 1); }

bool variance_is_positive(const SviParameters& s) {
  const double lowest = svi_minimum_variance(s);
  return lowest > 0 || (lowest == 0 && s.b > 0 && std::fabs(s.rho) == 1 && s.sigma > 0);
}

// σ = 0 has a kink whose curvature only helps: the limit of slices with small σ.
SviParameters without_kink(SviParameters s) {
  const double least = 1e-9 * (std::fabs(s.m) + 1e-3);
  s.sigma = std::max(s.sigma, least);
  return s;
}

bool density_is_positive(const Rational& r) {
  return bernstein::nonnegative(bernstein::from_power(density_numerator(r), std::sqrt(r.u_at_zero)));
}

double wing_limit(double slope) { return slope > 0 ? 0.0625 * (4 - slope * slope) : 1; }

}  // namespace

bool svi_butterfly_free(const SviParameters& p) {
  if (!svi_valid(p) || !variance_is_positive(p)) return false;
  if (p.b == 0) return true;
  if (svi_left_slope(p) > lee_bound || svi_right_slope(p) > lee_bound) return false;
  return density_is_positive(rational(without_kink(p)));
}

ButterflyReport check_butterfly(const SviParameters& given) {
  ButterflyReport out;
  out.valid = svi_valid(given);
  if (!out.valid) {
    out.min_g = out.k_at_min_g = std::numeric_limits<double>::quiet_NaN();
    return out;
  }
  out.slope_left = svi_left_slope(given);
  out.slope_right = svi_right_slope(given);
  out.min_total_variance = svi_minimum_variance(given);
  out.k_at_min_total_variance = svi_minimum_location(given);
  out.variance_positive = variance_is_positive(given);
  out.slopes_within_lee = out.slope_left <= lee_bound && out.slope_right <= lee_bound;
  if (given.b == 0) {
    out.density_positive = true;
    out.min_g = given.a > 0 ? 1 : -infinity;
    if (given.a <= 0) out.negative.push_back({-infinity, infinity});
    out.butterfly_free = out.variance_positive;
    return out;
  }

  const SviParameters p = without_kink(given);
  const Rational r = rational(p);
  const double scale = std::sqrt(r.u_at_zero);
  out.density_positive = density_is_positive(r);
  out.butterfly_free = out.variance_positive && out.slopes_within_lee && out.density_positive;

  std::vector<double> at;
  const auto add = [&](double t) {
    const double u = scale * t / (1 - t);
    at.push_back(p.m + 0.5 * p.sigma * (u - 1 / u));
  };
  bernstein::for_each_root(bernstein::from_power(slope_numerator(r, density_numerator(r)), scale), add);
  bernstein::for_each_root(bernstein::from_power(r.p, scale), add);
  at.push_back(svi_minimum_location(p));
  at.push_back(0);
  std::erase_if(at, [](double k) { return !std::isfinite(k); });

  // A minimum that rounding alone takes below zero is a touch: g is taken where w > 0.
  const double rounding = 8 * epsilon * (std::fabs(p.a) + p.b * p.sigma);
  out.min_g = infinity;
  const auto consider = [&](double g, double k) {
    if (g < out.min_g) {
      out.min_g = g;
      out.k_at_min_g = k;
    }
  };
  for (const double k : at)
    if (svi_total_variance(p, k) > rounding) consider(svi_durrleman_g(p, k), k);
  consider(wing_limit(out.slope_left), -infinity);
  consider(wing_limit(out.slope_right), infinity);
  if (out.min_total_variance < -rounding) {
    out.min_g = -infinity;
    out.k_at_min_g = out.k_at_min_total_variance;
  }

  if (!out.butterfly_free) {
    const double left = -far_out(p);
    const double right = far_out(p);
    at.push_back(left);
    at.push_back(right);
    std::sort(at.begin(), at.end());
    const auto g = [&](double k) {
      const VarianceDerivatives w = svi_derivatives(p, k);
      return w.w > rounding || w.w < -rounding ? durrleman_g(w, k) : 1;
    };
    out.negative = negative_between(g, at);
    extend_to_infinity(out.negative, left, right);
  }
  return out;
}

}  // namespace optix
