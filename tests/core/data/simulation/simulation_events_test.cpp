#include "core/data/simulation/simulation_events.hpp"

#include <catch2/catch.hpp>

#include "core/time/calendar.hpp"

using namespace optix;
using namespace optix::simulation;

TEST_CASE("a simulated market's events agree with its prices", "[simulation]") {
  Params index = *preset("spx-like"), share = *preset("equity-like");
  index.last = share.last = Date::from_civil(2019, 6, 28);
  index.snapshots_per_session = share.snapshots_per_session = 3;
  const auto markets = make_markets({{index, share}, {}, {}, 5});
  REQUIRE(markets.ok());
  const auto events = simulation_events(*markets);
  REQUIRE(events.ok());

  const auto& clock = (*markets)[0]->clock();
  CHECK(events->bars.size() == 2 * clock.sessions.size());
  for (const Bar& bar : events->bars.all()) {
    const Market& m = *(*markets)[bar.underlying == index.underlying ? 0 : 1];
    const auto s = static_cast<std::size_t>(
        std::lower_bound(clock.sessions.begin(), clock.sessions.end(), bar.session) - clock.sessions.begin());
    REQUIRE(bar.close.to_double() == Approx(m.path().price[3 * s + 2]));
    REQUIRE(bar.open.to_double() == Approx(m.path().open[s]));
    REQUIRE(bar.low <= bar.open);
    REQUIRE(bar.high >= bar.close);
    REQUIRE(bar.known_at == m.clock().times[3 * s + 2]);
  }
  // Every dividend that changed a price is there, and was known before.
  std::size_t paid = 0;
  for (const optix::Dividend& d : events->dividends.all()) {
    CHECK(d.underlying == share.underlying);
    CHECK(d.known_at < session_open(d.ex));
    paid += d.ex >= share.first && d.ex <= share.last;
  }
  CHECK(paid == 2);  // February and May
  REQUIRE(events->settlements.size() == 6);
  for (const PublishedSettlement& v : events->settlements.all()) {
    CHECK(v.symbol == *Symbol::from("SET"));
    const auto s = static_cast<std::size_t>(std::lower_bound(clock.sessions.begin(), clock.sessions.end(), v.date) -
                                            clock.sessions.begin());
    CHECK(v.value.to_double() == Approx((*markets)[0]->path().open[s]));
  }
  REQUIRE(events->rates.size() == 3);
  CHECK(events->rates.all()[0].rate == index.rate);
}

TEST_CASE("the meaning of a snapshot's time is said", "[simulation]") {
  Params p;
  CHECK(time_meaning(p) == "close");
  p.minutes_before_close = 15;
  CHECK(time_meaning(p) == "15 minutes before the close");
  p.snapshots_per_session = 26;
  CHECK(time_meaning(p) == "26 instants a session, equally spaced, the last at 15 minutes before the close");
}
