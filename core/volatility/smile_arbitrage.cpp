// The checks of arbitrage.hpp for smiles given by a function, on an interval.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/volatility/arbitrage.hpp"
#include "core/volatility/sign_intervals.hpp"

namespace optix {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int smallest_cells = 8;

// Golden-section minimum of f in [low, high].
template <class F>
double minimum_in(F&& f, double low, double high) {
  constexpr double ratio = 0.6180339887498949;
  double x1 = high - ratio * (high - low);
  double x2 = low + ratio * (high - low);
  double f1 = f(x1);
  double f2 = f(x2);
  for (int i = 0; i < 60 && x1 < x2; ++i) {
    if (f1 <= f2) {
      high = x2;
      x2 = x1;
      f2 = f1;
      x1 = high - ratio * (high - low);
      f1 = f(x1);
    } else {
      low = x1;
      x1 = x2;
      f1 = f2;
      x2 = low + ratio * (high - low);
      f2 = f(x2);
    }
  }
  return f1 <= f2 ? x1 : x2;
}

// Ascending points that hold every local minimum of f the cells can show: a grid, split into eight
// where f comes near zero compared with how much it varies, and the minimum of every valley.
template <class F>
std::vector<double> sample(F&& f, double from, double to, int cells) {
  if (!(from < to) || !std::isfinite(from) || !std::isfinite(to))
    throw std::invalid_argument("arbitrage check: needs a finite range with k_from < k_to");
  cells = std::max(cells, smallest_cells);
  std::vector<double> at;
  std::vector<double> value;
  const auto add = [&](double k) {
    at.push_back(k);
    value.push_back(f(k));
  };
  const auto grid = [&](int i) { return i == cells ? to : from + (to - from) * i / cells; };
  add(from);
  for (int i = 1; i <= cells; ++i) {
    const double left = at.back();
    const double value_left = value.back();
    const double right = grid(i);
    const double middle = 0.5 * (left + right);
    const double value_middle = f(middle);
    const double value_right = f(right);
    const double low = std::min({value_left, value_middle, value_right});
    const double high = std::max({value_left, value_middle, value_right});
    if (std::isfinite(high) && !(low > 0.5 * (high - low)))
      for (int j = 1; j < 8; ++j) add(left + (right - left) * j / 8);
    else
      add(middle);
    add(right);
  }
  std::vector<double> out = at;
  for (std::size_t i = 1; i + 1 < at.size(); ++i)
    if (value[i] <= value[i - 1] && value[i] <= value[i + 1] && std::isfinite(value[i]))
      out.push_back(minimum_in(f, at[i - 1], at[i + 1]));
  std::sort(out.begin(), out.end());
  return out;
}

struct Minimum {
  double value = infinity;
  double k = 0;
};

template <class F>
Minimum lowest(F&& f, const std::vector<double>& at) {
  Minimum out;
  for (const double k : at) {
    const double value = f(k);
    if (!(value >= out.value)) out = {value, k};
    if (std::isnan(out.value)) break;
  }
  return out;
}

}  // namespace

ButterflyReport check_butterfly(const SmileFunction& smile, double k_from, double k_to, int cells) {
  const auto g = [&](double k) { return durrleman_g(smile(k), k); };
  const auto w = [&](double k) { return smile(k).w; };
  const std::vector<double> at = sample(g, k_from, k_to, cells);
  const Minimum density = lowest(g, at);
  const Minimum variance = lowest(w, sample(w, k_from, k_to, cells));
  ButterflyReport out;
  out.valid = std::isfinite(variance.value) && !std::isnan(density.value);
  out.min_g = density.value;
  out.k_at_min_g = density.k;
  out.min_total_variance = variance.value;
  out.k_at_min_total_variance = variance.k;
  out.slope_left = std::fabs(smile(k_from).w1);
  out.slope_right = std::fabs(smile(k_to).w1);
  out.variance_positive = variance.value > 0;
  out.slopes_within_lee = out.slope_left <= 2 && out.slope_right <= 2;
  out.density_positive = density.value >= 0;
  out.butterfly_free = out.valid && out.variance_positive && out.slopes_within_lee && out.density_positive;
  if (out.valid && !out.density_positive) out.negative = negative_between(g, at);
  return out;
}

CalendarReport check_calendar(const SmileFunction& near, const SmileFunction& far, double k_from, double k_to,
                              int cells) {
  const auto gap = [&](double k) {
    const double w_near = near(k).w;
    const double w_far = far(k).w;
    const double difference = w_far - w_near;
    return std::fabs(difference) <= 1e-14 * (std::fabs(w_near) + std::fabs(w_far)) ? 0 : difference;
  };
  const std::vector<double> at = sample(gap, k_from, k_to, cells);
  const Minimum minimum = lowest(gap, at);
  CalendarReport out;
  out.min_gap = minimum.value;
  out.k_at_min_gap = minimum.k;
  out.calendar_free = minimum.value >= 0;
  if (minimum.value < 0) out.negative = negative_between(gap, at);
  return out;
}

}  // namespace optix
