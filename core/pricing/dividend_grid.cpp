#include "core/pricing/dividend_grid.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "core/pricing/elementary.hpp"

namespace optix {
namespace {

double sinh_of(double x) {
  const double up = math::exp(x);
  return 0.5 * (up - 1 / up);
}

double asinh_of_positive(double x) { return math::log(x + std::sqrt(std::fma(x, x, 1.0))); }

// Integral from 0 to x of the straight lines through the values at ascending nodes from 0.
double integral_from_zero(const std::vector<double>& s, const std::vector<double>& v, double x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < s.size() && s[i] < x; ++i) {
    const double end = std::min(x, s[i + 1]), width = end - s[i];
    const double value = v[i] + (v[i + 1] - v[i]) * (width / (s[i + 1] - s[i]));
    sum += 0.5 * (v[i] + value) * width;
  }
  return sum;
}

// Ascending nodes; the strike is one of them.
std::vector<double> spot_nodes(const BlackScholesInput& in, double drops, int intervals, int refine) {
  constexpr double deviations = 6;  // covered on each side of spot, strike and the drifting strike
  constexpr double dense = 0.5;     // where spacing turns from even to geometric, in deviations
  const double deviation = std::max(in.vol * std::sqrt(in.years), 2e-3);
  const double drift = (in.dividend_yield - in.rate) * in.years;
  const double spot = math::log(in.spot / in.strike);
  const double above = math::log((in.strike + drops) / in.strike);
  const double low = std::min({spot, 0.0, drift}) - deviations * deviation;
  const double high = std::max({spot, 0.0, drift}) + above + deviations * deviation;
  // Beyond e^±300 squares of prices would leave the range of double.
  if (!(std::max(-low, high) < 300))
    throw std::invalid_argument("an option's terms are beyond what a grid in double can hold");
  const double c = dense * deviation;
  const double xi_low = asinh_of_positive(-low / c), xi_high = asinh_of_positive(high / c);
  const int below =
      std::clamp(static_cast<int>(std::floor(intervals * (xi_low / (xi_low + xi_high)) + 0.5)), 4, intervals - 4);
  const double step = std::max(xi_low / below, xi_high / (intervals - below)) / refine;
  std::vector<double> nodes{0.0};
  nodes.reserve(static_cast<std::size_t>(intervals * refine) + 2);
  for (int i = -below * refine; i <= (intervals - below) * refine; ++i)
    nodes.push_back(i == 0 ? in.strike : in.strike * math::exp(c * sinh_of(i * step)));
  return nodes;
}

}  // namespace

DividendAxis make_dividend_axis(Right right, const BlackScholesInput& in, double drops, int intervals, int refine) {
  DividendAxis axis;
  axis.right = right;
  axis.strike = in.strike;
  axis.rate = in.rate;
  axis.spot = spot_nodes(in, drops, intervals, refine);
  const std::size_t n = axis.spot.size();
  axis.before.assign(n, 0);
  axis.after.assign(n, 0);
  axis.exercise.resize(n);
  axis.value.resize(n);
  const bool call = right == Right::call;
  axis.single_boundary = (call ? in.dividend_yield : in.rate) >= 0;
  const double drift = in.rate - in.dividend_yield;
  const auto& s = axis.spot;
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double down = s[i] - s[i - 1], up = s[i + 1] - s[i], both = down + up;
    const double variance = in.vol * s[i] * (in.vol * s[i]), move = drift * s[i];
    double to_lower = (variance - move * up) / (down * both);
    double to_upper = (variance + move * down) / (up * both);
    if (to_lower < 0 || to_upper < 0) {
      to_lower = variance / (down * both) + std::max(-move, 0.0) / down;
      to_upper = variance / (up * both) + std::max(move, 0.0) / up;
    }
    axis.before[i] = to_lower;
    axis.after[i] = to_upper;
  }
  // At 0 nothing moves. At the top a put is worthless and stays so; a call is a straight line.
  if (call) axis.before[n - 1] = -drift * s[n - 1] / (s[n - 1] - s[n - 2]);
  for (std::size_t i = 0; i < n; ++i) {
    axis.exercise[i] = call ? s[i] - in.strike : in.strike - s[i];
    axis.value[i] = std::max(axis.exercise[i], 0.0);
    if (i > 0 && i + 1 < n && s[i] == in.strike) {
      const double down = s[i] - s[i - 1], up = s[i + 1] - s[i], side = call ? up : down;
      axis.value[i] = 0.25 * side * side / (down + up);
    }
  }
  if (call) {
    for (auto* v : {&axis.spot, &axis.before, &axis.after, &axis.exercise, &axis.value})
      std::reverse(v->begin(), v->end());
    std::swap(axis.before, axis.after);
  }
  return axis;
}

void go_ex(DividendAxis& axis, double amount) {
  const bool call = axis.right == Right::call;
  auto& s = axis.spot;
  auto& v = axis.value;
  if (call) {  // work in ascending order
    std::reverse(s.begin(), s.end());
    std::reverse(v.begin(), v.end());
  }
  const std::size_t n = s.size();
  std::vector<double> moved(n);
  std::size_t j = 0;  // s[j] ≤ x < s[j + 1]
  for (std::size_t i = 0; i < n; ++i) {
    const double x = std::max(s[i] - amount, 0.0);
    while (j + 2 < n && s[j + 1] <= x) ++j;
    double y = std::fma(x - s[j], (v[j + 1] - v[j]) / (s[j + 1] - s[j]), v[j]);
    if (j >= 1 && j + 2 < n && x > s[j]) {
      // Newton's divided differences on j − 1 … j + 2.
      std::array<double, 4> c{v[j - 1], v[j], v[j + 1], v[j + 2]};
      for (std::size_t order = 1; order < 4; ++order)
        for (std::size_t k = 3; k >= order; --k) c[k] = (c[k] - c[k - 1]) / (s[j - 1 + k] - s[j - 1 + k - order]);
      y = std::fma(std::fma(std::fma(c[3], x - s[j + 1], c[2]), x - s[j], c[1]), x - s[j - 1], c[0]);
      y = std::clamp(y, std::min(v[j], v[j + 1]), std::max(v[j], v[j + 1]));
    }
    moved[i] = y;
  }
  // The kink where the price falls to 0: flat below `amount`, v(s − amount) above.
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double a = 0.5 * (s[i - 1] + s[i]), b = 0.5 * (s[i] + s[i + 1]);
    if (a < amount && amount <= b) moved[i] = (v[0] * (amount - a) + integral_from_zero(s, v, b - amount)) / (b - a);
  }
  v = std::move(moved);
  if (call) {
    std::reverse(s.begin(), s.end());
    std::reverse(v.begin(), v.end());
  }
}

void allow_exercise(DividendAxis& axis, double carried) {
  const auto& s = axis.spot;
  auto& v = axis.value;
  const std::size_t n = s.size();
  // Excess of holding over exercising at the node before, at this one, at the next; unchanged values.
  double last = 0, here = v[0] - (axis.exercise[0] + carried);
  for (std::size_t i = 0; i < n; ++i) {
    const double next = i + 1 < n ? v[i + 1] - (axis.exercise[i + 1] + carried) : here;
    const double payoff = axis.exercise[i] + carried;
    double excess = std::max(here, 0.0);
    if (i > 0 && i + 1 < n) {
      // The excess as straight lines between nodes; the one that crosses 0 inside this node's cell.
      const double left = std::fabs(s[i] - s[i - 1]), right = std::fabs(s[i + 1] - s[i]), cell = 0.5 * (left + right);
      const bool crosses_right = here * next < 0 && std::fabs(here) < std::fabs(next);
      const bool crosses_left = here * last < 0 && std::fabs(here) <= std::fabs(last);
      if (crosses_right != crosses_left) {
        const double slope = crosses_right ? (next - here) / right : (here - last) / left;
        const double zero = -here / slope;  // from this node, along the march
        const double reach = slope > 0 ? 0.5 * right - zero : 0.5 * left + zero;
        excess = 0.5 * std::fabs(slope) * reach * reach / cell;
      }
    }
    v[i] = payoff + excess;
    last = here;
    here = next;
  }
}

DividendOptionValue read_axis(const DividendAxis& axis, double spot) {
  const auto& s = axis.spot;
  const std::size_t n = s.size();
  const bool call = axis.right == Right::call;
  // The first node at or past `spot` along the march, or the one before if nearer.
  const auto at =
      std::lower_bound(s.begin(), s.end(), spot, [&](double node, double x) { return call ? node > x : node < x; });
  std::size_t j = static_cast<std::size_t>(at - s.begin());
  // Prices are monotone in spot: between two nodes they stay between those nodes' values.
  const std::size_t right = std::clamp<std::size_t>(j, 1, n - 1);
  const auto [least, most] = std::minmax(axis.value[right - 1], axis.value[right]);
  if (j > 0 && (j == n || std::fabs(s[j - 1] - spot) < std::fabs(s[j] - spot))) --j;
  j = std::clamp<std::size_t>(j, 2, n - 3) - 2;
  std::array<double, 5> c{};
  for (std::size_t k = 0; k < 5; ++k) c[k] = axis.value[j + k];
  for (std::size_t order = 1; order < 5; ++order)
    for (std::size_t k = 4; k >= order; --k) c[k] = (c[k] - c[k - 1]) / (s[j + k] - s[j + k - order]);
  double value = c[4], first = 0, half_second = 0;
  for (std::size_t k = 4; k-- > 0;) {
    const double x = spot - s[j + k];
    half_second = std::fma(half_second, x, first);
    first = std::fma(first, x, value);
    value = std::fma(value, x, c[k]);
  }
  return {std::clamp(value, least, most), first, 2 * half_second, false};
}

}  // namespace optix
