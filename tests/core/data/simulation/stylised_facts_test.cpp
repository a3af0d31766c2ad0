#include "core/data/simulation/stylised_facts.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <iostream>

#include "core/data/simulation/market.hpp"

using namespace optix;
using namespace optix::simulation;

namespace {

StylisedFacts simulated(const Params& p, std::uint64_t seed, int threads = 2) {
  const auto markets = make_markets({{p}, {}, {}, seed});
  REQUIRE(markets.ok());
  FactsOptions options;
  options.threads = threads;
  const auto facts = stylised_facts("simulated", *market_source(markets->front()), options);
  REQUIRE(facts.ok());
  return *facts;
}

}  // namespace

TEST_CASE("facts measured from quotes are those the market was made with", "[simulation]") {
  Params p = *preset("spx-like");
  p.last = Date::from_civil(2019, 3, 29);
  const auto markets = make_markets({{p}, {}, {}, 3});
  REQUIRE(markets.ok());
  const Market& m = *markets->front();
  const StylisedFacts f = simulated(p, 3);
  REQUIRE(f.sessions == m.sessions());
  REQUIRE(f.refused == 0);
  for (std::size_t s = 0; s < f.sessions; ++s) {
    const double model = std::sqrt(atm_total_variance(p, m.surface()[s], 30.0 / 365) * 365 / 30);
    INFO(f.dates[s].to_string() << ": " << f.level[s] << " for " << model);
    CHECK(std::fabs(f.level[s] - model) < 0.004);
    CHECK(f.price[s] == m.path().price[s]);
  }
  CHECK(f.zero_bids > 0);
  CHECK(f.level_return_correlation < -0.6);
  CHECK(f.skew > 0.01);
  double volume = 0;
  for (const auto& d : f.by_delta) volume += d.volume_share;
  CHECK(volume == Approx(1.0));

  const StylisedFacts again = simulated(p, 3, 1);
  const std::vector<StylisedFacts> one{f}, two{again};
  CHECK(facts_text(one) == facts_text(two));
  CHECK(facts_svg(one) == facts_svg(two));
}

TEST_CASE("the text and the picture show every market", "[simulation]") {
  Params p = *preset("calm");
  p.last = Date::from_civil(2019, 1, 31);
  StylisedFacts a = simulated(p, 1), b = simulated(p, 2);
  b.name = "B & C";
  const std::vector<StylisedFacts> both{a, b};
  const std::string text = facts_text(both), markdown = facts_markdown(both), svg = facts_svg(both);
  CHECK(text.find("realised volatility") != std::string::npos);
  CHECK(text.find("B & C") != std::string::npos);
  CHECK(markdown.find("| B & C |") != std::string::npos);
  CHECK(svg.find("B &amp; C") != std::string::npos);
  CHECK(svg.substr(0, 4) == "<svg");
  CHECK(svg.find("nan") == std::string::npos);
  CHECK_THROWS_AS(facts_svg({}), std::invalid_argument);
}

TEST_CASE("too little data has no facts", "[simulation]") {
  Params p = *preset("spx-like");
  p.last = Date::from_civil(2019, 1, 3);
  const auto markets = make_markets({{p}, {}, {}, 3});
  REQUIRE(markets.ok());
  const auto facts = stylised_facts("short", *market_source(markets->front()));
  REQUIRE_FALSE(facts.ok());
  CHECK(facts.error().to_string().find("2 sessions with a surface are too few") != std::string::npos);
}

TEST_CASE("a simulated year is close to SPX in 2019", "[simulation][spx]") {
  const std::string file = OPTIX_SOURCE_DIR "/../shared/data/spx_cboe_20190425_20190722_raw.csv.gz";
  if (!std::filesystem::exists(file)) {
    std::cout << "skipped: no SPX quotes to compare the simulated market with\n";
    return;
  }
  LoadOptions options;
  options.layout = *csv_layout_preset("cboe_historical");
  const auto data = load_csv(file, options);
  REQUIRE(data.ok());
  const auto spx = stylised_facts("SPX 2019", **data);
  REQUIRE(spx.ok());
  const StylisedFacts year = simulated(*preset("spx-like"), 7);
  const struct {
    const char* what;
    double StylisedFacts::*member;
    double tolerance;
  } cases[] = {
      {"level", &StylisedFacts::level_mean, 0.015},
      {"skew", &StylisedFacts::skew, 0.01},
      {"slope", &StylisedFacts::slope, 0.005},
      {"butterfly", &StylisedFacts::butterfly, 0.002},
      {"correlation of level and return", &StylisedFacts::level_return_correlation, 0.1},
      {"move per return", &StylisedFacts::level_return_slope, 2.5},
      {"move of the level", &StylisedFacts::level_move, 0.025},
      {"realised volatility", &StylisedFacts::realised_vol, 0.03},
      {"rows", &StylisedFacts::rows, 2500},
      {"share of puts in volume", &StylisedFacts::put_volume, 0.05},
      {"share of puts in open interest", &StylisedFacts::put_interest, 0.05},
      {"zero bids", &StylisedFacts::zero_bids, 0.08},
  };
  for (const auto& c : cases) {
    const double got = year.*c.member, want = (*spx).*c.member;
    INFO(c.what << ": simulated " << got << ", SPX " << want << ", may differ by " << c.tolerance);
    CHECK(std::fabs(got - want) <= c.tolerance);
  }
  for (std::size_t i = 0; i < facts_terms.size(); ++i) {
    INFO(facts_terms[i] << " days: " << year.term[i] << " / " << spx->term[i]);
    CHECK(std::fabs(year.term[i] - spx->term[i]) < 0.015);
  }
  for (std::size_t t = 0; t < facts_tenors.size(); ++t)
    for (std::size_t d = 0; d < facts_deltas.size(); ++d) {
      const double got = year.cells[t][d].spread, want = spx->cells[t][d].spread;
      INFO(facts_tenor_name(t) << ", " << facts_delta_name(d) << ": median spread " << got << " / " << want);
      CHECK(std::fabs(got - want) <= std::max(0.11, 0.5 * want));
    }
}
