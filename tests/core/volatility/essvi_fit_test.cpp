#include "core/volatility/essvi_fit.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "core/volatility/arbitrage.hpp"
#include "tests/core/volatility/random_slices.hpp"

using namespace optix;

namespace {

struct Chains {
  std::vector<std::vector<SmilePoint>> points;
  std::vector<double> years;
  std::vector<EssviFitInput> inputs() const {
    std::vector<EssviFitInput> out;
    for (std::size_t i = 0; i < points.size(); ++i) out.push_back({years[i], points[i]});
    return out;
  }
};

std::vector<SmilePoint> sampled(const EssviSlice& s, int n, double noise, CounterRandom& random) {
  std::vector<SmilePoint> out;
  const double reach = 3 * std::sqrt(s.theta);
  for (int i = 0; i < n; ++i) {
    const double k = reach * (1.5 * i / n - 1);
    out.push_back({k, essvi_total_variance(s, k) * (1 + noise * random.between(-1, 1)), 1});
  }
  return out;
}

void check_free(const EssviFit& fit) {
  for (std::size_t i = 0; i < fit.slices.size(); ++i) {
    const EssviSlice& s = fit.slices[i].expiry.slice;
    CAPTURE(i, s.theta, s.rho, s.psi);
    CHECK(std::isfinite(s.theta + s.rho + s.psi));
    CHECK(essvi_butterfly_conditions(s).both());
    CHECK(svi_butterfly_free(essvi_to_raw(s)));
    if (i == 0) continue;
    const EssviSlice& near = fit.slices[i - 1].expiry.slice;
    CAPTURE(near.theta, near.rho, near.psi);
    CHECK(essvi_calendar_conditions(near, s));
    CHECK(svi_calendar_free(essvi_to_raw(near), essvi_to_raw(s)));
  }
}

}  // namespace

TEST_CASE("essvi fit: finds the surface its points come from") {
  const std::vector<EssviExpiry> truth{
      {0.02, {0.0008, -0.75, 0.02}}, {0.25, {0.01, -0.7, 0.08}}, {1, {0.045, -0.6, 0.2}}, {2, {0.09, -0.55, 0.31}}};
  CounterRandom random(3);
  Chains chains;
  for (const EssviExpiry& e : truth) {
    chains.points.push_back(sampled(e.slice, 21, 0, random));
    chains.years.push_back(e.years);
  }
  const EssviFit fit = fit_essvi(chains.inputs()).value();
  check_free(fit);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    CAPTURE(i);
    CHECK(fit.slices[i].points == 21);
    CHECK(fit.slices[i].rmse_w < 1e-9 * truth[i].slice.theta);
    CHECK(fit.slices[i].expiry.slice.theta == Approx(truth[i].slice.theta).epsilon(1e-7));
    CHECK(fit.slices[i].expiry.slice.rho == Approx(truth[i].slice.rho).epsilon(1e-6));
    CHECK(fit.slices[i].expiry.slice.psi == Approx(truth[i].slice.psi).epsilon(1e-6));
    CHECK_FALSE(fit.slices[i].calendar_active);
  }
}

TEST_CASE("essvi fit: expiries that cross come out ordered") {
  CounterRandom random(4);
  Chains chains;
  for (const EssviExpiry& e : std::vector<EssviExpiry>{{0.1, {0.010, -0.7, 0.10}},
                                                       {0.2, {0.009, -0.2, 0.05}},
                                                       {0.3, {0.02, 0.3, 0.02}},
                                                       {0.4, {0.021, -0.9, 0.3}}}) {
    chains.points.push_back(sampled(e.slice, 15, 0.01, random));
    chains.years.push_back(e.years);
  }
  const EssviFit fit = fit_essvi(chains.inputs()).value();
  check_free(fit);
  CHECK(fit.slices[1].calendar_active);
}

TEST_CASE("essvi fit: gaps, single points and what cannot be fitted") {
  CounterRandom random(5);
  Chains chains;
  chains.years = {0.1, 0.2, 0.3, 0.4};
  chains.points = {{}, sampled({0.02, -0.5, 0.1}, 9, 0, random), {}, {{0.0, 0.05, 1}}};
  const EssviFit fit = fit_essvi(chains.inputs()).value();
  check_free(fit);
  CHECK(fit.slices[0].points == 0);
  CHECK(fit.slices[0].expiry.slice.theta == Approx(0.01));
  CHECK(fit.slices[2].expiry.slice.theta == Approx(0.03));
  CHECK(fit.slices[3].expiry.slice.theta == Approx(0.05));
  CHECK(fit.surface().size() == 4);

  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(fit_essvi({}).ok());
  const std::vector<SmilePoint> bad{{nan, 0.1, 1}, {0, -1, 1}, {0, 0.1, 0}, {0, nan, 1}};
  CHECK_FALSE(fit_essvi(std::vector<EssviFitInput>{{0.1, bad}}).ok());
  CHECK_FALSE(fit_essvi(std::vector<EssviFitInput>{{0.2, chains.points[1]}, {0.1, chains.points[1]}}).ok());
  CHECK_FALSE(fit_essvi(std::vector<EssviFitInput>{{0, chains.points[1]}}).ok());
}

TEST_CASE("essvi fit: random chains come out free of arbitrage") {
  CounterRandom random(6);
  for (int i = 0; i < 60; ++i) {
    Chains chains;
    double years = 0;
    const int expiries = 1 + static_cast<int>(random.between(0, 7));
    for (int j = 0; j < expiries; ++j) {
      years += std::exp(random.between(-6, 0));
      const double theta = years * std::exp(random.between(-4.5, -2));
      chains.points.push_back(sampled({theta, random.between(-0.99, 0.9), std::sqrt(theta) * random.between(0.01, 3)},
                                      1 + static_cast<int>(random.between(0, 20)), random.between(0, 0.3), random));
      chains.years.push_back(years);
    }
    CAPTURE(i);
    check_free(fit_essvi(chains.inputs()).value());
  }
}
