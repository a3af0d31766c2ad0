#include "core/pricing/vector_targets.hpp"
// Highway reads the line above.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pricing/american_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/pricing/american_kernel.hpp"
#include "core/pricing/elementary-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace optix::HWY_NAMESPACE {
namespace {

using Lanes = hn::CappedTag<double, american_block>;
using V = hn::Vec<Lanes>;
constexpr Lanes lanes;

HWY_INLINE V Number(double x) { return hn::Set(lanes, x); }
HWY_INLINE V Read(const LaneValues& values, std::size_t first) { return hn::Load(lanes, values.lane + first); }
HWY_INLINE void Write(V v, LaneValues& values, std::size_t first) { hn::Store(v, lanes, values.lane + first); }

// A normal distribution value N(x) in pieces: with tail = N(−|x|)·e^(x²/2), N(x)·whole is
// tail·density, or whole − tail·density when x > 0, where density is whole·e^(−x²/2). Lets a discount
// factor share the density's exponential.
HWY_INLINE V Distribution(V x, V whole, V density) {
  const V below = hn::Mul(ScaledTail(lanes, hn::Min(hn::Abs(x), Number(40.0))), density);
  return hn::IfThenElse(hn::Gt(x, hn::Zero(lanes)), hn::Sub(whole, below), below);
}

HWY_INLINE V SafeLog(V x) { return LogNormal(lanes, hn::Max(x, Number(1e-300))); }

// What does not change along a lane's boundary.
struct LaneTerms {
  V rate, yield, drift;  // drift = rate − yield
  V vol, root_years, years;
  V deviation;  // vol·√years
  V slope;      // (rate − yield)·√years/vol
  V log_start;  // ln X
  V start;      // X

  std::size_t first;  // of the block's lanes, those in this vector

  template <class Inputs>
  LaneTerms(const Inputs& in, std::size_t first_lane) : first(first_lane) {
    rate = Read(in.rate, first);
    yield = Read(in.yield, first);
    years = Read(in.years, first);
    vol = Read(in.vol, first);
    drift = rate - yield;
    root_years = hn::Sqrt(years);
    deviation = vol * root_years;
    slope = drift * root_years / vol;
    const auto lower = hn::And(hn::Gt(yield, hn::Zero(lanes)), hn::Lt(rate, yield));
    start = hn::IfThenElse(lower, rate / yield, Number(1.0));
    log_start = hn::IfThenElse(lower, LogRatio(lanes, hn::IfThenElse(lower, rate, yield), yield), hn::Zero(lanes));
  }
};

// First guess of the boundary at one node: Newton's method on the QD+ equation (Li 2010, "Analytical
// approximations for the critical stock prices of American options", equation 34).
HWY_INLINE V FirstGuess(const LaneTerms& c, double x, int steps, V highest) {
  const V one = Number(1.0), half = Number(0.5), zero = hn::Zero(lanes);
  const V tau = c.years * Number(x * x), v = c.deviation * Number(x);
  const V discount = Exp(lanes, zero - c.rate * tau), growth = Exp(lanes, zero - c.yield * tau);
  const V variance = c.vol * c.vol;
  const V w = Number(2.0) * c.drift / variance - one;
  // rate/(1 − e^(−rate·τ)), its series where the difference cancels.
  const V rt = c.rate * tau;
  const V series = one / (tau * (one - half * rt * (one - rt * Number(1.0 / 3))));
  const V h = hn::IfThenElse(hn::Gt(rt, Number(1e-5)), c.rate / (one - discount), series);
  const V root = hn::Sqrt(hn::MulAdd(w, w, Number(8.0) * h / variance));
  const V lambda = Number(-0.5) * (w + root);
  const V lambda_slope = Number(2.0) * h * h / (variance * root);
  // 2λ + w = −root
  const V alpha = zero - Number(2.0) * discount / (variance * root);
  const V beta = alpha * (h - lambda_slope / root) - lambda;
  // Two seeds, the lower of which serves: that of Barone-Adesi & Whaley (1987) between X and the perpetual
  // boundary λ∞/(λ∞ − 1), and the boundary near expiry e^(−c·v) of Evans, Kuske & Keller (2002),
  // c² = 2·ln(σ/(√(8πτ)·gain)), where gain is what holding the strike earns over holding the stock at
  // about four deviations under the strike.
  const V lambda_end = Number(-0.5) * (w + hn::Sqrt(hn::MulAdd(w, w, Number(8.0) * c.rate / variance)));
  const V end = lambda_end / (lambda_end - one);
  const V decay = hn::Min(zero, (c.drift * tau - Number(2.0) * v) / (one - end));
  V s = hn::MulAdd(c.start - end, Exp(lanes, decay), end);
  const V gain = hn::MulAdd(c.rate * v, Number(4.0), hn::Max(c.drift, zero));
  const V root_tau = c.root_years * Number(5.0132565492620005 * x);  // √(8πτ)
  const V distance = hn::Sqrt(hn::Max(zero, Number(2.0) * SafeLog(c.vol / (root_tau * gain))));
  s = hn::Min(s, Exp(lanes, zero - v * distance));
  s = hn::Min(s, highest);
  const V floor = end * half;
  const V theta_vol = c.vol / (Number(2.0 * x) * c.root_years);
  for (int step = 0; step < steps; ++step) {
    const V d1 = hn::MulAdd(v, half, (SafeLog(s) + c.drift * tau) / v);
    const V d2 = d1 - v;
    const V density = growth * ExpHalfSquare(lanes, d1);  // of the spot, times √(2π)
    const V n1 = Distribution(zero - d1, growth, density);
    const V n2 = Distribution(zero - d2, discount, s * density);  // K·e^(−rτ)φ(d2) = S·e^(−qτ)φ(d1)
    const V f1 = density * Number(inverse_root_two_pi);
    const V put = n2 - s * n1;
    const V theta = c.rate * n2 - c.yield * s * n1 - theta_vol * s * f1;
    const V theta_slope = f1 * ((zero - c.drift) / v - theta_vol * (one - d1 / v)) - c.yield * n1;
    const V over = alpha / discount;
    const V f = (one - n1) * s - beta * (one - s - put) + over * theta;
    const V df = one - n1 + f1 / v + beta * (one - n1) + over * theta_slope;
    V next = s - f / df;
    next = hn::IfThenElse(hn::Gt(next, floor), next, half * (s + floor));  // also when it is NaN
    s = hn::IfThenElse(hn::Gt(next, c.start), half * (s + c.start), next);
  }
  return s;
}

// One node's new L = ln(X/B) from the boundary so far.
template <BoundaryEquation equation>
HWY_INLINE V ImprovedNode(const AmericanRule& rule, const LaneTerms& c, std::size_t i, const LaneValues* squares,
                          const LaneValues* growth, V old, bool newton) {
  constexpr bool density_form = equation == BoundaryEquation::density;
  const V zero = hn::Zero(lanes), half = Number(0.5), one = Number(1.0);
  const double x = rule.root_time[i];
  const V tau = c.years * Number(x * x), v = c.deviation * Number(x), inverse_v = one / v;
  const V rate_tau = c.rate * tau, yield_tau = c.yield * tau;
  const V slope = c.slope * Number(x);
  V top = zero, bottom = zero;
  const std::size_t points = rule.inner.size();
  for (std::size_t j = 0; j < points; ++j) {
    const double* weights = &rule.inner_weights[(i * points + j) * rule.nodes];
    V even = zero, odd = zero;
    std::size_t k = 0;
    for (; k + 1 < rule.nodes; k += 2) {
      even = hn::MulAdd(Number(weights[k]), Read(squares[k], c.first), even);
      odd = hn::MulAdd(Number(weights[k + 1]), Read(squares[k + 1], c.first), odd);
    }
    if (k < rule.nodes) even = hn::MulAdd(Number(weights[k]), Read(squares[k], c.first), even);
    const V at_u = hn::Sqrt(hn::Max(even + odd, zero));
    const double s = rule.inner.sine[j], cosine = rule.inner.cosine[j];
    const V middle = hn::MulAdd((at_u - old) * inverse_v, Number(1 / s), slope * Number(s));
    const V half_vt = v * Number(0.5 * s);
    const V d1 = middle + half_vt, d2 = middle - half_vt;
    const V u = Number(cosine * cosine);
    const V whole = Read(growth[i * points + j], c.first);
    const V density1 = Exp(lanes, hn::MulSub(yield_tau, u, half * d1 * d1));
    const V density2 = Exp(lanes, hn::MulSub(rate_tau, u, half * d2 * d2));
    const V weight = Number(rule.inner.weight[j]);
    if constexpr (density_form) {
      const V per_vt = inverse_v * Number(inverse_root_two_pi / s);
      top = hn::MulAdd(weight, density2 * per_vt, top);
      bottom = hn::MulAdd(weight, hn::MulAdd(density1, per_vt, Distribution(d1, whole, density1)), bottom);
    } else {
      const V whole2 = Read(growth[(rule.nodes + i) * points + j], c.first);
      top = hn::MulAdd(weight, Distribution(d2, whole2, density2), top);
      bottom = hn::MulAdd(weight, Distribution(d1, whole, density1), bottom);
    }
  }
  const V log_b = c.log_start - old;
  const V d1 = hn::MulAdd(v, half, hn::MulAdd(log_b, inverse_v, slope)), d2 = d1 - v;
  const V e1 = ExpHalfSquare(lanes, d1), e2 = ExpHalfSquare(lanes, d2);
  const V phi1 = e1 * Number(inverse_root_two_pi), phi2 = e2 * Number(inverse_root_two_pi);
  V n, d, elasticity;
  if constexpr (density_form) {
    n = hn::MulAdd(phi2, inverse_v, rate_tau * top);
    d = hn::MulAdd(yield_tau, bottom, hn::MulAdd(phi1, inverse_v, Distribution(d1, one, e1)));
    elasticity = (zero - d2) * inverse_v * inverse_v * (phi2 / n - phi1 / d);
  } else {
    n = hn::MulAdd(rate_tau, top, Distribution(d2, one, e2));
    d = hn::MulAdd(yield_tau, bottom, Distribution(d1, one, e1));
    elasticity = inverse_v * (phi2 / n - phi1 / d);
  }
  // f = e^(−(r−q)τ)·N/D; in logarithms, so that a boundary far below the strike loses nothing.
  const V tiny = Number(1e-290);
  const auto usable = hn::And(hn::Gt(n, tiny), hn::Gt(d, tiny));
  V step = SafeLog(n) - SafeLog(d) - c.drift * tau - log_b;
  if (newton) {
    // The derivative is that of N/D through the explicit B only, integrals held fixed.
    const V ratio = Exp(lanes, step);
    const V newton_step = (ratio - one) / (one - elasticity * ratio);
    const auto sane = hn::And(hn::Gt(newton_step, Number(-0.9)), hn::Lt(newton_step, Number(9.0)));
    step = hn::IfThenElse(sane, SafeLog(one + newton_step), step);
  }
  const V next = hn::Max(zero, old - step);
  return hn::IfThenElse(usable, next, old);
}

template <BoundaryEquation equation>
HWY_INLINE void Improve(const AmericanRule& rule, const LaneTerms& c, LaneValues* squares, LaneValues* scratch) {
  const std::size_t nodes = rule.nodes, points = rule.inner.size();
  constexpr bool density_form = equation == BoundaryEquation::density;
  LaneValues* logs = scratch;
  LaneValues* growth = scratch + nodes;
  for (std::size_t i = 0; i < nodes; ++i)
    for (std::size_t j = 0; j < points; ++j) {
      const double u = rule.root_time[i] * rule.inner.cosine[j];
      const V t = c.years * Number(u * u);
      Write(Exp(lanes, c.yield * t), growth[i * points + j], c.first);
      if constexpr (!density_form) Write(Exp(lanes, c.rate * t), growth[(nodes + i) * points + j], c.first);
    }
  const int newton = rule.newton_steps, steps = newton + rule.plain_steps;
  // A settled lane is left alone, so its bits do not depend on how long its neighbours take.
  auto moving = hn::Eq(c.years, c.years);
  const V settled = Number(rule.settled);
  for (int step = 0; step < steps && !hn::AllFalse(lanes, moving); ++step) {
    V change = hn::Zero(lanes);
    for (std::size_t i = 0; i < nodes; ++i) {
      const V old = Read(logs[i], c.first);
      const V next = ImprovedNode<equation>(rule, c, i, squares, growth, old, step < newton);
      change = hn::Max(change, hn::Abs(next - old));
      Write(hn::IfThenElse(moving, next, old), logs[i], c.first);
    }
    for (std::size_t i = 0; i < nodes; ++i) {
      const V log_b = Read(logs[i], c.first);
      Write(log_b * log_b, squares[i], c.first);
    }
    moving = hn::And(moving, hn::Gt(change, settled));
  }
}

void SolveBoundaries(const AmericanRule& rule, const BoundaryInputs& in, std::size_t used, LaneValues* squares,
                     LaneValues& log_start, LaneValues* scratch) {
  for (std::size_t first = 0; first < used; first += hn::Lanes(lanes)) {
    const LaneTerms c(in, first);
    Write(c.log_start, log_start, first);
    V highest = c.start;
    for (std::size_t i = rule.nodes; i-- > 0;) {
      highest = FirstGuess(c, rule.root_time[i], rule.start_steps, highest);
      const V log_b = hn::Max(hn::Zero(lanes), c.log_start - SafeLog(highest));
      Write(log_b, scratch[i], first);
      Write(log_b * log_b, squares[i], first);
    }
    if (rule.equation == BoundaryEquation::density)
      Improve<BoundaryEquation::density>(rule, c, squares, scratch);
    else
      Improve<BoundaryEquation::distribution>(rule, c, squares, scratch);
  }
}

// Kim's integral: ∫ r·e^(−rt)·N(−d2) − q·S·e^(−qt)·N(−d1) dt with d1, d2 against the boundary t from
// now. Its derivatives in S use S·e^(−qt)φ(d1) = B·e^(−rt)φ(d2).
void ExercisePremium(const AmericanRule& rule, const PremiumInputs& in, std::size_t used, const LaneValues* squares,
                     const LaneValues& log_start, PremiumOutputs& out) {
  const V zero = hn::Zero(lanes), half = Number(0.5), one = Number(1.0);
  for (std::size_t first = 0; first < used; first += hn::Lanes(lanes)) {
    const LaneTerms c(in, first);
    const V spot = Read(in.spot, first);
    const V start = Read(log_start, first);
    const V log_spot = SafeLog(spot) - start;
    const V inverse_v = one / c.deviation;
    V value = zero, delta = zero, gamma = zero;
    for (std::size_t j = 0; j < rule.outer.size(); ++j) {
      const double* weights = &rule.outer_weights[j * rule.nodes];
      V square = zero;
      for (std::size_t k = 0; k < rule.nodes; ++k)
        square = hn::MulAdd(Number(weights[k]), Read(squares[k], first), square);
      const V log_b = hn::Sqrt(hn::Max(square, zero));
      const V boundary = Exp(lanes, start - log_b);
      const double s = rule.outer.sine[j];
      const V t = c.years * Number(s * s), vt = c.deviation * Number(s), per_vt = inverse_v * Number(1 / s);
      const V d1 = hn::MulAdd(vt, half, hn::MulAdd(log_spot + log_b, per_vt, c.slope * Number(s)));
      const V d2 = d1 - vt;
      const V rt = c.rate * t, qt = c.yield * t;
      const V density1 = Exp(lanes, zero - hn::MulAdd(half * d1, d1, qt));
      const V density2 = Exp(lanes, zero - hn::MulAdd(half * d2, d2, rt));
      const V stock = Distribution(zero - d1, Exp(lanes, zero - qt), density1);
      const V cash = Distribution(zero - d2, Exp(lanes, zero - rt), density2);
      const V peak = density2 * Number(inverse_root_two_pi) * per_vt;
      const V gap = hn::MulSub(c.yield, boundary, c.rate);
      const V weight = Number(rule.outer.weight[j]);
      value = hn::MulAdd(weight, c.rate * cash - c.yield * spot * stock, value);
      delta = hn::MulAdd(weight, peak * gap / spot - c.yield * stock, delta);
      gamma = hn::MulAdd(weight, peak * (c.rate - gap * d2 * per_vt), gamma);
    }
    Write(value * c.years, out.value, first);
    Write(delta * c.years, out.delta, first);
    Write(gamma * c.years / (spot * spot), out.gamma, first);
    // The first node is today.
    Write(Exp(lanes, start - hn::Sqrt(Read(squares[0], first))), out.boundary, first);
  }
}

}  // namespace
}  // namespace optix::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace optix {

HWY_EXPORT(SolveBoundaries);
HWY_EXPORT(ExercisePremium);

std::size_t boundary_scratch(const AmericanRule& rule) { return rule.nodes * (1 + 2 * rule.inner.size()); }

void solve_boundaries(const AmericanRule& rule, const BoundaryInputs& in, std::size_t used, LaneValues* squares,
                      LaneValues& log_start, LaneValues* scratch) {
  HWY_DYNAMIC_DISPATCH(SolveBoundaries)(rule, in, used, squares, log_start, scratch);
}

void exercise_premium(const AmericanRule& rule, const PremiumInputs& in, std::size_t used, const LaneValues* squares,
                      const LaneValues& log_start, PremiumOutputs& out) {
  HWY_DYNAMIC_DISPATCH(ExercisePremium)(rule, in, used, squares, log_start, out);
}

}  // namespace optix
#endif
