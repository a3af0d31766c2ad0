#include "core/metrics/benchmark.hpp"

#include <cmath>

#include "core/metrics/math.hpp"
#include "core/pricing/elementary.hpp"

namespace optix {

AlignedReturns align_returns(const ReturnSeries& run, std::span<const PricePoint> prices) {
  AlignedReturns out;
  if (!run.positive) return out;
  bool have_start = false;
  double run_start = 0, price_start = 0;
  for (std::size_t i = 0, j = 0; i < run.dates.size() && j < prices.size();) {
    if (run.dates[i] < prices[j].date) {
      ++i;
    } else if (prices[j].date < run.dates[i]) {
      ++j;
    } else {
      const double run_now = run.curve[i], price_now = prices[j].price.to_double();
      if (have_start) {
        out.dates.push_back(run.dates[i]);
        out.run.push_back(run_now / run_start - 1);
        out.benchmark.push_back(price_now / price_start - 1);
      }
      have_start = true;
      run_start = run_now;
      price_start = price_now;
      ++i;
      ++j;
    }
  }
  return out;
}

namespace {

using Row = const AlignedReturns&;
using Options = const SummaryOptions&;

// One figure of the benchmark alone, from the table of summary.hpp.
Figure alone(Row a, Options o, std::string_view name) {
  if (a.benchmark.empty()) return Figure::undefined(reason_code::no_benchmark, 0);
  return find_summary_row(name)->compute(SummaryInput(series_from_returns(a.benchmark, a.dates), o));
}
Figure total_return(Row a, Options o) { return alone(a, o, "total_return"); }
Figure cagr(Row a, Options o) { return alone(a, o, "cagr"); }
Figure volatility(Row a, Options o) { return alone(a, o, "volatility"); }
Figure max_drawdown(Row a, Options o) { return alone(a, o, "max_drawdown"); }

struct Moments {
  double mean_run = 0, mean_benchmark = 0, covariance = 0, variance_run = 0, variance_benchmark = 0;  // ddof 1
};

template <class F>
Figure with_moments(Row a, F&& compute) {
  const std::uint64_t n = a.run.size();
  if (n == 0) return Figure::undefined(reason_code::no_benchmark, 0);
  if (n < 2) return Figure::undefined(reason_code::too_few_observations, n);
  Moments m;
  m.mean_run = mean(a.run);
  m.mean_benchmark = mean(a.benchmark);
  for (std::size_t i = 0; i < n; ++i) m.covariance += (a.run[i] - m.mean_run) * (a.benchmark[i] - m.mean_benchmark);
  m.covariance /= static_cast<double>(n - 1);
  m.variance_run = sample_deviation(a.run) * sample_deviation(a.run);
  m.variance_benchmark = sample_deviation(a.benchmark) * sample_deviation(a.benchmark);
  if (m.variance_benchmark == 0) return Figure::undefined(reason_code::zero_volatility, n);
  return compute(m);
}

Figure beta(Row a, Options) {
  return with_moments(a,
                      [&](const Moments& m) { return Figure::of(m.covariance / m.variance_benchmark, a.run.size()); });
}

Figure alpha(Row a, Options o) {
  return with_moments(a, [&](const Moments& m) {
    const double rf = per_period_rate(o.risk_free, o.periods_per_year);
    const double b = m.covariance / m.variance_benchmark;
    return Figure::of((m.mean_run - rf - b * (m.mean_benchmark - rf)) * o.periods_per_year, a.run.size());
  });
}

Figure correlation(Row a, Options) {
  return with_moments(a, [&](const Moments& m) {
    if (m.variance_run == 0) return Figure::undefined(reason_code::zero_volatility, a.run.size());
    return Figure::of(m.covariance / std::sqrt(m.variance_run * m.variance_benchmark), a.run.size());
  });
}

Figure information_ratio(Row a, Options o) {
  if (a.run.empty()) return Figure::undefined(reason_code::no_benchmark, 0);
  if (a.run.size() < 2) return Figure::undefined(reason_code::too_few_observations, a.run.size());
  std::vector<double> active;
  for (std::size_t i = 0; i < a.run.size(); ++i) active.push_back(a.run[i] - a.benchmark[i]);
  const double deviation = sample_deviation(active);
  if (deviation == 0) return Figure::undefined(reason_code::zero_volatility, a.run.size());
  return Figure::of(mean(active) / deviation * std::sqrt(o.periods_per_year), a.run.size());
}

// Annualised compound return of the run over that of the benchmark, in the benchmark's periods of
// one sign.
Figure capture(Row a, Options o, double sign) {
  if (a.run.empty()) return Figure::undefined(reason_code::no_benchmark, 0);
  double run = 1, benchmark = 1;
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < a.run.size(); ++i) {
    if (a.benchmark[i] * sign <= 0) continue;
    run *= 1 + a.run[i];
    benchmark *= 1 + a.benchmark[i];
    ++n;
  }
  if (n == 0) return Figure::undefined(reason_code::no_observations, 0);
  const double exponent = o.periods_per_year / static_cast<double>(n);
  return Figure::of((math::pow(run, exponent) - 1) / (math::pow(benchmark, exponent) - 1), n);
}
Figure capture_up(Row a, Options o) { return capture(a, o, 1); }
Figure capture_down(Row a, Options o) { return capture(a, o, -1); }

constexpr std::string_view hold = "buy and hold of the underlying, price only";
constexpr BenchmarkRow rows[] = {
    {"benchmark_total_return", "fraction", hold, "last price / first price - 1", total_return},
    {"benchmark_cagr", "fraction", hold, "annualised as cagr", cagr},
    {"benchmark_volatility", "fraction", hold, "annualised as volatility", volatility},
    {"benchmark_max_drawdown", "fraction", hold, "lowest price / highest price so far - 1", max_drawdown},
    {"alpha", "fraction", "against buy and hold, arithmetic, annualised", "(mean(r - rf) - beta mean(b - rf)) * A",
     alpha},
    {"beta", "ratio", "against buy and hold", "cov(r, b) / var(b)", beta},
    {"correlation", "ratio", "against buy and hold", "cov(r, b) / (sd(r) sd(b))", correlation},
    {"information_ratio", "ratio", "against buy and hold, annualised", "mean(r - b) / sd(r - b) * sqrt(A)",
     information_ratio},
    {"capture_up", "ratio", "periods in which the benchmark rose, annualised", "compound return / the benchmark's",
     capture_up},
    {"capture_down", "ratio", "periods in which the benchmark fell, annualised", "compound return / the benchmark's",
     capture_down},
};

}  // namespace

std::span<const BenchmarkRow> benchmark_rows() { return rows; }

std::vector<NamedFigure> benchmark_figures(const AlignedReturns& aligned, const SummaryOptions& options) {
  std::vector<NamedFigure> out;
  for (const BenchmarkRow& row : rows)
    out.push_back({std::string(row.name), row.unit, std::string(row.basis), row.compute(aligned, options)});
  return out;
}

}  // namespace optix
