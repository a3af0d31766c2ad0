#include "core/volatility/svi.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/core/volatility/volatility_oracle.hpp"

using namespace optix;

namespace {

const SviParameters equity{0.02, 0.18, -0.6, 0.05, 0.2};

double relative(double x, double y) { return std::fabs(x - y) / std::max(std::fabs(y), 1e-300); }

}  // namespace

TEST_CASE("svi: worked cases") {
  const auto table = read_oracle("pricing/svi.csv");
  if (!table) return;
  WorstRatio w("svi.csv w");
  WorstRatio slopes("svi.csv slopes");
  WorstRatio lowest("svi.csv min_total_variance");
  WorstRatio wings("svi.csv jump wings");
  WorstRatio back("svi.csv raw from jump wings");
  WorstRatio g("svi.csv g at k_at_min_g");
  for (const auto& row : table->rows) {
    const SviParameters p = raw_slice(row);
    const std::string id = row.at("id");
    const double years = number(row, "T");
    w.add(svi_total_variance(p, -0.5), number(row, "w_m0.5"), 1e-15, id);
    w.add(svi_total_variance(p, 0), number(row, "w_0"), 1e-15, id);
    w.add(svi_total_variance(p, 0.5), number(row, "w_p0.5"), 1e-15, id);
    slopes.add(svi_left_slope(p), number(row, "slope_left"), 1e-15, id);
    slopes.add(svi_right_slope(p), number(row, "slope_right"), 1e-15, id);
    lowest.add(svi_minimum_variance(p), number(row, "min_total_variance"), 1e-15, id);
    // Rows of the paper carry wings to seven digits and a slice derived from them.
    const double digits = id == "vogt_fix_optimal" ? 1e-6 : 1e-13;
    g.add(svi_durrleman_g(p, number(row, "k_at_min_g")), number(row, "min_g"), 1e-12, id);
    if (row.at("jw_v").empty()) continue;
    const SviJumpWings jw = svi_to_jump_wings(p, years).value();
    const auto wing = [&](double ours, const char* column) {
      const double theirs = number(row, column);
      wings.add(ours, theirs, digits * std::max(std::fabs(theirs), 1.0), id + " " + column);
    };
    wing(jw.v, "jw_v");
    wing(jw.psi, "jw_psi");
    wing(jw.p, "jw_p");
    wing(jw.c, "jw_c");
    wing(jw.v_tilde, "jw_vtilde");
    const SviJumpWings given{number(row, "jw_v"), number(row, "jw_psi"), number(row, "jw_p"), number(row, "jw_c"),
                             number(row, "jw_vtilde")};
    const SviParameters q = svi_from_jump_wings(given, years).value();
    for (const double k : {-0.5, 0.0, 0.5})
      back.add(svi_total_variance(q, k), svi_total_variance(p, k), digits == 1e-6 ? 1e-8 : 1e-14, id);
  }
  for (const WorstRatio* ratio : {&w, &slopes, &lowest, &wings, &back, &g}) CHECK(ratio->report());
}

TEST_CASE("svi: derivatives agree with differences") {
  for (const SviParameters& p :
       {equity, SviParameters{-0.041, 0.1331, 0.306, 0.3586, 0.4153}, SviParameters{1e-4, 0.01, -0.9, -0.01, 0.005}}) {
    for (const double k : {-1.0, -0.2, 0.0, 0.03, 0.7}) {
      const double h = 1e-3 * p.sigma;
      const VarianceDerivatives d = svi_derivatives(p, k);
      const double up = svi_total_variance(p, k + h);
      const double down = svi_total_variance(p, k - h);
      CAPTURE(p.a, p.sigma, k);
      CHECK(std::fabs((up - down) / (2 * h) - d.w1) < 1e-6 * p.b);
      CHECK(std::fabs((svi_first_derivative(p, k + h) - svi_first_derivative(p, k - h)) / (2 * h) - d.w2) <
            1e-5 * p.b / p.sigma);
    }
  }
}

TEST_CASE("svi: natural form and back") {
  const SviNatural n = svi_to_natural(equity).value();
  const SviParameters p = svi_from_natural(n);
  CHECK(relative(p.a, equity.a) < 1e-14);
  CHECK(relative(p.b, equity.b) < 1e-15);
  CHECK(relative(p.m, equity.m) < 1e-13);
  CHECK(relative(p.sigma, equity.sigma) < 1e-14);
  for (const double k : {-0.4, 0.0, 0.3}) {
    const double z = n.zeta * (k - n.mu);
    const double w =
        n.delta + 0.5 * n.omega * (1 + n.rho * z + std::sqrt((z + n.rho) * (z + n.rho) + 1 - n.rho * n.rho));
    CHECK(relative(w, svi_total_variance(equity, k)) < 1e-14);
  }
  CHECK_FALSE(svi_to_natural({0.04, 0.1, 1.0, 0, 0.1}).ok());
  CHECK_FALSE(svi_to_natural({0.04, 0.1, 0.2, 0, 0}).ok());
}

TEST_CASE("svi: jump wings and back") {
  for (const double rho : {-0.95, -0.4, 0.0, 0.7})
    for (const double m : {-0.2, 0.01, 0.3})
      for (const double years : {1.0 / 365, 0.5, 3.0}) {
        const SviParameters p{0.01 * years, 0.1 * years, rho, m, 0.15};
        const SviJumpWings jw = svi_to_jump_wings(p, years).value();
        const SviParameters q = svi_from_jump_wings(jw, years).value();
        CAPTURE(rho, m, years, q.a, q.b, q.rho, q.m, q.sigma);
        CHECK(relative(q.b, p.b) < 1e-13);
        CHECK(relative(q.m, p.m) < 1e-9);
        CHECK(relative(q.sigma, p.sigma) < 1e-9);
        CHECK(std::fabs(q.a - p.a) < 1e-11 * years);
      }
  // v, psi, p, c and v_tilde by hand: a flat slice, and the ones that do not exist.
  const SviParameters flat = svi_from_jump_wings({0.04, 0, 0, 0, 0.04}, 2).value();
  CHECK(flat.a == 0.08);
  CHECK(flat.b == 0);
  CHECK_FALSE(svi_from_jump_wings({0.04, 0, 1, 1, 0.04}, 1).ok());
  CHECK_FALSE(svi_from_jump_wings({0.04, -2, 1, 1, 0.03}, 1).ok());
  CHECK_FALSE(svi_from_jump_wings({0.04, 0.1, 1, 1, 0.05}, 1).ok());
  CHECK_FALSE(svi_from_jump_wings({0, 0, 1, 1, 0}, 1).ok());
  CHECK_FALSE(svi_from_jump_wings({0.04, 0, -1, 1, 0.03}, 1).ok());
  CHECK_FALSE(svi_to_jump_wings({-1, 0.1, 0, 0, 0.1}, 1).ok());
}

TEST_CASE("svi: minimum and wings") {
  const double k = svi_minimum_location(equity);
  CHECK(std::fabs(svi_first_derivative(equity, k)) < 1e-16);
  CHECK(relative(svi_total_variance(equity, k), svi_minimum_variance(equity)) < 1e-15);
  CHECK(svi_minimum_location({0.04, 0.1, -1.0, 0, 0.1}) == std::numeric_limits<double>::infinity());
  CHECK(svi_minimum_location({0.04, 0.1, 1.0, 0, 0.1}) == -std::numeric_limits<double>::infinity());
  CHECK(svi_right_slope(equity) == Approx(0.072));
  CHECK(svi_left_slope(equity) == Approx(0.288));
  CHECK(svi_durrleman_g({0.04, 0, 0, 0, 0.1}, 0.3) == 1);
  CHECK(svi_durrleman_g({-1, 0.1, 0, 0, 0.1}, 0.3) == -std::numeric_limits<double>::infinity());
  CHECK(svi_volatility(equity, 0.1, 0.25) == Approx(std::sqrt(svi_total_variance(equity, 0.1) * 4)));
  CHECK_FALSE(svi_valid({0.04, -0.1, 0, 0, 0.1}));
  CHECK_FALSE(svi_valid({0.04, 0.1, 1.1, 0, 0.1}));
  CHECK_FALSE(svi_valid({std::nan(""), 0.1, 0, 0, 0.1}));
}
