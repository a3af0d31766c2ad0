// Tails, moments, win and loss by period, and how sure the Sharpe ratio is.
#include <algorithm>
#include <numbers>

#include "core/metrics/summary_guard.hpp"
#include "core/pricing/black_scholes.hpp"
#include "core/pricing/elementary.hpp"

namespace optix {
namespace {

using namespace summary;

Figure tail_ratio(const SummaryInput& in) {
  return with_returns(in, 1, [&] {
    return ratio(in, std::fabs(percentile_of_sorted(in.sorted, 0.95)), std::fabs(percentile_of_sorted(in.sorted, 0.05)),
                 reason_code::zero_denominator);
  });
}

Figure value_at_risk(const SummaryInput& in, double alpha) {
  return with_returns(in, 1, [&] { return value(in, percentile_of_sorted(in.sorted, alpha)); });
}
Figure var_95(const SummaryInput& in) { return value_at_risk(in, 0.05); }
Figure var_99(const SummaryInput& in) { return value_at_risk(in, 0.01); }

Figure cvar(const SummaryInput& in, double alpha) {
  return with_returns(in, 1, [&] { return value(in, mean_of_smallest(in.sorted, alpha)); });
}
Figure cvar_95(const SummaryInput& in) { return cvar(in, 0.05); }
Figure cvar_99(const SummaryInput& in) { return cvar(in, 0.01); }

Figure cvar_95_to_var(const SummaryInput& in) {
  return with_returns(in, 1, [&] {
    const double limit = percentile_of_sorted(in.sorted, 0.05);
    double sum = 0;
    std::uint64_t count = 0;
    for (const double r : in.returns()) {
      if (r > limit) continue;
      sum += r;
      ++count;
    }
    // Interpolation between equal values can round below both of them: the smallest then stands.
    return value(in, count == 0 ? in.sorted.front() : sum / static_cast<double>(count));
  });
}

Figure var_95_normal(const SummaryInput& in) {
  return with_returns(in, 2, [&] { return value(in, in.mean - z_95 * in.deviation); });
}

Figure cvar_95_normal(const SummaryInput& in) {
  return with_returns(in, 2, [&] {
    const double density = math::exp(-z_95 * z_95 / 2) / std::sqrt(2 * std::numbers::pi);
    return value(in, in.mean - in.deviation * density / 0.05);
  });
}

struct Moments {
  double skew = 0;      // population
  double kurtosis = 0;  // population, raw: 3 for a normal
};

Moments moments(const SummaryInput& in) {
  const double second = central_moment(in.returns(), in.mean, 2, 0);
  return {central_moment(in.returns(), in.mean, 3, 0) / (second * std::sqrt(second)),
          central_moment(in.returns(), in.mean, 4, 0) / (second * second)};
}

template <class F>
Figure with_moments(const SummaryInput& in, std::size_t least, F&& compute) {
  return with_returns(in, least, [&] {
    if (in.deviation == 0) return undefined(in, reason_code::zero_volatility);
    return compute(moments(in));
  });
}

Figure skew_population(const SummaryInput& in) {
  return with_moments(in, 2, [&](const Moments& m) { return value(in, m.skew); });
}
Figure kurtosis_population(const SummaryInput& in) {
  return with_moments(in, 2, [&](const Moments& m) { return value(in, m.kurtosis - 3); });
}
Figure skew_sample(const SummaryInput& in) {
  return with_moments(in, 3, [&](const Moments& m) {
    const auto n = static_cast<double>(in.n());
    return value(in, m.skew * std::sqrt(n * (n - 1)) / (n - 2));
  });
}
Figure kurtosis_sample(const SummaryInput& in) {
  return with_moments(in, 4, [&](const Moments& m) {
    const auto n = static_cast<double>(in.n());
    return value(in, (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m.kurtosis - 3) + 6));
  });
}

// Wins and losses of periods; a period without change is neither.
struct Periods {
  std::uint64_t wins = 0, losses = 0;
  double won = 0, lost = 0;  // sums; lost ≤ 0
  explicit Periods(const SummaryInput& in) {
    for (const double r : in.returns()) {
      if (r > 0) ++wins, won += r;
      if (r < 0) ++losses, lost += r;
    }
  }
  std::uint64_t moved() const { return wins + losses; }
  double average_win() const { return won / static_cast<double>(wins); }
  double average_loss() const { return lost / static_cast<double>(losses); }
  double win_rate() const { return static_cast<double>(wins) / static_cast<double>(moved()); }
};

template <class F>
Figure with_periods(const SummaryInput& in, bool needs_wins, bool needs_losses, F&& compute) {
  return with_returns(in, 1, [&] {
    const Periods p(in);
    if (p.moved() == 0) return Figure::undefined(reason_code::no_observations, 0);
    if (needs_wins && p.wins == 0) return Figure::undefined(reason_code::no_wins, p.moved());
    if (needs_losses && p.losses == 0) return Figure::undefined(reason_code::no_losses, p.moved());
    return Figure::of(compute(p), p.moved());
  });
}

Figure win_rate_daily(const SummaryInput& in) {
  return with_periods(in, false, false, [](const Periods& p) { return p.win_rate(); });
}
Figure win_rate_all_daily(const SummaryInput& in) {
  return with_returns(in, 1,
                      [&] { return value(in, static_cast<double>(Periods(in).wins) / static_cast<double>(in.n())); });
}
Figure average_win_daily(const SummaryInput& in) {
  return with_periods(in, true, false, [](const Periods& p) { return p.average_win(); });
}
Figure average_loss_daily(const SummaryInput& in) {
  return with_periods(in, false, true, [](const Periods& p) { return p.average_loss(); });
}
Figure payoff_daily(const SummaryInput& in) {
  return with_periods(in, true, true, [](const Periods& p) { return p.average_win() / -p.average_loss(); });
}
Figure expectancy_daily(const SummaryInput& in) {
  return with_periods(in, false, false,
                      [](const Periods& p) { return (p.won + p.lost) / static_cast<double>(p.moved()); });
}
Figure kelly_daily(const SummaryInput& in) {
  return with_periods(in, true, true, [](const Periods& p) {
    return p.win_rate() - (1 - p.win_rate()) / (p.average_win() / -p.average_loss());
  });
}
Figure share_of_moves(const SummaryInput& in) {
  return with_returns(
      in, 1, [&] { return value(in, static_cast<double>(Periods(in).moved()) / static_cast<double>(in.n())); });
}

Figure longest_run(const SummaryInput& in, double sign) {
  return with_returns(in, 1, [&] {
    int longest = 0, current = 0;
    for (const double r : in.returns()) {
      current = r * sign > 0 ? current + 1 : 0;
      longest = std::max(longest, current);
    }
    return value(in, longest);
  });
}
Figure consecutive_wins(const SummaryInput& in) { return longest_run(in, 1); }
Figure consecutive_losses(const SummaryInput& in) { return longest_run(in, -1); }

// Bailey and López de Prado, "The Sharpe ratio efficient frontier" (2012): the variance of the
// per-period Sharpe ratio is V / (n − 1) with V = 1 − g·SR + (k − 1)/4·SR².
struct SharpeError {
  double sr = 0;
  double excess = 0;  // over the benchmark ratio, per period
  double v = 0;
};

template <class F>
Figure with_sharpe_error(const SummaryInput& in, F&& compute) {
  return with_moments(in, 2, [&](const Moments& m) {
    SharpeError e;
    e.sr = in.mean / in.deviation;
    e.excess = e.sr - in.options.sharpe_benchmark / std::sqrt(annual(in));
    e.v = 1 - m.skew * e.sr + (m.kurtosis - 1) / 4 * e.sr * e.sr;
    return e.v > 0 ? compute(e) : undefined(in, reason_code::negative_variance);
  });
}

Figure probabilistic_sharpe(const SummaryInput& in) {
  return with_sharpe_error(in, [&](const SharpeError& e) {
    return value(in, normal_cdf(e.excess * std::sqrt(static_cast<double>(in.n() - 1)) / std::sqrt(e.v)));
  });
}

Figure min_track_record(const SummaryInput& in) {
  return with_sharpe_error(in, [&](const SharpeError& e) {
    if (e.excess <= 0) return undefined(in, reason_code::not_above_benchmark);
    const double z = z_95 / e.excess;
    return value(in, 1 + e.v * z * z);
  });
}

Figure sharpe_error(const SummaryInput& in) {
  return with_sharpe_error(in, [&](const SharpeError& e) {
    return value(in, std::sqrt(e.v / static_cast<double>(in.n() - 1)) * std::sqrt(annual(in)));
  });
}

constexpr SummaryRow rows[] = {
    {"tail_ratio", "ratio", "linear percentiles", "|95th percentile| / |5th percentile|", tail_ratio},
    {"var_95", "fraction", "historical, one period", "5th percentile of returns, linear", var_95},
    {"var_99", "fraction", "historical, one period", "1st percentile of returns, linear", var_99},
    {"cvar_95", "fraction", "historical, one period", "mean of the floor((n - 1) * 0.05) + 1 smallest returns",
     cvar_95},
    {"cvar_99", "fraction", "historical, one period", "mean of the floor((n - 1) * 0.01) + 1 smallest returns",
     cvar_99},
    {"cvar_95_to_var", "fraction", "historical, one period", "mean of returns at or below VaR 95", cvar_95_to_var},
    {"var_95_normal", "fraction", "normal with the sample's mean and deviation", "mean - 1.645 sd", var_95_normal},
    {"cvar_95_normal", "fraction", "normal with the sample's mean and deviation", "mean - sd * phi(1.645) / 0.05",
     cvar_95_normal},
    {"skew", "ratio", "sample, bias-corrected", "third standardised moment", skew_sample},
    {"excess_kurtosis", "ratio", "sample, bias-corrected", "fourth standardised moment - 3", kurtosis_sample},
    {"skew_population", "ratio", "population", "third standardised moment", skew_population},
    {"excess_kurtosis_population", "ratio", "population", "fourth standardised moment - 3", kurtosis_population},
    {"win_rate_daily", "fraction", "periods with a change", "gains / (gains + losses)", win_rate_daily},
    {"win_rate_all_daily", "fraction", "all periods", "gains / periods", win_rate_all_daily},
    {"average_win_daily", "fraction", "periods with a gain", "mean gain", average_win_daily},
    {"average_loss_daily", "fraction", "periods with a loss", "mean loss", average_loss_daily},
    {"payoff_daily", "ratio", "returns of periods", "mean gain / |mean loss|", payoff_daily},
    {"expectancy_daily", "fraction", "periods with a change", "mean return", expectancy_daily},
    {"kelly_daily", "fraction", "periods with a change", "win rate - (1 - win rate) / payoff", kelly_daily},
    {"periods_with_change", "fraction", "all periods", "periods with a return other than 0 / periods", share_of_moves},
    {"max_consecutive_wins_daily", "periods", "all periods", "longest run of gains", consecutive_wins},
    {"max_consecutive_losses_daily", "periods", "all periods", "longest run of losses", consecutive_losses},
    {"probabilistic_sharpe", "fraction", "against an annual Sharpe ratio of {sr}",
     "Phi((SR - SR*) sqrt(n - 1) / sqrt(1 - g SR + (k - 1)/4 SR^2))", probabilistic_sharpe},
    {"min_track_record", "periods", "95 %, against an annual Sharpe ratio of {sr}",
     "1 + (1 - g SR + (k - 1)/4 SR^2) (1.645 / (SR - SR*))^2", min_track_record},
    {"sharpe_error", "ratio", "standard error, {A} a year", "sqrt((1 - g SR + (k - 1)/4 SR^2) / (n - 1)) sqrt(A)",
     sharpe_error},
};

}  // namespace

std::span<const SummaryRow> distribution_rows() { return rows; }

}  // namespace optix
