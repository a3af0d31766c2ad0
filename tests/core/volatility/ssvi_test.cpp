#include "core/volatility/ssvi.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <stdexcept>
#include <vector>

#include "core/volatility/arbitrage.hpp"
#include "tests/core/volatility/random_slices.hpp"
#include "tests/core/volatility/volatility_oracle.hpp"

using namespace optix;

TEST_CASE("ssvi: worked cases") {
  const auto table = read_oracle("pricing/ssvi.csv");
  if (!table) return;
  WorstRatio phi("ssvi.csv phi");
  WorstRatio w("ssvi.csv w");
  WorstRatio raw("ssvi.csv raw parameters");
  WorstRatio minimum("ssvi.csv min_g");
  int labels = 0;
  for (const auto& row : table->rows) {
    const bool power = row.at("phi_type") == "power_law";
    const double theta = number(row, "theta");
    const double rho = number(row, "rho");
    const double size = number(row, "eta_or_lambda");
    const std::string id = row.at("id") + " theta " + row.at("theta");
    CAPTURE(id);
    const double ours = power ? ssvi_power_law_phi(size, number(row, "gamma"), theta) : ssvi_heston_phi(size, theta);
    const double slope =
        power ? ssvi_power_law_phi_slope(size, number(row, "gamma"), theta) : ssvi_heston_phi_slope(size, theta);
    phi.add(ours, number(row, "phi"), 1e-13 * number(row, "phi"), id);
    const SsviSlice slice{theta, rho, ours};
    const auto relative = [&](double x, const char* column) {
      w.add(x, number(row, column), 1e-13 * number(row, column), id);
    };
    relative(ssvi_total_variance(slice, -0.5), "w_m0.5");
    relative(ssvi_total_variance(slice, 0), "w_0");
    relative(ssvi_total_variance(slice, 0.5), "w_p0.5");
    const SviParameters p = ssvi_to_raw(slice);
    const auto parameter = [&](double x, const char* column) {
      raw.add(x, number(row, column), 1e-13 * std::fabs(number(row, column)), id + " " + column);
    };
    parameter(p.a, "raw_a");
    parameter(p.b, "raw_b");
    parameter(p.rho, "raw_rho");
    parameter(p.m, "raw_m");
    parameter(p.sigma, "raw_sigma");

    const SsviButterflyConditions conditions = ssvi_butterfly_conditions(slice);
    CHECK(conditions.wings == (row.at("GJ_cond1_theta_phi_1_plus_absrho_lt_4") == "1"));
    CHECK(conditions.curvature == (row.at("GJ_cond2_theta_phi2_1_plus_absrho_le_4") == "1"));
    CHECK(ssvi_calendar_condition(rho, theta, ours, slope) == (row.at("calendar_condition_ok") == "1"));
    const ButterflyReport report = check_butterfly(p);
    CHECK(report.butterfly_free == (row.at("butterfly_free") == "1"));
    CHECK(svi_butterfly_free(p) == report.butterfly_free);
    labels += 5;
    // The file's minimum is over a finite range; where it lies at its edge the infimum is beyond.
    const double k = number(row, "k_at_min_g");
    minimum.add(svi_durrleman_g(p, k), number(row, "min_g"), 1e-11, id);
    CHECK(report.min_g <= number(row, "min_g") + 1e-12);
    if (std::fabs(report.k_at_min_g - k) < 1e-3) minimum.add(report.min_g, number(row, "min_g"), 1e-11, id);
    if (report.min_g < 0) {
      CHECK(std::fabs(report.k_at_min_g - k) < 1e-6);
      REQUIRE(report.negative.size() == 1);
      CHECK(report.negative[0].from < k);
      CHECK(report.negative[0].to > k);
    }
  }
  std::printf("ssvi.csv labels: %d, all equal\n", labels);
  for (const WorstRatio* ratio : {&phi, &w, &raw, &minimum}) CHECK(ratio->report());
}

TEST_CASE("ssvi: slopes of phi agree with differences, both sides of the series") {
  for (const double theta : {1e-6, 0.01, 0.4999, 0.5001, 3.0, 40.0}) {
    const double h = 1e-5 * theta;
    CAPTURE(theta);
    CHECK(ssvi_power_law_phi_slope(1.2, 0.4, theta) ==
          Approx((ssvi_power_law_phi(1.2, 0.4, theta + h) - ssvi_power_law_phi(1.2, 0.4, theta - h)) / (2 * h))
              .epsilon(1e-7));
    CHECK(ssvi_heston_phi_slope(1, theta) ==
          Approx((ssvi_heston_phi(1, theta + h) - ssvi_heston_phi(1, theta - h)) / (2 * h)).epsilon(1e-5));
  }
  CHECK(ssvi_heston_phi(1, 0.5 - 1e-13) == Approx(ssvi_heston_phi(1, 0.5 + 1e-13)).epsilon(1e-12));
  CHECK(ssvi_heston_phi_slope(1, 0.5 - 1e-13) == Approx(ssvi_heston_phi_slope(1, 0.5 + 1e-13)).epsilon(1e-12));
  CHECK(ssvi_heston_phi(2, 1e-12) == Approx(0.5));
}

TEST_CASE("ssvi: the extended slice is the raw slice") {
  for (const double rho : {-0.9, 0.0, 0.5})
    for (const double psi : {0.0, 0.05, 1.0}) {
      const EssviSlice s{0.04, rho, psi};
      for (const double k : {-1.0, -0.1, 0.0, 0.4})
        CHECK(essvi_total_variance(s, k) == Approx(svi_total_variance(essvi_to_raw(s), k)).epsilon(1e-14));
      CHECK(essvi_total_variance(s, 0) == Approx(0.04).epsilon(1e-15));
    }
}

TEST_CASE("ssvi: the conditions suffice") {
  CounterRandom random(11);
  int butterfly = 0;
  int calendar = 0;
  for (int i = 0; i < 3000; ++i) {
    const double theta = std::exp(random.between(-8, 1));
    const double rho = random.between(-0.99, 0.99);
    const EssviSlice near{theta, rho, std::sqrt(theta) * random.between(0.01, 2.5)};
    const EssviSlice far{theta * random.between(0.95, 3), rho + random.between(-0.2, 0.2) * (1 - std::fabs(rho)),
                         near.psi * random.between(0.8, 2)};
    const SviParameters p = essvi_to_raw(near);
    CAPTURE(i, near.theta, near.rho, near.psi, far.theta, far.rho, far.psi);
    if (essvi_butterfly_conditions(near).both()) {
      ++butterfly;
      CHECK(svi_butterfly_free(p));
    }
    if (essvi_calendar_conditions(near, far)) {
      ++calendar;
      CHECK(svi_calendar_free(p, essvi_to_raw(far)));
    }
  }
  CHECK(butterfly > 500);
  CHECK(calendar > 200);
}

TEST_CASE("ssvi: interpolation keeps both conditions at every time") {
  const std::vector<EssviExpiry> surface{
      {0.02, {0.0008, -0.75, 0.02}}, {0.25, {0.01, -0.7, 0.08}}, {1, {0.045, -0.6, 0.2}}, {2, {0.09, -0.55, 0.31}}};
  for (std::size_t i = 0; i < surface.size(); ++i) {
    REQUIRE(essvi_butterfly_conditions(surface[i].slice).both());
    if (i > 0) REQUIRE(essvi_calendar_conditions(surface[i - 1].slice, surface[i].slice));
    const EssviSlice same = essvi_interpolate(surface, surface[i].years);
    CHECK(same.theta == Approx(surface[i].slice.theta).epsilon(1e-14));
    CHECK(same.rho == Approx(surface[i].slice.rho).epsilon(1e-14));
    CHECK(same.psi == Approx(surface[i].slice.psi).epsilon(1e-14));
  }
  EssviSlice last = essvi_interpolate(surface, 0.001);
  for (int i = 2; i < 4000; ++i) {
    const EssviSlice now = essvi_interpolate(surface, 0.001 * i);
    CHECK(essvi_butterfly_conditions(now).both());
    CHECK(essvi_calendar_conditions(last, now));
    if (i % 100 == 0) CHECK(svi_calendar_free(essvi_to_raw(last), essvi_to_raw(now)));
    last = now;
  }
  CHECK(essvi_interpolate(surface, 3).theta == Approx(0.135));
  const std::vector<EssviExpiry> one{{0.5, {0.02, -0.5, 0.1}}};
  CHECK(essvi_interpolate(one, 1).theta == Approx(0.04));
  CHECK(essvi_interpolate(one, 0.25).psi == Approx(0.05));
  CHECK_THROWS_AS(essvi_interpolate({}, 1), std::invalid_argument);
  CHECK_THROWS_AS(essvi_interpolate(one, 0), std::invalid_argument);
  CHECK_THROWS_AS(essvi_interpolate(one, std::nan("")), std::invalid_argument);
}
