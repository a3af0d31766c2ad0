#include "core/pricing/vector_targets.hpp"
// Highway reads the line above.
#include "core/pricing/elementary-inl.hpp"
#include "core/pricing/elementary.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace optix::math {
namespace {

namespace lane = ::optix::HWY_NAMESPACE;
namespace hn = ::hwy::HWY_NAMESPACE;
using One = hn::CappedTag<double, 1>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest_normal = std::numeric_limits<double>::min();
constexpr double inverse_root_two = 0.70710678118654752440, root_two = 1.41421356237309504880;

hn::Vec<One> set(double x) { return hn::Set(One(), x); }
double get(hn::Vec<One> v) { return hn::GetLane(v); }

// e^(x + low), low far below x.
double exp_sum(double x, double low) { return get(lane::ExpSum(One(), set(x), set(low))); }

// A number as the unevaluated sum of two doubles.
struct Pair {
  double high, low;
};

Pair quick_two_sum(double a, double b) {  // |a| ≥ |b|
  const double s = a + b;
  return {s, b - (s - a)};
}

Pair two_sum(double a, double b) {
  const double s = a + b, t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}

Pair multiply(Pair a, double b) {
  const double p = a.high * b;
  return quick_two_sum(p, std::fma(a.high, b, -p) + a.low * b);
}

// log x to about 2^-66 of its size, for positive finite x.
Pair log_pair(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < inverse_root_two) {
    m *= 2;
    --exponent;
  }
  const double f = m - 1, den = m + 1, den_low = f - (den - 2);
  Pair s{f / den, 0};
  s.low = (std::fma(-s.high, den, f) - s.high * den_low) / den;
  // log m = 2s + (2/3)s³ + s⁵·(…): the first two terms in pairs.
  const Pair square = [&] {
    const double p = s.high * s.high;
    return quick_two_sum(p, std::fma(s.high, s.high, -p) + 2 * s.high * s.low);
  }();
  const Pair two_thirds{0x1.5555555555555p-1, 0x1.5555555555555p-55};
  Pair t = multiply(square, two_thirds.high);
  t = quick_two_sum(t.high, t.low + square.high * two_thirds.low);
  const double z = square.high;
  double c = 2.0 / 23;
  for (int i = 21; i >= 5; i -= 2) c = std::fma(c, z, 2.0 / i);
  const double fourth = z * z * c;
  t = quick_two_sum(t.high, t.low + fourth);
  // s·(2 + t), added to exponent·ln 2.
  Pair sum = quick_two_sum(2.0, t.high);
  sum.low += t.low;
  sum = quick_two_sum(sum.high, sum.low);
  Pair log_m = multiply(sum, s.high);
  log_m = quick_two_sum(log_m.high, log_m.low + sum.high * s.low);
  if (exponent == 0) return log_m;
  const double k = exponent;
  const double big = k * lane::ln2_high;  // exact
  const Pair first = quick_two_sum(big, log_m.high);
  return quick_two_sum(first.high, first.low + (log_m.low + k * lane::ln2_low));
}

// e^(x²) with the rounding of the square put back.
double exp_square(double x) {
  const double square = x * x;
  return std::isinf(square) ? infinity : exp_sum(square, std::fma(x, x, -square));
}

// Σ c[i]·x^i for positive terms, by Horner's rule with its rounding errors summed alongside.
template <std::size_t N>
Pair exact_polynomial(double x, const double (&c)[N]) {
  double sum = c[N - 1], lost = 0;
  for (std::size_t i = N - 1; i-- > 0;) {
    const double product = sum * x;
    const Pair next = two_sum(product, c[i]);
    lost = std::fma(lost, x, std::fma(sum, x, -product) + next.low);
    sum = next.high;
  }
  return {sum, lost};
}

// N(−x)·e^(x²/2), x ≥ 0.
Pair scaled_tail_pair(double x) {
  if (!(x > 40)) {
    const Pair p = exact_polynomial(x, lane::scaled_tail_p), q = exact_polynomial(x, lane::scaled_tail_q);
    const double ratio = p.high / q.high;
    return {ratio, (std::fma(-ratio, q.high, p.high) + (p.low - ratio * q.low)) / q.high};
  }
  const double z = 1 / x / x;  // the asymptotic series: the eighth term is past 2^-56
  double series = 1;
  for (const double odd : {13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0}) series = std::fma(-odd * z, series, 1.0);
  return {lane::inverse_root_two_pi / x * series, 0};
}

// ½·erfcx(x) for x ≥ 0: the tail at √2·x, whose rounding is made up for by the derivative.
double half_erfcx(double x) {
  constexpr double root_two_low = -9.6672933134529135e-17;
  const double y = x * root_two;
  if (y > 1e8) return lane::inverse_root_two_pi / y;
  const double y_low = std::fma(x, root_two, -y) + x * root_two_low;
  const Pair g = scaled_tail_pair(y);
  return g.high + (g.low + y_low * (y * g.high - lane::inverse_root_two_pi));
}

}  // namespace

double exp(double x) { return get(lane::Exp(One(), set(x))); }

double expm1(double x) {
  if (!(std::fabs(x) < 40)) return exp(x) - 1;  // NaN comes this way too
  // e^x − 1 = (2^n − 1) + 2^n·(e^r − 1), the first of which is exact.
  const double n = std::nearbyint(x * 0x1.71547652b82fep+0);
  const double high = std::fma(-n, lane::ln2_high, x), low = -n * lane::ln2_low;
  const Pair r = quick_two_sum(high, low);
  const double tail = std::fma(r.high * r.high, get(lane::ExpTail(One(), set(r.high))), r.low);
  const Pair e = quick_two_sum(r.high, tail);
  const double scale = std::ldexp(1.0, static_cast<int>(n));
  const Pair sum = two_sum(scale - 1, scale * e.high);
  return sum.high + (sum.low + scale * e.low);
}

double log(double x) {
  if (x >= smallest_normal && x < infinity) return get(lane::LogNormal(One(), set(x)));
  if (x == 0) return -infinity;
  if (!(x > 0)) return nan;
  if (x == infinity) return x;
  const double scaled = get(lane::LogNormal(One(), set(x * 0x1p54)));
  return scaled - 54 * 0.69314718055994530942;
}

double log1p(double x) {
  const double y = 1 + x;
  if (!(y > 0) || y == infinity) return y == 0 ? -infinity : y > 0 ? y : nan;
  if (y == 1) return x;
  const double lost = x >= 1 ? 1 - (y - x) : x - (y - 1);
  return log(y) + lost / y;
}

double pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (std::isnan(x) || std::isnan(y)) return nan;
  double sign = 1;
  const bool integer = std::floor(y) == y;
  if (std::signbit(x) && integer && std::fmod(y, 2) != 0) sign = -1;
  const double magnitude = std::fabs(x);
  if (x < 0 && !integer && magnitude < infinity) return nan;
  if (magnitude == 0 || magnitude == infinity || std::isinf(y)) {
    if (magnitude == 1) return 1;
    if (std::isinf(y)) return (magnitude > 1) == (y > 0) ? infinity : 0;
    return (magnitude == 0) == (y > 0) ? sign * 0.0 : sign * infinity;
  }
  const Pair l = log_pair(magnitude);
  const double product = l.high * y;
  if (product > 710) return sign * infinity;
  if (product < -746) return sign * 0.0;
  return sign * exp_sum(product, std::fma(l.high, y, -product) + l.low * y);
}

double normal_pdf(double x) {
  if (std::isinf(x)) return 0;
  return lane::inverse_root_two_pi * get(lane::ExpHalfSquare(One(), set(x)));
}

double scaled_normal_tail(double x) {
  if (!(x >= 0)) return nan;
  if (x > 1e8) return lane::inverse_root_two_pi / x;
  const Pair g = scaled_tail_pair(x);
  return g.high + g.low;
}

double erfcx(double x) {
  if (x >= 0) return 2 * half_erfcx(x);
  return 2 * exp_square(x) - 2 * half_erfcx(-x);
}

double normal_cdf(double x) {
  if (x > 0) return x > 40 ? 1 : 1 - normal_cdf(-x);
  if (x < -40) return 0;
  const double e = get(lane::ExpHalfSquare(One(), set(x)));
  const Pair g = scaled_tail_pair(-x);
  return std::fma(e, g.high, e * g.low);
}

namespace {

// x − n·π/2 as a pair, |n| ≤ 2^20. π/2 in three parts of 33 bits, whose products with n are exact,
// and a rest.
Pair reduce(double x, double n) {
  constexpr double p1 = 0x1.921fb544p+0, p2 = 0x1.0b4611a6p-34, p3 = 0x1.3198a2ep-69, p4 = 0x1.b839a252049c1p-104;
  const double h = std::fma(-n, p1, x);
  const double w = n * p2;
  const double a = h - w;
  const double a_low = (h - a) - w;
  const double v = n * p3;
  const double b = a - v;
  const double b_low = (a - b) - v;
  return quick_two_sum(b, b_low + a_low - n * p4);
}

// sin and cos of |r| ≤ π/4 by their Taylor series: 17 and 16 terms' powers are past 2^-57.
double sin_near_zero(Pair r) {
  const double z = r.high * r.high;
  double c = 1.0 / 355687428096000.0;
  constexpr double factorials[] = {1307674368000.0, 6227020800.0, 39916800.0, 362880.0, 5040.0, 120.0, 6.0};
  double sign = -1;
  for (const double f : factorials) {
    c = std::fma(c, z, sign / f);
    sign = -sign;
  }
  return r.high + std::fma(r.high * z, c, r.low * (1 - 0.5 * z));
}

double cos_near_zero(Pair r) {
  const double z = r.high * r.high;
  double c = 1.0 / 20922789888000.0;
  constexpr double factorials[] = {87178291200.0, 479001600.0, 3628800.0, 40320.0, 720.0, 24.0};
  double sign = -1;
  for (const double f : factorials) {
    c = std::fma(c, z, sign / f);
    sign = -sign;
  }
  const double half = 0.5 * z, w = 1 - half;
  const double square_low = std::fma(r.high, r.high, -z);
  return w + (((1 - w) - half) + (z * z * c - 0.5 * square_low - r.high * r.low));
}

// sin(x + quarters·π/2).
double sine(double x, int quarters, const char* name) {
  if (std::isnan(x)) return x;
  if (!(std::fabs(x) <= 0x1p20))
    throw std::invalid_argument(std::string("math::") + name + ": the angle must be within 2^20, not " +
                                std::to_string(x));
  const double n = std::nearbyint(x * 0.63661977236758134308);
  const Pair r = reduce(x, n);
  const auto quadrant = (static_cast<long>(n) + quarters) & 3;
  const double value = (quadrant & 1) != 0 ? cos_near_zero(r) : sin_near_zero(r);
  return (quadrant & 2) != 0 ? -value : value;
}

// The quantile for |p − ½| ≤ 0.2: N(x) − ½ = φ(x)·(x + x³/3 + x⁵/15 + …) keeps small x exact.
double central_quantile(double p) {
  const double target = p - 0.5;  // exact
  constexpr double root_two_pi = 2.50662827463100050242;
  const double y = target * root_two_pi;
  double x = y * (1 + y * y * (1.0 / 6 + y * y * (7.0 / 120 + y * y * (127.0 / 5040))));
  for (int step = 0; step < 2; ++step) {
    double sum = 1;
    for (int i = 33; i >= 3; i -= 2) sum = std::fma(sum, x * x / i, 1);
    // (N(x) − p)/φ(x), then Halley's step.
    const double r = std::fma(x, sum, -y * exp_sum(0.5 * x * x, 0));
    x -= r / (1 + 0.5 * x * r);
  }
  return x;
}

}  // namespace

double sin(double x) { return sine(x, 0, "sin"); }
double cos(double x) { return sine(x, 1, "cos"); }

double normal_quantile(double p) {
  if (!(p >= 0 && p <= 1)) return nan;
  if (p == 0) return -infinity;
  if (p == 1) return infinity;
  if (std::fabs(p - 0.5) <= 0.2) return central_quantile(p);
  if (p > 0.5) return -normal_quantile(1 - p);
  // Abramowitz and Stegun 26.2.23 is within 4.5e-4; two of Halley's steps do the rest. The step is
  // (N(x) − p)/φ(x) = √(2π)·(N(x)·e^(x²/2) − p·e^(x²/2)), which has no denormal in it.
  const double u = std::sqrt(-2 * log(p));
  double x = (2.515517 + u * (0.802853 + u * 0.010328)) / (1 + u * (1.432788 + u * (0.189269 + u * 0.001308))) - u;
  const double scaled_p = p * 0x1p64;
  for (int step = 0; step < 2; ++step) {
    const double square = 0.5 * x * x, square_low = std::fma(0.5 * x, x, -square);
    const Pair part = two_sum(square, -64 * lane::ln2_high);
    const double over_pdf = exp_sum(part.high, part.low + square_low - 64 * lane::ln2_low);
    const Pair g = scaled_tail_pair(-x);
    const double r = (g.high - scaled_p * over_pdf + g.low) / lane::inverse_root_two_pi;
    x -= r / (1 + 0.5 * x * r);
  }
  return x;
}

}  // namespace optix::math
