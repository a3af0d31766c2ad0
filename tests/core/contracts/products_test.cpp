#include "core/contracts/products.hpp"

#include <catch2/catch.hpp>

#include "core/time/expirations.hpp"

using namespace optix;

namespace {

Date date(const char* text) { return *Date::parse(text); }

}  // namespace

TEST_CASE("what the exchanges' specifications say about option roots", "[data][products]") {
  struct Case {
    const char* root;
    const char* on;
    const char* underlying;  // nullptr: not in the table on that day
    Settlement settlement;
    ExerciseStyle exercise;
    Delivery delivery;
    const char* value;
  };
  constexpr auto am = Settlement::am, pm = Settlement::pm;
  constexpr auto european = ExerciseStyle::european, american = ExerciseStyle::american;
  constexpr auto cash = Delivery::cash, physical = Delivery::physical;
  const Case cases[] = {
      {"SPX", "2019-04-25", "SPX", am, european, cash, "SET"},
      {"SPXW", "2019-04-25", "SPX", pm, european, cash, "SPX"},
      {"SPXW", "2010-11-30", "SPX", am, european, cash, "SET"},  // weeklys settled at the open until December 2010
      {"SPXW", "2010-12-02", "SPX", pm, european, cash, "SPX"},
      {"SPXPM", "2016-04-25", "SPX", pm, european, cash, "SPX"},
      {"SPXPM", "2017-05-01", nullptr, pm, european, cash, ""},  // renamed SPXW
      {"XSP", "2012-04-25", "XSP", am, european, cash, "XSR"},
      {"XSP", "2013-11-05", "XSP", pm, european, cash, "XSP"},
      {"NDX", "2019-04-25", "NDX", am, european, cash, "XQO"},
      {"NDXP", "2019-04-25", "NDX", pm, european, cash, "NDX"},
      {"RUT", "2019-04-25", "RUT", am, european, cash, "RLS"},
      {"RUTW", "2019-04-25", "RUT", pm, european, cash, "RUT"},
      {"RUTQ", "2016-01-05", nullptr, pm, european, cash, ""},
      {"VIX", "2019-04-25", "VIX", am, european, cash, "VRO"},
      {"VIX", "2005-04-25", nullptr, am, european, cash, ""},  // not listed yet
      {"VIXW", "2015-10-07", nullptr, am, european, cash, ""},
      {"VIXW", "2015-10-08", "VIX", am, european, cash, "VRO"},
      {"DJX", "2019-04-25", "DJX", am, european, cash, "DJS"},
      {"OEX", "2019-04-25", "OEX", pm, american, cash, "OEX"},
      {"XEO", "2019-04-25", "OEX", pm, european, cash, "XEO"},
      {"SPY", "2019-04-25", "SPY", pm, american, physical, "SPY"},
      {"QQQ", "2019-04-25", "QQQ", pm, american, physical, "QQQ"},
      {"IWM", "2019-04-25", "IWM", pm, american, physical, "IWM"},
      {"AAPL", "2019-04-25", nullptr, pm, american, physical, ""},
      {"", "2019-04-25", nullptr, pm, american, physical, ""},
  };
  for (const Case& c : cases) {
    INFO(c.root << " on " << c.on);
    const Product* p = find_product(c.root, date(c.on));
    REQUIRE((p != nullptr) == (c.underlying != nullptr));
    if (!p) continue;
    CHECK(p->underlying == c.underlying);
    CHECK(p->settlement == c.settlement);
    CHECK(p->exercise == c.exercise);
    CHECK(p->delivery == c.delivery);
    CHECK(p->settlement_value == c.value);
    CHECK(p->multiplier == 100);
  }
  const Product equity = equity_product("AAPL");
  CHECK(equity.underlying == "AAPL");
  CHECK(equity.exercise == ExerciseStyle::american);
  CHECK(equity.delivery == Delivery::physical);
}

TEST_CASE("last trading days, settlement instants and closes follow from product and calendar", "[data][products]") {
  struct Case {
    const char* root;
    const char* expiration;
    const char* last_day;
    const char* settles;
    const char* last_close;  // on the last trading day
  };
  const Case cases[] = {
      // Third Friday 2019-06-21.
      {"SPX", "2019-06-21", "2019-06-20", "2019-06-21T13:30:00Z", "2019-06-20T20:15:00Z"},
      {"SPXW", "2019-06-21", "2019-06-21", "2019-06-21T20:00:00Z", "2019-06-21T20:00:00Z"},
      {"SPY", "2019-06-21", "2019-06-21", "2019-06-21T20:00:00Z", "2019-06-21T20:15:00Z"},
      // Good Friday: the Thursday settles, trading ends on Wednesday. Dated Saturday in 2014.
      {"SPX", "2014-04-19", "2014-04-16", "2014-04-17T13:30:00Z", "2014-04-16T20:15:00Z"},
      {"SPX", "2022-04-14", "2022-04-13", "2022-04-14T13:30:00Z", "2022-04-13T20:15:00Z"},
      // Juneteenth on a third Friday.
      {"SPX", "2026-06-18", "2026-06-17", "2026-06-18T13:30:00Z", "2026-06-17T20:15:00Z"},
      {"SPXW", "2026-06-18", "2026-06-18", "2026-06-18T20:00:00Z", "2026-06-18T20:00:00Z"},
      // Early close.
      {"SPXW", "2019-07-03", "2019-07-03", "2019-07-03T17:00:00Z", "2019-07-03T17:00:00Z"},
      {"SPY", "2019-07-03", "2019-07-03", "2019-07-03T17:00:00Z", "2019-07-03T17:15:00Z"},
      // Volatility settles at Wednesday's open.
      {"VIX", "2019-06-19", "2019-06-18", "2019-06-19T13:30:00Z", "2019-06-18T20:15:00Z"},
      {"VIX", "2024-06-18", "2024-06-17", "2024-06-18T13:30:00Z", "2024-06-17T20:15:00Z"},
  };
  for (const Case& c : cases) {
    INFO(c.root << " " << c.expiration);
    const Product* p = find_product(c.root, date("2019-06-03"));
    REQUIRE(p);
    const Date expiration = date(c.expiration);
    CHECK(last_trading_day(*p, expiration).to_string() == c.last_day);
    CHECK(settlement_instant(*p, expiration).to_string() == c.settles);
    CHECK(trading_close(*p, expiration, last_trading_day(*p, expiration)).to_string() == c.last_close);
  }
  // Not yet expiring: index options go on for a quarter of an hour.
  CHECK(trading_close(*find_product("SPXW", date("2019-06-03")), date("2019-06-21"), date("2019-06-20")).to_string() ==
        "2019-06-20T20:15:00Z");
  CHECK(trading_close(equity_product("AAPL"), date("2019-06-21"), date("2019-06-20")).to_string() ==
        "2019-06-20T20:00:00Z");
}

TEST_CASE("the table is in order and complete", "[data][products]") {
  for (const Product& p : products()) {
    INFO(p.root);
    CHECK(p.from <= p.until);
    CHECK_FALSE(p.underlying.empty());
    CHECK_FALSE(p.settlement_value.empty());
    CHECK(find_product(p.root, p.from) == &p);
    CHECK(find_product(p.root, p.until) == &p);
  }
}
