#include "core/volatility/essvi_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace optix {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double steepest_rho = 0.999;
// Inside the conditions by this much, so that rounding does not step over them.
constexpr double inside = 1e-9;

struct Bounds {
  double low = 0;
  double high = 0;
};

// Where ψ may lie for (θ, ρ): Gatheral & Jacquier's butterfly conditions from above, wings not
// flatter than the predecessor's from below and φ not larger from above.
Bounds psi_bounds(double theta, double rho, const EssviSlice* near, bool& calendar_caps) {
  const double lean = 1 + std::fabs(rho);
  Bounds out{0, (1 - inside) * std::min(4 / lean, 2 * std::sqrt(theta / lean))};
  calendar_caps = false;
  if (near) {
    out.low = near->psi * std::max((1 + near->rho) / (1 + rho), (1 - near->rho) / (1 - rho));
    const double cap = near->theta > 0 ? near->psi * theta / near->theta : 0;
    if (cap < out.high) {
      out.high = cap;
      calendar_caps = true;
    }
    // At the predecessor's ρ the bounds may meet: rounding must not close that door.
    if (out.low > out.high && out.low <= out.high * (1 + 1e-15)) out.high = out.low;
  }
  return out;
}

// θ, ρ and the share s of the way between the bounds of ψ: a box but for ρ's range, which depends on
// θ and is enforced by refusing steps.
struct Point {
  std::array<double, 3> x{};
};

class Slice {
 public:
  Slice(std::span<const SmilePoint> points, const EssviSlice* near) : near_(near) {
    for (const SmilePoint& p : points) {
      if (!(std::isfinite(p.k) && std::isfinite(p.total_variance) && std::isfinite(p.weight) && p.total_variance > 0 &&
            p.weight > 0))
        continue;
      points_.push_back(p);
      largest_weight_ = std::max(largest_weight_, p.weight);
    }
    for (SmilePoint& p : points_) total_ += p.weight /= largest_weight_;
    for (SmilePoint& p : points_) p.weight /= total_;
    for (const SmilePoint& p : points_) mean_ += p.weight * p.total_variance;
  }

  std::size_t size() const { return points_.size(); }
  EssviSlice at(const Point& p, bool& possible) const {
    bool caps = false;
    const Bounds psi = psi_bounds(p.x[0], p.x[1], near_, caps);
    possible = psi.low <= psi.high;
    return {p.x[0], p.x[1], psi.low + p.x[2] * (psi.high - psi.low)};
  }
  double error(const Point& p) const {
    bool possible = false;
    const EssviSlice s = at(p, possible);
    if (!possible) return infinity;
    double out = 0;
    for (const SmilePoint& q : points_) {
      const double e = q.total_variance - essvi_total_variance(s, q.k);
      out += q.weight * e * e;
    }
    return out;
  }
  EssviSlice fit() const;
  void measure(EssviFitSlice& out) const {
    double square = 0;
    for (const SmilePoint& q : points_) {
      const double e = std::fabs(q.total_variance - essvi_total_variance(out.expiry.slice, q.k));
      square += q.weight * e * e;
      out.max_error_w = std::max(out.max_error_w, e);
    }
    out.rmse_w = std::sqrt(square);
    out.points = points_.size();
  }

 private:
  double least_theta() const { return near_ ? near_->theta * (1 + inside) : 1e-6 * mean_; }
  Point start() const;
  Point descend(Point p) const;

  std::vector<SmilePoint> points_;
  const EssviSlice* near_;
  double largest_weight_ = 0;
  double total_ = 0;
  double mean_ = 0;
};

// Total variance near the money: weighted mean of the three points nearest to k = 0.
double level_at_money(const std::vector<SmilePoint>& points) {
  std::array<const SmilePoint*, 3> nearest{};
  for (const SmilePoint& p : points) {
    const SmilePoint* candidate = &p;
    for (auto& held : nearest)
      if (!held || std::fabs(candidate->k) < std::fabs(held->k)) {
        std::swap(held, candidate);
        if (!candidate) break;
      }
  }
  return nearest[0] ? nearest[0]->total_variance : 0;
}

// The best cell of a grid.
Point Slice::start() const {
  Point best;
  double lowest = infinity;
  const double level = level_at_money(points_);
  const auto consider = [&](const Point& p) {
    const double e = error(p);
    if (e < lowest) {
      lowest = e;
      best = p;
    }
  };
  std::array<double, 9> rhos{-0.95, -0.8, -0.6, -0.4, -0.2, 0, 0.3, 0.6, 0.9};
  for (const double factor : {0.9, 1.0, 1.1})
    for (const double share : {0.02, 0.1, 0.3, 0.6, 0.9}) {
      const double theta = std::max(factor * level, least_theta());
      for (const double rho : rhos) consider({{theta, rho, share}});
      if (near_) consider({{theta, near_->rho, share}});
    }
  // Always allowed: the predecessor's shape with a little more θ.
  if (near_ && !std::isfinite(lowest)) best = {{least_theta(), near_->rho, 1}};
  return best;
}

// Levenberg–Marquardt in the box; derivatives of the map (θ, ρ, s) → (θ, ρ, ψ) by differences, those
// of w exact.
Point Slice::descend(Point p) const {
  double now = error(p);
  double damping = 1e-3;
  const std::array<double, 3> low{least_theta(), -steepest_rho, 0};
  const std::array<double, 3> high{infinity, steepest_rho, 1};
  for (int iteration = 0; iteration < 60 && damping < 1e9; ++iteration) {
    bool possible = false;
    const EssviSlice s = at(p, possible);
    std::array<double, 3> psi_slope{};
    for (std::size_t i = 0; i < 3; ++i) {
      const double h = i == 0 ? 1e-6 * p.x[0] : 1e-6;
      Point up = p;
      const double side = p.x[i] + h <= high[i] ? h : -h;
      up.x[i] += side;
      bool ignored = false;
      psi_slope[i] = (at(up, ignored).psi - s.psi) / side;
    }
    std::array<std::array<double, 3>, 3> hessian{};
    std::array<double, 3> gradient{};
    for (const SmilePoint& q : points_) {
      const double y = s.psi * q.k;
      const double u = y + s.theta * s.rho;
      const double root = std::sqrt(u * u + s.theta * s.theta * (1 - s.rho) * (1 + s.rho));
      const double inverse = root > 0 ? 1 / root : 0;
      const double by_psi = 0.5 * q.k * (s.rho + u * inverse);
      const std::array<double, 3> slope{0.5 * (1 + (s.rho * y + s.theta) * inverse) + by_psi * psi_slope[0],
                                        0.5 * y * (1 + s.theta * inverse) + by_psi * psi_slope[1],
                                        by_psi * psi_slope[2]};
      const double r = q.total_variance - 0.5 * (s.theta + s.rho * y + root);
      for (std::size_t i = 0; i < 3; ++i) {
        gradient[i] += q.weight * slope[i] * r;
        for (std::size_t j = 0; j < 3; ++j) hessian[i][j] += q.weight * slope[i] * slope[j];
      }
    }
    for (std::size_t i = 0; i < 3; ++i) {
      const bool frozen =
          (p.x[i] <= low[i] && gradient[i] <= 0) || (p.x[i] >= high[i] && gradient[i] >= 0) || !(hessian[i][i] > 0);
      if (frozen) {
        gradient[i] = 0;
        for (std::size_t j = 0; j < 3; ++j) hessian[i][j] = hessian[j][i] = 0;
        hessian[i][i] = 1;
      }
    }
    bool moved = false;
    while (!moved && damping < 1e9) {
      auto h = hessian;
      for (std::size_t i = 0; i < 3; ++i) h[i][i] *= 1 + damping;
      // Cramer's rule on a symmetric positive matrix.
      const double c00 = h[1][1] * h[2][2] - h[1][2] * h[1][2];
      const double c01 = h[0][2] * h[1][2] - h[0][1] * h[2][2];
      const double c02 = h[0][1] * h[1][2] - h[0][2] * h[1][1];
      const double determinant = h[0][0] * c00 + h[0][1] * c01 + h[0][2] * c02;
      Point next = p;
      if (determinant > 0) {
        const double c11 = h[0][0] * h[2][2] - h[0][2] * h[0][2];
        const double c12 = h[0][1] * h[0][2] - h[0][0] * h[1][2];
        const double c22 = h[0][0] * h[1][1] - h[0][1] * h[0][1];
        const auto& g = gradient;
        const std::array<double, 3> step{(c00 * g[0] + c01 * g[1] + c02 * g[2]) / determinant,
                                         (c01 * g[0] + c11 * g[1] + c12 * g[2]) / determinant,
                                         (c02 * g[0] + c12 * g[1] + c22 * g[2]) / determinant};
        for (std::size_t i = 0; i < 3; ++i) next.x[i] = std::clamp(p.x[i] + step[i], low[i], high[i]);
        next.x[0] = std::clamp(next.x[0], 0.5 * p.x[0], 2 * p.x[0]);
        next.x[0] = std::max(next.x[0], low[0]);
      }
      const double e = error(next);
      if (e < now) {
        const double gained = 1 - e / now;
        now = e;
        p = next;
        damping = std::max(1e-12, 0.1 * damping);
        moved = true;
        if (gained < 1e-12) return p;
      } else {
        damping *= 10;
      }
    }
  }
  return p;
}

EssviSlice Slice::fit() const {
  bool possible = false;
  const Point found = descend(start());
  return at(found, possible);
}

}  // namespace

std::vector<EssviExpiry> EssviFit::surface() const {
  std::vector<EssviExpiry> out;
  out.reserve(slices.size());
  for (const EssviFitSlice& s : slices) out.push_back(s.expiry);
  return out;
}

Result<EssviFit> fit_essvi(std::span<const EssviFitInput> expiries) {
  if (expiries.empty()) return Error{"no expiries to fit", "", ""};
  double last = 0;
  for (const EssviFitInput& e : expiries) {
    if (!(e.years > last) || !std::isfinite(e.years))
      return Error{"years must be positive and ascending", "", "sort the expiries and drop those at or past expiry"};
    last = e.years;
  }
  EssviFit out;
  const EssviSlice* near = nullptr;
  out.slices.resize(expiries.size());
  std::size_t leading = 0;  // expiries without points before the first that has some
  for (std::size_t i = 0; i < expiries.size(); ++i) {
    EssviFitSlice& slice = out.slices[i];
    slice.expiry.years = expiries[i].years;
    const Slice data(expiries[i].points, near);
    if (data.size() == 0) {
      if (near) {  // forward variance goes on as it was on average
        const double growth = expiries[i].years / expiries[i - 1].years;
        slice.expiry.slice = {near->theta * growth, near->rho, near->psi};
        near = &slice.expiry.slice;
      } else {
        ++leading;
      }
      continue;
    }
    slice.expiry.slice = data.fit();
    data.measure(slice);
    const EssviSlice& s = slice.expiry.slice;
    bool caps = false;
    const Bounds psi = psi_bounds(s.theta, s.rho, near, caps);
    const double margin = 1e-6 * s.psi;
    const bool at_top = s.psi >= psi.high - margin;
    slice.butterfly_active = at_top && !caps;
    slice.calendar_active =
        near && ((at_top && caps) || s.psi <= psi.low + margin || s.theta <= near->theta * (1 + 2 * inside));
    near = &slice.expiry.slice;
  }
  if (leading == expiries.size()) return Error{"no usable point in any expiry", "", ""};
  for (std::size_t i = 0; i < leading; ++i) {  // φ and ρ of the first fitted one, variance in proportion to time
    const EssviExpiry& first = out.slices[leading].expiry;
    const double share = expiries[i].years / first.years;
    out.slices[i].expiry.slice = {share * first.slice.theta, first.slice.rho, share * first.slice.psi};
  }
  return out;
}

}  // namespace optix
