#include "core/volatility/year_clock.hpp"

#include <catch2/catch.hpp>

#include "core/time/calendar.hpp"

using namespace optix;

namespace {

Timestamp at(const char* text) { return *Timestamp::parse(text); }

}  // namespace

TEST_CASE("the calendar clock is Act/365 on exact nanoseconds", "[volatility][clock]") {
  const YearClock clock;
  const Timestamp from = at("2019-06-03T20:00:00Z");
  CHECK(clock.years(from, from + 365 * nanos_per_day) == 1.0);
  CHECK(clock.years(from, from + 1) == 1.0 / (365.0 * 86400e9));
  CHECK(clock.years(from + nanos_per_day, from) == -1.0 / 365);
}

TEST_CASE("the business clock counts sessions, nights and closed days", "[volatility][clock]") {
  // Friday 2019-06-07 to Monday 2019-06-10; hours of New York are UTC − 4. Days of 252.
  struct Case {
    const char* name;
    double share, closed;
    const char *from, *to;
    double days;
  };
  const std::vector<Case> cases{
      {"a whole session", 0.75, 0.1, "2019-06-07T13:30:00Z", "2019-06-07T20:00:00Z", 0.75},
      {"half a session", 0.75, 0.1, "2019-06-07T13:30:00Z", "2019-06-07T16:45:00Z", 0.375},
      {"a weekday night", 0.75, 0.1, "2019-06-06T20:00:00Z", "2019-06-07T13:30:00Z", 0.25},
      {"a weekend", 0.75, 0.1, "2019-06-07T20:00:00Z", "2019-06-10T13:30:00Z", 0.25 + 0.2},
      {"close to close, midweek", 0.6, 0.3, "2019-06-05T20:00:00Z", "2019-06-06T20:00:00Z", 1.0},
      {"close to close over a weekend", 0.6, 0.3, "2019-06-07T20:00:00Z", "2019-06-10T20:00:00Z", 1.6},
      {"sessions only: the weekend is nothing", 1, 0, "2019-06-07T20:00:00Z", "2019-06-10T13:30:00Z", 0},
      {"from a Sunday", 1, 0, "2019-06-09T12:00:00Z", "2019-06-10T20:00:00Z", 1},
      {"before the open", 1, 0, "2019-06-07T12:00:00Z", "2019-06-07T20:00:00Z", 1},
      {"over Independence Day and its early close", 1, 0, "2019-07-02T20:00:00Z", "2019-07-05T20:00:00Z", 2},
      {"an early close is a whole session", 0.75, 0.1, "2019-07-03T13:30:00Z", "2019-07-03T17:00:00Z", 0.75},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const YearClock clock{YearClockKind::business, c.share, c.closed, 252};
    CHECK(clock.years(at(c.from), at(c.to)) * 252 == Approx(c.days).margin(1e-12));
    CHECK(clock.years(at(c.to), at(c.from)) * 252 == Approx(-c.days).margin(1e-12));
  }
}

TEST_CASE("business time adds up and never runs backwards", "[volatility][clock]") {
  const YearClock clock{YearClockKind::business, 0.7, 0.15, 252};
  const Timestamp start = at("2019-06-28T09:00:00Z");
  double last = 0;
  for (int hour = 1; hour < 24 * 20; ++hour) {
    const Timestamp now = start + hour * (nanos_per_day / 24);
    const double years = clock.years(start, now);
    CHECK(years >= last);
    CHECK(years == Approx(last + clock.years(now + -(nanos_per_day / 24), now)).margin(1e-14));
    last = years;
  }
  // A year of sessions: 2019 had 252.
  const YearClock sessions{YearClockKind::business, 1, 0, 252};
  CHECK(sessions.years(at("2019-01-01T12:00:00Z"), at("2020-01-01T12:00:00Z")) == Approx(1.0).epsilon(1e-12));
}
