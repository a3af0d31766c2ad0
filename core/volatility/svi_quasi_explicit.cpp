#include "core/volatility/svi_quasi_explicit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/volatility/quad.hpp"

namespace optix {

namespace {

constexpr std::size_t step = 4;
const Quad zero = Quad::all(0);

// One least-squares solution for given (m, σ): w = level + d·y + c·√(1+y²), y = (k−m)/σ.
struct Inner {
  double m = 0;
  double sigma = 1;
  double level = 0;
  double d = 0;
  double c = 0;
  double error = std::numeric_limits<double>::infinity();  // weighted mean square
  bool on_face = false;                                    // on an edge of the allowed (d, c)
};

struct Step {
  double mu = 0;   // change of m in units of σ
  double log = 0;  // change of log σ
};

// J'J and J'r of the two outer parameters, the inner ones projected out.
struct Normal {
  double mm = 0, ms = 0, ss = 0, mr = 0, sr = 0;
};

class Search {
 public:
  explicit Search(const SviColumns& columns)
      : n_(columns.rows),
        k_(columns.k),
        w_(columns.w),
        p_(columns.share),
        y_(columns.scratch),
        hump_(y_ + n_),
        q1_(hump_ + n_),
        q2_(q1_ + n_),
        r_(q2_ + n_),
        mean_w_(columns.mean_w),
        low_(columns.k_low),
        width_(columns.k_high - columns.k_low),
        steepest_(std::min(4.0, 20 * std::sqrt(columns.mean_w))) {}

  Inner solve(double m, double sigma);
  Normal normal(const Inner& at);
  Inner descend(Inner at, int max_iterations, int& iterations, bool& converged);
  void starts(Inner& best, Inner& second);
  Inner clamped(double m, double sigma) {
    return solve(std::clamp(m, low_ - width_, low_ + 2 * width_), std::clamp(sigma, 2e-3 * width_, 10 * width_));
  }
  // Errors this small are rounding of w.
  double floor() const { return 4e-32 * mean_w_ * mean_w_; }

 private:
  std::size_t n_;
  const double* k_;
  const double* w_;
  const double* p_;
  double* y_;
  double* hump_;  // √(1+y²) − 1
  double* q1_;    // orthogonal columns that span the inner problem beside the constant
  double* q2_;
  double* r_;
  double mean_w_;
  double low_;
  double width_;
  double steepest_;               // of the wings
  std::array<double, 2> face_{};  // direction of the last edge in the columns (√(1+y²), y), orthogonalised
};

Inner Search::solve(double m, double sigma) {
  Inner out;
  out.m = m;
  out.sigma = sigma;
  const Quad center = Quad::all(m);
  const Quad scale = Quad::all(1 / sigma);
  const Quad one = Quad::all(1.0);
  Quad sum_y = zero;
  Quad sum_h = zero;
  for (std::size_t i = 0; i < n_; i += step) {
    const Quad y = ((Quad::load(k_ + i) - center) * scale);
    const Quad square = y * y;
    const Quad hump = (square / (one + square_root((one + square))));
    const Quad p = Quad::load(p_ + i);
    sum_y = multiply_add(p, y, sum_y);
    sum_h = multiply_add(p, hump, sum_h);
    y.store(y_ + i);
    hump.store(hump_ + i);
  }
  const double mean_y = sum(sum_y);
  const double mean_h = sum(sum_h);

  Quad acc_yy = zero;
  Quad acc_yh = zero;
  Quad acc_yw = zero;
  const Quad shift_y = Quad::all(mean_y);
  const Quad shift_h = Quad::all(mean_h);
  for (std::size_t i = 0; i < n_; i += step) {
    const Quad y = Quad::load(y_ + i) - shift_y;
    const Quad py = Quad::load(p_ + i) * y;
    acc_yy = multiply_add(py, y, acc_yy);
    acc_yh = multiply_add(py, (Quad::load(hump_ + i) - shift_h), acc_yh);
    acc_yw = multiply_add(py, Quad::load(w_ + i), acc_yw);
    y.store(q1_ + i);
  }
  const double yy = sum(acc_yy);
  const double yw = sum(acc_yw);
  const double along = yy > 0 ? sum(acc_yh) / yy : 0;
  Quad acc_hh = zero;
  Quad acc_hw = zero;
  const Quad f = Quad::all(along);
  for (std::size_t i = 0; i < n_; i += step) {
    const Quad h = negated_add(f, Quad::load(q1_ + i), (Quad::load(hump_ + i) - shift_h));
    const Quad ph = Quad::load(p_ + i) * h;
    acc_hh = multiply_add(ph, h, acc_hh);
    acc_hw = multiply_add(ph, Quad::load(w_ + i), acc_hw);
    h.store(q2_ + i);
  }
  const double hh = sum(acc_hh);
  const double hw = sum(acc_hw);

  const double beta = yy > 0 ? yw / yy : 0;
  const bool curved = hh > 1e-28 * (yy * along * along + hh);
  out.c = curved ? hw / hh : 0;
  out.d = beta - out.c * along;
  double first = beta;  // coefficients of q1, q2
  double second = out.c;
  if (!(out.c >= std::fabs(out.d) && out.c + std::fabs(out.d) <= steepest_ * sigma)) {
    // The error grows by hh·(c − c*)² + yy·(β − β*)² with β = d + along·c: least on one of the edges of
    // the quadrilateral |d| ≤ c ≤ steepest·σ − |d|.
    out.on_face = true;
    const double best_c = out.c;
    const double top = steepest_ * sigma;
    const std::array<std::array<double, 2>, 4> corner{
        {{0, 0}, {0.5 * top, 0.5 * top}, {0, top}, {-0.5 * top, 0.5 * top}}};
    double least = std::numeric_limits<double>::infinity();
    std::array<double, 2> direction{};
    for (std::size_t e = 0; e < 4; ++e) {
      const auto& from = corner[e];
      const auto& to = corner[(e + 1) % 4];
      const double dd = to[0] - from[0];
      const double dc = to[1] - from[1];
      const double by_beta = dd + along * dc;
      const double at_c = best_c - from[1];
      const double at_beta = beta - (from[0] + along * from[1]);
      const double norm = hh * dc * dc + yy * by_beta * by_beta;
      const double share = norm > 0 ? std::clamp((hh * dc * at_c + yy * by_beta * at_beta) / norm, 0.0, 1.0) : 0;
      const double miss_c = at_c - share * dc;
      const double miss_beta = at_beta - share * by_beta;
      const double grown = hh * miss_c * miss_c + yy * miss_beta * miss_beta;
      if (grown < least) {
        least = grown;
        out.d = from[0] + share * dd;
        out.c = from[1] + share * dc;
        direction = {dc, by_beta};
      }
    }
    first = out.d + along * out.c;
    second = out.c;
    face_ = direction;
  }
  Quad acc_rr = zero;
  const Quad on_first = Quad::all(first);
  const Quad on_second = Quad::all(second);
  for (std::size_t i = 0; i < n_; i += step) {
    const Quad r =
        negated_add(on_second, Quad::load(q2_ + i), negated_add(on_first, Quad::load(q1_ + i), Quad::load(w_ + i)));
    acc_rr = multiply_add((Quad::load(p_ + i) * r), r, acc_rr);
    r.store(r_ + i);
  }
  if (out.on_face) {  // the one column that is left
    const Quad on_h = Quad::all(face_[0]);
    const Quad on_y = Quad::all(face_[1]);
    for (std::size_t i = 0; i < n_; i += step)
      multiply_add(on_y, Quad::load(q1_ + i), on_h * Quad::load(q2_ + i)).store(q2_ + i);
  }
  out.error = sum(acc_rr);
  out.level = mean_w_ - out.d * mean_y - out.c * (1 + mean_h);
  return out;
}

// Kaufman's Jacobian: −c·P⊥(y/R) for m in units of σ and c·P⊥(1/R) for log σ, where R = √(1+y²) and
// P⊥ takes out the constant and the columns of the inner problem. Columns are those of the last
// solve().
Normal Search::normal(const Inner& at) {
  const Quad one = Quad::all(1.0);
  Quad sum_u = zero;
  Quad sum_v = zero;
  Quad u1 = zero;
  Quad u2 = zero;
  Quad v1 = zero;
  Quad v2 = zero;
  Quad n1 = zero;
  Quad n2 = zero;
  for (std::size_t i = 0; i < n_; i += step) {
    const Quad hump = Quad::load(hump_ + i);
    const Quad inverse = one / (one + hump);
    const Quad u = Quad::load(y_ + i) * inverse;
    const Quad v = zero - (hump * inverse);  // 1/R − 1
    const Quad p = Quad::load(p_ + i);
    const Quad pu = p * u;
    const Quad pv = p * v;
    const Quad q1 = Quad::load(q1_ + i);
    const Quad q2 = Quad::load(q2_ + i);
    sum_u = sum_u + pu;
    sum_v = sum_v + pv;
    u1 = multiply_add(pu, q1, u1);
    u2 = multiply_add(pu, q2, u2);
    v1 = multiply_add(pv, q1, v1);
    v2 = multiply_add(pv, q2, v2);
    n1 = multiply_add((p * q1), q1, n1);
    n2 = multiply_add((p * q2), q2, n2);
    u.store(y_ + i);
    v.store(hump_ + i);
  }
  const double norm1 = sum(n1);
  const double norm2 = sum(n2);
  const auto share = [](double dot, double norm) { return norm > 0 ? dot / norm : 0; };
  const Quad mean_u = Quad::all(sum(sum_u));
  const Quad mean_v = Quad::all(sum(sum_v));
  const double take1 = at.on_face ? 0 : 1;  // a face has the one column q2
  const Quad pu1 = Quad::all(take1 * share(sum(u1), norm1));
  const Quad pv1 = Quad::all(take1 * share(sum(v1), norm1));
  const Quad pu2 = Quad::all(share(sum(u2), norm2));
  const Quad pv2 = Quad::all(share(sum(v2), norm2));
  Quad uu = zero;
  Quad uv = zero;
  Quad vv = zero;
  Quad ur = zero;
  Quad vr = zero;
  for (std::size_t i = 0; i < n_; i += step) {
    const Quad q1 = Quad::load(q1_ + i);
    const Quad q2 = Quad::load(q2_ + i);
    const Quad u = negated_add(pu2, q2, negated_add(pu1, q1, (Quad::load(y_ + i) - mean_u)));
    const Quad v = negated_add(pv2, q2, negated_add(pv1, q1, (Quad::load(hump_ + i) - mean_v)));
    const Quad r = Quad::load(r_ + i);
    const Quad p = Quad::load(p_ + i);
    const Quad pu = p * u;
    const Quad pv = p * v;
    uu = multiply_add(pu, u, uu);
    uv = multiply_add(pu, v, uv);
    vv = multiply_add(pv, v, vv);
    ur = multiply_add(pu, r, ur);
    vr = multiply_add(pv, r, vr);
  }
  const double c = at.c;
  return {c * c * sum(uu), -c * c * sum(uv), c * c * sum(vv), -c * sum(ur), c * sum(vr)};
}

// Levenberg–Marquardt step with the damping on the diagonal, limited to a trust box.
Step damped_step(const Normal& n, double damping) {
  const double mm = n.mm * (1 + damping);
  const double ss = n.ss * (1 + damping);
  const double determinant = mm * ss - n.ms * n.ms;
  Step out;
  if (!(determinant > 1e-14 * mm * ss)) {  // one direction cannot be told from the other: move along one
    if (mm > 0) out.mu = n.mr / mm;
  } else {
    out.mu = (ss * n.mr - n.ms * n.sr) / determinant;
    out.log = (mm * n.sr - n.ms * n.mr) / determinant;
  }
  const double longest = std::max(std::fabs(out.mu) / 2, std::fabs(out.log));
  if (longest > 1) {
    out.mu /= longest;
    out.log /= longest;
  }
  return out;
}

Inner Search::descend(Inner at, int max_iterations, int& iterations, bool& converged) {
  converged = false;
  double damping = 1e-4;
  int slow = 0;
  at = solve(at.m, at.sigma);
  Normal n = normal(at);
  for (int i = 0; i < max_iterations; ++i) {
    if (at.error <= floor() || at.c == 0) {
      converged = true;
      break;
    }
    ++iterations;
    const Step s = damped_step(n, damping);
    if (!(std::isfinite(s.mu) && std::isfinite(s.log)) || (s.mu == 0 && s.log == 0)) {
      converged = true;
      break;
    }
    const double growth = 1 + s.log * (1 + 0.5 * s.log);  // e^s to second order, positive
    const Inner next = clamped(at.m + s.mu * at.sigma, at.sigma * growth);
    if (next.error < at.error) {
      const double gained = 1 - next.error / at.error;
      at = next;
      damping = std::max(1e-12, 0.05 * damping);
      slow = gained < 1e-9 ? slow + 1 : 0;
      if (slow >= 2) {
        converged = true;
        break;
      }
      n = normal(at);
    } else {
      if (damping > 1e6 || std::max(std::fabs(s.mu), std::fabs(s.log)) < 1e-12) {
        converged = true;
        break;
      }
      damping = std::max(1e-3, 10 * damping);
    }
  }
  return at;
}

// The two best cells of a grid over the strikes' range.
void Search::starts(Inner& best, Inner& second) {
  for (const double sigma : {0.03, 0.12, 0.4, 1.2}) {
    for (const double place : {0.05, 0.3, 0.5, 0.7, 0.95}) {
      const Inner at = solve(low_ + place * width_, sigma * width_);
      if (at.error < best.error) {
        second = best;
        best = at;
      } else if (at.error < second.error) {
        second = at;
      }
    }
  }
}

SviParameters raw(const Inner& at) {
  SviParameters p;
  p.a = at.level;
  p.b = at.c / at.sigma;
  p.rho = at.c > 0 ? std::clamp(at.d / at.c, -1.0, 1.0) : 0;
  p.m = at.m;
  p.sigma = at.sigma;
  return p;
}

}  // namespace

SviQuasiExplicit svi_at(const SviColumns& columns, double m, double sigma) {
  return {raw(Search(columns).solve(m, sigma)), 0, true};
}

SviQuasiExplicit svi_search(const SviColumns& columns, const SviParameters* start, int max_iterations) {
  Search search(columns);
  SviQuasiExplicit out;
  // Good enough not to look further: a thousandth of a per mille of the level.
  const double excellent = 1e-18 * columns.mean_w * columns.mean_w;
  Inner best;
  if (start) {
    best = search.clamped(start->m, start->sigma);
    best = search.descend(best, max_iterations, out.iterations, out.converged);
  }
  if (!(best.error <= excellent)) {
    Inner first;
    Inner second;
    search.starts(first, second);
    if (first.error < best.error || !start) {
      bool converged = false;
      const Inner found = search.descend(first, max_iterations, out.iterations, converged);
      if (found.error < best.error) {
        best = found;
        out.converged = converged;
      }
      if (!(best.error <= excellent) && std::isfinite(second.error)) {
        const Inner other = search.descend(second, max_iterations, out.iterations, converged);
        if (other.error < best.error) {
          best = other;
          out.converged = converged;
        }
      }
    }
  }
  out.parameters = raw(best);
  return out;
}

}  // namespace optix
