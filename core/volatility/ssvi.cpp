#include "core/volatility/ssvi.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/pricing/elementary.hpp"

namespace optix {

namespace {

// Below this λθ the closed form of the Heston-like φ loses digits to cancellation and its series
// Σ (−x)^n/(n+2)! is exact with ten terms.
constexpr double series_limit = 0.5;

}  // namespace

double ssvi_power_law_phi(double eta, double gamma, double theta) {
  return eta / (math::pow(theta, gamma) * math::pow(1 + theta, 1 - gamma));
}

double ssvi_power_law_phi_slope(double eta, double gamma, double theta) {
  return -ssvi_power_law_phi(eta, gamma, theta) * (gamma / theta + (1 - gamma) / (1 + theta));
}

double ssvi_heston_phi(double lambda, double theta) {
  const double x = lambda * theta;
  if (x < series_limit) {
    double sum = 0;
    double term = 0.5;
    for (int n = 0; n < 14; ++n) {
      sum += term;
      term *= -x / (n + 3);
    }
    return sum;
  }
  return (1 + math::expm1(-x) / x) / x;
}

double ssvi_heston_phi_slope(double lambda, double theta) {
  const double x = lambda * theta;
  if (x < series_limit) {  // derivative of the series, term by term
    double sum = 0;
    double term = -1.0 / 6;
    for (int n = 1; n < 15; ++n) {
      sum += n * term;
      term *= -x / (n + 3);
    }
    return lambda * sum;
  }
  // d/dx (1/x + (e^−x − 1)/x²) = −(1 + e^−x)/x² − 2(e^−x − 1)/x³
  const double e = math::expm1(-x);
  return -lambda * ((2 + e) + 2 * e / x) / (x * x);
}

SviParameters essvi_to_raw(const EssviSlice& s) {
  const double spread = (1 - s.rho) * (1 + s.rho);
  SviParameters p;
  p.rho = s.rho;
  p.a = 0.5 * s.theta * spread;
  p.b = 0.5 * s.psi;
  if (s.psi > 0) {
    p.m = -s.rho * s.theta / s.psi;
    p.sigma = std::sqrt(spread) * s.theta / s.psi;
  } else {  // flat: any σ will do, a carries the whole level
    p.a = s.theta;
    p.b = 0;
    p.sigma = 1;
  }
  return p;
}

SviParameters ssvi_to_raw(const SsviSlice& s) { return essvi_to_raw({s.theta, s.rho, s.theta * s.phi}); }

double essvi_total_variance(const EssviSlice& s, double k) {
  const double y = s.psi * k;
  const double u = y + s.theta * s.rho;
  return 0.5 * (s.theta + s.rho * y + std::sqrt(u * u + s.theta * s.theta * (1 - s.rho) * (1 + s.rho)));
}

double ssvi_total_variance(const SsviSlice& s, double k) {
  return essvi_total_variance({s.theta, s.rho, s.theta * s.phi}, k);
}

SsviButterflyConditions essvi_butterfly_conditions(const EssviSlice& s) {
  const double wing = s.psi * (1 + std::fabs(s.rho));
  return {wing < 4, wing * s.psi <= 4 * s.theta};
}

SsviButterflyConditions ssvi_butterfly_conditions(const SsviSlice& s) {
  return essvi_butterfly_conditions({s.theta, s.rho, s.theta * s.phi});
}

bool ssvi_calendar_condition(double rho, double theta, double phi, double phi_slope) {
  const double slope = phi + theta * phi_slope;
  return slope >= 0 && rho * rho * slope <= (1 + std::sqrt((1 - rho) * (1 + rho))) * phi;
}

bool essvi_calendar_conditions(const EssviSlice& near, const EssviSlice& far) {
  // Room for the rounding of slices that were placed on the boundary.
  constexpr double slack = 1e-14;
  const auto not_below = [](double x, double y) { return x >= y - slack * y; };
  return not_below(far.theta, near.theta) && not_below(far.psi * (1 + far.rho), near.psi * (1 + near.rho)) &&
         not_below(far.psi * (1 - far.rho), near.psi * (1 - near.rho)) &&
         not_below(near.psi * far.theta, far.psi * near.theta);
}

EssviSlice essvi_interpolate(std::span<const EssviExpiry> surface, double years) {
  if (surface.empty() || !(years > 0) || !std::isfinite(years))
    throw std::invalid_argument("essvi_interpolate: needs a surface and positive years");
  const EssviExpiry& first = surface.front();
  if (years <= first.years) {
    const double share = years / first.years;
    return {share * first.slice.theta, first.slice.rho, share * first.slice.psi};
  }
  const EssviExpiry& last = surface.back();
  if (years >= last.years) {
    const EssviExpiry before = surface.size() > 1 ? surface[surface.size() - 2] : EssviExpiry{0, {0, 0, 0}};
    const double growth = (last.slice.theta - before.slice.theta) / (last.years - before.years);
    return {last.slice.theta + growth * (years - last.years), last.slice.rho, last.slice.psi};
  }
  const auto right = std::upper_bound(surface.begin(), surface.end(), years,
                                      [](double t, const EssviExpiry& e) { return t < e.years; });
  const EssviExpiry& far = *right;
  const EssviExpiry& near = *(right - 1);
  const double share = (years - near.years) / (far.years - near.years);
  const auto between = [share](double x, double y) { return x + share * (y - x); };
  EssviSlice out;
  out.theta = between(near.slice.theta, far.slice.theta);
  out.psi = between(near.slice.psi, far.slice.psi);
  const double up = between(near.slice.psi * near.slice.rho, far.slice.psi * far.slice.rho);
  out.rho = out.psi > 0 ? up / out.psi : between(near.slice.rho, far.slice.rho);
  return out;
}

}  // namespace optix
