#include "core/metrics/math.hpp"
#include "core/pricing/elementary.hpp"

#include <algorithm>
#include <cmath>

namespace optix {

double mean(std::span<const double> x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

double central_moment(std::span<const double> x, double centre, int power, int ddof) {
  double sum = 0;
  for (const double v : x) {
    const double d = v - centre;
    const double square = d * d;
    sum += power == 2 ? square : power == 3 ? square * d : square * square;
  }
  return sum / (static_cast<double>(x.size()) - ddof);
}

double sample_deviation(std::span<const double> x) {
  // Rounding in the mean would otherwise leave a tiny deviation for constant data, and with it a
  // Sharpe ratio of 1e16.
  if (std::all_of(x.begin(), x.end(), [&](double v) { return v == x.front(); })) return 0;
  return std::sqrt(central_moment(x, mean(x), 2, 1));
}

double percentile_of_sorted(std::span<const double> sorted, double q) {
  const double position = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double mean_of_smallest(std::span<const double> sorted, double alpha) {
  const auto count = static_cast<std::size_t>(static_cast<double>(sorted.size() - 1) * alpha) + 1;
  return mean(sorted.first(count));
}

double per_period_rate(double annual, double periods_per_year) {
  return annual == 0 ? 0 : math::pow(1 + annual, 1 / periods_per_year) - 1;
}

std::vector<double> sorted_copy(std::span<const double> x) {
  std::vector<double> out(x.begin(), x.end());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace optix
