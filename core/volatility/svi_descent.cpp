#include "core/volatility/svi_descent.hpp"

#include "core/volatility/quad.hpp"

namespace optix::svi_descent {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double g_target = 1e-4;    // room for the penalty's slack and for rounding
constexpr double gap_target = 1e-6;  // of the mean total variance
constexpr double steepest = 2 - 1e-6;

// Total variance at one k with what its derivatives in k and in the unknowns are made of.
class Local {
 public:
  Local(const Wings& at, double k)
      : left_(at.x[1]), right_(at.x[2]), sigma_(at.x[4]), x_(k - at.x[3]), root_(std::sqrt(x_ * x_ + sigma_ * sigma_)) {
    inverse_ = 1 / root_;
    w = at.x[0] + 0.5 * (left_ * (root_ - x_) + right_ * (root_ + x_));
    const double lean = x_ * inverse_;
    w1 = 0.5 * (left_ * (lean - 1) + right_ * (lean + 1));
  }
  double b() const { return 0.5 * (left_ + right_); }
  double w2() const { return b() * sigma_ * sigma_ * inverse_ * inverse_ * inverse_; }
  Row slope_w() const { return {1, 0.5 * (root_ - x_), 0.5 * (root_ + x_), -w1, b() * sigma_ * inverse_}; }
  Row slope_w1() const {
    const double lean = x_ * inverse_;
    return {0, 0.5 * (lean - 1), 0.5 * (lean + 1), -w2(), -b() * lean * sigma_ * inverse_ * inverse_};
  }
  Row slope_w2() const {
    const double cap = sigma_ * inverse_;
    const double shape = cap * cap * inverse_;
    return {0, 0.5 * shape, 0.5 * shape, 3 * w2() * x_ * inverse_ * inverse_,
            b() * cap * (2 - 3 * cap * cap) * inverse_ * inverse_};
  }
  double w = 0;
  double w1 = 0;

 private:
  double left_;
  double right_;
  double sigma_;
  double x_;
  double root_;
  double inverse_ = 0;
};

// Solves the damped system over the unknowns that are free by Cholesky; frozen ones stay. False when
// it is not positive definite.
bool solve(const Normal& n, double damping, const std::array<bool, unknowns>& frozen, Row& out) {
  std::array<Row, unknowns> l{};
  for (std::size_t i = 0; i < unknowns; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const bool off = frozen[i] || frozen[j];
      double sum = i == j ? (off ? 1 : n.hessian[i][i] * (1 + damping)) : (off ? 0 : n.hessian[i][j]);
      for (std::size_t s = 0; s < j; ++s) sum -= l[i][s] * l[j][s];
      if (i != j) {
        l[i][j] = sum / l[j][j];
        continue;
      }
      if (!(sum > 1e-15 * n.hessian[i][i]) && !off) return false;
      if (!(sum > 0)) return false;
      l[i][i] = std::sqrt(sum);
    }
  }
  for (std::size_t i = 0; i < unknowns; ++i) {
    double sum = frozen[i] ? 0 : n.gradient[i];
    for (std::size_t s = 0; s < i; ++s) sum -= l[i][s] * out[s];
    out[i] = sum / l[i][i];
  }
  for (std::size_t i = unknowns; i-- > 0;) {
    for (std::size_t s = i + 1; s < unknowns; ++s) out[i] -= l[s][i] * out[s];
    out[i] /= l[i][i];
  }
  return std::all_of(out.begin(), out.end(), [](double x) { return std::isfinite(x); });
}

}  // namespace

Descent::Descent(const SviRows& data, const SviConstraints& constraints) : data_(data), constraints_(constraints) {
  double low = infinity;
  double k_low = infinity;
  double k_high = -infinity;
  for (std::size_t i = 0; i < data.rows; ++i) {
    mean_ += data.share[i] * data.w[i];
    if (data.share[i] > 0) low = std::min(low, data.w[i]);
    k_low = std::min(k_low, data.k[i]);
    k_high = std::max(k_high, data.k[i]);
  }
  least_variance_ = 1e-4 * low;
  const double width = std::max(k_high - k_low, 1e-3);
  lower_ = {-infinity, 0, 0, k_low - 2 * width, 2e-3 * width};
  upper_ = {infinity, infinity, infinity, k_high + 2 * width, 10 * width};
  if (constraints.lower_bound) {
    lower_[1] = svi_left_slope(*constraints.lower_bound);
    lower_[2] = svi_right_slope(*constraints.lower_bound);
  }
  if (constraints.butterfly_free)
    for (const std::size_t wing : {1, 2}) {
      upper_[wing] = steepest;
      lower_[wing] = std::min(lower_[wing], steepest);
    }
}

void Descent::add_data(const Wings& p, Normal& out) const {
  const auto& [a, left, right, m, sigma] = p.x;
  const Quad level = Quad::all(a);
  const Quad to_left = Quad::all(left);
  const Quad to_right = Quad::all(right);
  const Quad center = Quad::all(m);
  const Quad square = Quad::all(sigma * sigma);
  const Quad cap = Quad::all(0.5 * (left + right) * sigma);
  const Quad half = Quad::all(0.5);
  const Quad one = Quad::all(1);
  std::array<Quad, 21> sums;  // lower triangle of J'J, then J'r, then r'r
  sums.fill(Quad::all(0));
  for (std::size_t i = 0; i < data_.rows; i += 4) {
    const Quad x = Quad::load(data_.k + i) - center;
    const Quad root = square_root(multiply_add(x, x, square));
    const Quad inverse = one / root;
    const Quad lean = half * x * inverse;
    const Quad down = half * (root - x);
    const Quad up = half * (root + x);
    const Quad residual = Quad::load(data_.w + i) - multiply_add(to_left, down, multiply_add(to_right, up, level));
    const Quad tilt = multiply_add(to_left, lean - half, to_right * (lean + half));
    const Quad share = Quad::load(data_.share + i);
    const std::array<Quad, 6> row{one, down, up, Quad::all(0) - tilt, cap * inverse, residual};
    std::size_t at = 0;
    for (std::size_t r = 0; r < 6; ++r) {
      const Quad weighted = share * row[r];
      for (std::size_t c = 0; c <= r; ++c, ++at) sums[at] = multiply_add(weighted, row[c], sums[at]);
    }
  }
  const double unit = 1 / (mean_ * mean_);
  std::size_t at = 0;
  for (std::size_t r = 0; r < unknowns; ++r)
    for (std::size_t c = 0; c <= r; ++c) out.hessian[r][c] += unit * sum(sums[at++]);
  for (std::size_t c = 0; c < unknowns; ++c) out.gradient[c] += unit * sum(sums[at++]);
  out.error += unit * sum(sums[at]);
}

// w and Durrleman's g at the constraint points.
Descent::Values Descent::values(const Wings& p) const {
  const auto& [a, left, right, m, sigma] = p.x;
  const Quad half = Quad::all(0.5);
  const Quad quarter = Quad::all(0.25);
  const Quad one = Quad::all(1);
  const Quad curvature = Quad::all(0.5 * (left + right) * sigma * sigma);
  Values out;
  for (std::size_t i = 0; i < points; i += 4) {
    const Quad k = Quad::load(k_.data() + i);
    const Quad x = k - Quad::all(m);
    const Quad root = square_root(multiply_add(x, x, Quad::all(sigma * sigma)));
    const Quad inverse = one / root;
    const Quad lean = half * x * inverse;
    const Quad w = multiply_add(Quad::all(left), half * (root - x),
                                multiply_add(Quad::all(right), half * (root + x), Quad::all(a)));
    const Quad w1 = multiply_add(Quad::all(left), lean - half, Quad::all(right) * (lean + half));
    const Quad w2 = curvature * inverse * inverse * inverse;
    const Quad over = one / w;
    const Quad along = one - half * k * w1 * over;
    const Quad g = along * along - quarter * w1 * w1 * (over + quarter) + half * w2;
    w.store(out.w.data() + i);
    g.store(out.g.data() + i);
  }
  return out;
}

void Descent::raise(const Wings& p, double penalty_growth) {
  const Values now = values(p);
  for (std::size_t i = 0; i < used_; ++i) {
    const double g = std::max(0.0, more_g_[i] + g_target - (now.w[i] > 0 ? now.g[i] : 0));
    const double gap = std::max(0.0, more_gap_[i] + bound_[i] + gap_target * mean_ - now.w[i]);
    more_g_[i] = constraints_.butterfly_free ? std::min(g, 1.0) / penalty_growth : 0;
    more_gap_[i] = constraints_.lower_bound ? std::min(gap, mean_) / penalty_growth : 0;
  }
}

Normal Descent::evaluate(const Wings& p, double penalty) const {
  Normal out;
  add_data(p, out);
  const double unit = 1 / (mean_ * mean_);
  const double lowest = p.x[0] + p.x[4] * std::sqrt(p.x[1] * p.x[2]);
  if (lowest < least_variance_) {
    const double left = std::max(p.x[1], 1e-12);
    const double right = std::max(p.x[2], 1e-12);
    const double ratio = std::sqrt(right / left);
    out.add({1, 0.5 * p.x[4] * ratio, 0.5 * p.x[4] / ratio, 0, std::sqrt(left * right)}, least_variance_ - lowest,
            100 * penalty * unit);
  }
  const Values now = values(p);
  for (std::size_t i = 0; i < used_; ++i) {
    const double w = now.w[i];
    const double violation = g_target + more_g_[i] - now.g[i];
    if (constraints_.butterfly_free && w > 0 && violation > 0) {
      const double k = k_[i];
      const Local at(p, k);
      // Linear up to 1, then like the square root: where w is small g is beyond all measure.
      const double soft = violation <= 1 ? violation : 2 * std::sqrt(violation) - 1;
      const double bend = violation <= 1 ? 1 : 1 / std::sqrt(violation);
      const double along = 1 - 0.5 * k * at.w1 / w;
      const double by_w = along * k * at.w1 / (w * w) + 0.25 * at.w1 * at.w1 / (w * w);
      const double by_w1 = -along * k / w - 0.5 * at.w1 * (1 / w + 0.25);
      const Row first = at.slope_w();
      const Row second = at.slope_w1();
      const Row third = at.slope_w2();
      Row slope{};
      for (std::size_t j = 0; j < unknowns; ++j)
        slope[j] = bend * (by_w * first[j] + by_w1 * second[j] + 0.5 * third[j]);
      out.add(slope, soft, penalty);
    }
    const double below = bound_[i] + gap_target * mean_ + more_gap_[i] - w;
    if (constraints_.lower_bound && below > 0) out.add(Local(p, k_[i]).slope_w(), below, 100 * penalty * unit);
  }
  return out;
}

Wings Descent::minimise(Wings p, double penalty, double enough, int& iterations) const {
  Normal now = evaluate(p, penalty);
  double damping = 1e-3;
  for (int i = 0; i < 25; ++i) {
    ++iterations;
    std::array<bool, unknowns> frozen{};
    for (std::size_t j = 0; j < unknowns; ++j)
      frozen[j] = (p.x[j] <= lower_[j] && now.gradient[j] <= 0) || (p.x[j] >= upper_[j] && now.gradient[j] >= 0) ||
                  !(now.hessian[j][j] > 0);
    Row step{};
    bool better = false;
    if (solve(now, damping, frozen, step)) {
      Wings next = p;
      for (std::size_t j = 0; j < unknowns; ++j) next.x[j] += step[j];
      next.x[4] = std::clamp(next.x[4], 0.3 * p.x[4], 3 * p.x[4]);
      next = into_box(next);
      const Normal there = evaluate(next, penalty);
      if (there.error < now.error) {
        better = true;
        const double gained = 1 - there.error / now.error;
        p = next;
        now = there;
        damping = std::max(1e-10, 0.1 * damping);
        if (gained < enough) break;
      }
    }
    if (!better) {
      damping *= 10;
      if (damping > 1e8) break;
    }
  }
  return p;
}

}  // namespace optix::svi_descent
