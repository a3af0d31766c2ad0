// Fits of one SVI slice to 21 points, against QuantLib's SviInterpolation with its own defaults.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <ql/experimental/volatility/sviinterpolation.hpp>

#include "core/volatility/svi_fit.hpp"
#include "tools/bench/pricing/report.hpp"

namespace optix {
namespace {

constexpr int points_per_smile = 21;
// Beyond this relative error a fit is counted as failed: a hundredth of the level.
constexpr double failed = 1e-2;

struct Smile {
  double years = 0;
  std::vector<SmilePoint> points;
  std::vector<double> strike, vol;  // the same for QuantLib, forward 100
  double mean_w = 0;
};

// Published shapes at one year, carried to other maturities as total variance of a diffusion is: k by
// √T and w by T. Strikes from three deviations below to two above the forward.
std::vector<Smile> smiles(const std::vector<double>& maturities, double noise) {
  const std::vector<SviParameters> shapes{{0.04, 0.4, -0.4, 0, 0.1},       {-0.041, 0.1331, 0.306, 0.3586, 0.4153},
                                          {0.01, 0.1, -0.7, 0.02, 0.18},   {0.02, 0.18, -0.6, 0.05, 0.2},
                                          {0.002, 0.2, -0.8, 0.08, 0.12},  {0.03, 0.06, 0.1, -0.05, 0.3},
                                          {0.015, 0.12, -0.35, 0.1, 0.08}, {0.04, 0, 0, 0, 0.1}};
  std::mt19937_64 random(7);
  std::vector<Smile> out;
  for (const double years : maturities)
    for (const SviParameters& shape : shapes) {
      const double root = std::sqrt(years);
      const SviParameters p{shape.a * years, shape.b * root, shape.rho, shape.m * root, shape.sigma * root};
      const double deviation = std::sqrt(svi_total_variance(p, 0));
      Smile smile;
      smile.years = years;
      for (int i = 0; i < points_per_smile; ++i) {
        const double k = deviation * (-3 + 5.0 * i / (points_per_smile - 1));
        const double error = noise * (2 * (static_cast<double>(random() >> 11) * 0x1p-53) - 1);
        const double w = svi_total_variance(p, k) * (1 + error);
        smile.points.push_back({k, w, 1});
        smile.strike.push_back(100 * std::exp(k));
        smile.vol.push_back(std::sqrt(w / years));
        smile.mean_w += w / points_per_smile;
      }
      out.push_back(smile);
    }
  return out;
}

double relative_rmse(const Smile& smile, const SviParameters& p) {
  double square = 0;
  for (const SmilePoint& q : smile.points) {
    const double e = svi_total_variance(p, q.k) - q.total_variance;
    square += e * e;
  }
  return std::sqrt(square / static_cast<double>(smile.points.size())) / smile.mean_w;
}

std::optional<SviParameters> quantlib(const Smile& s) {
  using QuantLib::Null;
  using QuantLib::Real;
  const Real free = Null<Real>();
  try {
    QuantLib::SviInterpolation fit(s.strike.begin(), s.strike.end(), s.vol.begin(), s.years, 100.0, free, free, free,
                                   free, free, false, false, false, false, false, false);
    fit.update();
    return SviParameters{fit.a(), fit.b(), fit.rho(), fit.m(), fit.sigma()};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

struct Quality {
  double worst = 0;   // largest relative rmse of those that did not fail
  double median = 0;  // of all, failures counted as infinite
  int failures = 0;
};

template <class Fit>
Quality quality(const std::vector<Smile>& all, Fit&& fit) {
  Quality out;
  std::vector<double> errors;
  for (const Smile& smile : all) {
    const std::optional<SviParameters> p = fit(smile);
    const double error = p ? relative_rmse(smile, *p) : HUGE_VAL;
    if (!(error < failed))
      ++out.failures;
    else
      out.worst = std::max(out.worst, error);
    errors.push_back(std::isnan(error) ? HUGE_VAL : error);
  }
  std::sort(errors.begin(), errors.end());
  out.median = errors[errors.size() / 2];
  return out;
}

void compare(bench::Report& report, const std::string& workload, const std::vector<double>& maturities, double noise,
             double target_error) {
  const std::vector<Smile> all = smiles(maturities, noise);
  const auto ours = [](const Smile& s) -> std::optional<SviParameters> { return fit_svi(s.points).parameters; };
  const Quality mine = quality(all, ours);
  const Quality theirs = quality(all, quantlib);
  bench::Row row;
  row.work = "SVI slice fit";
  row.variant = "scalar API";
  row.workload = workload + ", " + std::to_string(all.size()) + " smiles of 21 points";
  row.ours_ns = bench::best_ns(all.size(), 50, [&] {
    for (const Smile& s : all) bench::keep(fit_svi(s.points).rmse_w);
  });
  row.baseline = "QuantLib SviInterpolation";
  row.baseline_ns = bench::best_ns(all.size(), 3, [&] {
    for (const Smile& s : all) bench::keep(quantlib(s).has_value());
  });
  row.ours_error = mine.worst;
  row.baseline_error = theirs.worst;
  row.error_of = "rmse(w)/mean(w), worst of the fits below 1e-2";
  row.target_ns = 15000;
  row.target_error = target_error;
  report.add(row);
  char text[256];
  std::snprintf(text, sizeof text,
                "%s: fits at or above 1e-2 or failed: ours %d, QuantLib %d of %zu; median %.1e and %.1e",
                workload.c_str(), mine.failures, theirs.failures, all.size(), mine.median, theirs.median);
  report.note(text);
}

}  // namespace

void bench_svi_fit(bench::Report& report) {
  const double day = 1.0 / 365;
  const std::vector<double> shorts{day, 2 * day, 7 * day};
  const std::vector<double> longs{30 * day, 0.25, 1, 2};
  compare(report, "noise-free, one day to one week", shorts, 0, 1e-10);
  compare(report, "noise-free, one month to two years", longs, 0, 1e-10);
  compare(report, "0.5 % noise, one day to one week", shorts, 0.005, 0);
  compare(report, "0.5 % noise, one month to two years", longs, 0.005, 0);
}

}  // namespace optix
