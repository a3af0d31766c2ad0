#include "core/volatility/svi_constrained.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/volatility/arbitrage.hpp"
#include "core/volatility/ssvi.hpp"
#include "core/volatility/svi_descent.hpp"

namespace optix {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using svi_descent::Descent;
using svi_descent::Wings;

// A slice that satisfies the constraints, near p but for its wings: those of an SSVI slice within
// Gatheral & Jacquier's conditions, not flatter than the bound's, raised until nothing objects.
bool safe_slice(const SviParameters& p, const SviConstraints& constraints, double level, SviParameters& out) {
  const double at_money = svi_total_variance(p, 0);
  EssviSlice slice;
  slice.theta = at_money > 1e-3 * level ? at_money : level;
  slice.rho = std::clamp(p.rho, -0.95, 0.95);
  const double lean = 1 + std::fabs(slice.rho);
  slice.psi = std::min({2 * p.b, 3.6 / lean, 1.8 * std::sqrt(slice.theta / lean)});
  Wings wings = Wings::of(essvi_to_raw(slice));
  if (constraints.lower_bound)
    for (const std::size_t i : {1, 2}) wings.x[i] = std::max(wings.x[i], Wings::of(*constraints.lower_bound).x[i]);
  double lift = 0;
  for (int i = 0; i < 60; ++i) {
    Wings lifted = wings;
    lifted.x[0] += lift;
    out = lifted.raw();
    if (svi_satisfies(out, constraints)) return true;
    lift = lift > 0 ? 2 * lift : 1e-4 * level;
  }
  return false;
}

// The nearest point to `from` that the checks accept on the straight way to `safe`.
SviParameters pull_back(const Wings& from, const Wings& safe, const SviConstraints& constraints) {
  const auto between = [&](double share) {
    Wings out;
    for (std::size_t i = 0; i < svi_descent::unknowns; ++i) out.x[i] = from.x[i] + share * (safe.x[i] - from.x[i]);
    return out.raw();
  };
  double low = 0;
  double high = 1;
  for (double share = 1e-6; share < 1; share *= 4)  // the first that passes, not just any
    if (svi_satisfies(between(share), constraints)) {
      high = share;
      break;
    } else {
      low = share;
    }
  for (int i = 0; i < 30; ++i) {
    const double middle = 0.5 * (low + high);
    (svi_satisfies(between(middle), constraints) ? high : low) = middle;
  }
  return between(high);
}

}  // namespace

bool svi_satisfies(const SviParameters& p, const SviConstraints& constraints) {
  if (!svi_valid(p) || svi_minimum_variance(p) < 0) return false;
  if (constraints.butterfly_free && !svi_butterfly_free(p)) return false;
  return !constraints.lower_bound || svi_calendar_free(*constraints.lower_bound, p);
}

double svi_mean_square(const SviRows& data, const SviParameters& p) {
  double out = 0;
  for (std::size_t i = 0; i < data.rows; ++i) {
    const double error = svi_total_variance(p, data.k[i]) - data.w[i];
    out += data.share[i] * error * error;
  }
  return out;
}

namespace {

// One descent from `start`, satisfied or not.
SviConstrained descend(const SviRows& data, const SviParameters& start, const SviConstraints& constraints) {
  SviConstrained out;
  Descent descent(data, constraints);
  Wings at = descent.into_box(Wings::of(start));
  descent.place(at);
  double penalty = 1;
  for (int stage = 0; stage < 7; ++stage) {
    at = descent.minimise(at, penalty, stage == 0 ? 1e-3 : 1e-5, out.iterations);
    out.parameters = at.raw();
    out.satisfied = svi_satisfies(out.parameters, constraints);
    if (out.satisfied) break;
    const double growth = stage < 2 ? 3 : 10;
    descent.raise(at, growth);
    penalty *= growth;
    if (constraints.butterfly_free && !svi_butterfly_free(out.parameters))
      descent.watch(check_butterfly(out.parameters).k_at_min_g);
    if (constraints.lower_bound) descent.watch(check_calendar(*constraints.lower_bound, out.parameters).k_at_min_gap);
  }
  return out;
}

// Makes what a descent ended with satisfy the constraints.
void enforce(SviConstrained& found, const SviConstraints& constraints, double level) {
  SviParameters safe;
  const Wings at = Wings::of(found.parameters);
  if (safe_slice(found.parameters, constraints, level, safe)) {
    found.parameters = pull_back(at, Wings::of(safe), constraints);
    found.satisfied = svi_satisfies(found.parameters, constraints);
    return;
  }
  // Both cannot hold together: exclude butterflies, keep as much of the bound as that leaves.
  const SviConstraints alone{constraints.butterfly_free, nullptr};
  if (constraints.butterfly_free && safe_slice(found.parameters, alone, level, safe))
    found.parameters = pull_back(at, Wings::of(safe), alone);
}

}  // namespace

SviConstrained fit_svi_constrained(const SviRows& data, const SviParameters& start, const SviConstraints& constraints) {
  SviConstrained best = descend(data, start, constraints);
  double level = 0;
  for (std::size_t i = 0; i < data.rows; ++i) level += data.share[i] * data.w[i];
  const double error = svi_mean_square(data, best.parameters);
  const double close = 0.05 * level;
  if (best.satisfied && (error <= close * close || error <= 4 * svi_mean_square(data, start))) return best;

  // A start far out of bounds leads to poor places: try from mild smiles, too.
  double k_low = infinity;
  double k_high = -infinity;
  for (std::size_t i = 0; i < data.rows; ++i) {
    k_low = std::min(k_low, data.k[i]);
    k_high = std::max(k_high, data.k[i]);
  }
  const double width = k_high - k_low;
  if (width > 0) {
    for (const double share : {0.15, 0.6}) {
      const SviParameters mild{0.8 * level, 0.3 * std::sqrt(level), 0, 0.5 * (k_low + k_high), share * width};
      SviConstrained other = descend(data, mild, constraints);
      other.iterations += best.iterations;
      const bool nearer = svi_mean_square(data, other.parameters) < svi_mean_square(data, best.parameters);
      if (other.satisfied != best.satisfied ? other.satisfied : nearer)
        best = other;
      else
        best.iterations = other.iterations;
    }
  }
  if (!best.satisfied) enforce(best, constraints, level);
  return best;
}

}  // namespace optix
