#include "core/data/simulation/surface_model.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/data/simulation/market.hpp"
#include "core/sequencer/random.hpp"
#include "core/volatility/arbitrage.hpp"

using namespace optix;
using namespace optix::simulation;

namespace {

// The first arbitrage among slices of ascending time, or empty.
std::string arbitrage(const std::vector<SsviSlice>& slices) {
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const SviParameters raw = ssvi_to_raw(slices[i]);
    if (!svi_butterfly_free(raw)) return "butterfly in slice " + std::to_string(i);
    if (i > 0 && !svi_calendar_free(ssvi_to_raw(slices[i - 1]), raw))
      return "calendar before slice " + std::to_string(i);
  }
  return {};
}

}  // namespace

TEST_CASE("every snapshot of every preset is free of butterflies and calendars", "[simulation]") {
  std::size_t surfaces = 0, slices_checked = 0;
  for (const Preset& preset_of : presets())
    for (const std::uint64_t seed : {1, 2}) {
      Params p = *preset(preset_of.name);
      p.last = Date::from_civil(2019, 4, 30);
      p.snapshots_per_session = 2;
      const auto markets = make_markets({{p}, {}, {}, seed});
      REQUIRE(markets.ok());
      const Market& m = *markets->front();
      for (std::size_t step = 0; step < m.clock().times.size(); ++step) {
        const Timestamp now = m.clock().times[step];
        std::vector<std::pair<Timestamp, SsviSlice>> by_time;
        for (const std::uint32_t at : m.listings().alive[step / 2]) {
          const Timestamp settles = m.listings().expirations[at].settles;
          if (settles > now) by_time.emplace_back(settles, m.slice(step, settles));
        }
        std::sort(by_time.begin(), by_time.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<SsviSlice> slices;
        for (const auto& [settles, slice] : by_time) slices.push_back(slice);
        INFO(preset_of.name << " seed " << seed << " at " << now.to_string());
        REQUIRE(arbitrage(slices) == "");
        ++surfaces;
        slices_checked += slices.size();
      }
    }
  INFO(surfaces << " surfaces, " << slices_checked << " slices");
  CHECK(slices_checked > 20'000);
}

TEST_CASE("no parameters within bounds give arbitrage", "[simulation]") {
  const auto& table = parameter_table();
  const char* names[] = {"level",     "medium_vol",      "medium_share",    "long_vol",     "long_share", "skew",
                         "curvature", "curvature_level", "curvature_decay", "medium_speed", "long_speed"};
  for (std::uint64_t trial = 0; trial < 400; ++trial) {
    Params p;
    std::string said;
    for (std::size_t i = 0; i < std::size(names); ++i) {
      const auto at = std::find_if(table.begin(), table.end(), [&](const Parameter& q) { return q.name == names[i]; });
      REQUIRE(at != table.end());
      const double u = draw_uniform(9, i, trial);
      const double value = at->min + (at->max - at->min) * (trial % 3 == 0 ? std::round(u) : u * u);
      p.*std::get<double Params::*>(at->member) = value;
      said += std::string(names[i]) + "=" + std::to_string(value) + " ";
    }
    if (p.medium_speed < p.long_speed) std::swap(p.medium_speed, p.long_speed);
    const SurfaceState state =
        surface_state(p, 4 * draw_uniform(9, 99, trial) - 2, 0.4 * draw_uniform(9, 98, trial) - 0.2);
    std::vector<SsviSlice> slices;
    for (const double years : {3e-5, 0.003, 0.02, 0.1, 0.4, 1.0, 2.5, 5.0})
      slices.push_back(surface_slice(p, state, years));
    INFO(said);
    REQUIRE(arbitrage(slices) == "");
  }
}

TEST_CASE("the surface moves as markets do", "[simulation]") {
  const Params p;
  const SurfaceState calm = surface_state(p, -0.3, 0), usual = surface_state(p, 0, 0),
                     stressed = surface_state(p, 0.9, 0);
  const auto vol = [&](const SurfaceState& s, double years) {
    return std::sqrt(atm_total_variance(p, s, years) / years);
  };
  // The short end moves most, and the term structure turns over.
  CHECK(vol(stressed, 0.08) - vol(usual, 0.08) > 1.5 * (vol(stressed, 2) - vol(usual, 2)));
  CHECK(vol(calm, 0.08) < vol(calm, 1));
  CHECK(vol(stressed, 0.08) > vol(stressed, 1));
  // The skew in points of volatility steepens with the level.
  const auto skew = [&](const SurfaceState& s) {
    const SsviSlice slice = surface_slice(p, s, 30.0 / 365);
    const double down = ssvi_total_variance(slice, -0.05), up = ssvi_total_variance(slice, 0.05);
    return std::sqrt(down * 365 / 30) - std::sqrt(up * 365 / 30);
  };
  CHECK(skew(calm) < skew(usual));
  CHECK(skew(usual) < skew(stressed));
  CHECK(usual.level == Approx(p.level));
}
