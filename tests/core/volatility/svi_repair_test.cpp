#include "core/volatility/svi_repair.hpp"

#include <catch2/catch.hpp>
#include <cstdio>

#include "tests/core/volatility/random_slices.hpp"
#include "tests/core/volatility/volatility_oracle.hpp"

using namespace optix;

namespace {

const SviParameters vogt{-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};

double rms_between(const SviParameters& x, const SviParameters& y, double from, double to) {
  double square = 0;
  for (int i = 0; i <= 100; ++i) {
    const double k = from + (to - from) * i / 100;
    const double change = svi_total_variance(x, k) - svi_total_variance(y, k);
    square += change * change;
  }
  return std::sqrt(square / 101);
}

}  // namespace

TEST_CASE("svi repair: Vogt's slice") {
  SviRepairOptions options;
  options.k_from = -1.5;
  options.k_to = 1.5;
  const SviRepair nearest = repair_butterfly(vogt, options).value();
  options.keep_jump_wings = true;
  const SviRepair wings = repair_butterfly(vogt, options).value();
  for (const SviRepair* repair : {&nearest, &wings}) {
    CHECK(repair->changed);
    CHECK_FALSE(repair->before.butterfly_free);
    CHECK(repair->after.butterfly_free);
    CHECK(repair->after.min_g >= 0);
    CHECK(svi_butterfly_free(repair->parameters));
  }
  CHECK(nearest.method == SviRepairMethod::least_squares);
  CHECK(wings.method == SviRepairMethod::jump_wings);
  CHECK(nearest.rms_change_w <= wings.rms_change_w);
  // Kept: the level, skew and left wing at the money; moved: the right wing and the minimum.
  REQUIRE(wings.jump_wings_before);
  REQUIRE(wings.jump_wings_after);
  CHECK(wings.jump_wings_after->v == Approx(wings.jump_wings_before->v).epsilon(1e-12));
  CHECK(wings.jump_wings_after->psi == Approx(wings.jump_wings_before->psi).epsilon(1e-12));
  CHECK(wings.jump_wings_after->p == Approx(wings.jump_wings_before->p).epsilon(1e-12));
  CHECK(wings.jump_wings_after->c < wings.jump_wings_before->c);
  CHECK(wings.jump_wings_after->c > wings.jump_wings_before->p + 2 * wings.jump_wings_before->psi);
  // Gatheral & Jacquier's closed form, the far end of the way: c' = 0.3493158, ṽ' = 0.01548182.
  const double c = wings.jump_wings_before->p + 2 * wings.jump_wings_before->psi;
  CHECK(std::fabs(c - 0.3493158) < 1e-7);

  const auto table = read_oracle("pricing/svi.csv");
  if (!table) return;
  for (const auto& row : table->rows) {
    if (row.at("id") != "vogt_fix_optimal") continue;
    const double theirs = rms_between(vogt, raw_slice(row), -1.5, 1.5);
    std::printf(
        "Vogt repaired, rms change of w on (-1.5, 1.5): least squares %.6f, jump wings %.6f; "
        "vogt_fix_optimal %.6f; min g %.3g, %.3g\n",
        nearest.rms_change_w, wings.rms_change_w, theirs, nearest.after.min_g, wings.after.min_g);
    CHECK(nearest.rms_change_w < theirs);
    CHECK(wings.rms_change_w < theirs);
  }
}

TEST_CASE("svi repair: what needs none stays, what is no slice is refused") {
  const SviParameters good{0.02, 0.18, -0.6, 0.05, 0.2};
  const SviRepair same = repair_butterfly(good).value();
  CHECK_FALSE(same.changed);
  CHECK(same.method == SviRepairMethod::none);
  CHECK(same.rms_change_w == 0);
  CHECK(same.parameters.a == good.a);
  CHECK(same.k_from < 0);
  CHECK(same.k_to > 0);
  CHECK_FALSE(repair_butterfly({0.04, -0.1, 0, 0, 0.1}).ok());
  CHECK_FALSE(repair_butterfly({-9, 0.1, 0, 0, 0.1}).ok());
  CHECK_FALSE(repair_butterfly(good, {0, 0, 0}).ok());
  CHECK_FALSE(repair_calendar(vogt, good).ok());
  CHECK_FALSE(repair_calendar(good, {std::nan(""), 0, 0, 0, 0}).ok());
  CHECK_FALSE(repair_calendar({0.01, 0.1, -0.6, 0.05, 0.2}, good).value().changed);
}

TEST_CASE("svi repair: a far slice is lifted above the near one") {
  const SviParameters near{0.005, 0.05, -0.6, 0, 0.1};
  const SviParameters far{0.006, 0.035, -0.3, 0.05, 0.12};
  const SviRepair repair = repair_calendar(near, far).value();
  CHECK(repair.changed);
  CHECK(svi_calendar_free(near, repair.parameters));
  CHECK(svi_butterfly_free(repair.parameters));
  CHECK(repair.rms_change_w > 0);
  // A slice that is too low by a constant comes up by about that.
  const SviParameters low{0.004, 0.05, -0.6, 0, 0.1};
  const SviRepair lift = repair_calendar(near, low).value();
  CHECK(svi_calendar_free(near, lift.parameters));
  CHECK(lift.max_change_w < 0.0011);
}

TEST_CASE("svi repair: repaired slices pass the checks") {
  CounterRandom random(99);
  int repaired = 0;
  int lifted = 0;
  for (int i = 0; i < 120; ++i) {
    const SviParameters p = random_slice(random);
    CAPTURE(i, p.a, p.b, p.rho, p.m, p.sigma);
    const auto free = repair_butterfly(p);
    REQUIRE(free.ok());
    CHECK(svi_butterfly_free(free->parameters));
    CHECK(check_butterfly(free->parameters).min_g >= 0);
    CHECK(free->after.butterfly_free);
    CHECK(free->changed == !svi_butterfly_free(p));
    CHECK(std::isfinite(free->rms_change_w));
    repaired += free->changed ? 1 : 0;
    const SviParameters q = random_slice(random);
    const auto above = repair_calendar(free->parameters, q);
    CAPTURE(q.a, q.b, q.rho, q.m, q.sigma);
    REQUIRE(above.ok());
    CHECK(svi_butterfly_free(above->parameters));
    CHECK(svi_calendar_free(free->parameters, above->parameters));
    lifted += above->changed ? 1 : 0;
  }
  CHECK(repaired > 30);
  CHECK(lifted > 30);
}
