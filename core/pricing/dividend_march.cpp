#include "core/pricing/dividend_march.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/pricing/elementary.hpp"
#include "core/pricing/vector_targets.hpp"
// Highway after the choice of targets.
#include <hwy/highway.h>

namespace optix {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// The same operations on one double or on four: equal bits in every lane.
struct One {
  static constexpr std::size_t lanes = 1;
  double v;
  static One load(const double* p) { return {*p}; }
  static One set(double x) { return {x}; }
  void store(double* p) const { *p = v; }
  friend One operator+(One a, One b) { return {a.v + b.v}; }
  friend One operator-(One a, One b) { return {a.v - b.v}; }
  friend One operator*(One a, One b) { return {a.v * b.v}; }
  friend One operator/(One a, One b) { return {a.v / b.v}; }
  static One mul_add(One a, One b, One c) { return {std::fma(a.v, b.v, c.v)}; }
  static One neg_mul_add(One a, One b, One c) { return {std::fma(-a.v, b.v, c.v)}; }
  static One max(One a, One b) { return {a.v > b.v ? a.v : b.v}; }
};

struct Four {
  static constexpr std::size_t lanes = march_lanes;
  using Tag = hn::FixedTag<double, march_lanes>;
  using V = hn::Vec<Tag>;
  V v;
  static Four load(const double* p) { return {hn::LoadU(Tag(), p)}; }
  static Four set(double x) { return {hn::Set(Tag(), x)}; }
  void store(double* p) const { hn::StoreU(v, Tag(), p); }
  friend Four operator+(Four a, Four b) { return {hn::Add(a.v, b.v)}; }
  friend Four operator-(Four a, Four b) { return {hn::Sub(a.v, b.v)}; }
  friend Four operator*(Four a, Four b) { return {hn::Mul(a.v, b.v)}; }
  friend Four operator/(Four a, Four b) { return {hn::Div(a.v, b.v)}; }
  static Four mul_add(Four a, Four b, Four c) { return {hn::MulAdd(a.v, b.v, c.v)}; }
  static Four neg_mul_add(Four a, Four b, Four c) { return {hn::NegMulAdd(a.v, b.v, c.v)}; }
  static Four max(Four a, Four b) { return {hn::Max(a.v, b.v)}; }
};

// TR-BDF2 with γ = 2 − √2: both stages solve with the same matrix 1 − weight·dt·L.
constexpr double root_two = 1.4142135623730951;
constexpr double gamma_fraction = 2 - root_two;
constexpr double weight = 1 - root_two / 2;
constexpr double from_middle = 1 / (gamma_fraction * (2 - gamma_fraction));
constexpr double from_start = from_middle - 1;  // (1 − γ)²/(γ(2 − γ))

// Values and coefficients of all lanes, node by node, with a border of one node at either end.
template <class P>
class Stepper {
 public:
  Stepper(std::span<DividendAxis> axes, bool american, bool by_policy)
      : axes_(axes), nodes_(axes[0].nodes()), american_(american), by_policy_(by_policy), rate_(axes[0].rate) {
    for (auto* column :
         {&before_, &after_, &exercise_, &value_, &middle_, &right_side_, &to_next_, &inverse_, &to_last_})
      column->assign((nodes_ + 2) * P::lanes, 0.0);
    for (std::size_t l = 0; l < P::lanes; ++l)
      for (std::size_t i = 0; i < nodes_; ++i) {
        before_[at(i) + l] = axes[l].before[i];
        after_[at(i) + l] = axes[l].after[i];
        exercise_[at(i) + l] = axes[l].exercise[i];
      }
    take_values();
  }

  void take_values() {
    for (std::size_t l = 0; l < P::lanes; ++l)
      for (std::size_t i = 0; i < nodes_; ++i) value_[at(i) + l] = axes_[l].value[i];
  }
  void give_values() {
    for (std::size_t l = 0; l < P::lanes; ++l)
      for (std::size_t i = 0; i < nodes_; ++i) axes_[l].value[i] = value_[at(i) + l];
  }

  // Elimination of `after` from the last node to the first: done once per step length.
  void factor(double dt) {
    const double k = weight * dt;
    k_ = k;
    const P one = P::set(1 + k * rate_), step = P::set(k), unit = P::set(1);
    P next_inverse = P::set(0), next_before = P::set(0);
    for (std::size_t i = nodes_; i-- > 0;) {
      const P b = P::load(&before_[at(i)]) * step, a = P::load(&after_[at(i)]) * step;
      const P ratio = a * next_inverse;  // −upper entry / pivot of the next row
      const P pivot = P::neg_mul_add(ratio, next_before, one + (a + b));
      const P inverse = unit / pivot;
      ratio.store(&to_next_[at(i)]);
      inverse.store(&inverse_[at(i)]);
      (b * inverse).store(&to_last_[at(i)]);
      next_inverse = inverse;
      next_before = b;
    }
  }

  // One step back in time; carried_* as allow_exercise's at the stage times.
  void step(const double* carried_middle, const double* carried_end) {
    const P keep = P::set(1 - k_ * rate_), k = P::set(k_);
    solve(middle_, carried_middle, [&](std::size_t x) {
      const P v = P::load(&value_[x]);
      const P down = P::load(&before_[x]) * (P::load(&value_[x - P::lanes]) - v);
      const P moved = P::mul_add(P::load(&after_[x]), P::load(&value_[x + P::lanes]) - v, down);
      return P::mul_add(k, moved, keep * v);
    });
    const P middle = P::set(from_middle), start = P::set(from_start);
    solve(value_, carried_end,
          [&](std::size_t x) { return P::neg_mul_add(start, P::load(&value_[x]), middle * P::load(&middle_[x])); });
  }

 private:
  static std::size_t at(std::size_t node) { return (node + 1) * P::lanes; }

  // (1 − k·L) x = right, or the complementarity problem x ≥ exercise + carried with it.
  template <class Right>
  void solve(std::vector<double>& x, const double* carried, Right&& right) {
    P below = P::set(0);
    if (by_policy_) {
      for (std::size_t i = 0; i < nodes_; ++i) right(at(i)).store(&right_side_[at(i)]);
      policy_iteration(x, carried[0]);
      return;
    }
    for (std::size_t i = nodes_; i-- > 0;) {
      below = P::mul_add(P::load(&to_next_[at(i)]), below, right(at(i)));
      (below * P::load(&inverse_[at(i)])).store(&right_side_[at(i)]);
    }
    P last = P::set(0);
    if (american_) {
      const P shift = P::load(carried);
      for (std::size_t i = 0; i < nodes_; ++i) {
        const P held = P::mul_add(P::load(&to_last_[at(i)]), last, P::load(&right_side_[at(i)]));
        last = P::max(held, P::load(&exercise_[at(i)]) + shift);
        last.store(&x[at(i)]);
      }
    } else {
      for (std::size_t i = 0; i < nodes_; ++i) {
        last = P::mul_add(P::load(&to_last_[at(i)]), last, P::load(&right_side_[at(i)]));
        last.store(&x[at(i)]);
      }
    }
  }

  // For one lane: fix the nodes where one exercises, solve, correct the set until it repeats. The
  // iterates rise, so each set occurs once; as a rule three rounds do.
  void policy_iteration(std::vector<double>& x, double carried) {
    exercised_.resize(nodes_, 0);
    std::vector<double>&pivot = scratch_a_, &y = scratch_b_;
    pivot.resize(nodes_);
    y.resize(nodes_);
    for (std::size_t round = 0; round < nodes_ + 8; ++round) {
      for (std::size_t i = nodes_; i-- > 0;) {
        const double b = exercised_[i] ? 0 : k_ * before_[i + 1], a = exercised_[i] ? 0 : k_ * after_[i + 1];
        const double diagonal = exercised_[i] ? 1 : 1 + k_ * rate_ + (a + b);
        const double side = exercised_[i] ? exercise_[i + 1] + carried : right_side_[i + 1];
        const bool end = i + 1 == nodes_;
        const double next_b = end || exercised_[i + 1] ? 0 : k_ * before_[i + 2];
        const double ratio = end ? 0 : a / pivot[i + 1];
        pivot[i] = std::fma(-ratio, next_b, diagonal);
        y[i] = end ? side : std::fma(ratio, y[i + 1], side);
      }
      for (std::size_t i = 0; i < nodes_; ++i) {
        const double b = exercised_[i] || i == 0 ? 0 : k_ * before_[i + 1];
        x[i + 1] = (b == 0 ? y[i] : std::fma(b, x[i], y[i])) / pivot[i];
      }
      bool changed = false;
      for (std::size_t i = 0; i < nodes_; ++i) {
        const double b = k_ * before_[i + 1], a = k_ * after_[i + 1];
        double residual = (1 + k_ * rate_ + (a + b)) * x[i + 1] - right_side_[i + 1];
        if (i > 0) residual -= b * x[i];
        if (i + 1 < nodes_) residual -= a * x[i + 2];
        const double excess = x[i + 1] - (exercise_[i + 1] + carried);
        // Ties within rounding leave the node as it is, or two sets would alternate.
        const double tie = 1e-14 * (std::fabs(x[i + 1]) + std::fabs(exercise_[i + 1])) * (1 + a + b);
        const bool now = excess < residual - tie || (exercised_[i] && excess <= residual + tie);
        changed = changed || now != (exercised_[i] != 0);
        exercised_[i] = now ? 1 : 0;
      }
      if (!changed) return;
    }
    // Only where the equations have lost their sign pattern or all their digits: rates or dividends out of
    // all proportion to the grid.
    throw std::invalid_argument("dividend option: no exercise region can be settled for these rates and dividends");
  }

  std::span<DividendAxis> axes_;
  std::size_t nodes_;
  bool american_, by_policy_;
  double rate_;
  double k_ = 0;
  std::vector<double> before_, after_, exercise_, value_, middle_, right_side_, to_next_, inverse_, to_last_;
  std::vector<char> exercised_;
  std::vector<double> scratch_a_, scratch_b_;
};

template <class P>
void march_lanes_of(const MarchPlan& plan, std::span<DividendAxis> axes, bool by_policy) {
  Stepper<P> stepper(axes, plan.american, by_policy);
  const auto carry = [&](double amount, double* out) {
    for (std::size_t l = 0; l < P::lanes; ++l) out[l] = axes[l].right == Right::call ? amount : -amount;
  };
  double middle[P::lanes], end[P::lanes];
  carry(0, middle);
  carry(0, end);
  for (const MarchSpan& span : plan.spans) {
    const double length = span.end - span.begin;
    const auto carried = [&](double back) { return span.carried_end * math::exp(-plan.rate * back); };
    if (length > 0) {
      for (int block = 0; block < 4; ++block) {
        const double from = length * (block * block) / 16, to = length * ((block + 1) * (block + 1)) / 16;
        const double dt = (to - from) / span.block_steps;
        stepper.factor(dt);
        for (int j = 0; j < span.block_steps; ++j) {
          if (plan.escrowed && plan.american) {
            carry(carried(from + (j + gamma_fraction) * dt), middle);
            carry(carried(from + (j + 1) * dt), end);
          }
          stepper.step(middle, end);
        }
      }
    }
    if (span.drop <= 0) continue;
    stepper.give_values();
    for (DividendAxis& axis : axes) {
      if (!plan.escrowed) go_ex(axis, span.drop);
      if (!plan.american) continue;
      const double held = plan.escrowed ? span.carried_begin : 0;
      allow_exercise(axis, axis.right == Right::call ? held : -held);
    }
    stepper.take_values();
  }
  stepper.give_values();
}

}  // namespace

MarchPlan make_march_plan(bool american, bool escrowed, double rate, double years,
                          std::span<const CashDividend> dividends, int steps, int refine) {
  MarchPlan plan{american, escrowed, rate, {}};
  double roots = 0, begin = 0;
  for (const CashDividend& d : dividends) {
    roots += std::sqrt(d.years - begin);
    begin = d.years;
  }
  roots += std::sqrt(years - begin);
  double end = years, carried = 0;
  for (std::size_t left = dividends.size() + 1; left-- > 0;) {
    MarchSpan span;
    span.begin = left > 0 ? dividends[left - 1].years : 0;
    span.end = end;
    span.drop = left > 0 ? dividends[left - 1].amount : 0;
    const double share = 0.25 * steps * (std::sqrt(span.end - span.begin) / roots);
    span.block_steps = std::max(1, static_cast<int>(std::floor(share + 0.5))) * refine;
    span.carried_end = carried;
    carried = carried * math::exp(-rate * (span.end - span.begin)) + span.drop;
    span.carried_begin = carried;
    plan.spans.push_back(span);
    end = span.begin;
  }
  return plan;
}

void march(const MarchPlan& plan, std::span<DividendAxis> axes) {
  const auto sweeps = [&](const DividendAxis& axis) { return !plan.american || axis.single_boundary; };
  if (axes.size() == march_lanes && std::all_of(axes.begin(), axes.end(), sweeps)) {
    march_lanes_of<Four>(plan, axes, false);
    return;
  }
  // With two exercise boundaries (Andersen and Lake 2021) no single sweep finds the region.
  for (DividendAxis& axis : axes) march_lanes_of<One>(plan, {&axis, 1}, !sweeps(axis));
}

}  // namespace optix
