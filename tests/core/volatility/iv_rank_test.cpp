#include "core/volatility/iv_rank.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "core/metrics/figure.hpp"

using namespace optix;

TEST_CASE("IV rank and percentile by hand", "[volatility][iv_rank]") {
  const double nan = std::nan("");
  struct Case {
    const char* name;
    std::vector<double> history;
    double current;
    IvRankOptions options;
    std::optional<double> rank, percentile;
    std::string_view rank_why, percentile_why;
    std::size_t observations;
  };
  const std::vector<Case> cases{
      {"in the middle", {0.10, 0.30, 0.20, 0.15}, 0.20, {252, 2}, 0.5, 0.5, "", "", 4},
      {"at the low", {0.10, 0.30}, 0.10, {252, 2}, 0.0, 0.0, "", "", 2},
      {"at the high: the equal value is not below", {0.10, 0.30}, 0.30, {252, 2}, 1.0, 0.5, "", "", 2},
      {"a new high", {0.10, 0.30}, 0.40, {252, 2}, 1.5, 1.0, "", "", 2},
      {"a new low", {0.10, 0.30}, 0.05, {252, 2}, -0.25, 0.0, "", "", 2},
      {"only the window counts", {0.90, 0.01, 0.10, 0.30}, 0.20, {2, 2}, 0.5, 0.5, "", "", 2},
      {"days without a value", {nan, 0.10, nan, 0.30}, 0.20, {4, 2}, 0.5, 0.5, "", "", 2},
      {"flat history", {0.2, 0.2, 0.2}, 0.25, {252, 2}, {}, 1.0, reason_code::zero_denominator, "", 3},
      {"too short",
       {0.1, 0.2},
       0.15,
       {252, 3},
       {},
       {},
       reason_code::too_few_observations,
       reason_code::too_few_observations,
       2},
      {"nothing", {}, 0.15, {252, 1}, {}, {}, reason_code::no_observations, reason_code::no_observations, 0},
      {"only gaps", {nan, nan}, 0.15, {252, 1}, {}, {}, reason_code::no_observations, reason_code::no_observations, 0},
      {"no value today",
       {0.1, 0.2},
       nan,
       {252, 1},
       {},
       {},
       reason_code::no_observations,
       reason_code::no_observations,
       2},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const IvRank r = iv_rank(c.history, c.current, c.options);
    CHECK(r.rank.has_value() == c.rank.has_value());
    if (r.rank && c.rank) CHECK(*r.rank == Approx(*c.rank).margin(1e-12));
    CHECK(r.percentile.has_value() == c.percentile.has_value());
    if (r.percentile && c.percentile) CHECK(*r.percentile == Approx(*c.percentile).margin(1e-12));
    CHECK(r.rank_why == c.rank_why);
    CHECK(r.percentile_why == c.percentile_why);
    CHECK(r.observations == c.observations);
  }
}
