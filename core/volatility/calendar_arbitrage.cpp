// Calendar checks between two SVI slices; see arbitrage.hpp.
//
// far − near is monotone between the points where the slopes agree. With c = b₂ρ₂ − b₁ρ₁,
// X = k − m and S = X² + σ² the slopes agree where c + b₂X₂/√S₂ − b₁X₁/√S₁ = 0; squared twice that is
// (b₁²X₁²S₂ + b₂²X₂²S₁ − c²S₁S₂)² = 4b₁²b₂²X₁²X₂²S₁S₂, of degree 8 in k.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/volatility/arbitrage.hpp"
#include "core/volatility/bernstein.hpp"
#include "core/volatility/sign_intervals.hpp"

namespace optix {

namespace {

using bernstein::combine;
using bernstein::multiply;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double equal_enough = 1e-14;

struct Gap {
  const SviParameters& near;
  const SviParameters& far;
  double operator()(double k) const { return svi_total_variance(far, k) - svi_total_variance(near, k); }
  double slope(double k) const { return svi_first_derivative(far, k) - svi_first_derivative(near, k); }
  double curvature(double k) const { return svi_second_derivative(far, k) - svi_second_derivative(near, k); }
  // Rounding of the two variances: a gap this small is none.
  double tolerance(double k) const {
    return equal_enough * (std::fabs(svi_total_variance(far, k)) + std::fabs(svi_total_variance(near, k)));
  }
};

// At most 16 roots of the polynomial of degree 8, and the points kept beside them.
struct Points {
  std::array<double, 64> at{};
  std::size_t size = 0;
  void add(double k) {
    if (size < at.size() && std::isfinite(k)) at[size++] = k;
  }
};

// A few Newton steps towards gap' = 0, as long as they lower the gap: what squaring twice has cost
// in digits.
double polish(const Gap& gap, double k, double scale) {
  double best = gap(k);
  for (int i = 0; i < 4; ++i) {
    const double curvature = gap.curvature(k);
    if (!(curvature > 0)) break;
    const double next = k - std::clamp(gap.slope(k) / curvature, -1e-3 * scale, 1e-3 * scale);
    const double value = gap(next);
    if (!(value < best)) break;
    best = value;
    k = next;
  }
  return k;
}

Points critical_points(const SviParameters& near, const SviParameters& far) {
  const Gap gap{near, far};
  const double center = 0.5 * (near.m + far.m);
  double scale = std::max({near.sigma, far.sigma, std::fabs(far.m - near.m)});
  if (!(scale > 0)) scale = 1;
  // In units of the scale: X = x + shift.
  const auto line = [&](const SviParameters& p) { return std::array<double, 2>{(center - p.m) / scale, 1}; };
  const auto squares = [&](const SviParameters& p) {
    const auto x = line(p);
    auto s = multiply(x, x);
    s[0] += (p.sigma / scale) * (p.sigma / scale);
    return s;
  };
  const auto x1 = multiply(line(near), line(near));
  const auto x2 = multiply(line(far), line(far));
  const auto s1 = squares(near);
  const auto s2 = squares(far);
  const double b1 = near.b * near.b;
  const double b2 = far.b * far.b;
  const double c = far.b * far.rho - near.b * near.rho;
  const auto difference = combine(b1, multiply(x1, s2), b2, multiply(x2, s1));
  const auto both = multiply(s1, s2);

  Points out;
  out.add(near.m);
  out.add(far.m);
  out.add(center);
  out.add(svi_minimum_location(near));
  out.add(svi_minimum_location(far));
  const auto roots_of = [&](auto polynomial) {
    for (const double sign : {1.0, -1.0}) {
      bernstein::for_each_root(bernstein::from_power(polynomial),
                               [&](double t) { out.add(polish(gap, center + sign * scale * t / (1 - t), scale)); });
      for (std::size_t i = 1; i < polynomial.size(); i += 2) polynomial[i] = -polynomial[i];
    }
  };
  if (std::fabs(c) <= equal_enough * (far.b + near.b)) {
    roots_of(combine(b1, multiply(x1, s2), -b2, multiply(x2, s1)));  // the square root of the other
  } else {
    const auto inner = combine(1, difference, -c * c, both);
    roots_of(combine(1, multiply(inner, inner), -4 * b1 * b2, multiply(multiply(x1, x2), both)));
  }
  return out;
}

// The limit of the gap in a wing, sign = ±1.
double wing_limit(const SviParameters& near, const SviParameters& far, double sign) {
  const double slope_near = near.b * (1 + sign * near.rho);
  const double slope_far = far.b * (1 + sign * far.rho);
  const double difference = slope_far - slope_near;
  if (std::fabs(difference) > equal_enough * (slope_far + slope_near)) return difference > 0 ? infinity : -infinity;
  const double level = (far.a - near.a) - sign * (slope_far * far.m - slope_near * near.m);
  const double size = std::fabs(far.a) + std::fabs(near.a) + std::fabs(slope_far * far.m);
  return std::fabs(level) <= equal_enough * size ? 0 : level;
}

struct Lowest {
  double gap = infinity;
  double k = 0;
  bool beyond_rounding = false;  // some gap is negative by more than rounding
};

Lowest lowest_gap(const Gap& gap, const Points& points, double from, double to) {
  Lowest out;
  const auto consider = [&](double value, double k, double tolerance) {
    if (value < out.gap) {
      out.gap = value;
      out.k = k;
    }
    if (value < -tolerance) out.beyond_rounding = true;
  };
  for (std::size_t i = 0; i < points.size; ++i) {
    const double k = points.at[i];
    if (k >= from && k <= to) consider(gap(k), k, gap.tolerance(k));
  }
  for (const double end : {from, to}) {
    if (std::isinf(end))
      consider(wing_limit(gap.near, gap.far, end > 0 ? 1 : -1), end, 0);
    else
      consider(gap(end), end, gap.tolerance(end));
  }
  return out;
}

CalendarReport check(const SviParameters& near, const SviParameters& far, double from, double to) {
  CalendarReport out;
  if (!svi_valid(near) || !svi_valid(far)) {
    out.min_gap = out.k_at_min_gap = std::numeric_limits<double>::quiet_NaN();
    return out;
  }
  const Gap gap{near, far};
  const Points points = critical_points(near, far);
  const Lowest lowest = lowest_gap(gap, points, from, to);
  out.min_gap = lowest.gap;
  out.k_at_min_gap = lowest.k;
  out.calendar_free = !lowest.beyond_rounding;
  if (out.calendar_free) return out;

  const double reach = 1e9 * (near.sigma + far.sigma + std::fabs(near.m) + std::fabs(far.m) + 1);
  const double left = std::isinf(from) ? -reach : from;
  const double right = std::isinf(to) ? reach : to;
  std::vector<double> at{left, right};
  for (std::size_t i = 0; i < points.size; ++i)
    if (points.at[i] > left && points.at[i] < right) at.push_back(points.at[i]);
  std::sort(at.begin(), at.end());
  out.negative = negative_between([&](double k) { return gap(k) + gap.tolerance(k); }, at);
  extend_to_infinity(out.negative, std::isinf(from) ? left : -infinity, std::isinf(to) ? right : infinity);
  return out;
}

}  // namespace

CalendarReport check_calendar(const SviParameters& near, const SviParameters& far) {
  return check(near, far, -infinity, infinity);
}

CalendarReport check_calendar(const SviParameters& near, const SviParameters& far, double k_from, double k_to) {
  return check(near, far, k_from, k_to);
}

bool svi_calendar_free(const SviParameters& near, const SviParameters& far) {
  if (!svi_valid(near) || !svi_valid(far)) return false;
  return !lowest_gap({near, far}, critical_points(near, far), -infinity, infinity).beyond_rounding;
}

}  // namespace optix
