#include "core/data/simulation/listing.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "core/contracts/osi.hpp"
#include "core/data/simulation/market.hpp"
#include "core/time/calendar.hpp"
#include "core/time/expirations.hpp"

using namespace optix;
using namespace optix::simulation;

namespace {

std::vector<Date> sessions_of(const Params& p) { return session_clock(p).sessions; }

Listings list_flat(const Params& p) {
  const auto sessions = sessions_of(p);
  return list_contracts(p, sessions, std::vector<double>(sessions.size(), p.spot));
}

// "SPX 2019-06-21 am" of all that trade on a date.
std::vector<std::string> traded(const Params& p, const Listings& listings, Date date) {
  const auto sessions = sessions_of(p);
  const auto s = static_cast<std::size_t>(std::lower_bound(sessions.begin(), sessions.end(), date) - sessions.begin());
  std::vector<std::string> out;
  for (const std::uint32_t at : listings.alive[s]) {
    const ListedExpiration& e = listings.expirations[at];
    out.push_back(e.root.to_string() + " " + e.expiration.to_string() +
                  (e.settlement == Settlement::am ? " am" : " pm"));
  }
  return out;
}

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

TEST_CASE("an SPX-like session lists weeklies, monthlies, month ends and LEAPS", "[simulation]") {
  const Params p = *preset("spx-like");
  const Listings listings = list_flat(p);
  const auto list = traded(p, listings, Date::from_civil(2019, 6, 5));
  const struct {
    const char* what;
    bool listed;
  } cases[] = {
      {"SPXW 2019-06-05 pm", true},                                 // expires today
      {"SPXW 2019-06-07 pm", true},                                 // Friday
      {"SPXW 2019-06-10 pm", true},                                 // Monday
      {"SPXW 2019-06-11 pm", false},                                // a Tuesday
      {"SPX 2019-06-21 am", true},   {"SPXW 2019-06-21 pm", true},  // third Friday, both
      {"SPXW 2019-06-28 pm", true},                                 // month and quarter end
      {"SPXW 2019-07-03 pm", true},  {"SPXW 2019-07-04 pm", false}, {"SPXW 2019-07-31 pm", true},
      {"SPX 2019-12-20 am", true},   {"SPX 2020-03-20 am", true},   {"SPX 2020-12-18 am", true},
      {"SPX 2021-12-17 am", true},   {"SPXW 2021-12-17 pm", false}, {"SPX 2019-06-07 am", false},
  };
  for (const auto& c : cases) {
    INFO(c.what);
    CHECK(has(list, c.what) == c.listed);
  }
  // AM-settled contracts trade until the session before.
  CHECK(has(traded(p, listings, Date::from_civil(2019, 6, 20)), "SPX 2019-06-21 am"));
  CHECK_FALSE(has(traded(p, listings, Date::from_civil(2019, 6, 21)), "SPX 2019-06-21 am"));
  CHECK(has(traded(p, listings, Date::from_civil(2019, 6, 21)), "SPXW 2019-06-21 pm"));
  // Good Friday 2019-04-19: the monthly moves to the Thursday.
  CHECK(has(traded(p, listings, Date::from_civil(2019, 4, 17)), "SPX 2019-04-18 am"));
}

TEST_CASE("daily expirations give every session options that expire the same day", "[simulation]") {
  const Params p = *preset("spx-daily");
  const Listings listings = list_flat(p);
  for (const Date d : sessions_of(p)) {
    INFO(d.to_string());
    CHECK(has(traded(p, listings, d), "SPXW " + d.to_string() + " pm"));
  }
}

TEST_CASE("before February 2015 monthlies carry the date of the Saturday", "[simulation]") {
  Params p = *preset("spx-like");
  p.first = Date::from_civil(2012, 3, 1);
  p.last = Date::from_civil(2012, 3, 30);
  const Listings listings = list_flat(p);
  CHECK(has(traded(p, listings, Date::from_civil(2012, 3, 15)), "SPX 2012-03-17 am"));
  CHECK_FALSE(has(traded(p, listings, Date::from_civil(2012, 3, 16)), "SPX 2012-03-17 am"));
}

TEST_CASE("strikes are 5 near, 25 far and 100 in the wings; long terms have no fine ones", "[simulation]") {
  Params p = *preset("spx-like");
  p.last = Date::from_civil(2019, 1, 31);
  p.spot = 2800;
  const Listings listings = list_flat(p);
  for (const ListedExpiration& e : listings.expirations) {
    const bool fine = e.expiration - p.first < p.long_days;
    for (std::size_t i = 1; i < e.price.size(); ++i) {
      const double step = e.price[i] - e.price[i - 1];
      INFO(e.root.to_string() << " " << e.expiration.to_string() << " at " << e.price[i - 1]);
      REQUIRE(step > 0);
      if (e.price[i - 1] >= 2400 && e.price[i] <= 2950 && fine) CHECK(step == 5);
      if (e.price[i - 1] >= 2400 && e.price[i] <= 2950 && e.expiration - p.last > p.long_days) CHECK(step == 25);
      if (e.price[i] < 1800) CHECK(step == 100);
    }
  }
}

TEST_CASE("strikes follow the price, stay listed, and make valid symbols", "[simulation]") {
  Params p = *preset("crash");
  const auto markets = make_markets({{p}, {}, {}, 5});
  REQUIRE(markets.ok());
  const Market& m = *markets->front();
  double low = 1e9, high = 0;
  for (const double price : m.path().price) low = std::min(low, price), high = std::max(high, price);
  REQUIRE(high / low > 1.15);
  std::size_t late = 0;
  std::set<std::string> symbols;
  for (const ListedExpiration& e : m.listings().expirations) {
    for (std::size_t i = 0; i < e.strike.size(); ++i) {
      late += e.since[i] > e.first;
      REQUIRE(e.since[i] >= e.first);
      REQUIRE(e.since[i] < e.end);
      const auto symbol = format_osi({e.root, e.expiration, Right::put, e.strike[i]});
      REQUIRE(symbol.ok());
      REQUIRE(symbols.insert(*symbol).second);
    }
    // On every morning there are fine strikes around the price.
    for (std::uint32_t s = e.first; s < e.end; ++s) {
      if (e.expiration - m.clock().sessions[s] >= p.long_days) continue;
      const double price = s == 0 ? p.spot : m.path().price[s - 1];
      std::size_t near = 0;
      for (std::size_t i = 0; i < e.price.size(); ++i)
        near += e.since[i] <= s && std::fabs(e.price[i] - price) <= 0.07 * price;
      REQUIRE(near >= static_cast<std::size_t>(0.13 * price / p.strike_step));
    }
  }
  CHECK(late > 1000);
}
