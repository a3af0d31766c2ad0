#include "core/volatility/surface_fit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <string>

#include "core/volatility/arbitrage.hpp"
#include "core/volatility/smile_fit.hpp"
#include "tests/core/volatility/synthetic_chain.hpp"

using namespace optix;

namespace {

SmileFunction function_of(const Smile& smile) {
  return [&smile](double k) { return smile.at(k); };
}

// What C. Durrleman's condition and the calendar say, by the checks for any smile.
void check_arbitrage(const SurfaceFit& fit) {
  const Smile* before = nullptr;
  for (const SurfaceSlice& s : fit.surface.slices()) {
    INFO(s.root.to_string() << " " << s.expiration.to_string());
    const ButterflyReport report = check_butterfly(function_of(s.smile), -3, 2);
    CHECK(report.density_positive);
    CHECK(report.variance_positive);
    CHECK(svi_butterfly_free(s.smile.svi));  // the wings beyond
    if (before != nullptr) {
      const CalendarReport calendar = check_calendar(function_of(*before), function_of(s.smile), -3, 2);
      CHECK(calendar.min_gap >= -1e-7 * before->total_variance(calendar.k_at_min_gap));
    }
    before = &s.smile;
  }
  CHECK(fit.arbitrage.free);
}

// The largest difference of volatility to the known surface where quotes say something.
double worst_vol(const synthetic::Market& m, const SurfaceFit& fit) {
  double worst = 0;
  for (std::size_t i = 0; i < m.expiries.size(); ++i) {
    const auto slice = fit.surface.find(m.expiries[i].expiration, *Symbol::from(m.expiries[i].root));
    REQUIRE(slice);
    const SmileView view = fit.surface.at_slice(*slice);
    const auto terms = synthetic::terms_of(m, m.expiries[i]);
    const double unit = std::sqrt(svi_total_variance(m.expiries[i].svi, 0));
    for (double z = -1.5; z <= 1.0; z += 0.1) {
      const double known = std::sqrt(svi_total_variance(m.expiries[i].svi, z * unit) / terms.years);
      worst = std::fmax(worst, std::fabs(view.vol(z * unit) - known));
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("a known surface comes back from its quotes", "[volatility][surface_fit]") {
  struct Case {
    const char* name;
    double half_spread, share, tick;
    SmileModel model;
    double vol_tolerance, forward_tolerance, inside;
  };
  const std::vector<Case> cases{
      {"exact quotes", 0.0005, 0, 0, SmileModel::automatic, 2e-5, 1e-3, 0.9},
      {"exact quotes, SVI", 0.0005, 0, 0, SmileModel::svi, 2e-5, 1e-3, 0.9},
      {"exact quotes, spline", 0.0005, 0, 0, SmileModel::svi_spline, 2e-5, 1e-3, 0.9},
      {"spreads and nickels", 0.10, 0.01, 0.05, SmileModel::automatic, 2e-3, 0.1, 0.95},
      {"spreads and nickels, SVI", 0.10, 0.01, 0.05, SmileModel::svi, 2e-3, 0.1, 0.95},
      {"wide spreads and dimes", 0.40, 0.02, 0.10, SmileModel::svi_spline, 6e-3, 0.3, 0.95},
  };
  const synthetic::Market known = synthetic::index_market();
  for (const Case& c : cases) {
    INFO(c.name);
    synthetic::Market m = known;
    m.half_spread = c.half_spread;
    m.spread_share = c.share;
    m.tick = c.tick;
    SurfaceOptions options;
    options.model = c.model;
    const auto fit = fit_surface(synthetic::chain_of(m), options);
    REQUIRE(fit.ok());
    REQUIRE(fit->surface.slices().size() == m.expiries.size());
    check_arbitrage(*fit);
    double worst_forward = 0;
    std::size_t liquid = 0, inside = 0;
    for (std::size_t i = 0; i < m.expiries.size(); ++i) {
      worst_forward =
          std::fmax(worst_forward, std::fabs(fit->slices[i].forward - synthetic::terms_of(m, m.expiries[i]).forward));
      liquid += fit->slices[i].liquid;
      inside += fit->slices[i].inside;
    }
    const double vol = worst_vol(m, *fit), share = static_cast<double>(inside) / static_cast<double>(liquid);
    std::printf("surface fit, %s: volatility within %.1e, forward within %.1e, %.2f %% of %zu liquid quotes inside\n",
                c.name, vol, worst_forward, 100 * share, liquid);
    CHECK(vol < c.vol_tolerance);
    CHECK(worst_forward < c.forward_tolerance);
    CHECK(share >= c.inside);
  }
}

TEST_CASE("enrichment gives every row the volatility and greeks of its smile", "[volatility][surface_fit]") {
  synthetic::Market m = synthetic::index_market();
  m.half_spread = 0.001;
  m.spread_share = 0;
  m.tick = 0;
  const ChainSnapshot chain = synthetic::chain_of(m);
  const auto enriched = enrich_chain(chain);
  REQUIRE(enriched.ok());
  const auto fit = fit_surface(chain);
  REQUIRE(fit.ok());
  const ChainEnrichment& rows = fit->rows;
  double worst_vol = 0, worst_delta = 0;
  std::size_t surface_rows = 0, same = 0;
  for (std::size_t g = 0, e = 0; g < chain.groups(); ++g, e += g % 2 == 0) {
    const auto terms = synthetic::terms_of(m, m.expiries[e]);
    for (std::size_t row = chain.group_begin[g]; row < chain.group_begin[g + 1]; ++row) {
      const double strike = chain.strike[row].to_double(), k = std::log(strike / terms.forward);
      const double vol = std::sqrt(svi_total_variance(m.expiries[e].svi, k) / terms.years);
      REQUIRE(std::isfinite(rows.delta[row]));
      surface_rows += rows.source[row] == VolSource::surface;
      same += enriched->rows.source[row] == rows.source[row] && enriched->rows.delta[row] == rows.delta[row];
      if (std::fabs(k) > 2 * vol * std::sqrt(terms.years)) continue;
      const EuropeanValue value = european(chain.group_right[g], {m.spot, strike, m.rate, m.yield, terms.years, vol});
      worst_vol = std::fmax(worst_vol, std::fabs(rows.vol[row] - vol));
      worst_delta = std::fmax(worst_delta, std::fabs(rows.delta[row] - value.delta));
      CHECK(rows.gamma[row] == Approx(value.gamma).epsilon(0.01));
      CHECK(rows.vega[row] == Approx(value.vega).epsilon(0.01));
      CHECK(rows.theta[row] == Approx(value.theta).epsilon(0.02).margin(0.1));
    }
  }
  CHECK(worst_vol < 2e-4);
  CHECK(worst_delta < 1e-3);
  // Rows without a bid have no volatility of their own: the surface fills them, enrichment alone not.
  CHECK(surface_rows + same == chain.rows());
  CHECK(surface_rows > 0);
}

TEST_CASE("American quotes give the same surface once early exercise is taken out", "[volatility][surface_fit]") {
  synthetic::Market m = synthetic::index_market();
  m.exercise = ExerciseStyle::american;
  m.rate = 0.05;
  m.yield = 0.01;
  m.step = 50;
  m.low = 0.8;
  m.high = 1.2;
  m.half_spread = 0.01;
  m.spread_share = 0;
  m.tick = 0;
  m.expiries = {m.expiries[2], m.expiries[5], m.expiries[7]};
  const ChainSnapshot chain = synthetic::chain_of(m);
  SurfaceOptions options;
  options.exercise = ExerciseStyle::american;
  const auto fit = fit_surface(chain, options);
  REQUIRE(fit.ok());
  REQUIRE(fit->surface.slices().size() == 3);
  check_arbitrage(*fit);
  double worst_forward = 0, worst_delta = 0;
  for (std::size_t i = 0; i < 3; ++i)
    worst_forward =
        std::fmax(worst_forward, std::fabs(fit->slices[i].forward - synthetic::terms_of(m, m.expiries[i]).forward));
  for (std::size_t g = 0; g < chain.groups(); ++g) {
    const synthetic::Expiry& e = m.expiries[g / 2];
    const auto terms = synthetic::terms_of(m, e);
    for (std::size_t row = chain.group_begin[g]; row < chain.group_begin[g + 1]; ++row) {
      const double strike = chain.strike[row].to_double();
      const double vol = std::sqrt(svi_total_variance(e.svi, std::log(strike / terms.forward)) / terms.years);
      const Right right = chain.group_right[g];
      const BlackScholesInput in{m.spot, strike, m.rate, m.yield, terms.years, vol};
      const AmericanValue value = american(AmericanScheme::fast, right, in);
      worst_delta = std::fmax(worst_delta, std::fabs(fit->rows.delta[row] - value.delta));
      if (value.exercise_now || std::fabs(value.delta) > 0.9 || std::fabs(value.delta) < 0.05) continue;
      BlackScholesInput later = in, wider = in;
      later.years -= 1e-3;
      wider.vol += 1e-3;
      const double theta = (american(AmericanScheme::fast, right, later).price - value.price) / 1e-3;
      const double vega = (american(AmericanScheme::fast, right, wider).price - value.price) / 1e-3;
      INFO("strike " << strike << " years " << terms.years);
      CHECK(fit->rows.theta[row] == Approx(theta).epsilon(0.03).margin(2));
      CHECK(fit->rows.vega[row] == Approx(vega).epsilon(0.04));
    }
  }
  const double vol = worst_vol(m, *fit);
  std::printf("surface fit, American: volatility within %.1e, forward within %.1e, delta within %.1e\n", vol,
              worst_forward, worst_delta);
  CHECK(vol < 1e-3);
  CHECK(worst_forward < 0.5);
  CHECK(worst_delta < 0.01);
}

TEST_CASE("business time moves the volatility, not the price", "[volatility][surface_fit]") {
  const ChainSnapshot chain = synthetic::chain_of(synthetic::index_market());
  SurfaceOptions business;
  business.clock.kind = YearClockKind::business;
  const auto calendar = fit_surface(chain);
  const auto other = fit_surface(chain, business);
  REQUIRE(calendar.ok());
  REQUIRE(other.ok());
  CHECK(other->arbitrage.free);
  for (std::size_t i = 0; i < calendar->slices.size(); ++i) {
    const SmileView a = calendar->surface.at_slice(i), b = other->surface.at_slice(i);
    CHECK(a.years() != b.years());
    CHECK(a.calendar_years() == b.calendar_years());
    for (const double k : {-0.05, 0.0, 0.02}) CHECK(b.total_variance(k) == Approx(a.total_variance(k)).epsilon(1e-6));
    CHECK(b.vol(0) == Approx(a.vol(0) * std::sqrt(a.years() / b.years())).epsilon(1e-6));
  }
}

TEST_CASE("chains that cannot be fitted are refused; poor slices are left out or filled from a curve",
          "[volatility][surface_fit]") {
  synthetic::Market m = synthetic::index_market();
  ChainSnapshot chain = synthetic::chain_of(m);
  for (Decimal& bid : chain.bid) bid = Decimal{};
  CHECK_FALSE(fit_surface(chain).ok());
  CHECK_FALSE(enrich_chain(chain).ok());
  chain.stale = true;
  CHECK_FALSE(fit_surface(chain).ok());

  // Calls only: parity says nothing, a curve does.
  chain = synthetic::chain_of(m);
  for (std::size_t g = 0; g < chain.groups(); ++g)
    if (chain.group_right[g] == Right::put)
      for (std::size_t row = chain.group_begin[g]; row < chain.group_begin[g + 1]; ++row)
        chain.bid[row] = chain.ask[row] = Decimal{};
  CHECK_FALSE(fit_surface(chain).ok());
  SurfaceOptions options;
  options.rates = RateCurve::flat(m.rate);
  options.dividend_yield = m.yield;
  const auto fit = fit_surface(chain, options);
  REQUIRE(fit.ok());
  for (const SliceFit& s : fit->slices) {
    CHECK(s.forward_source == ForwardSource::curve);
    CHECK(s.forward == Approx(2800 * std::exp((m.rate - m.yield) * s.calendar_years)).epsilon(1e-9));
  }
  CHECK(fit->arbitrage.free);

  // One strike, two roots asked for, one there.
  options = {};
  options.roots = {*Symbol::from("SPX")};
  const auto monthly = fit_surface(synthetic::chain_of(m), options);
  REQUIRE(monthly.ok());
  CHECK(monthly->slices.size() == 5);
}

TEST_CASE("slices that contradict each other are held apart and reported", "[volatility][surface_fit]") {
  synthetic::Market m = synthetic::index_market();
  m.expiries[3].svi.a -= 0.0006;  // below the two slices before it
  const auto fit = fit_surface(synthetic::chain_of(m));
  REQUIRE(fit.ok());
  check_arbitrage(*fit);
  std::size_t touched = 0;
  for (const SliceFit& s : fit->slices) touched += s.outcome != SliceOutcome::fitted;
  CHECK(touched > 0);
  CHECK(fit->slices[3].inside < fit->slices[3].liquid);
}

TEST_CASE("a butterfly in the quotes does not reach the surface", "[volatility][surface_fit]") {
  synthetic::Market m = synthetic::index_market();
  m.expiries.resize(1);
  // Vogt's slice, whose density is negative on (0.642, 1.257).
  m.expiries[0] = {Date::from_civil(2020, 6, 19), "SPX", Settlement::am, {-0.0410, 0.1331, 0.3060, 0.3586, 0.4153}};
  m.low = 0.3;
  m.high = 4;
  m.half_spread = 0.01;
  m.spread_share = 0;
  m.tick = 0;
  for (const SmileModel model : {SmileModel::automatic, SmileModel::svi}) {
    SurfaceOptions options;
    options.model = model;
    const auto fit = fit_surface(synthetic::chain_of(m), options);
    REQUIRE(fit.ok());
    check_arbitrage(*fit);
    CHECK(fit->arbitrage.min_g >= 0);
  }
}

TEST_CASE("the same chain gives the same bits", "[volatility][surface_fit]") {
  const ChainSnapshot chain = synthetic::chain_of(synthetic::index_market());
  const auto a = fit_surface(chain), b = fit_surface(chain);
  REQUIRE(a.ok());
  REQUIRE(b.ok());
  for (std::size_t i = 0; i < a->slices.size(); ++i)
    for (double k = -0.5; k < 0.3; k += 0.01)
      CHECK(a->surface.slices()[i].smile.total_variance(k) == b->surface.slices()[i].smile.total_variance(k));
}
