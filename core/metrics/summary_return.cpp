// Return, risk and the ratios of the two.
#include <algorithm>
#include <numbers>

#include "core/metrics/summary_guard.hpp"
#include "core/pricing/elementary.hpp"

namespace optix {
namespace summary {

double total_return(const SummaryInput& in) { return in.series.curve.back() - 1; }

Figure cagr(const SummaryInput& in) {
  return with_returns(in, 1, [&] {
    return value(in, math::pow(in.series.curve.back(), annual(in) / static_cast<double>(in.n())) - 1);
  });
}

}  // namespace summary

namespace {

using namespace summary;

Figure periods(const SummaryInput& in) { return Figure::of(static_cast<double>(in.series.size()), in.series.size()); }

Figure total(const SummaryInput& in) {
  return with_curve(in, [&] { return Figure::of(total_return(in), in.series.size()); });
}

Figure cagr_calendar(const SummaryInput& in) {
  return with_returns(in, 1, [&] {
    if (in.series.dates.empty()) return undefined(in, reason_code::no_dates);
    const int days = in.series.dates.back() - in.series.dates.front();
    if (days < 1) return undefined(in, reason_code::too_few_observations);
    return value(in, math::pow(in.series.curve.back(), 365.25 / days) - 1);
  });
}

Figure mean_annual(const SummaryInput& in) {
  return with_returns(in, 1, [&] { return value(in, in.mean * annual(in)); });
}

Figure volatility(const SummaryInput& in) {
  return with_returns(in, 2, [&] { return value(in, in.deviation * std::sqrt(annual(in))); });
}

// mean(r − rf) / sd(r − rf), per period; a constant rf leaves the deviation as it is.
Figure sharpe_per_period(const SummaryInput& in, double risk_free) {
  return with_returns(in, 2, [&] {
    return ratio(in, in.mean - per_period_rate(risk_free, annual(in)), in.deviation, reason_code::zero_volatility);
  });
}

Figure scaled(Figure f, double factor) { return f.defined ? Figure::of(f.value * factor, f.n) : f; }

Figure sharpe(const SummaryInput& in) {
  return scaled(sharpe_per_period(in, in.options.risk_free), std::sqrt(annual(in)));
}

Figure sharpe_period(const SummaryInput& in) { return sharpe_per_period(in, in.options.risk_free); }

double downside(const SummaryInput& in, double mar) {
  double sum = 0;
  for (const double r : in.returns()) {
    const double below = std::min(r - mar, 0.0);
    sum += below * below;
  }
  return std::sqrt(sum / static_cast<double>(in.n()));
}

Figure downside_deviation(const SummaryInput& in) {
  return with_returns(in, 1, [&] {
    return value(in, downside(in, per_period_rate(in.options.mar, annual(in))) * std::sqrt(annual(in)));
  });
}

Figure sortino(const SummaryInput& in) {
  return with_returns(in, 1, [&] {
    const double mar = per_period_rate(in.options.mar, annual(in));
    return scaled(ratio(in, in.mean - mar, downside(in, mar), reason_code::no_downside), std::sqrt(annual(in)));
  });
}

Figure adjusted_sortino(const SummaryInput& in) { return scaled(sortino(in), 1 / std::numbers::sqrt2); }

struct GainLoss {
  double gain = 0;
  double loss = 0;  // ≥ 0
};

GainLoss around(const SummaryInput& in, double threshold) {
  GainLoss g;
  for (const double r : in.returns()) {
    const double excess = r - threshold;
    (excess > 0 ? g.gain : g.loss) += std::fabs(excess);
  }
  return g;
}

Figure omega(const SummaryInput& in) {
  return with_returns(in, 1, [&] {
    const GainLoss g = around(in, per_period_rate(in.options.omega_threshold, annual(in)));
    return ratio(in, g.gain, g.loss, reason_code::no_losses);
  });
}

Figure profit_factor_daily(const SummaryInput& in) {
  return with_returns(in, 1, [&] {
    const GainLoss g = around(in, 0);
    return ratio(in, g.gain, g.loss, reason_code::no_losses);
  });
}

Figure gain_to_pain_daily(const SummaryInput& in) {
  return with_returns(in, 1, [&] {
    return ratio(in, in.mean * static_cast<double>(in.n()), around(in, 0).loss, reason_code::no_losses);
  });
}

Figure kelly_continuous(const SummaryInput& in) {
  return with_returns(in, 2,
                      [&] { return ratio(in, in.mean, in.deviation * in.deviation, reason_code::zero_volatility); });
}

// R² of the least-squares line through the cumulative log return.
Figure stability(const SummaryInput& in) {
  return with_returns(in, 2, [&] {
    std::vector<double> y;
    double level = 0;
    for (const double r : in.returns()) y.push_back(level += math::log1p(r));
    const double centre_x = static_cast<double>(in.n() - 1) / 2;
    const double centre_y = mean(y);
    double xy = 0, xx = 0, yy = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double dx = static_cast<double>(i) - centre_x, dy = y[i] - centre_y;
      xy += dx * dy;
      xx += dx * dx;
      yy += dy * dy;
    }
    return ratio(in, xy * xy, xx * yy, reason_code::zero_volatility);
  });
}

constexpr SummaryRow rows[] = {
    {"periods", "count", "equity marks, one a period", "number of returns", periods},
    {"total_return", "fraction", "equity from start to end", "E_n - 1, equity starts at 1 before the first return",
     total},
    {"cagr", "fraction", "periods, {A} a year", "E_n^(A/n) - 1", cagr},
    {"cagr_calendar", "fraction", "calendar days / 365.25, first to last mark", "E_n^(365.25/days) - 1", cagr_calendar},
    {"mean_return_annual", "fraction", "arithmetic, {A} a year", "mean(r) * A", mean_annual},
    {"volatility", "fraction", "standard deviation, ddof 1, {A} a year", "sd(r) * sqrt(A)", volatility},
    {"sharpe", "ratio", "risk-free {rf} a year, {A} a year", "mean(r - rf) / sd(r - rf) * sqrt(A)", sharpe},
    {"sharpe_per_period", "ratio", "risk-free {rf} a year, not annualised", "mean(r - rf) / sd(r - rf)", sharpe_period},
    {"downside_deviation", "fraction", "below {mar} a year, over all periods, {A} a year",
     "sqrt(mean(min(r - mar, 0)^2)) * sqrt(A)", downside_deviation},
    {"sortino", "ratio", "minimum acceptable return {mar} a year, {A} a year",
     "mean(r - mar) / downside deviation * sqrt(A)", sortino},
    {"adjusted_sortino", "ratio", "minimum acceptable return {mar} a year, {A} a year", "Sortino / sqrt(2)",
     adjusted_sortino},
    {"omega", "ratio", "threshold {omega} a year", "sum of returns above the threshold / sum of those below it", omega},
    {"profit_factor_daily", "ratio", "returns of periods, not trades", "sum of gains / sum of losses",
     profit_factor_daily},
    {"gain_to_pain_daily", "ratio", "returns of periods", "sum of returns / sum of losses", gain_to_pain_daily},
    {"kelly_continuous", "ratio", "returns of periods", "mean(r) / var(r), ddof 1", kelly_continuous},
    {"stability_r2", "ratio", "cumulative log return against time", "R^2 of the fitted line", stability},
};

}  // namespace

std::span<const SummaryRow> return_rows() { return rows; }

}  // namespace optix
