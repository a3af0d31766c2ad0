#include "core/margin/portfolio_margin.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "core/pricing/implied_vol.hpp"
#include "tests/core/margin/margin_legs.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

std::vector<double> numbers(const std::string& text) {
  std::istringstream in(text);
  std::vector<double> out;
  for (double x = 0; in >> x;) out.push_back(x);
  return out;
}

// ln(S/F) the same, volatility the same: a flat smile over one year of maturities.
VolSurface flat_surface(double spot, double vol, double rate, double dividend_yield) {
  std::vector<SurfaceSlice> slices;
  const Timestamp now = margin_session.midnight_utc();
  for (const int days : {30, 365}) {
    SurfaceSlice slice;
    slice.root = sym("XYZ");
    slice.expiration = margin_session + days;
    slice.settles = now + days * nanos_per_day;
    slice.years = slice.calendar_years = days / 365.0;
    slice.forward = spot * std::exp((rate - dividend_yield) * slice.years);
    slice.discount = std::exp(-rate * slice.years);
    slice.smile.svi = {vol * vol * slice.years, 0, 0, 0, 0.1};
    slices.push_back(slice);
  }
  return VolSurface::make(now, spot, YearClock{}, slices).value();
}

}  // namespace

TEST_CASE("portfolio margin: the worked cases", "[margin][oracle]") {
  const auto table = read_oracle("rules/portfolio_margin.csv");
  if (!table) return;
  double worst = 0;
  for (const auto& row : table->rows) {
    INFO(row.at("id") << ": " << row.at("description"));
    const double vol = std::stod(row.at("flat_vol"));
    const int days = std::stoi(row.at("days"));
    auto legs = margin_legs(row.at("legs"), row.at("S"), days);
    if (row.at("stock") != "0")
      legs.push_back(margin_legs((row.at("stock")[0] == '-' ? "" : "+") + row.at("stock") + "sh", row.at("S"))[0]);
    for (MarginLeg& leg : legs) {
      leg.vol = vol;
      leg.years = days / 365.0;
    }
    MarginUnderlying u = margin_of("equity", row.at("S"));
    u.rate = std::stod(row.at("r"));
    u.dividend_yield = std::stod(row.at("q"));
    const std::string grid = row.at("grid");
    u.scan = grid == "equity"           ? ScanRange::equity
             : grid == "high_cap_index" ? ScanRange::high_cap_index
                                        : ScanRange::index;
    const PortfolioScan got = portfolio_scan(legs, u, margin_session);
    const auto points = numbers(row.at("points")), profits = numbers(row.at("pnl_by_point"));
    REQUIRE(points.size() == 10);
    REQUIRE(profits.size() == 10);
    for (std::size_t i = 0; i < 10; ++i) {
      CHECK(got.move[i] == Approx(points[i]).margin(1e-12));
      CHECK(got.profit[i] == Approx(profits[i]).margin(1e-4));
      worst = std::max(worst, std::fabs(got.profit[i] - profits[i]));
    }
    if (std::stod(row.at("worst_loss")) > 0) CHECK(got.move[got.worst] == Approx(std::stod(row.at("worst_point_pct"))));
    CHECK(got.worst_loss == Approx(std::stod(row.at("worst_loss"))).margin(1e-5));
    CHECK(got.minimum == dec(row.at("per_contract_minimum")));
    CHECK(got.requirement.to_double() == Approx(std::stod(row.at("requirement"))).margin(1e-5));
    worst = std::max(worst, std::fabs(got.requirement.to_double() - std::stod(row.at("requirement"))));
  }
  std::printf("portfolio_margin.csv: %zu rows, worst difference %.2g cents\n", table->rows.size(), worst * 100);
}

TEST_CASE("portfolio margin: ranges, leverage and minimum", "[margin]") {
  CHECK(scan_moves(ScanRange::equity, dec("1"))[0] == -15);
  CHECK(scan_moves(ScanRange::equity, dec("1"))[4] == -3);
  CHECK(scan_moves(ScanRange::equity, dec("1"))[5] == 3);
  CHECK(scan_moves(ScanRange::index, dec("1"))[0] == -10);
  CHECK(scan_moves(ScanRange::index, dec("1"))[9] == 10);
  CHECK(scan_moves(ScanRange::high_cap_index, dec("1"))[0] == -8);
  CHECK(scan_moves(ScanRange::high_cap_index, dec("1"))[9] == 6);
  CHECK(scan_moves(ScanRange::volatility_index, dec("1"))[0] == -20);
  CHECK(scan_moves(ScanRange::volatility_index, dec("1"))[9] == 20);
  CHECK(scan_moves(ScanRange::equity, dec("3"))[0] == -45);
  CHECK(scan_moves(ScanRange::high_cap_index, dec("1.5"))[9] == 9);

  struct Case {
    const char* what;
    const char* legs;
    const char* requirement;
  };
  const Case cases[] = {
      {"shares have no minimum", "+100sh", "1500"},
      {"short shares lose on the way up", "-100sh", "1500"},
      {"nothing held", "", "0"},
      {"a long option far away costs its minimum", "+2C900@0.01", "75"},
      {"shares against themselves", "+100sh;-100sh", "0"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    auto legs = margin_legs(c.legs, "100");
    for (MarginLeg& leg : legs) leg.vol = 0.2;
    CHECK(portfolio_scan(legs, margin_of("equity", "100"), margin_session).requirement.to_string() ==
          dec(c.requirement).to_string());
  }
  auto mini = margin_legs("-1P1@0.01", "100");
  mini[0].multiplier = 10;
  CHECK(portfolio_scan(mini, margin_of("equity", "100"), margin_session).minimum == dec("3.75"));
}

TEST_CASE("portfolio margin: volatility and time where a leg does not say", "[margin]") {
  MarginUnderlying u = margin_of("equity", "100");
  u.rate = 0.03;
  auto legs = margin_legs("-1P95@2;-1C105@2", "100");
  auto given = legs;
  for (MarginLeg& leg : given) {
    leg.years = 30 / 365.0;
    leg.vol = implied_vol(leg.right, 2, {100, leg.strike.to_double(), 0.03, 0, leg.years, 0}).vol;
  }
  const PortfolioScan a = portfolio_scan(legs, u, margin_session), b = portfolio_scan(given, u, margin_session);
  CHECK(a.requirement == b.requirement);
  CHECK(a.requirement > dec("75"));

  // Far out of the money and without volatility there is nothing to lose but the minimum.
  auto nothing = margin_legs("-1C130@0", "100");
  CHECK(portfolio_scan(nothing, u, margin_session).requirement.to_string() == "37.50");

  // A price below what the option is worth exercised has no volatility; on its last day there is no time.
  auto cheap = margin_legs("-1P110@1(0)", "100");
  CHECK(portfolio_scan(cheap, u, margin_session).requirement.to_string() == "1500.00");
  cheap[0].price = Decimal::none();
  CHECK(portfolio_scan(cheap, u, margin_session).requirement.to_string() == "1500.00");
  cheap[0].expiration = margin_session - 1;
  CHECK(portfolio_scan(cheap, u, margin_session).requirement.to_string() == "1500.00");
}

TEST_CASE("portfolio margin: a flat surface gives what flat volatilities give", "[margin]") {
  const double vol = 0.25, rate = 0.03, dividend_yield = 0.01;
  MarginUnderlying u = margin_of("equity", "100");
  u.rate = rate;
  u.dividend_yield = dividend_yield;
  auto legs = margin_legs("-1C105@2;+1P90@1;-2P95@1(60);+100sh", "100");
  for (MarginLeg& leg : legs) leg.vol = vol;
  const auto settles = [](const MarginLeg& leg) { return leg.expiration.midnight_utc(); };
  const PortfolioScan flat = portfolio_scan(legs, u, margin_session);
  const PortfolioScan moved = portfolio_scan(legs, u, flat_surface(100, vol, rate, dividend_yield), settles);
  for (std::size_t i = 0; i < 10; ++i) CHECK(moved.profit[i] == Approx(flat.profit[i]).margin(1e-7));
  CHECK(moved.worst == flat.worst);
  CHECK(moved.minimum == flat.minimum);
}

TEST_CASE("portfolio margin: what it refuses", "[margin]") {
  const auto legs = margin_legs("-1C105@2", "100");
  CHECK_THROWS_AS(portfolio_scan(legs, margin_of("equity", ""), margin_session), std::invalid_argument);
  CHECK_THROWS_AS(portfolio_scan(legs, margin_of("equity", "0"), margin_session), std::invalid_argument);
  for (const int defect : {0, 1, 2, 3}) {
    auto bad = legs;
    if (defect == 0) bad[0].strike = Decimal::none();
    if (defect == 1) bad[0].strike = Decimal{};
    if (defect == 2) bad[0].multiplier = 0;
    if (defect == 3) bad[0].strike = dec("-1");
    CHECK_THROWS_WITH(portfolio_scan(bad, margin_of("equity", "100"), margin_session),
                      Catch::Contains("has a strike or multiplier that is not positive"));
  }
}
