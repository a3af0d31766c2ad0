#include "core/volatility/spline_smile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

namespace optix {
namespace {

// Solves the natural spline's equations for the inner second derivatives (Thomas algorithm: the
// matrix is diagonally dominant, so no pivoting) and sets the wing slopes.
void solve_natural(SplineSmile& s) {
  const std::size_t n = s.knot.size();
  s.curvature.assign(n, 0.0);
  s.left_slope = s.right_slope = 0;
  if (n < 2) return;
  std::vector<double> upper(n, 0.0);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double before = s.knot[i] - s.knot[i - 1], after = s.knot[i + 1] - s.knot[i];
    const double right = 6 * ((s.value[i + 1] - s.value[i]) / after - (s.value[i] - s.value[i - 1]) / before);
    const double pivot = 2 * (before + after) - before * upper[i - 1];
    upper[i] = after / pivot;
    s.curvature[i] = (right - before * s.curvature[i - 1]) / pivot;
  }
  for (std::size_t i = n - 2; i > 0; --i) s.curvature[i] -= upper[i] * s.curvature[i + 1];
  const double first = s.knot[1] - s.knot[0], last = s.knot[n - 1] - s.knot[n - 2];
  s.left_slope = (s.value[1] - s.value[0]) / first - first / 6 * s.curvature[1];
  s.right_slope = (s.value[n - 1] - s.value[n - 2]) / last + last / 6 * s.curvature[n - 2];
}

// The interval [knot[i], knot[i+1]] around k: a guess that is right for even spacing, then a search.
std::size_t interval(const std::vector<double>& knot, double k) {
  const double share = (k - knot.front()) / (knot.back() - knot.front());
  const std::size_t last = knot.size() - 2;
  const std::size_t guess = std::min(last, static_cast<std::size_t>(share * static_cast<double>(last + 1)));
  if (knot[guess] <= k && k <= knot[guess + 1]) return guess;
  const auto above = std::upper_bound(knot.begin(), knot.end(), k);
  return std::min(last, static_cast<std::size_t>(above - knot.begin()) - 1);
}

Status spline_input(std::span<const double> k, std::span<const double> w) {
  if (k.size() != w.size() || k.empty())
    return Error{"a spline needs as many values as knots, at least one: " + std::to_string(k.size()) + " and " +
                     std::to_string(w.size()),
                 "", ""};
  for (std::size_t i = 0; i < k.size(); ++i) {
    if (!std::isfinite(k[i]) || !std::isfinite(w[i]))
      return Error{"knot or value is not finite", "spline knot " + std::to_string(i), ""};
    if (i > 0 && !(k[i] > k[i - 1])) return Error{"knots do not ascend", "spline knot " + std::to_string(i), ""};
  }
  return {};
}

// Symmetric band matrix with three diagonals beside the main one, and its right side.
struct Band {
  std::vector<std::array<double, 4>> a;  // a[i][d] is the element (i, i + d)
  std::vector<double> b;

  // Cholesky without roots (L·D·Lᵀ), in place; b becomes the solution. Positive definite input.
  void solve() {
    const std::size_t n = b.size();
    for (std::size_t i = 0; i < n; ++i) {
      const double pivot = a[i][0];
      for (std::size_t d = 1; d < 4 && i + d < n; ++d) {
        const double factor = a[i][d] / pivot;
        for (std::size_t e = d; e < 4 && i + e < n; ++e) a[i + d][e - d] -= factor * a[i][e];
        b[i + d] -= factor * b[i];
      }
    }
    for (std::size_t i = n; i-- > 0;) {
      double sum = b[i];
      for (std::size_t d = 1; d < 4 && i + d < n; ++d) sum -= a[i][d] * b[i + d];
      b[i] = sum / a[i][0];
    }
  }
};

// The four cubic B-splines alive in a cell, at t in [0, 1] of it.
std::array<double, 4> cubic_basis(double t) {
  const double u = 1 - t, t2 = t * t, t3 = t2 * t;
  return {u * u * u / 6, (3 * t3 - 6 * t2 + 4) / 6, (-3 * t3 + 3 * t2 + 3 * t + 1) / 6, t3 / 6};
}

}  // namespace

VarianceDerivatives SplineSmile::at(double k) const {
  if (knot.empty()) return {};
  if (k <= knot.front()) return {value.front() + left_slope * (k - knot.front()), left_slope, 0};
  if (k >= knot.back()) return {value.back() + right_slope * (k - knot.back()), right_slope, 0};
  const std::size_t i = interval(knot, k);
  const double h = knot[i + 1] - knot[i];
  const double b = (k - knot[i]) / h, a = 1 - b;
  const double before = curvature[i], after = curvature[i + 1];
  return {a * value[i] + b * value[i + 1] + ((a * a - 1) * a * before + (b * b - 1) * b * after) * (h * h / 6),
          (value[i + 1] - value[i]) / h + ((3 * b * b - 1) * after - (3 * a * a - 1) * before) * (h / 6),
          a * before + b * after};
}

Result<SplineSmile> natural_spline(std::span<const double> k, std::span<const double> w) {
  if (const Status status = spline_input(k, w); !status) return status.error();
  SplineSmile s;
  s.knot.assign(k.begin(), k.end());
  s.value.assign(w.begin(), w.end());
  solve_natural(s);
  return s;
}

Result<BoundedSpline> bounded_spline(std::span<const double> k, std::span<const double> w, double max_slope) {
  auto spline = natural_spline(k, w);
  if (!spline) return spline.error();
  if (!(max_slope >= 0)) return Error{"the largest wing slope must not be negative", "bounded_spline", ""};
  BoundedSpline out{std::move(*spline), 0};
  SplineSmile& s = out.smile;
  if (s.knot.size() < 2) return out;
  bool left_moved = false, right_moved = false;
  // Each end's slope is linear in its own outermost value; the ends hardly feel each other, so a few
  // turns settle both.
  const auto move = [&](double& value, const double& slope) {
    const double target = std::clamp(slope, -max_slope, max_slope);
    const double miss = target - slope, old = value;
    if (std::fabs(miss) <= 1e-12 * std::max(1.0, max_slope)) return false;
    const double old_slope = slope;
    value = old + 1;
    solve_natural(s);
    value = old + miss / (slope - old_slope);
    solve_natural(s);
    return true;
  };
  for (int turn = 0; turn < 20; ++turn) {
    const bool left = move(s.value.front(), s.left_slope), right = move(s.value.back(), s.right_slope);
    left_moved = left_moved || left;
    right_moved = right_moved || right;
    if (!left && !right) break;
  }
  s.left_slope = std::clamp(s.left_slope, -max_slope, max_slope);  // the last 1e-12
  s.right_slope = std::clamp(s.right_slope, -max_slope, max_slope);
  out.moved = (left_moved ? 1u : 0u) + (right_moved ? 1u : 0u);
  return out;
}

SplineSmile penalised_spline(std::span<const double> k, std::span<const double> y, std::span<const double> weight,
                             const PenalisedSplineFit& fit) {
  if (!(fit.roughness > 0) || !(fit.step > 0) || k.size() != y.size() || k.size() != weight.size())
    throw std::invalid_argument("penalised_spline: roughness and step must be positive, columns of one length");
  SplineSmile s;
  if (fit.cells < 4) return s;
  const std::size_t n = fit.cells - 3;  // coefficient j lives on cells j … j + 3
  Band band{std::vector<std::array<double, 4>>(n, {0, 0, 0, 0}), std::vector<double>(n, 0.0)};
  const auto inside = [n](std::ptrdiff_t j) { return j >= 0 && j < static_cast<std::ptrdiff_t>(n); };
  for (std::size_t i = 0; i < k.size(); ++i) {
    const double position = (k[i] - fit.low) / fit.step;
    if (!(weight[i] > 0) || !(position > 0) || !(position < static_cast<double>(fit.cells))) continue;
    const auto cell = static_cast<std::ptrdiff_t>(position);
    const auto basis = cubic_basis(position - static_cast<double>(cell));
    for (std::ptrdiff_t p = 0; p < 4; ++p) {
      if (!inside(cell - 3 + p)) continue;
      const auto row = static_cast<std::size_t>(cell - 3 + p);
      band.b[row] += weight[i] * basis[static_cast<std::size_t>(p)] * y[i];
      for (std::ptrdiff_t q = p; q < 4 && inside(cell - 3 + q); ++q)
        band.a[row][static_cast<std::size_t>(q - p)] +=
            weight[i] * basis[static_cast<std::size_t>(p)] * basis[static_cast<std::size_t>(q)];
    }
  }
  // s'' at knot i is (c[i−3] − 2c[i−2] + c[i−1])/step², with 0 for coefficients that do not exist.
  const double penalty = fit.roughness / (fit.step * fit.step * fit.step * fit.step);
  constexpr std::array<double, 3> difference{1, -2, 1};
  for (std::ptrdiff_t first = -2; first < static_cast<std::ptrdiff_t>(n); ++first)
    for (std::ptrdiff_t p = 0; p < 3; ++p) {
      if (!inside(first + p)) continue;
      for (std::ptrdiff_t q = p; q < 3 && inside(first + q); ++q)
        band.a[static_cast<std::size_t>(first + p)][static_cast<std::size_t>(q - p)] +=
            penalty * difference[static_cast<std::size_t>(p)] * difference[static_cast<std::size_t>(q)];
    }
  band.solve();

  const auto coefficient = [&](std::ptrdiff_t j) { return inside(j) ? band.b[static_cast<std::size_t>(j)] : 0.0; };
  s.knot.resize(fit.cells + 1);
  s.value.resize(fit.cells + 1);
  s.curvature.resize(fit.cells + 1);
  for (std::size_t i = 0; i <= fit.cells; ++i) {
    const auto j = static_cast<std::ptrdiff_t>(i);
    const double a = coefficient(j - 3), b = coefficient(j - 2), c = coefficient(j - 1);
    s.knot[i] = fit.low + static_cast<double>(i) * fit.step;
    s.value[i] = (a + 4 * b + c) / 6;
    s.curvature[i] = (a - 2 * b + c) / (fit.step * fit.step);
  }
  return s;
}

}  // namespace optix
