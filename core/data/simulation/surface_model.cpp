#include "core/data/simulation/surface_model.hpp"

#include <algorithm>
#include <cmath>

#include "core/data/simulation/shocks.hpp"
#include "core/pricing/elementary.hpp"

namespace optix::simulation {
namespace {

constexpr double sessions_per_year = 252;
constexpr double skew_reversion = 10;       // a year
constexpr double within_butterflies = 3.9;  // of 4: rounding must not decide

// The largest η with θφ²(1+|ρ|) ≤ 4 and θφ(1+|ρ|) < 4 at every θ. With a = 1 − 2γ, θφ² is
// η²·θ^a/(1+θ)^(1+a), largest at θ = a; θφ is below η.
double largest_eta(double gamma, double rho) {
  const double a = 1 - 2 * gamma, most = a > 0 ? math::pow(a, a) / math::pow(1 + a, 1 + a) : 1;
  const double bound = within_butterflies / (1 + std::fabs(rho));
  return std::min(std::sqrt(bound / most), bound);
}

}  // namespace

SurfaceState surface_state(const Params& p, double log_level, double wander) {
  SurfaceState s;
  s.level = std::clamp(p.level * math::exp(log_level), 0.005, 5.0);
  const double x = math::log(s.level / p.level);
  s.medium = p.medium_vol * math::exp(p.medium_share * x);
  s.far = p.long_vol * math::exp(p.long_share * x);
  s.rho = std::clamp(p.skew + wander, -0.95, 0.95);
  s.eta = std::min(p.curvature * math::exp(p.curvature_level * x), largest_eta(p.curvature_decay, s.rho));
  return s;
}

std::vector<SurfaceState> surface_states(const Params& p, std::uint64_t seed, const SessionClock& clock,
                                         const PricePath& path) {
  const std::uint64_t level_stream = shock_stream(p.underlying, "level"),
                      skew_stream = shock_stream(p.underlying, "skew");
  std::vector<SurfaceState> out;
  out.reserve(path.price.size());
  double x = 0, wander = 0;
  const double reference = p.vol * p.vol;
  for (std::size_t i = 0; i < path.price.size(); ++i) {
    const std::size_t within = i % clock.per_session;
    const double share = clock.share[within + 1] + (within == 0 ? clock.share[0] : 0);
    const double dt = share / sessions_per_year;
    // A floor of a tenth of the mean variance: the logarithm must not run away when variance touches 0.
    const double target = p.level_follow * 0.5 * math::log(std::max(path.variance[i], 0.1 * reference) / reference);
    x += (1 - math::exp(-p.level_reversion * dt)) * (target - x) + p.level_return * path.excess[i] +
         p.level_vol * std::sqrt(dt) * standard_normal(seed, level_stream, i);
    wander += (1 - math::exp(-skew_reversion * dt)) * -wander +
              p.skew_vol * std::sqrt(2 * skew_reversion * dt) * standard_normal(seed, skew_stream, i);
    out.push_back(surface_state(p, x, wander));
  }
  return out;
}

double atm_total_variance(const Params& p, const SurfaceState& s, double years) {
  const double m2 = s.medium * s.medium, l2 = s.far * s.far;
  return l2 * years - (m2 - l2) * math::expm1(-p.long_speed * years) / p.long_speed -
         (s.level * s.level - m2) * math::expm1(-p.medium_speed * years) / p.medium_speed;
}

SsviSlice surface_slice(const Params& p, const SurfaceState& s, double years) {
  const double theta = atm_total_variance(p, s, years);
  return {theta, s.rho, ssvi_power_law_phi(s.eta, p.curvature_decay, theta)};
}

}  // namespace optix::simulation
