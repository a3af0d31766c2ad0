#include "core/pricing/implied_vol_scalar.hpp"

#include <algorithm>
#include <cmath>

#include "core/pricing/elementary.hpp"

namespace optix {
namespace {

constexpr double density_at_zero = 0.39894228040143267794;

// Σ of the odd terms of the scaled tail's Taylor series about h: G(h − t) − G(h + t). With
// G' = hG − φ(0), the derivatives obey G⁽ⁿ⁺¹⁾ = hG⁽ⁿ⁾ + nG⁽ⁿ⁻¹⁾, so nothing of the size of G cancels.
double tail_difference(double h, double t) {
  const double g = math::scaled_normal_tail(h);
  double before = g, derivative = std::fma(h, g, -density_at_zero);
  double sum = 0, power = t;
  for (int n = 1; n <= 13; n += 2) {
    sum += derivative * power;
    // Two derivatives on; power becomes t^(n+2)/(n+2)!.
    const double even = h * derivative + n * before;
    before = even;
    derivative = h * even + (n + 1) * derivative;
    power *= t * t / ((n + 1) * (n + 2));
  }
  return -2 * sum;
}

struct Objective {
  double value;  // log of what is matched, less its target
  double slope;  // its derivative with respect to s
};

// log(c(s)/price).
Objective log_price(double y, double s, double price) {
  const double h = y / s, t = 0.5 * s;
  const double d_plus = t - h;
  // c·e^(d₊²/2); the series where the difference of the tails would lose digits.
  double scaled = 0;
  if (t < 0.1 && t * h < 0.5)
    scaled = tail_difference(h, t);
  else if (d_plus <= 0)
    scaled = math::scaled_normal_tail(-d_plus) - math::scaled_normal_tail(t + h);
  else
    scaled = math::exp(0.5 * d_plus * d_plus) - math::scaled_normal_tail(d_plus) - math::scaled_normal_tail(t + h);
  if (!(scaled > 0)) return {-1e300, 1};  // s far too small: leaves the bracket, which is then halved
  // As the logarithm of a quotient near 1, unless c or the price is next to the denormals.
  const double value = scaled * (math::normal_pdf(d_plus) / density_at_zero);
  const double off = price > 1e-280 && value > 1e-280 ? math::log(value / price)
                                                      : math::log(scaled) - 0.5 * d_plus * d_plus - math::log(price);
  return {off, density_at_zero / scaled};
}

// log(1 − c(s)) − target, above the inflection point, where d₊ ≥ 0.
Objective log_complement(double y, double s, double target) {
  const double h = y / s, t = 0.5 * s;
  const double d_plus = std::max(t - h, 0.0);
  const double scaled = math::scaled_normal_tail(d_plus) + math::scaled_normal_tail(t + h);
  return {math::log(scaled) - 0.5 * d_plus * d_plus - target, -density_at_zero / scaled};
}

}  // namespace

double implied_deviation(double y, double price, double complement) {
  const double inflection = std::sqrt(2 * y);
  // The price at the inflection point, where d₊ = 0, tells on which side of it the answer lies.
  const bool below = inflection > 0 && price < 0.5 - math::scaled_normal_tail(inflection);
  const bool by_price = price < 0.5;  // the smaller of price and complement is known better
  const double log_rest = math::log(complement);
  double low = inflection, high = inflection, s = 0;
  if (below) {
    low = 0;
    s = std::min(y / std::sqrt(-2 * math::log(price)), inflection);  // c ≈ e^(−y²/(2s²)) far below
  } else {
    // 1 − c ≤ 2N(−d₊) ≤ e^(−d₊²/2), so d₊ = s/2 − y/s is no more than √(−2·log(1 − c)).
    const double furthest = std::sqrt(std::max(-2 * log_rest, 0.0));
    high = furthest + std::sqrt(furthest * furthest + 2 * y) + 1;
    s = std::max(inflection, 2.5 * price);
  }
  for (int step = 0; step < 100; ++step) {
    const Objective g = by_price ? log_price(y, s, price) : log_complement(y, s, log_rest);
    ((g.value < 0) == by_price ? low : high) = s;
    const double newton = -g.value / g.slope;
    if (std::fabs(newton) <= 1e-15 * s) return s;
    const double h = y / s;
    const double second = h * h / s - 0.25 * s;                           // c″/c′
    const double third = second * second - 3 * (h / s) * (h / s) - 0.25;  // c‴/c′
    const double f2 = second - g.slope, f3 = third + g.slope * (2 * g.slope - 3 * second);
    const double next = s + newton * (1 + 0.5 * f2 * newton) / (1 + newton * (f2 + newton * f3 / 6));
    if (next > low && next < high) {
      const double change = std::fabs(next - s);
      s = next;
      if (change <= 1e-5 * s) break;  // the error left is of the fourth order in it
    } else {
      s = low > 0 ? std::sqrt(low) * std::sqrt(high) : 0.01 * high;
      if (!(s > low && s < high)) break;  // neighbours
    }
  }
  return s;
}

}  // namespace optix
