#include "core/volatility/enrich_snapshot.hpp"

#include <catch2/catch.hpp>

#include <cmath>

#include "core/data/simulated.hpp"

using namespace optix;

namespace {

MessageRef snapshot_of(int step) {
  SimulatedParams params;
  params.last = Date::from_civil(2021, 2, 26);
  return (*simulate_market(params, 7, 1))->step(static_cast<std::size_t>(step)).snapshot;
}

MessageRef without(const MessageRef& snapshot, std::size_t every, Series<double> ChainSnapshot::*column) {
  ChainSnapshot chain = snapshot.get<ChainSnapshot>();
  for (std::size_t row = 0; row < chain.rows(); row += every) (chain.*column)[row] = std::nan("");
  return make_message(std::move(chain));
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

TEST_CASE("fill adds what is unknown and leaves the rest", "[volatility][enrich]") {
  const MessageRef vendor = snapshot_of(5);
  EnrichOptions options;
  CHECK(enrich_snapshot(vendor, options).snapshot.same_object(vendor));  // nothing is unknown
  for (auto column : {&ChainSnapshot::iv, &ChainSnapshot::delta, &ChainSnapshot::gamma}) {
    const MessageRef holes = without(vendor, 3, column);
    const EnrichedSnapshot filled = enrich_snapshot(holes, options);
    const auto& before = vendor.get<ChainSnapshot>();
    const auto& after = filled.snapshot.get<ChainSnapshot>();
    CHECK(filled.refused.empty());
    CHECK(filled.changed == (before.rows() + 2) / 3 - filled.unknown);
    CHECK(filled.unknown == 0);
    double worst = 0;
    for (std::size_t row = 0; row < before.rows(); ++row)
      if (row % 3 != 0) {
        CHECK((after.*column)[row] == (before.*column)[row]);
      } else if (before.bid[row] > Decimal{} && std::fabs(before.delta[row]) > 0.1 &&
                 std::fabs(before.delta[row]) < 0.9) {
        worst = std::max(worst, std::fabs((after.*column)[row] / (before.*column)[row] - 1));
      }
    CHECK(worst < 0.06);  // the market's ticks and spreads against its model values
    // Everything else is untouched.
    CHECK(after.bid == before.bid);
    CHECK(after.ask == before.ask);
    CHECK(after.time == before.time);
    CHECK(after.contract == before.contract);
  }
}

TEST_CASE("recompute takes nothing from the vendor", "[volatility][enrich]") {
  const MessageRef vendor = snapshot_of(5);
  EnrichOptions options;
  options.mode = EnrichMode::recompute;
  const EnrichedSnapshot full = enrich_snapshot(vendor, options);
  const EnrichedSnapshot blank = enrich_snapshot(without(vendor, 1, &ChainSnapshot::iv), options);
  const auto &a = full.snapshot.get<ChainSnapshot>(), &b = blank.snapshot.get<ChainSnapshot>();
  CHECK(full.changed > 0);
  for (std::size_t row = 0; row < a.rows(); ++row) {
    CHECK(same(a.iv[row], b.iv[row]));
    CHECK(same(a.delta[row], b.delta[row]));
    CHECK(same(a.gamma[row], b.gamma[row]));
  }
  // Once more gives the same; equal inputs give equal bits.
  CHECK(enrich_snapshot(full.snapshot, options).snapshot.hash() == full.snapshot.hash());
  CHECK(enrich_snapshot(vendor, options).snapshot.hash() == full.snapshot.hash());
  // Without a smile, rows without a quote on either side stay unknown; never more are known.
  options.smile = false;
  CHECK(enrich_snapshot(vendor, options).unknown >= full.unknown);
}

TEST_CASE("a chain that nothing can be computed for", "[volatility][enrich]") {
  ChainSnapshot chain = snapshot_of(5).get<ChainSnapshot>();
  for (std::size_t row = 0; row < chain.rows(); ++row) chain.bid[row] = chain.ask[row] = Decimal::none();
  chain.iv[0] = std::nan("");
  const MessageRef unquoted = make_message(std::move(chain));
  EnrichOptions options;
  const EnrichedSnapshot filled = enrich_snapshot(unquoted, options);
  CHECK_FALSE(filled.refused.empty());
  CHECK(filled.snapshot.same_object(unquoted));
  CHECK(filled.unknown == 1);
  options.mode = EnrichMode::recompute;
  const EnrichedSnapshot blank = enrich_snapshot(unquoted, options);
  CHECK_FALSE(blank.refused.empty());
  CHECK(blank.unknown == unquoted.get<ChainSnapshot>().rows());
  for (const double iv : blank.snapshot.get<ChainSnapshot>().iv) CHECK(std::isnan(iv));
}

TEST_CASE("a stale snapshot keeps its mark", "[volatility][enrich]") {
  ChainSnapshot chain = snapshot_of(5).get<ChainSnapshot>();
  chain.stale = true;
  EnrichOptions options;
  options.mode = EnrichMode::recompute;
  const EnrichedSnapshot enriched = enrich_snapshot(make_message(std::move(chain)), options);
  CHECK(enriched.refused.empty());
  CHECK(enriched.snapshot.get<ChainSnapshot>().stale);
}
