#pragma once
// Sign and roots of a polynomial on u in (0, ∞) by subdivision in the Bernstein basis.
//
// With u = t/(1−t), Σ cᵢuⁱ·(1−t)ⁿ = Σ cᵢ/C(n,i) · Bᵢⁿ(t) on t in (0, 1). The number of sign changes of
// the Bernstein coefficients bounds the number of roots and has its parity (Descartes), and a half
// is obtained by de Casteljau's averages, so halving isolates every simple root and coefficients of
// one sign prove the sign of the polynomial on the interval (Farouki, "The Bernstein polynomial
// basis: a centennial retrospective", 2012, §6).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace optix::bernstein {

template <std::size_t N>
using Coefficients = std::array<double, N + 1>;

// Product of two power-basis polynomials of degrees A and B.
template <std::size_t A, std::size_t B>
std::array<double, A + B - 1> multiply(const std::array<double, A>& x, const std::array<double, B>& y) {
  std::array<double, A + B - 1> out{};
  for (std::size_t i = 0; i < A; ++i)
    for (std::size_t j = 0; j < B; ++j) out[i + j] = std::fma(x[i], y[j], out[i + j]);
  return out;
}

template <std::size_t A>
std::array<double, A> combine(double f, const std::array<double, A>& x, double g, const std::array<double, A>& y) {
  std::array<double, A> out{};
  for (std::size_t i = 0; i < A; ++i) out[i] = f * x[i] + g * y[i];
  return out;
}

template <std::size_t A>
std::array<double, A - 1> derivative(const std::array<double, A>& x) {
  std::array<double, A - 1> out{};
  for (std::size_t i = 1; i < A; ++i) out[i - 1] = static_cast<double>(i) * x[i];
  return out;
}

// Power coefficients in u to Bernstein coefficients in t with u = scale·t/(1−t).
template <std::size_t A>
std::array<double, A> from_power(std::array<double, A> c, double scale = 1) {
  double binomial = 1;
  double power = 1;
  for (std::size_t i = 0; i < A; ++i) {
    c[i] *= power / binomial;
    power *= scale;
    binomial = binomial * static_cast<double>(A - 1 - i) / static_cast<double>(i + 1);
  }
  return c;
}

// c becomes the left half, the right half is returned.
template <std::size_t A>
std::array<double, A> split(std::array<double, A>& c) {
  std::array<double, A> right{};
  for (std::size_t left = 1; left <= A; ++left) {
    right[A - left] = c[A - 1];
    for (std::size_t i = A - 1; i >= left; --i) c[i] = 0.5 * (c[i - 1] + c[i]);
  }
  return right;
}

template <std::size_t A>
int sign_changes(const std::array<double, A>& c) {
  int changes = 0;
  double last = 0;
  for (const double x : c) {
    if (x == 0) continue;
    if (last != 0 && (x < 0) != (last < 0)) ++changes;
    last = x;
  }
  return changes;
}

// True when the polynomial is nowhere negative on (0, 1). A dip that 30 halvings cannot tell from a
// touch of zero counts as negative.
template <std::size_t A>
bool nonnegative(std::array<double, A> c, int depth = 30) {
  while (true) {
    if (c[0] < 0 || c[A - 1] < 0) return false;
    if (std::all_of(c.begin(), c.end(), [](double x) { return x >= 0; })) return true;
    if (depth-- == 0) return false;
    const std::array<double, A> right = split(c);
    if (!nonnegative(right, depth)) return false;
  }
}

// Value and slope at t by de Casteljau's averages.
template <std::size_t A>
std::array<double, 2> value_and_slope(std::array<double, A> c, double t) {
  for (std::size_t last = A - 1; last > 1; --last)
    for (std::size_t i = 0; i < last; ++i) c[i] += t * (c[i + 1] - c[i]);
  const double slope = c[1] - c[0];
  return {c[0] + t * slope, static_cast<double>(A - 1) * slope};
}

// The root in (0, 1) of a polynomial with one sign change: Newton's steps inside a shrinking
// bracket, bisection where they leave it or do not halve.
template <std::size_t A>
double single_root(const std::array<double, A>& c) {
  const bool negative_left = *std::find_if(c.begin(), c.end(), [](double x) { return x != 0; }) < 0;
  double low = 0;
  double high = 1;
  double t = 0.5;
  double last_step = 1;
  for (int i = 0; i < 100; ++i) {
    const auto [value, slope] = value_and_slope(c, t);
    if (value == 0) return t;
    ((value < 0) == negative_left ? low : high) = t;
    double next = t - value / slope;
    if (!(next > low && next < high) || std::fabs(next - t) > 0.5 * last_step) next = 0.5 * (low + high);
    last_step = std::fabs(next - t);
    t = next;
    if (last_step <= 2e-16 * t || !(next > low && next < high)) break;
  }
  return t;
}

// Calls f(t) for a point within 2^−depth of every root in (0, 1) of odd order, and of every root of
// even order that is not lost in rounding. More points than roots may be given. Simple roots are
// refined to the last bits.
template <std::size_t A, class F>
void for_each_root(std::array<double, A> c, F&& f, double from = 0, double to = 1, int depth = 24) {
  const int changes = sign_changes(c);
  if (changes == 0) return;
  const double middle = 0.5 * (from + to);
  if (changes == 1) {  // one root, bracketed by the first and last coefficients that are not zero
    f(from + (to - from) * single_root(c));
    return;
  }
  if (depth == 0) {
    f(middle);
    return;
  }
  const std::array<double, A> right = split(c);
  for_each_root(c, f, from, middle, depth - 1);
  if (right[0] == 0) f(middle);
  for_each_root(right, f, middle, to, depth - 1);
}

}  // namespace optix::bernstein
