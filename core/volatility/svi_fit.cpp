#include "core/volatility/svi_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/volatility/arbitrage.hpp"
#include "core/volatility/svi_constrained.hpp"
#include "core/volatility/svi_quasi_explicit.hpp"

namespace optix {

namespace {

constexpr std::size_t stack_rows = 256;
constexpr std::size_t columns = 10;  // k, w, centred w, share and six of scratch

bool usable(const SmilePoint& p) {
  return std::isfinite(p.k) && std::isfinite(p.total_variance) && std::isfinite(p.weight) && p.total_variance > 0 &&
         p.weight > 0;
}

// Counts distinct values up to five.
struct Distinct {
  std::array<double, 5> seen{};
  std::size_t count = 0;
  void add(double k) {
    if (count == seen.size() || std::find(seen.begin(), seen.begin() + count, k) != seen.begin() + count) return;
    seen[count++] = k;
  }
};

// Scale that makes shares sum to one; the largest weight first, so that no sum overflows.
void normalise(double* share, std::size_t n) {
  const double largest = *std::max_element(share, share + n);
  double total = 0;
  for (std::size_t i = 0; i < n; ++i) total += share[i] /= largest;
  for (std::size_t i = 0; i < n; ++i) share[i] /= total;
}

SviParameters flat(double level, double k) { return {level, 0, 0, k, 1}; }

void measure(const SviRows& data, SviFit& fit) {
  double square = 0;
  double largest = 0;
  for (std::size_t i = 0; i < data.rows; ++i) {
    const double error = svi_total_variance(fit.parameters, data.k[i]) - data.w[i];
    square += data.share[i] * error * error;
    largest = std::max(largest, std::fabs(error));
  }
  fit.rmse_w = std::sqrt(square);
  fit.max_error_w = largest;
}

}  // namespace

SviFit fit_svi(std::span<const SmilePoint> points, const SviFitOptions& options) {
  SviFit out;
  out.points = static_cast<std::size_t>(std::count_if(points.begin(), points.end(), usable));
  const std::size_t n = out.points;
  if (n == 0) {
    out.status = SviFitStatus::no_points;
    out.calendar_free = !options.lower_bound;
    return out;
  }
  const std::size_t padded = (n + 3) / 4 * 4;
  std::array<double, stack_rows * columns> stack;  // NOLINT: filled below as far as it is read
  std::vector<double> heap;
  double* memory = stack.data();
  if (padded > stack_rows) {
    heap.resize(padded * columns);
    memory = heap.data();
  }
  double* k = memory;
  double* w = k + padded;
  double* centred = w + padded;
  double* share = centred + padded;

  Distinct distinct;
  std::size_t row = 0;
  for (const SmilePoint& p : points) {
    if (!usable(p)) continue;
    k[row] = p.k;
    w[row] = p.total_variance;
    share[row] = p.weight;
    distinct.add(p.k);
    ++row;
  }
  normalise(share, n);
  const auto [low, high] = std::minmax_element(k, k + n);
  SviColumns data;
  data.rows = padded;
  data.k = k;
  data.w = centred;
  data.share = share;
  data.scratch = share + padded;
  data.k_low = *low;
  data.k_high = *high;
  for (std::size_t i = 0; i < n; ++i) data.mean_w += share[i] * w[i];
  double spread = 0;
  for (std::size_t i = 0; i < n; ++i) {
    centred[i] = w[i] - data.mean_w;
    spread = std::max(spread, std::fabs(centred[i]));
  }
  for (std::size_t i = n; i < padded; ++i) {
    k[i] = k[0];
    w[i] = w[0];
    centred[i] = share[i] = 0;
  }

  const SviRows rows{padded, k, w, share};
  out.status = distinct.count < 5 ? SviFitStatus::few_points : SviFitStatus::ok;
  const double middle = 0.5 * (data.k_low + data.k_high);
  const double width = data.k_high - data.k_low;
  if (spread <= 4e-16 * data.mean_w || !(width > 0)) {
    out.parameters = flat(data.mean_w, middle);
  } else if (distinct.count < 5) {
    out.parameters = svi_at(data, middle, width).parameters;
  } else {
    const bool warm = options.start && svi_valid(*options.start) && options.start->sigma > 0;
    const SviQuasiExplicit found = svi_search(data, warm ? &*options.start : nullptr, options.max_iterations);
    out.parameters = found.parameters;
    out.iterations = found.iterations;
    if (!found.converged) out.status = SviFitStatus::not_converged;
  }
  if (!svi_valid(out.parameters)) out.parameters = flat(data.mean_w, middle);  // k beyond any market: 1e200

  const bool bounded = options.lower_bound && svi_valid(*options.lower_bound);
  const SviConstraints constraints{options.butterfly_free, bounded ? &*options.lower_bound : nullptr};
  if (!svi_satisfies(out.parameters, constraints)) {
    const SviConstrained better = fit_svi_constrained(rows, out.parameters, constraints);
    out.parameters = better.parameters;
    out.iterations += better.iterations;
    out.constrained = true;
  }
  out.butterfly_free = svi_butterfly_free(out.parameters);
  out.calendar_free = !options.lower_bound || (bounded && svi_calendar_free(*options.lower_bound, out.parameters));
  measure(rows, out);
  return out;
}

}  // namespace optix
