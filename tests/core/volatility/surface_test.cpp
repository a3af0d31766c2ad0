#include "core/volatility/surface.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <string>

#include "tests/core/volatility/synthetic_chain.hpp"

using namespace optix;

namespace {

VolSurface surface_of(const synthetic::Market& m) {
  std::vector<SurfaceSlice> slices;
  for (const synthetic::Expiry& e : m.expiries) {
    const auto t = synthetic::terms_of(m, e);
    slices.push_back({*Symbol::from(e.root), e.expiration, e.settlement, t.settles, t.years, t.calendar_years,
                      t.forward, t.discount, Smile{SmileKind::svi, e.svi, {}}, -0.5, 0.3});
  }
  auto surface = VolSurface::make(synthetic::quote_time(m), m.spot, m.clock, std::move(slices));
  if (!surface) throw std::runtime_error(surface.error().to_string());
  return *surface;
}

}  // namespace

TEST_CASE("a flat surface is flat everywhere", "[volatility][surface]") {
  synthetic::Market m;
  for (const auto& [month, day] : {std::pair{6, 21}, std::pair{9, 20}}) {
    const Date date = Date::from_civil(2019, month, day);
    const double t = years_between(synthetic::quote_time(m), settlement_instant(date, Settlement::pm));
    m.expiries.push_back({date, "SPXW", Settlement::pm, {0.04 * t, 0, 0, 0, 0.1}});
  }
  const VolSurface surface = surface_of(m);
  for (const double days : {1.0, 7.0, 18.0, 30.0, 60.0, 200.0, 700.0}) {
    const SmileView view = surface.at_days(days);
    INFO(days << " days");
    for (const double strike : {1500.0, 2500.0, 2800.0, 3300.0})
      CHECK(view.vol_at_strike(strike) == Approx(0.2).epsilon(1e-13));
    const SmileFeatures f = view.features();
    CHECK(f.atm_vol == Approx(0.2).epsilon(1e-13));
    CHECK(f.skew == Approx(0).margin(1e-14));
    CHECK(f.curvature == Approx(0).margin(1e-13));
    CHECK(f.risk_reversal_25.value() == Approx(0).margin(1e-12));
    CHECK(f.butterfly_25.value() == Approx(0).margin(1e-12));
    CHECK(view.forward() == Approx(2800 * std::exp((0.024 - 0.019) * days / 365)).epsilon(1e-12));
    CHECK(view.discount() == Approx(std::exp(-0.024 * days / 365)).epsilon(1e-12));
    // Black–Scholes probabilities.
    const double d2 = (std::log(view.forward() / 2700) - 0.5 * 0.04 * view.years()) / (0.2 * std::sqrt(view.years()));
    CHECK(view.probability_below(2700) == Approx(normal_cdf(-d2)).epsilon(1e-11));
  }
  CHECK(surface.at_days(5).extrapolated());
  CHECK_FALSE(surface.at_days(30).extrapolated());
  CHECK(surface.at_days(300).extrapolated());
}

TEST_CASE("strikes, deltas and volatilities agree with each other and with the European kernel",
          "[volatility][surface]") {
  const VolSurface surface = surface_of(synthetic::index_market());
  double worst_strike = 0, worst_price = 0;
  for (const double days : {3.0, 7.0, 18.0, 30.0, 100.0, 365.0, 900.0}) {
    const SmileView view = surface.at_days(days);
    for (const DeltaKind kind : {DeltaKind::spot, DeltaKind::forward})
      for (const double delta : {0.001, 0.02, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95}) {
        for (const Right right : {Right::call, Right::put}) {
          const double wanted = right == Right::call ? delta : -delta;
          const auto strike = view.strike_at_delta(right, wanted, kind);
          INFO(days << " days, delta " << wanted);
          REQUIRE(strike);
          CHECK(view.delta(right, *strike, kind) == Approx(wanted).epsilon(1e-9));
          CHECK(view.vol_at_delta(right, wanted, kind).value() == view.vol_at_strike(*strike));
          const auto again = view.strike_at_delta(right, view.delta(right, *strike, kind), kind);
          REQUIRE(again);
          worst_strike = std::fmax(worst_strike, std::fabs(*again / *strike - 1));
        }
      }
    for (double strike = 2000; strike <= 3400; strike += 50)
      for (const Right right : {Right::call, Right::put}) {
        const double vol = view.vol_at_strike(strike);
        const double price = black76(right, view.forward(), strike, view.discount(), view.years(), vol).price;
        worst_price = std::fmax(worst_price, std::fabs(view.price(right, strike) - price));
      }
    CHECK_FALSE(view.strike_at_delta(Right::call, -0.25));
    CHECK_FALSE(view.strike_at_delta(Right::put, 0.25));
    CHECK_FALSE(view.strike_at_delta(Right::call, 1.5));
    CHECK_FALSE(view.strike_at_delta(Right::call, 0));
    CHECK_FALSE(view.strike_at_delta(Right::call, std::nan("")));
  }
  std::printf("surface: strike → delta → strike within %.1e, prices within %.1e USD\n", worst_strike, worst_price);
  CHECK(worst_strike < 1e-9);
  CHECK(worst_price < 1e-9);
}

TEST_CASE("skew and curvature are the derivatives of the volatility", "[volatility][surface]") {
  const VolSurface surface = surface_of(synthetic::index_market());
  for (const double days : {7.0, 30.0, 365.0}) {
    const SmileView view = surface.at_days(days);
    const SmileFeatures f = view.features();
    const double h = 1e-4;
    CHECK(f.skew == Approx((view.vol(h) - view.vol(-h)) / (2 * h)).epsilon(1e-5));
    CHECK(f.curvature == Approx((view.vol(h) - 2 * view.vol(0) + view.vol(-h)) / (h * h)).epsilon(1e-4));
    CHECK(f.skew < 0);
    CHECK(f.risk_reversal_25.value() < 0);
    CHECK(f.butterfly_25.value() > 0);
  }
}

TEST_CASE("interpolation in time never crosses and meets the slices", "[volatility][surface]") {
  const synthetic::Market m = synthetic::index_market();
  const VolSurface surface = surface_of(m);
  for (std::size_t i = 0; i < surface.slices().size(); ++i) {
    const SurfaceSlice& s = surface.slices()[i];
    const SmileView view = surface.at(s.settles);
    CHECK(view.total_variance(-0.1) == s.smile.total_variance(-0.1));
    CHECK(view.forward() == s.forward);
    CHECK(surface.find(s.expiration, s.root) == i);
  }
  CHECK_FALSE(surface.find(Date::from_civil(2019, 6, 11), *Symbol::from("SPXW")));
  for (double k = -0.6; k < 0.4; k += 0.05) {
    double last = 0;
    for (double days = 0.25; days < 1000; days *= 1.03) {
      const double w = surface.at_days(days).total_variance(k);
      INFO("k " << k << ", " << days << " days");
      CHECK(w > last);
      last = w;
    }
  }
}

TEST_CASE("the density integrates to one, to the forward, and to the probabilities", "[volatility][surface]") {
  const VolSurface surface = surface_of(synthetic::index_market());
  for (const double days : {7.0, 25.0, 30.0, 200.0}) {
    const SmileView view = surface.at_days(days);
    INFO(days << " days");
    double mass = 0, mean = 0, below = 0;
    const double low = view.forward() * 0.05, high = view.forward() * 4, step = view.forward() / 20000;
    for (double strike = low + 0.5 * step; strike < high; strike += step) {
      const double density = view.density(strike);
      CHECK(density >= 0);
      mass += density * step;
      mean += density * strike * step;
      if (strike < 2700) below += density * step;
    }
    CHECK(mass == Approx(1).margin(2e-6));
    CHECK(mean == Approx(view.forward()).epsilon(1e-5));
    CHECK(view.probability_below(2700) == Approx(below).margin(2e-4));  // a cell of the sum
    CHECK(view.probability_below(0) == 0);
    CHECK(view.probability_below(1e5) == Approx(1).margin(1e-9));
    // The derivative of the undiscounted put in the strike.
    const double h = 0.01;
    const double slope =
        (view.price(Right::put, 2700 + h) - view.price(Right::put, 2700 - h)) / (2 * h * view.discount());
    CHECK(view.probability_below(2700) == Approx(slope).epsilon(1e-6));
  }
}

TEST_CASE("a surface refuses what it cannot mean", "[volatility][surface]") {
  const synthetic::Market m = synthetic::index_market();
  std::vector<SurfaceSlice> slices = surface_of(m).slices();
  const auto make = [&](double spot) { return VolSurface::make(synthetic::quote_time(m), spot, m.clock, slices); };
  CHECK_FALSE(make(0).ok());
  CHECK(make(2800).ok());
  std::swap(slices[0], slices[3]);
  CHECK_FALSE(make(2800).ok());
  std::swap(slices[0], slices[3]);
  slices[2].forward = -1;
  CHECK_FALSE(make(2800).ok());
  slices[2].forward = 2800;
  slices[2].smile.svi = {-1, 0, 0, 0, 0.1};
  CHECK_FALSE(make(2800).ok());

  const VolSurface surface = surface_of(m);
  CHECK_THROWS_AS(surface.at_slice(99), std::invalid_argument);
  CHECK_THROWS_AS(surface.at(surface.as_of()), std::invalid_argument);
  CHECK_THROWS_AS(surface.at_days(0), std::invalid_argument);
  CHECK_THROWS_AS(surface.at_days(1e9), std::invalid_argument);
  CHECK_THROWS_AS(surface.at_days(30).vol_at_strike(-1), std::invalid_argument);
  CHECK_THROWS_AS(VolSurface{}.at_days(30), std::invalid_argument);

  // A day's carry from 2.8 to 2800 goes on for a year only in theory.
  slices[2].smile = slices[0].smile;
  slices.resize(1);
  slices[0].years = slices[0].calendar_years = 1 / 365.0;
  const auto steep = make(2.8);
  REQUIRE(steep.ok());
  CHECK_THROWS_AS(steep->at_days(400), std::invalid_argument);
}
