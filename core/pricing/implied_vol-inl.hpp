// The batch kernel of implied volatility as templates over a Highway tag: see implied_vol.hpp for
// sources, elementary-inl.hpp for how such files work and european-inl.hpp for the notation. Values
// are per unit of A, the smaller of discounted forward and strike; y = |x|, s = vol·√T.
#if defined(OPTIX_CORE_PRICING_IMPLIED_VOL_INL) == defined(HWY_TARGET_TOGGLE)
#  ifdef OPTIX_CORE_PRICING_IMPLIED_VOL_INL
#    undef OPTIX_CORE_PRICING_IMPLIED_VOL_INL
#  else
#    define OPTIX_CORE_PRICING_IMPLIED_VOL_INL
#  endif

#  include "core/pricing/elementary-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace optix::HWY_NAMESPACE {

// Stefanica and Radoičić's explicit approximation of s (their formulas 8–16 with their y = −y, in
// units of A), from Pólya's approximation of the normal distribution. low_over_high = e^(−y).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ExplicitDeviation(D d, V y, V price, V low_over_high, V high_over_low) {
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0), four = hn::Set(d, 4.0);
  const V alpha = hn::Mul(price, low_over_high);
  const V q = Exp(d, hn::Mul(y, hn::Set(d, 0.63661977236758134308)));  // e^(2y/π)
  const V inverse_q = hn::Div(one, q);
  const V m = hn::Mul(low_over_high, q), inverse_m = hn::Mul(high_over_low, inverse_q);
  const V root_a = hn::Sub(inverse_m, m), sum_m = hn::Add(m, inverse_m);
  const V a = hn::Mul(root_a, root_a);
  // R² − (1 − e^(−y))² and C, without their cancellation.
  const V excess = hn::Mul(hn::Mul(four, alpha), hn::Add(alpha, hn::Sub(one, low_over_high)));
  const V b = hn::MulAdd(hn::Mul(hn::Add(high_over_low, high_over_low), sum_m), excess,
                         hn::Mul(four, hn::Sub(hn::Add(q, inverse_q), sum_m)));
  const V c = hn::Mul(hn::Mul(hn::Mul(four, excess), high_over_low), hn::Mul(hn::Sub(one, price), hn::Add(one, alpha)));
  const V root = hn::Sqrt(hn::MulAdd(b, b, hn::Mul(hn::Mul(four, a), c)));
  const V beta = hn::Div(hn::Add(c, c), hn::Add(b, root));
  const V gamma = hn::Mul(hn::Set(d, -1.5707963267948966192), LogNormal(d, hn::Max(beta, hn::Set(d, 1e-300))));
  const V up = hn::Sqrt(hn::Max(hn::Add(gamma, y), zero)), down = hn::Sqrt(hn::Max(hn::Sub(gamma, y), zero));
  const V sum = hn::Add(up, down);
  // Below the price where d₊ changes its sign the roots are subtracted.
  const V turn =
      hn::Sub(hn::Add(low_over_high, hn::Sqrt(hn::Max(hn::NegMulAdd(inverse_q, inverse_q, one), zero))), one);
  const auto below = hn::Le(hn::Add(alpha, alpha), turn);
  return hn::IfThenElse(below, hn::Div(hn::Add(y, y), sum), sum);
}

template <class V>
struct HouseholderStep {
  V next;    // the improved s
  V change;  // |next − s|
};

// One third-order Householder step on log c(s) − log price.
template <class D, class V = hn::Vec<D>>
HWY_INLINE HouseholderStep<V> Improve(D d, V y, V price, V s) {
  const V one = hn::Set(d, 1.0), half = hn::Set(d, 0.5), zero = hn::Zero(d);
  const V inverse_s = hn::Div(one, s);
  const V h = hn::Mul(y, inverse_s), t = hn::Mul(half, s);
  const V d_plus = hn::Sub(t, h), d_minus = hn::Neg(hn::Add(t, h));
  const V e = ExpHalfSquare(d, d_plus);
  const V tail = hn::Mul(e, ScaledTail(d, hn::Abs(d_plus))), minus = hn::Mul(e, ScaledTail(d, hn::Neg(d_minus)));
  const V plus = hn::IfThenElse(hn::Gt(d_plus, zero), hn::Sub(one, tail), tail);
  const V value = hn::Max(hn::Sub(plus, minus), hn::Set(d, 1e-300));
  const V slope = hn::Div(hn::Mul(e, hn::Set(d, inverse_root_two_pi)), value);  // of log c
  const V newton = hn::Div(LogRatio(d, price, value), slope);
  // c''/c' = d₊d₋/s, c'''/c' = (c''/c')² − 3h²/s² − 1/4, and the same of log c.
  const V second = hn::Mul(hn::Mul(d_plus, d_minus), inverse_s);
  const V h_s = hn::Mul(h, inverse_s);
  const V third = hn::NegMulAdd(hn::Mul(hn::Set(d, 3.0), h_s), h_s, hn::MulSub(second, second, hn::Set(d, 0.25)));
  const V f2 = hn::Sub(second, slope);
  const V f3 = hn::MulAdd(slope, hn::NegMulAdd(hn::Set(d, 3.0), second, hn::Add(slope, slope)), third);
  const V above = hn::MulAdd(hn::Mul(half, f2), newton, one);
  const V below = hn::MulAdd(newton, hn::MulAdd(hn::Mul(newton, f3), hn::Set(d, 1.0 / 6), f2), one);
  const V step = hn::Div(hn::Mul(newton, above), below);
  return {hn::Max(hn::Add(s, step), hn::Mul(s, hn::Set(d, 0.125))), hn::Abs(step)};
}

template <class V>
struct BatchDeviation {
  V s;
  V converged;  // all bits set where s is proven, as VecFromMask
};

// Explicit start, two steps, a third for the lanes that need it. A step of relative size 1e-4 leaves
// an error of the fourth order, below rounding; the range is where log c and its slope are exact.
template <class D, class V = hn::Vec<D>>
HWY_INLINE BatchDeviation<V> SolveBatch(D d, V y, V price, V low_over_high, V high_over_low) {
  V s = ExplicitDeviation(d, y, price, low_over_high, high_over_low);
  s = Improve(d, y, price, s).next;
  const auto done = [&](const HouseholderStep<V>& step) HWY_ATTR {
    const auto small = hn::Le(step.change, hn::Mul(step.next, hn::Set(d, 1e-4)));
    const auto price_fits = hn::And(hn::Gt(price, hn::Set(d, 1e-250)), hn::Lt(price, hn::Set(d, 0.9)));
    return hn::And(hn::And(small, price_fits), hn::Gt(step.next, hn::Set(d, 5e-3)));
  };
  const HouseholderStep<V> second = Improve(d, y, price, s);
  auto converged = done(second);
  s = second.next;
  if (!hn::AllTrue(d, converged)) {
    const HouseholderStep<V> third = Improve(d, y, price, s);
    s = hn::IfThenElse(converged, s, third.next);
    converged = hn::Or(converged, done(third));
  }
  return {s, hn::VecFromMask(d, converged)};
}

}  // namespace optix::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
