// The European value and its derivatives as templates over a Highway tag: see european.hpp for units,
// limits and sources, elementary-inl.hpp for how such files work.
//
// Notation: x = log(F/K), s = vol·√T, A and B the smaller and larger of S·e^(−qT) and K·e^(−rT),
// d± = −|x|/s ± s/2. The out-of-the-money option, whichever side that is, is worth A·N(d+) − B·N(d−).
// Since A·φ(d+) = B·φ(d−), one exponential serves both normals.
#if defined(OPTIX_CORE_PRICING_EUROPEAN_INL) == defined(HWY_TARGET_TOGGLE)
#  ifdef OPTIX_CORE_PRICING_EUROPEAN_INL
#    undef OPTIX_CORE_PRICING_EUROPEAN_INL
#  else
#    define OPTIX_CORE_PRICING_EUROPEAN_INL
#  endif

#  include "core/pricing/elementary-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace optix::HWY_NAMESPACE {

// Numbers beyond these are refused; a deviation or volatility below the first counts as zero.
constexpr double least_positive = 1e-290, most_positive = 1e290;

// What a row needs beyond its log-moneyness. Spot, growth = e^(−qT), years and their like may be the
// same in every lane.
template <class V>
struct EuropeanInput {
  V x, vol, asset, cash;  // asset = S·e^(−qT), cash = K·e^(−rT)
  V inverse_spot, years, root_years, rate, dividend_yield;
  V put_sign;  // −0.0 for a put, +0.0 for a call
};

template <class V>
struct EuropeanOutput {
  V price, delta, gamma, vega, theta, rho, rho_q, vanna, volga, charm;
};

// The derivatives of the second group cost two divisions; without them they are left unset.
template <bool second_group, class D, class V = hn::Vec<D>>
HWY_INLINE EuropeanOutput<V> EuropeanRow(D d, const EuropeanInput<V>& in) {
  const V zero = hn::Zero(d), half = hn::Set(d, 0.5), limit = hn::Set(d, 40.0), tiny = hn::Set(d, least_positive);
  const auto above = hn::Gt(in.x, zero);  // the forward is above the strike: the put is out of the money
  const auto is_put = hn::Lt(hn::Or(in.put_sign, hn::Set(d, 1.0)), zero);
  const V low = hn::IfThenElse(above, in.cash, in.asset), high = hn::IfThenElse(above, in.asset, in.cash);

  const V s = hn::Min(hn::Mul(in.vol, in.root_years), hn::Set(d, 1e8));
  const auto no_deviation = hn::Lt(s, tiny);
  const V inverse_s = hn::IfThenElse(no_deviation, zero, hn::Div(hn::Set(d, 1.0), s));
  const V distance = hn::Abs(in.x);
  // −|x|/s with the quotient's rounding put back; without deviation −∞ stands at −40, or 0 at the money.
  V h = hn::Mul(distance, inverse_s);
  h = hn::MulAdd(hn::NegMulAdd(h, s, distance), inverse_s, h);
  h = hn::IfThenElse(no_deviation, hn::IfThenElseZero(hn::Gt(distance, zero), limit), hn::Min(h, hn::Set(d, 1e6)));
  // Beyond 40 a normal tail is zero in double precision.
  const V half_s = hn::Min(hn::Mul(half, s), hn::Set(d, 1e7));
  const V d_plus = hn::Max(hn::Min(hn::Sub(half_s, h), limit), hn::Neg(limit));
  const V d_minus = hn::Max(hn::Neg(hn::Add(half_s, h)), hn::Neg(limit));  // never positive

  const V low_e = hn::Mul(low, ExpHalfSquare(d, d_plus));
  const V low_density = hn::Mul(low_e, hn::Set(d, inverse_root_two_pi));
  const V tail_plus = hn::Mul(low_e, ScaledTail(d, hn::Abs(d_plus)));  // A·N(−|d+|)
  const V minus = hn::Mul(low_e, ScaledTail(d, hn::Neg(d_minus)));     // B·N(d−)
  const V rest_plus = hn::Sub(low, tail_plus), rest_minus = hn::Sub(high, minus);
  const auto d_positive = hn::Gt(d_plus, zero);
  const V plus = hn::IfThenElse(d_positive, rest_plus, tail_plus);
  const V not_plus = hn::IfThenElse(d_positive, tail_plus, rest_plus);

  // The asked-for side: out of the money when (call) == (forward at or below the strike).
  const auto out = hn::Xor(above, hn::Not(is_put));
  const V value = hn::Max(zero, hn::Sub(plus, minus));  // in this order NaN stays NaN
  const V asset = hn::IfThenElse(out, hn::IfThenElse(above, minus, plus), hn::IfThenElse(above, rest_minus, not_plus));
  const V cash = hn::IfThenElse(out, hn::IfThenElse(above, plus, minus), hn::IfThenElse(above, not_plus, rest_minus));

  EuropeanOutput<V> v;
  const V signed_asset = hn::Xor(asset, in.put_sign), signed_cash = hn::Xor(cash, in.put_sign);
  const V density_per_spot = hn::Mul(low_density, in.inverse_spot);
  v.price = hn::IfThenElse(out, value, hn::Add(hn::Sub(high, low), value));
  v.delta = hn::Mul(signed_asset, in.inverse_spot);
  v.gamma = hn::Mul(hn::Mul(density_per_spot, inverse_s), in.inverse_spot);
  v.vega = hn::Mul(low_density, in.root_years);
  // φ·vol/(2√T), and vol/s is 1/√T
  const V decay = hn::Mul(hn::Mul(hn::Mul(low_density, half), hn::Mul(in.vol, inverse_s)), in.vol);
  v.theta = hn::Sub(hn::MulSub(in.dividend_yield, signed_asset, decay), hn::Mul(in.rate, signed_cash));
  v.rho = hn::Mul(in.years, signed_cash);
  v.rho_q = hn::Neg(hn::Mul(in.years, signed_asset));
  if constexpr (second_group) {
    const V one = hn::Set(d, 1.0);
    const V inverse_vol = hn::IfThenElse(hn::Lt(in.vol, tiny), zero, hn::Div(one, in.vol));
    const V inverse_years = hn::IfThenElse(hn::Lt(in.years, tiny), zero, hn::Div(one, in.years));
    const V d2 = hn::IfThenElse(above, hn::Neg(d_plus), d_minus);
    v.vanna = hn::Neg(hn::Mul(density_per_spot, hn::Mul(d2, inverse_vol)));
    v.volga = hn::Mul(hn::Mul(v.vega, inverse_vol), hn::Mul(d_plus, d_minus));
    const V carry = hn::Sub(in.rate, in.dividend_yield);
    const V drift = hn::NegMulAdd(hn::Mul(half, d2), inverse_years, hn::Mul(carry, inverse_s));
    v.charm = hn::NegMulAdd(density_per_spot, drift, hn::Mul(in.dividend_yield, v.delta));
  }
  return v;
}

}  // namespace optix::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
