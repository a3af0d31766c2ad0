#include "core/data/simulation/price_path.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/data/simulation/garch.hpp"
#include "core/data/simulation/shocks.hpp"
#include "core/pricing/elementary.hpp"
#include "core/sequencer/random.hpp"
#include "core/time/calendar.hpp"

namespace optix::simulation {
namespace {

constexpr double sessions_per_year = 252;

double to_cents(double price) { return std::max(1.0, std::round(price * 100)) / 100; }

// One market walking forwards, a session at a time.
class Walk {
 public:
  Walk(const Params& p, std::uint64_t seed, const std::optional<GarchFit>& garch)
      : p_(p), seed_(seed), garch_(garch), price_(p.spot) {
    for (const char* purpose : {"variance", "jump count", "jump size", "regime"})
      streams_.push_back(shock_stream(p.underlying, purpose));
    variance_ = p.vol * p.vol;
    if (garch_) variance_ = garch_->unconditional_variance() * sessions_per_year;
    path_.dividends = dividend_schedule(p);
  }

  // `z[i]`: the correlated shocks of the session, before the opening and before each snapshot.
  void session(Date date, std::uint64_t number, const SessionClock& clock, const std::vector<double>& z) {
    begin_session(number, clock, z);
    double excess = 0;
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double step = advance(number * z.size() + i, clock.share[i], z[i]);
      excess += step - drift_of_step_;
      price_ *= math::exp(step);
      if (i == 0) {
        for (const Dividend& d : path_.dividends)
          if (d.ex == date) price_ = std::max(0.01, price_ - d.amount);
        path_.open.push_back(to_cents(price_));
        continue;
      }
      path_.price.push_back(to_cents(price_));
      path_.variance.push_back(std::max(variance_, 0.0));
      path_.excess.push_back(excess);
      excess = 0;
    }
    if (garch_) {
      const double e = day_sigma_ * day_residual_;
      variance_ = (garch_->omega + garch_->alpha * e * e + garch_->beta * day_sigma_ * day_sigma_) * sessions_per_year;
    }
  }

  PricePath take() { return std::move(path_); }

 private:
  void begin_session(std::uint64_t number, const SessionClock& clock, const std::vector<double>& z) {
    if (p_.model == PriceModel::regimes) {
      const double u = draw_uniform(seed_, streams_[3], number);
      stressed_ = stressed_ ? u >= p_.stress_leave : u < p_.stress_enter;
      const double vol = stressed_ ? p_.stress_vol : p_.vol;
      variance_ = vol * vol;
    }
    if (garch_) {
      day_shock_ = 0;
      for (std::size_t i = 0; i < z.size(); ++i) day_shock_ += std::sqrt(clock.share[i]) * z[i];
      const auto count = static_cast<double>(garch_->residual.size());
      const double at = std::floor(math::normal_cdf(day_shock_) * count);
      day_residual_ = garch_->residual[static_cast<std::size_t>(std::clamp(at, 0.0, count - 1))];
      day_sigma_ = std::sqrt(variance_ / sessions_per_year);
    }
  }

  // The log return of a step that holds `share` of a session's variance.
  double advance(std::uint64_t counter, double share, double z) {
    const double dt = share / sessions_per_year;
    switch (p_.model) {
      case PriceModel::brownian: return diffuse(p_.drift, variance_, dt, z);
      case PriceModel::regimes: return diffuse(stressed_ ? p_.stress_drift : p_.drift, variance_, dt, z);
      case PriceModel::heston: {
        const double v = std::max(variance_, 0.0), rho = p_.heston_correlation;
        const double own = standard_normal(seed_, streams_[0], counter);
        variance_ += p_.heston_reversion * (p_.vol * p_.vol - v) * dt +
                     p_.heston_vol_of_vol * std::sqrt(v * dt) * (rho * z + std::sqrt(1 - rho * rho) * own);
        return diffuse(p_.drift, v, dt, z);
      }
      case PriceModel::merton: {
        const double s = p_.jump_vol;
        const double drift = p_.drift - p_.jump_rate * math::expm1(p_.jump_mean + 0.5 * s * s);
        const double calm = diffuse(drift, variance_, dt, z);
        return calm + jump(counter, dt);
      }
      case PriceModel::garch: {
        drift_of_step_ = p_.drift * dt - 0.5 * variance_ * dt;
        return drift_of_step_ + day_sigma_ * (share * (day_residual_ - day_shock_) + std::sqrt(share) * z);
      }
    }
    return 0;
  }

  double diffuse(double drift, double variance, double dt, double z) {
    drift_of_step_ = (drift - 0.5 * variance) * dt;
    return drift_of_step_ + std::sqrt(variance * dt) * z;
  }

  // The sum of a Poisson number of jumps, the number by inversion of its distribution.
  double jump(std::uint64_t counter, double dt) {
    const double mean = p_.jump_rate * dt;
    const double u = draw_uniform(seed_, streams_[1], counter);
    double chance = math::exp(-mean), sum = chance;
    int count = 0;
    while (u > sum && count < 100) {
      ++count;
      chance *= mean / count;
      sum += chance;
    }
    if (count == 0) return 0;
    return count * p_.jump_mean +
           std::sqrt(static_cast<double>(count)) * p_.jump_vol * standard_normal(seed_, streams_[2], counter);
  }

  const Params& p_;
  std::uint64_t seed_;
  const std::optional<GarchFit>& garch_;
  std::vector<std::uint64_t> streams_;
  double price_, variance_;
  double drift_of_step_ = 0;
  bool stressed_ = false;
  double day_shock_ = 0, day_residual_ = 0, day_sigma_ = 0;
  PricePath path_;
};

}  // namespace

std::vector<Dividend> dividend_schedule(const Params& p) {
  std::vector<Dividend> out;
  if (p.dividends_per_year == 0) return out;
  auto [year, month, day] = p.first.civil();
  const int end = p.last.civil().year + 3;
  for (int i = 1; year <= std::min(end, 2099); ++i) {
    if (i > 12) {
      i = 0;
      ++year;
      continue;
    }
    // Spread over the year so that four fall in February, May, August and November.
    const bool due = (i * p.dividends_per_year + 6) / 12 != ((i - 1) * p.dividends_per_year + 6) / 12;
    if (!due) continue;
    const Date ex = session_on_or_after(Date::from_civil(year, i, 15));
    if (ex < p.first) continue;
    const double years = static_cast<double>(ex - p.first) / 365;
    const double amount = p.spot * p.dividend_yield / p.dividends_per_year * math::exp(p.drift * years);
    if (amount >= 0.005) out.push_back({ex, std::round(amount * 100) / 100});
  }
  return out;
}

Result<std::vector<PricePath>> price_paths(const Setup& setup) {
  if (auto ok = check(setup); !ok) return ok.error();
  const std::size_t n = setup.markets.size();
  const auto lower = cholesky(setup.correlation.empty() ? equal_correlation(n, 0) : setup.correlation, n);
  if (!lower) return lower.error();
  std::optional<GarchFit> fit;
  const auto is_garch = [](const Params& p) { return p.model == PriceModel::garch; };
  if (std::any_of(setup.markets.begin(), setup.markets.end(), is_garch)) {
    auto fitted = fit_garch(setup.returns);
    if (!fitted) return fitted.error();
    fit = std::move(*fitted);
  }

  const std::optional<GarchFit> none;
  std::vector<Walk> walks;
  std::vector<std::uint64_t> streams;
  std::vector<SessionClock> clocks;  // the instants are equal, the shares need not be
  walks.reserve(n);
  for (const Params& p : setup.markets) {
    walks.emplace_back(p, setup.seed, is_garch(p) ? fit : none);
    streams.push_back(shock_stream(p.underlying, "price"));
    clocks.push_back(session_clock(p));
  }
  const std::size_t steps = clocks.front().per_session + 1;
  std::vector<std::vector<double>> own(n, std::vector<double>(steps)), shock = own;
  for (std::size_t s = 0; s < clocks.front().sessions.size(); ++s) {
    for (std::size_t m = 0; m < n; ++m)
      for (std::size_t i = 0; i < steps; ++i) {
        own[m][i] = standard_normal(setup.seed, streams[m], s * steps + i);
        shock[m][i] = 0;
        for (std::size_t k = 0; k <= m; ++k) shock[m][i] += (*lower)[m * n + k] * own[k][i];
      }
    for (std::size_t m = 0; m < n; ++m) walks[m].session(clocks[m].sessions[s], s, clocks[m], shock[m]);
  }
  std::vector<PricePath> out;
  for (Walk& walk : walks) out.push_back(walk.take());
  return out;
}

}  // namespace optix::simulation
