#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "core/pricing/american.hpp"

using namespace optix;

namespace {

constexpr AmericanScheme schemes[] = {AmericanScheme::fast, AmericanScheme::accurate, AmericanScheme::high_precision};

struct Chain {
  double rate, yield, years;
  std::vector<double> strike, vol, price, found;
  std::vector<Right> right;
  std::vector<AmericanStatus> priced;
  std::vector<ImpliedVolStatus> status;

  BlackScholesInput input(std::size_t i) const { return {100, strike[i], rate, yield, years, 0}; }
};

// A skewed smile, priced by the scheme and solved again.
Chain solved(AmericanScheme scheme, double rate, double yield, double years, std::size_t strikes) {
  Chain c{rate, yield, years, {}, {}, {}, {}, {}, {}, {}};
  for (std::size_t i = 0; i < strikes; ++i)
    for (const Right right : {Right::call, Right::put}) {
      const double k = 60 + 90 * static_cast<double>(i) / static_cast<double>(strikes - 1);
      c.strike.push_back(k);
      c.right.push_back(right);
      c.vol.push_back(0.25 + 1.5e-5 * (k - 100) * (k - 100) - 1e-3 * (k - 100));
    }
  const std::size_t rows = c.strike.size();
  c.price.resize(rows), c.found.resize(rows), c.priced.resize(rows), c.status.resize(rows);
  american_chain(scheme, 100, rate, yield, years, c.strike, c.vol, c.right,
                 {.price = c.price, .delta = {}, .gamma = {}, .status = c.priced});
  american_implied_vol_chain(scheme, 100, rate, yield, years, c.strike, c.price, c.right, c.found, c.status);
  return c;
}

}  // namespace

TEST_CASE("American implied volatility finds the volatility a price was made with", "[pricing]") {
  const struct {
    double rate, yield, years;
  } cases[] = {{0.04, 0.02, 0.5}, {0.05, 0, 0.1}, {0, 0.03, 1.5}, {0.03, 0.07, 2}, {-0.005, 0.01, 1}, {0.08, -0.01, 1}};
  for (const AmericanScheme scheme : schemes) {
    std::size_t exercised = 0;
    double worst = 0;
    for (const auto& m : cases) {
      const Chain c = solved(scheme, m.rate, m.yield, m.years, scheme == AmericanScheme::high_precision ? 7 : 61);
      for (std::size_t i = 0; i < c.strike.size(); ++i) {
        INFO("scheme " << int(scheme) << " K " << c.strike[i] << ' ' << int(c.right[i]) << " r " << m.rate << " q "
                       << m.yield << " T " << m.years << " price " << c.price[i] << " vol " << c.vol[i]);
        if (c.priced[i] == AmericanStatus::exercise) {
          ++exercised;
          CHECK(c.status[i] == ImpliedVolStatus::no_time_value);
          CHECK(std::isnan(c.found[i]));
          continue;
        }
        // Far in the money the price says little about volatility: what counts is that it comes back.
        CHECK(c.status[i] == ImpliedVolStatus::ok);
        BlackScholesInput again = c.input(i);
        again.vol = c.found[i];
        if (i % 5 == 0) CHECK(american(scheme, c.right[i], again).price == Approx(c.price[i]).margin(1e-7));
        worst = std::max(worst, std::fabs(c.found[i] - c.vol[i]));
        CHECK(c.found[i] == Approx(c.vol[i]).margin(1e-5));
      }
    }
    std::printf("American implied volatility, scheme %d: worst round trip %.1e, %zu rows to be exercised\n",
                static_cast<int>(scheme), worst, exercised);
    CHECK(exercised > 0);
  }
}

TEST_CASE("one American implied volatility has the bits of the chain's", "[pricing]") {
  const Chain c = solved(AmericanScheme::fast, 0.04, 0.02, 0.5, 21);
  for (std::size_t i = 0; i < c.strike.size(); i += 3) {
    const ImpliedVol alone = american_implied_vol(AmericanScheme::fast, c.right[i], c.price[i], c.input(i));
    CHECK(alone.status == c.status[i]);
    CHECK((std::memcmp(&alone.vol, &c.found[i], sizeof alone.vol) == 0 || std::isnan(alone.vol)));
  }
}

TEST_CASE("American prices no volatility explains have a status", "[pricing]") {
  using enum ImpliedVolStatus;
  const double nan = std::nan("");
  const struct {
    Right right;
    double price;
    BlackScholesInput in;
    ImpliedVolStatus status;
  } cases[] = {
      {Right::put, 9.99, {100, 110, 0.05, 0, 1, 0}, below_intrinsic},
      {Right::put, -1, {100, 90, 0.05, 0, 1, 0}, below_intrinsic},
      {Right::put, 10, {100, 110, 0.05, 0, 1, 0}, no_time_value},
      {Right::put, 0, {100, 90, 0.05, 0, 1, 0}, no_time_value},
      {Right::put, 110, {100, 110, 0.05, 0, 1, 0}, above_maximum},
      {Right::put, 500, {100, 110, 0.05, 0, 1, 0}, above_maximum},
      {Right::call, 100, {100, 90, 0.05, 0.02, 1, 0}, above_maximum},
      {Right::call, 100, {100, 90, 0.05, 0, 1, 0}, above_maximum},
      // Between the exercise value and what the certain path gives: still below.
      {Right::call, 10.5, {100, 90, 0.05, 0.01, 1, 0}, below_intrinsic},
      {Right::call, 10.5, {100, 90, 0.05, 0, 1, 0}, below_intrinsic},
      {Right::put, 10, {100, 110, 0.05, 0, 0, 0}, expired},
      {Right::put, nan, {100, 110, 0.05, 0, 1, 0}, bad_input},
      {Right::put, 12, {nan, 110, 0.05, 0, 1, 0}, bad_input},
      {Right::put, 12, {100, 0, 0.05, 0, 1, 0}, bad_input},
      {Right::put, 12, {100, 110, 0.05, 0, -1, 0}, bad_input},
      {Right::put, 12, {100, 110, -0.01, -0.05, 1, 0}, bad_input},
      {Right::put, 12, {100, 110, 0.05, 0, 1, 0}, ok},
      {Right::put, 109, {100, 110, 0.05, 0, 1, 0}, ok},  // more than any European put of the kind
      {Right::call, 99, {100, 90, 0.05, 0.2, 1, 0}, ok},
  };
  for (const auto& c : cases) {
    INFO("price " << c.price << " K " << c.in.strike << " r " << c.in.rate << " q " << c.in.dividend_yield << " T "
                  << c.in.years);
    const ImpliedVol found = american_implied_vol(AmericanScheme::accurate, c.right, c.price, c.in);
    CHECK(enum_names(c.status)[static_cast<std::size_t>(found.status)] ==
          enum_names(c.status)[static_cast<std::size_t>(c.status)]);
    CHECK(std::isfinite(found.vol) == (c.status == ok));
    if (found.status != ok) continue;
    BlackScholesInput in = c.in;
    in.vol = found.vol;
    CHECK(american(AmericanScheme::accurate, c.right, in).price == Approx(c.price).margin(1e-6));
  }
  std::vector<double> two(2), one(1);
  std::vector<Right> rights(2);
  std::vector<ImpliedVolStatus> status(2);
  CHECK_THROWS_AS(american_implied_vol_chain(AmericanScheme::fast, 100, 0, 0, 1, two, one, rights, two, status),
                  std::invalid_argument);
}
