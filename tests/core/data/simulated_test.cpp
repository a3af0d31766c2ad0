#include "core/data/simulated.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/contracts/chain_view.hpp"
#include "core/time/calendar.hpp"

using namespace optix;

namespace {

SimulatedParams one_quarter() {
  SimulatedParams p;
  p.last = Date::from_civil(2021, 3, 31);
  return p;
}

std::shared_ptr<const SnapshotSource> market(const SimulatedParams& p, std::uint64_t seed = 42,
                                             std::uint64_t stream = 7) {
  auto made = simulate_market(p, seed, stream);
  if (!made) throw std::runtime_error(made.error().to_string());
  return *made;
}

// The first thing that is wrong with the quotes of a chain, or empty.
std::string nonsense(const ChainSnapshot& c) {
  if (const auto defect = chain_defect(c)) return *defect;
  for (std::size_t g = 0; g < c.groups(); ++g) {
    const auto [begin, end] = group_rows(c, g);
    const bool call = c.group_right[g] == Right::call;
    if (c.group_settles[g] <= c.time) return "group " + std::to_string(g) + " has settled";
    for (std::size_t r = begin; r < end; ++r) {
      const std::string at = c.session.to_string() + " " + c.group_expiration[g].to_string() + (call ? " C " : " P ") +
                             c.strike[r].to_string();
      const auto tick = [](Decimal price) {
        return price.raw() % (price < Decimal::from_int(3) ? 50'000 : 100'000) == 0;
      };
      if (c.bid[r] < Decimal{} || c.ask[r] <= c.bid[r])
        return at + ": bid " + c.bid[r].to_string() + " ask " + c.ask[r].to_string();
      if (!tick(c.bid[r]) || !tick(c.ask[r])) return at + ": off the tick";
      if (!(c.iv[r] > 0) || !(std::fabs(c.delta[r]) <= 1) || (call ? c.delta[r] < 0 : c.delta[r] > 0) ||
          !(c.gamma[r] >= 0))
        return at + ": greeks";
      if (r == begin) continue;
      const Decimal before = c.bid[r - 1] + c.ask[r - 1], now = c.bid[r] + c.ask[r];
      if (call ? now > before : now < before) return at + ": the mid is not monotone in the strike";
      if (c.delta[r] > c.delta[r - 1] + 1e-12) return at + ": delta is not monotone";
    }
  }
  return {};
}

}  // namespace

TEST_CASE("the simulated market quotes sense in every snapshot", "[data][simulated]") {
  SimulatedParams am = one_quarter(), wild = one_quarter(), intraday = one_quarter();
  am.am_monthlies = true;
  wild.vol = 0.6;
  wild.implied_vol = 0.7;
  intraday.last = Date::from_civil(2021, 1, 8);
  intraday.snapshots_per_session = 13;
  for (const SimulatedParams& p : {one_quarter(), am, wild, intraday}) {
    const auto m = market(p);
    InstrumentTable table;
    Timestamp last{};
    for (std::size_t i = 0; i < m->steps(); ++i) {
      const DatasetStep step = m->step(i);
      const auto& chain = step.snapshot.get<ChainSnapshot>();
      if (step.instruments) table.add(step.instruments);
      REQUIRE(nonsense(chain) == "");
      CHECK(chain.time > last);
      last = chain.time;
      std::size_t wrong = 0;
      for (std::size_t r = 0; r < chain.rows(); ++r)
        wrong += !table.contains(chain.contract[r]) || find_row(chain, table.at(chain.contract[r])) != r;
      CHECK(wrong == 0);
      CHECK(chain.rows() > 500);
    }
    CHECK(table.size() == m->quality().contracts);
  }
  const auto m = market(intraday);
  CHECK(m->steps() == 5 * 13);
  CHECK(m->time(12) == session_close(intraday.first));
  CHECK(m->time(0).to_string() == "2021-01-04T15:00:00Z");
}

TEST_CASE("the simulated market is its parameters, seed and stream, in any order of asking", "[data][simulated]") {
  const auto a = market(one_quarter()), b = market(one_quarter());
  REQUIRE(a->steps() == 61);
  for (std::size_t i = a->steps(); i-- > 0;) CHECK(a->step(i).snapshot.hash() == b->step(i).snapshot.hash());
  const auto c = market(one_quarter(), 43), d = market(one_quarter(), 42, 8);
  CHECK(a->step(0).snapshot.hash() != c->step(0).snapshot.hash());
  CHECK(a->step(0).snapshot.hash() != d->step(0).snapshot.hash());
  // More days change nothing about the days before.
  SimulatedParams longer = one_quarter();
  longer.last = Date::from_civil(2021, 6, 30);
  const auto e = market(longer);
  for (std::size_t i = 0; i < a->steps(); ++i) CHECK(a->step(i).snapshot.hash() == e->step(i).snapshot.hash());
}

TEST_CASE("the simulated underlying has the volatility asked for", "[data][simulated]") {
  SimulatedParams p;
  p.first = Date::from_civil(2006, 1, 3);
  p.last = Date::from_civil(2025, 12, 31);
  p.weekly_expirations = 0;
  p.monthly_expirations = 1;
  p.strikes_each_side = 1;
  p.drift = 0;
  const auto m = market(p);
  double sum = 0, squares = 0, last = 0;
  const auto n = static_cast<double>(m->steps() - 1);
  for (std::size_t i = 0; i < m->steps(); ++i) {
    const double x = std::log(m->step(i).underlying.get<UnderlyingPrice>().price.to_double());
    if (i > 0) sum += x - last, squares += (x - last) * (x - last);
    last = x;
  }
  const double vol = std::sqrt((squares - sum * sum / n) / (n - 1) * 252);
  CHECK(n > 5000);
  CHECK(vol == Approx(p.vol).epsilon(0.03));  // three standard errors: 3 / sqrt(2 n)
}

TEST_CASE("simulated quotes are on ticks around the price", "[data][simulated]") {
  SimulatedParams p;
  const struct {
    double price;
    const char *bid, *ask;
  } cases[] = {{0, "0.00", "0.05"},
               {0.02, "0.00", "0.10"},
               {0.2, "0.15", "0.25"},
               {2.98, "2.90", "3.10"},
               {100, "99.10", "100.90"}};
  for (const auto& c : cases) {
    const SimulatedQuote q = simulated_quote(p, c.price);
    INFO(c.price);
    CHECK(q.bid.to_string() == c.bid);
    CHECK(q.ask.to_string() == c.ask);
  }
}

TEST_CASE("simulated markets that make no sense are refused", "[data][simulated]") {
  const struct {
    const char* text;
    void (*damage)(SimulatedParams&);
  } cases[] = {
      {"are not a range of dates", [](SimulatedParams& p) { p.last = p.first - 1; }},
      {"are not a range of dates", [](SimulatedParams& p) { p.first = Date::from_civil(1990, 1, 1); }},
      {"there is no session",
       [](SimulatedParams& p) {
         p.first = Date::from_civil(2021, 1, 2);
         p.last = p.first + 1;
       }},
      {"snapshots_per_session", [](SimulatedParams& p) { p.snapshots_per_session = 0; }},
      {"expirations", [](SimulatedParams& p) { p.weekly_expirations = p.monthly_expirations = 0; }},
      {"strike_step", [](SimulatedParams& p) { p.strike_step = 5000; }},
      {"strike_step", [](SimulatedParams& p) { p.spot = std::nan(""); }},
      {"volatilities", [](SimulatedParams& p) { p.vol = 0; }},
      {"within -1 and 1", [](SimulatedParams& p) { p.skew = std::nan(""); }},
      {"spread", [](SimulatedParams& p) { p.spread = 0.5; }},
  };
  for (const auto& c : cases) {
    SimulatedParams p;
    c.damage(p);
    const auto made = simulate_market(p, 1, 1);
    INFO(c.text);
    REQUIRE_FALSE(made.ok());
    CHECK_THAT(made.error().to_string(), Catch::Contains(c.text));
  }
}
