#include "core/volatility/svi.hpp"

#include <cmath>
#include <limits>

namespace optix {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// √(1−ρ²) without losing digits near |ρ| = 1.
double complement(double rho) { return std::sqrt((1 - rho) * (1 + rho)); }

}  // namespace

bool svi_valid(const SviParameters& p) {
  return std::isfinite(p.a) && std::isfinite(p.b) && std::isfinite(p.rho) && std::isfinite(p.m) &&
         std::isfinite(p.sigma) && p.b >= 0 && std::fabs(p.rho) <= 1 && p.sigma >= 0;
}

double svi_total_variance(const SviParameters& p, double k) {
  const double x = k - p.m;
  return p.a + p.b * (p.rho * x + std::sqrt(x * x + p.sigma * p.sigma));
}

VarianceDerivatives svi_derivatives(const SviParameters& p, double k) {
  const double x = k - p.m;
  const double root = std::sqrt(x * x + p.sigma * p.sigma);
  VarianceDerivatives out;
  out.w = p.a + p.b * (p.rho * x + root);
  if (root > 0) {
    out.w1 = p.b * (p.rho + x / root);
    const double s = p.sigma / root;
    out.w2 = p.b * s * s / root;
  } else {  // the kink of σ = 0: slope of the chord across it, infinite curvature left out
    out.w1 = p.b * p.rho;
  }
  return out;
}

double svi_first_derivative(const SviParameters& p, double k) { return svi_derivatives(p, k).w1; }
double svi_second_derivative(const SviParameters& p, double k) { return svi_derivatives(p, k).w2; }

double svi_volatility(const SviParameters& p, double k, double years) {
  return std::sqrt(svi_total_variance(p, k) / years);
}

double durrleman_g(const VarianceDerivatives& smile, double k) {
  if (!(smile.w > 0)) return -infinity;
  const double along = 1 - 0.5 * k * smile.w1 / smile.w;
  return along * along - 0.25 * smile.w1 * smile.w1 * (1 / smile.w + 0.25) + 0.5 * smile.w2;
}

double svi_durrleman_g(const SviParameters& p, double k) { return durrleman_g(svi_derivatives(p, k), k); }

double svi_minimum_variance(const SviParameters& p) { return p.a + p.b * p.sigma * complement(p.rho); }

double svi_minimum_location(const SviParameters& p) {
  const double s = complement(p.rho);
  if (p.b == 0 || p.rho == 0 || p.sigma == 0) return p.m;
  return s > 0 ? p.m - p.rho * p.sigma / s : -p.rho * infinity;
}

double svi_left_slope(const SviParameters& p) { return p.b * (1 - p.rho); }
double svi_right_slope(const SviParameters& p) { return p.b * (1 + p.rho); }

Result<SviNatural> svi_to_natural(const SviParameters& p) {
  if (!svi_valid(p)) return Error{"not a slice: b < 0, |rho| > 1, sigma < 0 or a number that is not finite", "", ""};
  const double s = complement(p.rho);
  if (!(s > 0) || !(p.sigma > 0))
    return Error{"the natural form needs |rho| < 1 and sigma > 0", "", "keep the raw parameters"};
  SviNatural n;
  n.rho = p.rho;
  n.omega = 2 * p.b * p.sigma / s;
  n.zeta = s / p.sigma;
  n.mu = p.m + p.rho * p.sigma / s;
  n.delta = p.a - p.b * p.sigma * s;
  return n;
}

SviParameters svi_from_natural(const SviNatural& n) {
  const double s = complement(n.rho);
  SviParameters p;
  p.rho = n.rho;
  p.a = n.delta + 0.5 * n.omega * s * s;
  p.b = 0.5 * n.omega * n.zeta;
  p.m = n.mu - n.rho / n.zeta;
  p.sigma = s / n.zeta;
  return p;
}

Result<SviJumpWings> svi_to_jump_wings(const SviParameters& p, double years) {
  if (!svi_valid(p) || !(years > 0)) return Error{"not a slice, or years is not positive", "", ""};
  const VarianceDerivatives atm = svi_derivatives(p, 0);
  if (!(atm.w > 0)) return Error{"total variance at the money is not positive", "", "repair the slice first"};
  const double root = std::sqrt(atm.w);
  SviJumpWings jw;
  jw.v = atm.w / years;
  jw.psi = 0.5 * atm.w1 / root;
  jw.p = svi_left_slope(p) / root;
  jw.c = svi_right_slope(p) / root;
  jw.v_tilde = svi_minimum_variance(p) / years;
  return jw;
}

// With h = √(m²+σ²), m = βh, σ = h√(1−β²): (v − ṽ)T = bh(1 − ρβ − √(1−ρ²)√(1−β²)), which is one
// minus the cosine of the angle between (ρ, √(1−ρ²)) and (β, √(1−β²)): half the squared distance.
Result<SviParameters> svi_from_jump_wings(const SviJumpWings& jw, double years) {
  if (!(jw.v > 0) || !(years > 0) || !(jw.p >= 0) || !(jw.c >= 0) || !std::isfinite(jw.v * years * (jw.p + jw.c)))
    return Error{"jump wings need v > 0, p >= 0, c >= 0 and years > 0", "", ""};
  const double w = jw.v * years;
  const double root = std::sqrt(w);
  SviParameters out;
  out.b = 0.5 * root * (jw.c + jw.p);
  if (out.b == 0) {
    if (jw.psi != 0 || jw.v_tilde != jw.v)
      return Error{"jump wings without wings need psi = 0 and v_tilde = v", "", ""};
    out.a = w;
    out.sigma = 1;
    return out;
  }
  out.rho = (jw.c - jw.p) / (jw.c + jw.p);
  const double beta = out.rho - 2 * jw.psi * root / out.b;
  if (!(std::fabs(beta) <= 1)) return Error{"at-the-money skew psi is steeper than the wings", "", ""};
  if (!(jw.v_tilde <= jw.v)) return Error{"minimum variance v_tilde is above v", "", ""};
  const double s = complement(out.rho);
  const double t = complement(beta);
  const double angle = 0.5 * ((out.rho - beta) * (out.rho - beta) + (s - t) * (s - t));
  if (!(angle > 0))
    return Error{"psi = 0 puts the minimum at the money, where sigma is not determined", "", "give raw parameters"};
  const double h = (jw.v - jw.v_tilde) * years / (out.b * angle);
  out.m = beta * h;
  out.sigma = t * h;
  out.a = jw.v_tilde * years - out.b * out.sigma * s;
  return out;
}

}  // namespace optix
