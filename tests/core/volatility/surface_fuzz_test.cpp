// Chains with broken, missing, absurd and contradicting quotes: whatever comes in, the answer is an
// error or a surface that is finite, free of arbitrage and usable.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <random>

#include "core/volatility/surface_fit.hpp"
#include "core/volatility/volatility_index.hpp"
#include "tests/core/volatility/synthetic_chain.hpp"

using namespace optix;

namespace {

using Random = std::mt19937_64;

double uniform(Random& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

ChainSnapshot random_chain(Random& random) {
  synthetic::Market m = synthetic::index_market();
  m.expiries.erase(m.expiries.begin(), m.expiries.begin() + static_cast<std::ptrdiff_t>(random() % 6));
  m.expiries.resize(1 + random() % m.expiries.size());
  m.step = random() % 2 == 0 ? 100 : 25;
  m.low = 0.5 + 0.45 * uniform(random);
  m.high = 1.02 + 0.5 * uniform(random);
  m.half_spread = 0.02 + uniform(random);
  m.spread_share = 0.1 * uniform(random);
  for (synthetic::Expiry& e : m.expiries) {
    const double scale = 0.5 + 1.5 * uniform(random);
    e.svi.a *= scale;
    e.svi.b *= scale;
    e.svi.rho = 1.8 * uniform(random) - 0.9;
  }
  ChainSnapshot chain = synthetic::chain_of(m);
  const double share = uniform(random) * uniform(random);
  for (std::size_t row = 0; row < chain.rows(); ++row) {
    if (uniform(random) > share) continue;
    switch (random() % 8) {
      case 0: chain.bid[row] = Decimal{}; break;
      case 1: chain.ask[row] = Decimal{}; break;
      case 2: chain.bid[row] = chain.ask[row] = Decimal::none(); break;
      case 3: std::swap(chain.bid[row], chain.ask[row]); break;
      case 4: chain.ask[row] = chain.bid[row]; break;
      case 5: chain.bid[row] = chain.ask[row] = Decimal::from_double(0.05 + 4000 * uniform(random)); break;
      case 6: chain.ask[row] = Decimal::from_double(1e6 * uniform(random)); break;
      default: chain.bid[row] = Decimal::from_double(0.05), chain.ask[row] = Decimal::from_double(0.10); break;
    }
  }
  if (random() % 10 == 0) chain.underlying_price = Decimal::from_double(1 + 10000 * uniform(random));
  if (random() % 20 == 0) chain.strike[0] = Decimal{};
  return chain;
}

void check_surface(const SurfaceFit& fit) {
  INFO("min g " << fit.arbitrage.min_g << ", min gap " << fit.arbitrage.min_calendar_gap);
  CHECK(fit.arbitrage.free);
  for (const SurfaceSlice& s : fit.surface.slices())
    for (double k = -3; k <= 2; k += 0.25) {
      const VarianceDerivatives d = s.smile.at(k);
      const bool finite = std::isfinite(d.w) && std::isfinite(d.w1) && std::isfinite(d.w2) && d.w > 0;
      INFO(s.expiration.to_string() << " k " << k << " w " << d.w);
      CHECK(finite);
    }
  for (const double days : {1.0, 30.0, 400.0}) {
    const SmileView view = fit.surface.at_days(days);
    const SmileFeatures f = view.features();
    CHECK(std::isfinite(f.atm_vol));
    CHECK(std::isfinite(f.skew));
    CHECK(std::isfinite(view.probability_below(view.forward() * 0.9)));
  }
  for (std::size_t row = 0; row < fit.rows.vol.size(); ++row) {
    const bool known = fit.rows.source[row] != VolSource::none;
    if (known != std::isfinite(fit.rows.vol[row])) FAIL_CHECK("row " << row << " vol " << fit.rows.vol[row]);
    if (known && !std::isfinite(fit.rows.delta[row])) FAIL_CHECK("row " << row << " has a volatility and no delta");
  }
}

}  // namespace

TEST_CASE("broken chains give an error or a sound surface", "[volatility][surface_fit][fuzz]") {
  Random random(20190603);
  std::size_t fitted = 0, refused = 0, repaired = 0;
  for (int round = 0; round < 150; ++round) {
    INFO("round " << round);
    const ChainSnapshot chain = random_chain(random);
    SurfaceOptions options;
    options.model = static_cast<SmileModel>(round % 3);
    if (round % 5 == 0) options.rates = RateCurve::flat(0.02);
    const auto fit = fit_surface(chain, options);
    const auto index = volatility_index(chain);
    if (index) CHECK(std::isfinite(index->value));
    if (!fit) {
      ++refused;
      CHECK_FALSE(fit.error().what.empty());
      continue;
    }
    ++fitted;
    check_surface(*fit);
    for (const SliceFit& s : fit->slices) repaired += s.outcome == SliceOutcome::repaired;
  }
  std::printf("broken chains: %zu fitted (%zu slices repaired), %zu refused\n", fitted, repaired, refused);
  CHECK(fitted > 100);
}
