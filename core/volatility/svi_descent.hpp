#pragma once
// Levenberg–Marquardt over one SVI slice with g ≥ 0 and a lower bound as penalties with multipliers:
// the workhorse of svi_constrained.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "core/volatility/svi_constrained.hpp"

namespace optix::svi_descent {

constexpr std::size_t unknowns = 5;
constexpr std::size_t grid = 33;    // constraint points over the slice
constexpr std::size_t points = 48;  // and room for the worst points of the exact checks

using Row = std::array<double, unknowns>;

// a, left slope, right slope, m, σ: the box of constraints is plain in these.
struct Wings {
  Row x{};

  static Wings of(const SviParameters& p) { return {{p.a, svi_left_slope(p), svi_right_slope(p), p.m, p.sigma}}; }
  SviParameters raw() const {
    const double twice = x[1] + x[2];
    return {x[0], 0.5 * twice, twice > 0 ? std::clamp((x[2] - x[1]) / twice, -1.0, 1.0) : 0, x[3], x[4]};
  }
};

struct Normal {
  std::array<Row, unknowns> hessian{};
  Row gradient{};  // J'r with r = target − model
  double error = 0;

  void add(double residual, double weight) { error += weight * residual * residual; }
  void add(const Row& slope, double residual, double weight) {
    add(residual, weight);
    for (std::size_t i = 0; i < unknowns; ++i) {
      const double f = weight * slope[i];
      gradient[i] += f * residual;
      for (std::size_t j = 0; j <= i; ++j) hessian[i][j] += f * slope[j];
    }
  }
};

class Descent {
 public:
  Descent(const SviRows& data, const SviConstraints& constraints);

  Wings into_box(Wings p) const {
    for (std::size_t i = 0; i < unknowns; ++i) p.x[i] = std::clamp(p.x[i], lower_[i], upper_[i]);
    return p;
  }
  // Spreads the constraint points over the slice, evenly in arcsinh: x = (u − 1/u)/2, u = 1.4^i.
  void place(const Wings& p) {
    double growth = 1;
    for (std::size_t i = 0; i <= grid / 2; ++i) {
      const double x = 0.5 * (growth - 1 / growth);
      set(grid / 2 + i, p.x[3] + p.x[4] * x);
      set(grid / 2 - i, p.x[3] - p.x[4] * x);
      growth *= 1.4;
    }
    used_ = grid;
    for (std::size_t i = grid; i < points; ++i) set(i, k_[0]);
  }
  void watch(double k) {
    if (used_ < points && std::isfinite(k)) set(used_++, k);
  }
  // Method of multipliers: what is still violated is asked for once more on top.
  void raise(const Wings& p, double penalty_growth);
  Normal evaluate(const Wings& p, double penalty) const;
  Wings minimise(Wings p, double penalty, double enough, int& iterations) const;

 private:
  struct Values {
    std::array<double, points> w{}, g{};
  };
  void set(std::size_t i, double k) {
    k_[i] = k;
    bound_[i] = constraints_.lower_bound ? svi_total_variance(*constraints_.lower_bound, k) : 0;
  }
  void add_data(const Wings& p, Normal& out) const;
  Values values(const Wings& p) const;

  const SviRows& data_;
  const SviConstraints& constraints_;
  double mean_ = 0;
  double least_variance_ = 0;
  Row lower_{};
  Row upper_{};
  std::array<double, points> k_{};
  std::array<double, points> bound_{};
  std::array<double, points> more_g_{};  // multipliers over the penalty
  std::array<double, points> more_gap_{};
  std::size_t used_ = 0;
};

}  // namespace optix::svi_descent
