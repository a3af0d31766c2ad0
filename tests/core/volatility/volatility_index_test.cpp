#include "core/volatility/volatility_index.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <vector>

#include "core/pricing/european.hpp"
#include "tests/core/volatility/synthetic_chain.hpp"

using namespace optix;

namespace {

// Quotes of a flat volatility with a constant spread around exact prices.
std::vector<ParityQuote> flat_quotes(double forward, double rate, double years, double vol, double low, double high,
                                     double step) {
  std::vector<ParityQuote> out;
  const double discount = std::exp(-rate * years);
  for (double k = low; k <= high; k += step) {
    const double call = black76(Right::call, forward, k, discount, years, vol).price;
    const double put = black76(Right::put, forward, k, discount, years, vol).price;
    const auto bid = [](double price) { return price < 0.02 ? 0.0 : price - 0.01; };
    out.push_back({k, bid(call), call + 0.01, bid(put), put + 0.01});
  }
  return out;
}

}  // namespace

TEST_CASE("the published example: forwards, strikes and the final interpolation", "[volatility][index]") {
  // Cboe's VIX White Paper: 35,924 and 46,394 minutes, R 0.0305 % and 0.0286 %; at the strikes with the
  // smallest |C − P| the mids are 21.05/23.15 (1965) and 27.30/24.90 (1960).
  const auto quote = [](double k, double call, double put) { return ParityQuote{k, call, call, put, put}; };
  const std::vector<ParityQuote> near{quote(1955, 27, 19), quote(1960, 24.25, 21.30), quote(1965, 21.05, 23.15),
                                      quote(1970, 18, 25)};
  const std::vector<ParityQuote> next{quote(1955, 31, 22), quote(1960, 27.30, 24.90), quote(1965, 24.15, 26.90)};
  const double t1 = 35924 / 525600.0, t2 = 46394 / 525600.0;
  const auto first = index_term(near, 0.000305, t1);
  const auto second = index_term(next, 0.000286, t2);
  REQUIRE(first.ok());
  REQUIRE(second.ok());
  CHECK(first->forward == Approx(1962.89996).margin(1e-5));
  CHECK(first->k0 == 1960);
  CHECK(second->forward == Approx(1962.40006).margin(1e-5));
  CHECK(second->k0 == 1960);
  IndexTerm a = *first, b = *second;
  a.variance = 0.01846292;  // published
  b.variance = 0.01882101;
  const auto index = interpolate_index(a, b);
  REQUIRE(index.ok());
  CHECK(*index == Approx(13.69).margin(0.005));
  CHECK_FALSE(interpolate_index(b, a).ok());
}

TEST_CASE("a flat volatility has itself as index", "[volatility][index]") {
  for (const double vol : {0.10, 0.20, 0.60}) {
    const double t1 = 25.0 / 365, t2 = 35.0 / 365;
    const auto near = index_term(flat_quotes(2803, 0.02, t1, vol, 500, 7000, 5), 0.02, t1);
    const auto next = index_term(flat_quotes(2807, 0.02, t2, vol, 500, 7000, 5), 0.02, t2);
    REQUIRE(near.ok());
    REQUIRE(next.ok());
    const auto index = interpolate_index(*near, *next);
    REQUIRE(index.ok());
    INFO("volatility " << vol << " gives " << *index);
    CHECK(*index == Approx(100 * vol).epsilon(0.004));  // the sum stops where bids do
    CHECK(near->forward == Approx(2803).epsilon(1e-6));
    CHECK(near->k0 == 2800);
  }
}

TEST_CASE("two strikes in a row without a bid end the sum, one is stepped over", "[volatility][index]") {
  const auto base = flat_quotes(100.3, 0, 0.1, 0.2, 80, 125, 1);
  const auto all = index_term(base, 0, 0.1);
  REQUIRE(all.ok());
  const auto without = [&](std::vector<int> strikes) {
    auto quotes = base;
    for (ParityQuote& q : quotes)
      for (const int k : strikes)
        if (q.strike == k) q.put_bid = 0;
    return *index_term(quotes, 0, 0.1);
  };
  const IndexTerm one = without({93}), two = without({93, 92}), apart = without({93, 91});
  CHECK(one.puts == all->puts - 1);
  CHECK(one.lowest == all->lowest);
  CHECK(two.lowest == 94);
  CHECK(apart.puts == all->puts - 2);
  CHECK(apart.lowest == all->lowest);
  // By hand: strikes 95 and 105 around K0 100.
  const std::vector<ParityQuote> three{{95, 6, 6, 1, 1}, {100, 3, 3, 2.5, 2.5}, {105, 1.2, 1.2, 5.7, 5.7}};
  const auto term = index_term(three, 0, 0.25);
  REQUIRE(term.ok());
  CHECK(term->forward == 100.5);
  const double sum = 5 / (95.0 * 95) * 1 + 5 / (100.0 * 100) * 2.75 + 5 / (105.0 * 105) * 1.2;
  CHECK(term->variance == Approx((2 * sum - 0.005 * 0.005) / 0.25).epsilon(1e-13));
}

TEST_CASE("an index without its parts is refused", "[volatility][index]") {
  CHECK_FALSE(index_term({}, 0, 0.1).ok());
  const std::vector<ParityQuote> no_puts{{100, 3, 3, 2.5, 2.5}, {105, 1.2, 1.2, 5.7, 5.7}};
  CHECK_FALSE(index_term(no_puts, 0, 0.1).ok());
  const std::vector<ParityQuote> no_bids{{95, 0, 6, 0, 1}, {100, 0, 3, 0, 2.5}, {105, 0, 1.2, 0, 5.7}};
  CHECK_FALSE(index_term(no_bids, 0, 0.1).ok());
}

TEST_CASE("a chain's index picks the Friday terms around 30 days", "[volatility][index]") {
  const synthetic::Market m = synthetic::index_market();
  const ChainSnapshot chain = synthetic::chain_of(m);  // 2019-06-03; Fridays 06-28 (25 days), 07-05 (32)
  const auto index = volatility_index(chain);
  REQUIRE(index.ok());
  CHECK(index->near_expiration == Date::from_civil(2019, 6, 28));
  CHECK(index->next_expiration == Date::from_civil(2019, 7, 5));
  // The variance swap of the known smiles is a little over the money's volatility.
  const double atm = 100 * std::sqrt(svi_total_variance(m.expiries[3].svi, 0) / index->near.years);
  std::printf("synthetic chain: index %.3f, at the money %.3f\n", index->value, atm);
  CHECK(index->value > atm);
  CHECK(index->value < 1.25 * atm);

  // A Wednesday: 30 and 37 days.
  synthetic::Market wednesday = m;
  wednesday.session = Date::from_civil(2019, 5, 29);
  const auto rolled = volatility_index(synthetic::chain_of(wednesday));
  REQUIRE(rolled.ok());
  CHECK(rolled->near_expiration == Date::from_civil(2019, 6, 28));
  CHECK(rolled->next_expiration == Date::from_civil(2019, 7, 5));

  VolatilityIndexOptions options;
  options.rates = RateCurve::flat(m.rate);
  const auto with_curve = volatility_index(chain, options);
  REQUIRE(with_curve.ok());
  CHECK(with_curve->value == Approx(index->value).epsilon(1e-3));
  options.roots = {*Symbol::from("SPX")};
  const auto none = volatility_index(chain, options);
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().what == "no expiry for the near term");
}
