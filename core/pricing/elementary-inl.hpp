// Exponential, logarithm and scaled normal tail as templates over a Highway tag, for kernels compiled
// once per instruction set. With a one-lane tag they are the scalar functions of elementary.hpp, so
// vector and scalar agree bit for bit by construction: only exactly rounded operations, one order.
//
// Include after core/pricing/vector_targets.hpp, in the file that foreach_target.h repeats.
// Coefficients are minimax fits made for this file with 50-digit arithmetic (Remez exchange for the
// polynomials, interpolation at Chebyshev nodes for the rational function).
#if defined(OPTIX_CORE_PRICING_ELEMENTARY_INL) == defined(HWY_TARGET_TOGGLE)
#  ifdef OPTIX_CORE_PRICING_ELEMENTARY_INL
#    undef OPTIX_CORE_PRICING_ELEMENTARY_INL
#  else
#    define OPTIX_CORE_PRICING_ELEMENTARY_INL
#  endif

#  include <hwy/highway.h>

#  include <cstddef>
#  include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace optix::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// ln 2 = ln2_high + ln2_low; the first has 42 bits, so products with exponents are exact.
constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
constexpr double inverse_root_two_pi = 0.39894228040143267794;

// Σ c[i]·x^i by Horner's rule, unrolled by the index sequence.
template <class D, std::size_t N, std::size_t... I, class V = hn::Vec<D>>
HWY_INLINE V PolynomialTerms(D d, V x, const double (&c)[N], std::index_sequence<I...>) {
  V sum = hn::Set(d, c[N - 1]);
  ((sum = hn::MulAdd(sum, x, hn::Set(d, c[N - 2 - I]))), ...);
  return sum;
}
template <class D, std::size_t N, class V = hn::Vec<D>>
HWY_INLINE V Polynomial(D d, V x, const double (&c)[N]) {
  return PolynomialTerms(d, x, c, std::make_index_sequence<N - 1>());
}

// (e^r − 1 − r)/r² for |r| ≤ ln2/2, relative error 4e-18 of e^r.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ExpTail(D d, V r) {
  constexpr double c[] = {0.50000000000000106691,     0.16666666666666411499,   0.04166666666652972676,
                          0.008333333333494986217,    0.0013888888943760210463, 0.00019841269505750853709,
                          0.000024801492949463014857, 2.7557586826456072838e-6, 2.7630306292627635327e-7,
                          2.5000011208123711555e-8};
  return Polynomial(d, r, c);
}

// e^(x + low) for a small correction |low| ≪ 1; x may be anything, NaN gives NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ExpSum(D d, V x, V low) {
  const hn::RebindToUnsigned<D> du;
  // x86's MIN and MAX give the second operand when either is NaN.
  x = hn::Max(hn::Set(d, -746.0), hn::Min(hn::Set(d, 710.0), x));
  // What rounding took from an x far beyond these limits may be larger than the limits.
  low = hn::Max(hn::Set(d, -1.0), hn::Min(hn::Set(d, 1.0), low));
  // Adding 2^52 + 2048 leaves the rounded quotient + 2048 in the low bits: positive, so logical
  // shifts will do.
  const V magic = hn::Set(d, 0x1p52 + 2048);
  const V shifted = hn::MulAdd(x, hn::Set(d, 0x1.71547652b82fep+0), magic);
  const V n = hn::Sub(shifted, magic);
  const V high = hn::NegMulAdd(n, hn::Set(d, ln2_high), x);  // exact
  const V rest = hn::NegMulAdd(n, hn::Set(d, ln2_low), low);
  const V r = hn::Add(high, rest);
  const V lost = hn::Add(hn::Sub(high, r), rest);
  const V tail = hn::MulAdd(hn::Mul(r, r), ExpTail(d, r), lost);
  const V y = hn::Add(hn::Set(d, 1.0), hn::Add(r, tail));
  // y·2^n in two exact steps, so that a denormal result is rounded once.
  const auto bits = hn::BitCast(du, shifted);
  const auto half = hn::ShiftRight<1>(bits);
  const auto one = hn::Set(du, 1);
  const V scale1 = hn::BitCast(d, hn::ShiftLeft<52>(hn::Sub(half, one)));
  const V scale2 = hn::BitCast(d, hn::ShiftLeft<52>(hn::Sub(hn::Sub(bits, half), one)));
  return hn::Mul(hn::Mul(y, scale1), scale2);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp(D d, V x) {
  return ExpSum(d, x, hn::Zero(d));
}

// e^(−x²/2), the rounding of the square put back.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ExpHalfSquare(D d, V x) {
  const V h = hn::Mul(x, hn::Set(d, -0.5));
  const V square = hn::Mul(h, x);
  return ExpSum(d, square, hn::MulSub(h, x, square));
}

// (log((1+s)/(1−s)) − 2s)/s for |s| ≤ 3 − √8 given z = s²: relative error 1e-20 of the logarithm.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V LogTail(D d, V z) {
  constexpr double c[] = {0.66666666666666660933, 0.40000000000006286989, 0.28571428569072979647,
                          0.22222222648749375429, 0.18181775508552343307, 0.15387097651599217008,
                          0.13249961975139557482, 0.13252755555393675121};
  return hn::Mul(z, Polynomial(d, z, c));
}

// Natural logarithm of positive normal finite numbers only.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V LogNormal(D d, V x) {
  const hn::RebindToUnsigned<D> du;
  const auto bits = hn::BitCast(du, x);
  // Exponent of x/√½ plus 1024, and the mantissa m in [√½, √2) that is left.
  const auto offset = hn::Sub(bits, hn::Set(du, 0x3FE6A09E667F3BCDull));
  const auto biased = hn::ShiftRight<52>(hn::Add(offset, hn::Set(du, 1024ull << 52)));
  const V m = hn::BitCast(d, hn::Sub(bits, hn::And(offset, hn::Set(du, 0xFFF0000000000000ull))));
  const V k = hn::Sub(hn::BitCast(d, hn::Or(biased, hn::Set(du, 0x4330000000000000ull))), hn::Set(d, 0x1p52 + 1024));
  const V f = hn::Sub(m, hn::Set(d, 1.0));
  const V s = hn::Div(f, hn::Add(m, hn::Set(d, 1.0)));
  // log m = f − s·(f − tail): f is exact, what is subtracted is small.
  const V tail = LogTail(d, hn::Mul(s, s));
  const V small = hn::MulSub(s, hn::Sub(f, tail), hn::Mul(k, hn::Set(d, ln2_low)));
  return hn::MulAdd(k, hn::Set(d, ln2_high), hn::Sub(f, small));
}

// log(a/b) for positive normal finite a and b: the numerator of (a − b)/(a + b), scaled by a power
// of two to lie near each other, is exact, so nothing is lost where a ≈ b.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V LogRatio(D d, V a, V b) {
  const hn::RebindToUnsigned<D> du;
  const auto mantissa = hn::Set(du, 0x000FFFFFFFFFFFFFull);
  const V one = hn::Set(d, 1.0), root_two = hn::Set(d, 1.4142135623730951);
  const auto one_bits = hn::BitCast(du, one), two_52 = hn::Set(du, 0x4330000000000000ull);
  const auto abits = hn::BitCast(du, a), bbits = hn::BitCast(du, b);
  V ma = hn::BitCast(d, hn::Or(hn::And(abits, mantissa), one_bits));
  V mb = hn::BitCast(d, hn::Or(hn::And(bbits, mantissa), one_bits));
  V k = hn::Sub(hn::BitCast(d, hn::Or(hn::ShiftRight<52>(abits), two_52)),
                hn::BitCast(d, hn::Or(hn::ShiftRight<52>(bbits), two_52)));
  const auto a_large = hn::Gt(ma, hn::Mul(mb, root_two)), b_large = hn::Gt(mb, hn::Mul(ma, root_two));
  mb = hn::IfThenElse(a_large, hn::Add(mb, mb), mb);
  ma = hn::IfThenElse(b_large, hn::Add(ma, ma), ma);
  k = hn::Add(k, hn::IfThenElseZero(a_large, one));
  k = hn::Sub(k, hn::IfThenElseZero(b_large, one));
  const V s = hn::Div(hn::Sub(ma, mb), hn::Add(ma, mb));
  const V tail = LogTail(d, hn::Mul(s, s));
  const V small = hn::MulAdd(s, tail, hn::Mul(k, hn::Set(d, ln2_low)));
  // With k = 0 this is 2s + s·tail; otherwise k·ln2_high + 2s is exact enough as a first term.
  return hn::MulAdd(k, hn::Set(d, ln2_high), hn::Add(hn::Add(s, s), small));
}

// N(−x)·e^(x²/2) = ½·erfcx(x/√2) as a quotient of polynomials, 0 ≤ x ≤ 40, relative error 5e-18.
constexpr double scaled_tail_p[] = {0.50000000000000000001,   0.81555157488698902215,   0.66025157938680792501,
                                    0.34237545256675511458,   0.12469076843025108836,   0.03316076378048257675,
                                    0.0065104733041931059192, 0.0009324767749442062016, 0.00009354034393269766967,
                                    5.9701457870187396516e-6, 1.8600184598689929908e-7};
constexpr double scaled_tail_q[] = {1.0,
                                    2.4289877105768434081,
                                    2.7585549514227775804,
                                    1.9372269759792504829,
                                    0.9368048202700920976,
                                    0.32840845100459429756,
                                    0.08542915138232727929,
                                    0.016552874845026558706,
                                    0.0023523375861364777601,
                                    0.00023493710840033655405,
                                    0.000014964936233472893152,
                                    4.6623748628404277534e-7};

// That quotient. Every coefficient is positive, so nothing cancels: error < 2 units in the last place
// for x < 3, < 5 up to 40.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ScaledTail(D d, V x) {
  return hn::Div(Polynomial(d, x, scaled_tail_p), Polynomial(d, x, scaled_tail_q));
}

}  // namespace optix::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
