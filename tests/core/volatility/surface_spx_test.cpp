// Surfaces of real SPX chains of 2019. The data is not part of the project: without it this test prints
// "skipped". The whole quarter is in the surface benchmark.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <string>

#include "core/data/dataset.hpp"
#include "core/volatility/arbitrage.hpp"
#include "core/volatility/surface_fit.hpp"
#include "core/volatility/volatility_index.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

const char* const file = "data/spx_cboe_20190425_20190722_raw.csv.gz";

void check_session(const ChainSnapshot& chain) {
  const auto fit = fit_surface(chain);
  REQUIRE(fit.ok());
  CHECK(fit->arbitrage.free);
  std::size_t liquid = 0, inside = 0, compared = 0;
  const Smile* before = nullptr;
  for (const SliceFit& s : fit->slices) {
    REQUIRE(s.slice);
    INFO(s.root.to_string() << " " << s.expiration.to_string());
    const Smile& smile = fit->surface.slices()[*s.slice].smile;
    // Once more by the refining checks.
    const auto now = [&](double k) { return smile.at(k); };
    const ButterflyReport butterfly = check_butterfly(now, -2, 1);
    CHECK(butterfly.density_positive);
    if (before != nullptr) {
      const CalendarReport calendar = check_calendar([&](double k) { return before->at(k); }, now, -2, 1);
      CHECK(calendar.min_gap >= -1e-7 * before->total_variance(calendar.k_at_min_gap));
    }
    before = &smile;
    liquid += s.liquid;
    inside += s.inside;
    CHECK(s.forward_source == ForwardSource::parity);
    CHECK(s.forward_error < 2);
    for (const SmileQuote& q : s.quotes) compared += q.liquid && !std::isnan(chain.iv[q.row]);
  }
  std::vector<double> iv_error, delta_error;
  for (const SliceFit& s : fit->slices)
    for (const SmileQuote& q : s.quotes) {
      if (!q.liquid || std::isnan(chain.iv[q.row]) || s.calendar_years < 5.0 / 365) continue;
      iv_error.push_back(std::fabs(q.iv_mid - chain.iv[q.row]));
      delta_error.push_back(std::fabs(fit->rows.delta[q.row] - chain.delta[q.row]));
    }
  const auto middle = [](std::vector<double>& v) {
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
    return v[v.size() / 2];
  };
  const double share = static_cast<double>(inside) / static_cast<double>(liquid);
  const double iv = middle(iv_error), delta = middle(delta_error);
  const SmileFeatures f = fit->surface.at_days(30).features();
  const auto index = volatility_index(chain);
  std::printf(
      "%s: %zu slices, %.2f %% of %zu liquid quotes within half the spread, vendor iv %.1e, delta %.1e, ATM %.4f, "
      "index %s\n",
      chain.session.to_string().c_str(), fit->slices.size(), 100 * share, liquid, iv, delta, f.atm_vol,
      index ? std::to_string(index->value).c_str() : index.error().what.c_str());
  CHECK(liquid > 3000);
  CHECK(share >= 0.95);
  CHECK(iv < 1e-3);
  CHECK(delta < 2e-3);  // the index closed 15 minutes before the options on the first of them
  CHECK(f.atm_vol > 0.08);
  CHECK(f.atm_vol < 0.20);
  CHECK(f.skew < -0.5);
  if (index) {
    CHECK(index->value > 12);
    CHECK(index->value < 22);
    CHECK(index->value > 100 * f.atm_vol);  // the wings are dearer than the money
  }
}

}  // namespace

TEST_CASE("surfaces of SPX sessions are free of arbitrage and meet their quotes", "[volatility][surface_fit][spx]") {
  if (!shared_file_exists(file)) return;
  LoadOptions options;
  options.layout = *csv_layout_preset("cboe_historical");
  options.first = Date::from_civil(2019, 6, 3);
  options.last = Date::from_civil(2019, 6, 4);
  const auto data = load_csv(shared_path(file), options);
  REQUIRE(data.ok());
  REQUIRE((*data)->steps() == 2);
  for (std::size_t i = 0; i < 2; ++i) check_session((*data)->step(i).snapshot.get<ChainSnapshot>());
}
