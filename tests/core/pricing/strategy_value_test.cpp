#include "core/pricing/strategy_value.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdio>

#include "core/pricing/european.hpp"
#include "core/sequencer/random.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

constexpr Right C = Right::call, P = Right::put;
constexpr double inf = std::numeric_limits<double>::infinity();

struct Leg {
  Right right;
  const char* strike;
  int quantity;
  const char* premium;
  double years = 0.25;
  double vol = 0.2;
};

Strategy position(const std::vector<Leg>& legs, const std::vector<StockLeg>& stock = {}) {
  Strategy out;
  out.stock = stock;
  for (const Leg& leg : legs)
    out.options.push_back({{leg.right, dec(leg.strike), leg.quantity, 100}, dec(leg.premium), leg.years, leg.vol});
  return out;
}

std::string text(Decimal d) { return d.is_none() ? "unbounded" : d.to_string(0); }

std::string text(const std::vector<BreakEven>& zeros) {
  std::string out;
  for (const BreakEven& zero : zeros) {
    out += (out.empty() ? "" : " ") + zero.from.to_string(0);
    if (zero.to != zero.from) out += ".." + (zero.to.is_none() ? std::string("inf") : zero.to.to_string(0));
  }
  return out;
}

double uniform(std::uint64_t stream, std::uint64_t i, double low, double high) {
  return low + (high - low) * draw_uniform(11, stream, i);
}

}  // namespace

TEST_CASE("profit at expiry is exact", "[pricing][strategy]") {
  struct Case {
    const char* what;
    Strategy strategy;
    const char *cost, *max_profit, *max_loss, *break_evens;
    int slope;
  };
  const Case cases[] = {
      {"long call", position({{C, "100", 1, "2.35"}}), "235", "unbounded", "235", "102.35", 100},
      {"short call", position({{C, "100", -1, "2.35"}}), "-235", "235", "unbounded", "102.35", -100},
      {"long put", position({{P, "100", 1, "2.35"}}), "235", "9765", "235", "97.65", 0},
      {"short put", position({{P, "100", -2, "2.35"}}), "-470", "470", "19530", "97.65", 0},
      {"put credit spread", position({{P, "100", -1, "3.10"}, {P, "90", 1, "1.05"}}), "-205", "205", "795", "97.95", 0},
      {"call debit spread", position({{C, "100", 1, "4.20"}, {C, "110", -1, "1.20"}}), "300", "700", "300", "103", 0},
      {"long straddle", position({{C, "100", 1, "3.25"}, {P, "100", 1, "3.15"}}), "640", "unbounded", "640",
       "93.6 106.4", 100},
      {"short strangle", position({{C, "110", -1, "1.15"}, {P, "90", -1, "0.85"}}), "-200", "200", "unbounded",
       "88 112", -100},
      {"iron condor, unequal wings",
       position({{P, "90", -1, "1.50"}, {P, "80", 1, "0.40"}, {C, "110", -1, "1.60"}, {C, "125", 1, "0.30"}}), "-240",
       "240", "1260", "87.6 112.4", 0},
      {"iron butterfly", position({{P, "100", -1, "3"}, {P, "95", 1, "1"}, {C, "100", -1, "3"}, {C, "105", 1, "1"}}),
       "-400", "400", "100", "96 104", 0},
      {"call ratio 1x2", position({{C, "100", 1, "4"}, {C, "110", -2, "1.5"}}), "100", "900", "unbounded", "101 119",
       -100},
      {"call backspread", position({{C, "100", -1, "4"}, {C, "110", 2, "1.5"}}), "-100", "unbounded", "900", "101 119",
       100},
      {"covered call", position({{C, "105", -1, "2"}}, {{100, dec("100")}}), "9800", "700", "9800", "98", 0},
      {"protective put", position({{P, "95", 1, "1.5"}}, {{100, dec("100")}}), "10150", "unbounded", "650", "101.5",
       100},
      {"collar", position({{P, "95", 1, "1.5"}, {C, "105", -1, "1.5"}}, {{100, dec("100")}}), "10000", "500", "500",
       "100", 0},
      {"short stock alone", position({}, {{-100, dec("50.25")}}), "-5025", "5025", "unbounded", "50.25", -100},
      {"synthetic long", position({{C, "100", 1, "3"}, {P, "100", -1, "3"}}), "0", "unbounded", "10000", "100", 100},
      {"box: the same everywhere",
       position({{C, "100", 1, "9"}, {C, "110", -1, "3"}, {P, "110", 1, "6"}, {P, "100", -1, "2.5"}}), "950", "50",
       "-50", "", 0},
      {"box at its value: zero everywhere",
       position({{C, "100", 1, "9"}, {C, "110", -1, "3"}, {P, "110", 1, "6.5"}, {P, "100", -1, "2.5"}}), "1000", "0",
       "0", "0..inf", 0},
      {"a free butterfly: zero outside its wings",
       position({{C, "90", 1, "3"}, {C, "100", -2, "2"}, {C, "110", 1, "1"}}), "0", "1000", "0", "0..90 110..inf", 0},
      {"a third of a dollar per dollar", position({{C, "100", 3, "0.333333"}}), "99.9999", "unbounded", "99.9999",
       "100.333333", 300},
      {"break-even that no decimal holds is rounded", position({{C, "100", -3, "1"}, {P, "100", -4, "0.25"}}), "-400",
       "400", "unbounded", "99 101.333333", -300},
      {"legs that undo each other", position({{C, "100", 1, "2"}, {C, "100", -1, "2"}}), "0", "0", "0", "0..inf", 0},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const ExpiryProfile profile = expiry_profile(c.strategy);
    CHECK(strategy_cost(c.strategy).to_string(0) == c.cost);
    CHECK(text(profile.max_profit) == c.max_profit);
    CHECK(text(profile.max_loss) == c.max_loss);
    CHECK(text(profile.break_evens) == c.break_evens);
    CHECK(profile.slope_beyond == c.slope);
    for (std::size_t i = 0; i < profile.price.size(); ++i)
      CHECK(profile.profit[i] == profit_at_expiry(c.strategy, profile.price[i]));

    // The double-precision view of the same curve agrees with the exact one.
    const StrategyProfile numeric = strategy_profile(c.strategy, {});
    CHECK(numeric.unbounded_profit == profile.max_profit.is_none());
    CHECK(numeric.unbounded_loss == profile.max_loss.is_none());
    if (!numeric.unbounded_profit) CHECK(numeric.best.profit == profile.max_profit.to_double());
    if (!numeric.unbounded_loss) CHECK(numeric.worst.profit == -profile.max_loss.to_double());
  }
}

TEST_CASE("random positions: zeros are zeros, extremes are extremes, unbounded means calls or shares",
          "[pricing][strategy]") {
  int unbounded = 0, zeros = 0;
  for (std::uint64_t trial = 0; trial < 400; ++trial) {
    Strategy strategy;
    const int legs = 1 + static_cast<int>(uniform(1, trial, 0, 5.999));
    std::vector<PayoffLeg> terms;
    std::int64_t slope = 0;
    for (int i = 0; i < legs; ++i) {
      const std::uint64_t n = trial * 16 + static_cast<std::uint64_t>(i);
      OptionLeg leg;
      leg.terms.right = uniform(2, n, 0, 1) < 0.5 ? C : P;
      leg.terms.strike = Decimal::from_int(static_cast<std::int64_t>(uniform(3, n, 80, 121)));
      leg.terms.quantity = static_cast<int>(uniform(4, n, 1, 3.999)) * (uniform(5, n, 0, 1) < 0.5 ? 1 : -1);
      leg.premium = Decimal::from_raw(static_cast<std::int64_t>(uniform(6, n, 0, 800)) * 10'000);
      leg.years = 0.25;
      leg.vol = 0.2;
      if (leg.terms.right == C) slope += leg.terms.quantity * 100;
      terms.push_back(leg.terms);
      strategy.options.push_back(leg);
    }
    if (uniform(7, trial, 0, 1) < 0.3) {
      strategy.stock.push_back({100, dec("100")});
      slope += 100;
    }
    INFO("trial " << trial);
    const ExpiryProfile profile = expiry_profile(strategy);
    CHECK(profile.slope_beyond == slope);
    CHECK(profile.max_profit.is_none() == (slope > 0));
    CHECK(profile.max_loss.is_none() == (slope < 0));
    unbounded += slope != 0;
    if (strategy.stock.empty()) {
      // The margin's view of the same legs.
      const Decimal owed = worst_obligation(terms);
      CHECK(owed.is_none() == profile.max_loss.is_none());
      if (!owed.is_none() && owed > Decimal{}) CHECK(owed + strategy_cost(strategy) == profile.max_loss);
    }
    for (const BreakEven& zero : profile.break_evens) {
      ++zeros;
      // Rounded to 1e-6 at a slope of at most 1900 dollars per dollar.
      CHECK(std::fabs(profit_at_expiry(strategy, zero.from).to_double()) < 2e-3);
    }
    // A fine walk finds no other zero and no better extreme.
    Decimal before = profit_at_expiry(strategy, Decimal{});
    for (int cents = 25; cents <= 20'000; cents += 25) {
      const Decimal price = Decimal::from_raw(std::int64_t{cents} * 10'000);
      const Decimal profit = profit_at_expiry(strategy, price);
      if (!profile.max_profit.is_none() && profit > profile.max_profit) FAIL("more than the maximum profit");
      if (!profile.max_loss.is_none() && -profit > profile.max_loss) FAIL("more than the maximum loss");
      if ((before < Decimal{}) != (profit < Decimal{})) {
        bool known = false;
        for (const BreakEven& zero : profile.break_evens)
          known = known || (zero.from <= price && (zero.to.is_none() || zero.to + Decimal::from_raw(250'000) >= price));
        if (!known) FAIL("no break-even at " << price.to_string());
      }
      before = profit;
    }
  }
  CHECK(unbounded > 100);
  CHECK(zeros > 300);
}

TEST_CASE("before expiry the legs add up to their model values", "[pricing][strategy]") {
  const StrategyMarket market{0.03, 0.01, {}};
  const Strategy condor = position({{P, "90", -1, "1.5", 0.25, 0.24},
                                    {P, "80", 1, "0.4", 0.25, 0.28},
                                    {C, "110", -2, "1.6", 0.5, 0.19},
                                    {C, "125", 1, "0.3", 0.25, 0.17}},
                                   {{50, dec("99")}});
  for (const double spot : {60.0, 85.0, 100.0, 111.5, 300.0})
    for (const double elapsed : {0.0, 0.1, 0.2499}) {
      StrategyValue expected;
      expected.value = 50 * spot;
      expected.delta = 50;
      for (const OptionLeg& leg : condor.options) {
        const EuropeanValue v = european(leg.terms.right, {spot, leg.terms.strike.to_double(), market.rate,
                                                           market.dividend_yield, leg.years - elapsed, leg.vol});
        const double n = leg.terms.quantity * 100.0;
        expected.value += n * v.price;
        expected.delta += n * v.delta;
        expected.gamma += n * v.gamma;
        expected.vega += n * v.vega;
        expected.theta += n * v.theta;
        expected.rho += n * v.rho;
      }
      const StrategyValue found = strategy_value(condor, market, spot, elapsed);
      INFO("spot " << spot << " elapsed " << elapsed);
      CHECK(found.value == Approx(expected.value).epsilon(1e-13));
      CHECK(found.profit == Approx(expected.value - strategy_cost(condor).to_double()).epsilon(1e-12).margin(1e-9));
      CHECK(found.delta == Approx(expected.delta).epsilon(1e-12).margin(1e-9));
      CHECK(found.gamma == Approx(expected.gamma).epsilon(1e-12).margin(1e-12));
      CHECK(found.vega == Approx(expected.vega).epsilon(1e-12).margin(1e-9));
      CHECK(found.theta == Approx(expected.theta).epsilon(1e-12).margin(1e-9));
      CHECK(found.rho == Approx(expected.rho).epsilon(1e-12).margin(1e-9));
    }
}

TEST_CASE("parity: call - put is a forward, whatever the volatility", "[pricing][strategy]") {
  const StrategyMarket market{0.04, 0.015, {}};
  for (std::uint64_t i = 0; i < 200; ++i) {
    const double spot = uniform(20, i, 50, 200), vol = uniform(21, i, 0.05, 1), years = uniform(22, i, 0.01, 3);
    const Strategy synthetic = position({{C, "100", 1, "0", years, vol}, {P, "100", -1, "0", years, vol}});
    const double forward =
        100 * (spot * std::exp(-market.dividend_yield * years) - 100 * std::exp(-market.rate * years));
    const StrategyValue v = strategy_value(synthetic, market, spot);
    INFO("spot " << spot << " vol " << vol << " years " << years);
    CHECK(v.value == Approx(forward).epsilon(1e-11).margin(1e-8));
    CHECK(v.gamma == Approx(0).margin(1e-10));
    CHECK(v.vega == Approx(0).margin(1e-8));
  }
}

TEST_CASE("at the expiration the value is the payoff", "[pricing][strategy]") {
  const Strategy spread = position({{P, "100", -1, "3.10"}, {P, "90", 1, "1.05"}});
  for (const char* price : {"50", "89.99", "95", "99.5", "100.01", "150"}) {
    const StrategyValue v = strategy_value(spread, {0.05, 0, {}}, dec(price).to_double(), 0.25);
    CHECK(v.profit == Approx(profit_at_expiry(spread, dec(price)).to_double()).margin(1e-9));
    CHECK(v.gamma == 0);
    CHECK(v.vega == 0);
  }
}

TEST_CASE("a calendar spread peaks at its strike and breaks even around it", "[pricing][strategy]") {
  // Bought 90 days, sold 30 days, no carry: profit at the first expiration is the long leg's value
  // minus the payoff minus the debit. Peak at the strike: the long leg's at-the-money value.
  const double near = 30 / 365.0, far = 90 / 365.0, vol = 0.2;
  for (const Right right : {C, P}) {
    const Strategy calendar = position({{right, "100", -1, "2.30", near, vol}, {right, "100", 1, "3.95", far, vol}});
    const StrategyProfile profile = strategy_profile(calendar, {});
    const double peak = 100 * (european(right, {100, 100, 0, 0, far - near, vol}).price - 1.65);
    CHECK(profile.best.profit == Approx(peak).epsilon(1e-10));
    CHECK(profile.best.price == Approx(100).epsilon(1e-6));
    CHECK(profile.worst.profit == Approx(-165).epsilon(1e-9));
    CHECK_FALSE(profile.unbounded_profit);
    CHECK_FALSE(profile.unbounded_loss);
    REQUIRE(profile.break_evens.size() == 2);
    CHECK(profile.break_evens[0] < 100);
    CHECK(profile.break_evens[1] > 100);
    for (const double zero : profile.break_evens)
      CHECK(strategy_value(calendar, {}, zero, near).profit == Approx(0).margin(1e-9));
    REQUIRE(profile.profitable.size() == 1);
    CHECK(profile.profitable[0].from == profile.break_evens[0]);
    CHECK(profile.profitable[0].to == profile.break_evens[1]);
  }
  // A dividend yield makes the long call worth less than its intrinsic value far above: unbounded.
  const Strategy calendar = position({{C, "100", -1, "2.30", near, vol}, {C, "100", 1, "3.95", far, vol}});
  const StrategyProfile drifting = strategy_profile(calendar, {0.02, 0.05, {}});
  CHECK(drifting.unbounded_loss);
  CHECK(drifting.slope_beyond == Approx(100 * std::expm1(-0.05 * (far - near))).epsilon(1e-9));
  // More contracts on one side: unbounded whatever the carry.
  CHECK(strategy_profile(position({{C, "100", -2, "2.3", near}, {C, "105", 1, "3", far}}), {}).unbounded_loss);
  CHECK(strategy_profile(position({{C, "100", -1, "2.3", near}, {C, "105", 2, "3", far}}), {}).unbounded_profit);
}

TEST_CASE("a diagonal's extremes hold against a fine walk", "[pricing][strategy]") {
  const StrategyMarket market{0.03, 0, {}};
  for (std::uint64_t trial = 0; trial < 12; ++trial) {
    const double near = uniform(30, trial, 0.02, 0.2), far = near + uniform(31, trial, 0.02, 0.5);
    const Strategy diagonal = position({{P, "95", -1, "1.2", near, 0.25},
                                        {P, "90", 1, "1.8", far, 0.3},
                                        {C, "105", -1, "1.4", near, 0.2},
                                        {C, "112", 1, "1.1", far, 0.18}});
    const StrategyProfile profile = strategy_profile(diagonal, market);
    INFO("trial " << trial);
    std::vector<double> spot;
    for (double s = 20; s < 400; s *= 1.0005) spot.push_back(s);
    std::vector<double> profit(spot.size());
    StrategyColumns out;
    out.profit = profit;
    strategy_rows(diagonal, market, near, 0, spot, out);
    std::size_t crossings = 0;
    for (std::size_t i = 0; i < spot.size(); ++i) {
      CHECK(profit[i] <= profile.best.profit + 1e-6);
      CHECK(profit[i] >= profile.worst.profit - 1e-6);
      crossings += i > 0 && (profit[i] < 0) != (profit[i - 1] < 0);
    }
    CHECK(profile.break_evens.size() == crossings);
  }
}

TEST_CASE("probability of profit under a lognormal law", "[pricing][strategy]") {
  const double years = 0.25, vol = 0.2, forward = 100;
  const auto law = [&](double t, double price) { return lognormal_probability_below(forward, vol, t, price); };
  const auto chance = [&](const Strategy& s) { return probability_of_profit(strategy_profile(s, {}), years, law); };
  const double below = law(years, 93.6), above = 1 - law(years, 106.4);
  const Strategy straddle = position({{C, "100", 1, "3.25"}, {P, "100", 1, "3.15"}});
  CHECK(chance(straddle) == Approx(below + above).epsilon(1e-13));
  Strategy sold = straddle;
  for (OptionLeg& leg : sold.options) leg.terms.quantity = -leg.terms.quantity;
  CHECK(chance(sold) == Approx(1 - below - above).epsilon(1e-12));
  // d2 = 0 at K = F·e^(−σ²T/2): the median.
  CHECK(law(years, 100 * std::exp(-0.5 * vol * vol * years)) == Approx(0.5).epsilon(1e-14));
  CHECK(law(years, 0) == 0);
  CHECK(law(years, inf) == 1);
  CHECK(chance(position({{C, "100", 1, "9"}, {C, "110", -1, "3"}, {P, "110", 1, "6"}, {P, "100", -1, "2.5"}})) == 1);
  CHECK(chance(position({{C, "100", 1, "2"}, {C, "100", -1, "2"}})) == 0);
  CHECK_THROWS_AS(lognormal_probability_below(0, 0.2, 1, 100), std::invalid_argument);
}

TEST_CASE("volatility from a surface", "[pricing][strategy]") {
  const Strategy call = position({{C, "100", 1, "3", 0.5, 0.9}});
  StrategyMarket market;
  market.vol = [](const OptionLeg& leg, double spot, double years) {
    return 0.2 + 0.1 * (leg.terms.strike.to_double() / spot - 1) + 0.01 * years;
  };
  const double vol = 0.2 + 0.1 * (100 / 90.0 - 1) + 0.01 * 0.4;
  CHECK(strategy_value(call, market, 90, 0.1).value ==
        Approx(100 * european(C, {90, 100, 0, 0, 0.4, vol}).price).epsilon(1e-12));
}

TEST_CASE("positions that make no sense are refused", "[pricing][strategy]") {
  const std::pair<Strategy, const char*> cases[] = {
      {Strategy{}, "a position needs at least one leg"},
      {position({{C, "0", 1, "1"}}), "a strike must be above 0"},
      {position({{C, "100", 0, "1"}}), "the call 100 has no contracts"},
      {position({{P, "100", 1, "nan"}}), "the put 100 has no premium"},
      {position({{P, "100", 1, "1", 0}}), "the put 100 needs a time to expiry above 0"},
      {position({{P, "100", 1, "1", 1, -0.1}}), "the put 100 needs a volatility of at least 0"},
      {position({}, {{0, dec("1")}}), "a stock leg has no shares"},
  };
  for (const auto& [strategy, what] : cases) {
    INFO(what);
    const Status status = strategy_defect(strategy);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().what == what);
    CHECK_THROWS_AS(expiry_profile(strategy), std::invalid_argument);
    CHECK_THROWS_AS(strategy_profile(strategy, {}), std::invalid_argument);
    CHECK_THROWS_AS(strategy_value(strategy, {}, 100), std::invalid_argument);
  }
  const Strategy call = position({{C, "100", 1, "1"}});
  CHECK_THROWS_AS(strategy_value(call, {}, 0), std::invalid_argument);
  CHECK_THROWS_AS(strategy_value(call, {}, std::nan("")), std::invalid_argument);
  CHECK_THROWS_AS(strategy_value(call, {}, 100, 0.26), std::invalid_argument);
  CHECK_THROWS_AS(strategy_value(call, {std::nan(""), 0, {}}, 100), std::invalid_argument);
  CHECK_THROWS_AS(expiry_profile(position({{C, "100", 1, "1"}, {C, "100", 1, "1", 0.5}})), std::invalid_argument);
}
