// Every type of order against quotes that fill it in part, not at all or completely, by time in force.
#include <catch2/catch.hpp>

#include "tests/core/execution/venue/venue_bench.hpp"

using namespace optix;

namespace {

VenueRules sized() {
  VenueRules rules;
  rules.fills.size_share = Decimal::from_int(1);
  rules.fees = FeeTable::simple(dec("0.65"), dec("1.00"));
  return rules;
}

}  // namespace

TEST_CASE("order types by size available and time in force", "[trading][venue]") {
  // Buys 5 at 2.40 / 2.60. Then 2.40 / 2.60 with 2 more offered, then a later session with plenty.
  struct Case {
    OrderType type;
    const char* limit;
    const char* stop;
    int offered;
    TimeInForce tif;
    const char* said;
    const char* later;
    const char* next_day;
  };
  const auto market = OrderType::market, limit = OrderType::limit, stop = OrderType::stop,
             stop_limit = OrderType::stop_limit;
  const auto day_only = TimeInForce::day, gtc = TimeInForce::gtc, ioc = TimeInForce::ioc, fok = TimeInForce::fok;
  const Case cases[] = {
      {market, "0", "", 9, day_only, "fill 1 +5@2.60", "nothing", "nothing"},
      {market, "0", "", 5, ioc, "fill 1 +5@2.60", "nothing", "nothing"},
      {market, "0", "", 5, fok, "fill 1 +5@2.60", "nothing", "nothing"},
      {market, "0", "", 3, day_only, "accepted 1, fill 1 +3@2.60 left 2", "fill 1 +2@2.60", "nothing"},
      {market, "0", "", 2, day_only, "accepted 1, fill 1 +2@2.60 left 3", "fill 1 +2@2.60 left 1",
       "cancelled 1 session_ended"},
      {market, "0", "", 2, gtc, "accepted 1, fill 1 +2@2.60 left 3", "fill 1 +2@2.60 left 1", "fill 1 +1@2.50"},
      {market, "0", "", 3, ioc, "fill 1 +3@2.60 left 2, cancelled 1 unfilled", "nothing", "nothing"},
      {market, "0", "", 3, fok, "cancelled 1 unfilled", "nothing", "nothing"},
      {market, "0", "", 0, day_only, "accepted 1", "fill 1 +2@2.60 left 3", "cancelled 1 session_ended"},
      {market, "0", "", 0, ioc, "cancelled 1 unfilled", "nothing", "nothing"},

      {limit, "2.60", "", 9, day_only, "fill 1 +5@2.60", "nothing", "nothing"},
      {limit, "2.65", "", 9, fok, "fill 1 +5@2.60", "nothing", "nothing"},
      {limit, "2.60", "", 3, gtc, "accepted 1, fill 1 +3@2.60 left 2", "fill 1 +2@2.60", "nothing"},
      {limit, "2.60", "", 2, day_only, "accepted 1, fill 1 +2@2.60 left 3", "fill 1 +2@2.60 left 1",
       "cancelled 1 session_ended"},
      {limit, "2.60", "", 3, ioc, "fill 1 +3@2.60 left 2, cancelled 1 unfilled", "nothing", "nothing"},
      {limit, "2.60", "", 3, fok, "cancelled 1 unfilled", "nothing", "nothing"},
      {limit, "2.59", "", 9, day_only, "accepted 1", "nothing", "cancelled 1 session_ended"},
      {limit, "2.59", "", 9, gtc, "accepted 1", "nothing", "fill 1 +5@2.50"},
      {limit, "2.59", "", 9, ioc, "cancelled 1 unfilled", "nothing", "nothing"},
      {limit, "2.59", "", 9, fok, "cancelled 1 unfilled", "nothing", "nothing"},

      {stop, "0", "2.60", 9, day_only, "accepted 1, triggered 1 2.60, fill 1 +5@2.60", "nothing", "nothing"},
      {stop, "0", "2.60", 3, gtc, "accepted 1, triggered 1 2.60, fill 1 +3@2.60 left 2", "fill 1 +2@2.60", "nothing"},
      {stop, "0", "2.60", 3, ioc, "accepted 1, triggered 1 2.60, fill 1 +3@2.60 left 2, cancelled 1 unfilled",
       "nothing", "nothing"},
      {stop, "0", "2.60", 3, fok, "accepted 1, triggered 1 2.60, cancelled 1 unfilled", "nothing", "nothing"},
      {stop, "0", "2.61", 9, day_only, "accepted 1", "nothing", "cancelled 1 session_ended"},
      {stop, "0", "2.61", 9, fok, "accepted 1", "nothing", "cancelled 1 session_ended"},
      {stop, "0", "2.61", 9, gtc, "accepted 1", "nothing", "nothing"},

      {stop_limit, "2.60", "2.60", 9, gtc, "accepted 1, triggered 1 2.60, fill 1 +5@2.60", "nothing", "nothing"},
      {stop_limit, "2.55", "2.60", 9, gtc, "accepted 1, triggered 1 2.60", "nothing", "fill 1 +5@2.50"},
      {stop_limit, "2.60", "2.60", 3, gtc, "accepted 1, triggered 1 2.60, fill 1 +3@2.60 left 2", "fill 1 +2@2.60",
       "nothing"},
      {stop_limit, "2.55", "2.60", 9, ioc, "accepted 1, triggered 1 2.60, cancelled 1 unfilled", "nothing", "nothing"},
      {stop_limit, "2.55", "2.61", 9, day_only, "accepted 1", "nothing", "cancelled 1 session_ended"},
  };
  for (const Case& c : cases) {
    INFO(enum_name(c.type) << " " << c.limit << " " << c.stop << " " << enum_name(c.tif) << ", " << c.offered
                           << " offered");
    VenueBench b(sized());
    b.quote("2.40", "2.60", 9, c.offered);
    OrderRequest order = VenueBench::order(1, 5, c.type, c.limit, c.tif);
    order.stop = dec(c.stop);
    CHECK(b.send(order) == c.said);
    CHECK(b.quote("2.40", "2.60", 9, 2) == c.later);
    b.next_session("2019-04-26");
    CHECK(b.quote("2.30", "2.50", 90, 90) == c.next_day);
    CHECK(b.quote("2.30", "2.50", 90, 90) == "nothing");
  }
}

TEST_CASE("an order that trades in parts pays its fee per order once", "[trading][venue]") {
  VenueBench b(sized());
  b.quote("2.40", "2.60", 9, 3);
  b.venue.on_order(VenueBench::order(1, 5), b.reports);
  CHECK(b.reports.at(1).get<Fill>().fees.to_string() == "2.95");  // 3 × 0.65 + 1
  CHECK(b.reports.at(1).get<Fill>().execution == 1);
  b.reports.clear();
  b.venue.on_snapshot(b.snapshot({{"2.40", "2.60", 9, 9}}), b.reports);
  CHECK(b.reports.at(0).get<Fill>().fees.to_string() == "1.30");
  CHECK(b.reports.at(0).get<Fill>().execution == 2);
}

TEST_CASE("orders on one quote share what is displayed", "[trading][venue]") {
  VenueBench b(sized());
  b.quote("2.40", "2.60", 4, 4);
  CHECK(b.send(VenueBench::order(1, 3)) == "fill 1 +3@2.60");
  CHECK(b.send(VenueBench::order(2, 3)) == "accepted 2, fill 2 +1@2.60 left 2");
  CHECK(b.send(VenueBench::order(3, 3)) == "accepted 3");
  CHECK(b.send(VenueBench::order(4, -4)) == "fill 4 -4@2.40");                      // the other side
  CHECK(b.quote("2.40", "2.60", 4, 4) == "fill 2 +2@2.60, fill 3 +2@2.60 left 1");  // oldest first
}

TEST_CASE("a share of the session's volume", "[trading][venue]") {
  VenueRules rules;
  rules.fills.volume_share = dec("0.10");
  VenueBench b(std::move(rules));
  b.quote("2.40", "2.60", -1, -1, 40);
  CHECK(b.send(VenueBench::order(1, 6)) == "accepted 1, fill 1 +4@2.60 left 2");
  CHECK(b.quote("2.40", "2.60", -1, -1, 49) == "nothing");  // a tenth of 49 has been taken
  CHECK(b.quote("2.40", "2.60", -1, -1, 50) == "fill 1 +1@2.60 left 1");
  b.next_session("2019-04-26");
  CHECK(b.quote("2.40", "2.60", -1, -1, 10) == "fill 1 +1@2.60");
}

TEST_CASE("stops", "[trading][venue]") {
  struct Case {
    const char* what;
    int quantity;
    OrderType type;
    const char* level;  // stop, or trail
    StopTrigger trigger;
    std::vector<BenchQuote> quotes;
    std::vector<const char*> said;
  };
  const StopTrigger touch = StopTrigger::touch, mid = StopTrigger::mid;
  const OrderType stop = OrderType::stop, trailing = OrderType::trailing_stop;
  const Case cases[] = {
      {"buy stop at the touch",
       1,
       stop,
       "3.00",
       touch,
       {{"2.70", "2.99"}, {"2.80", "3.00"}},
       {"nothing", "triggered 1 3.00, fill 1 +1@3.00"}},
      {"buy stop at mid",
       1,
       stop,
       "3.00",
       mid,
       {{"2.80", "3.19"}, {"2.80", "3.20"}},
       {"nothing", "triggered 1 3.00, fill 1 +1@3.20"}},
      // Selling at 2.00 or less: a cost of −2.00 or more.
      {"sell stop",
       -1,
       stop,
       "-2.00",
       touch,
       {{"2.01", "2.60"}, {"2.00", "2.60"}},
       {"nothing", "triggered 1 -2.00, fill 1 -1@2.00"}},
      {"through the stop at once", -1, stop, "-2.00", touch, {{"1.50", "1.60"}}, {"triggered 1 -1.50, fill 1 -1@1.50"}},
      {"a bid that is gone does not trigger",
       -1,
       stop,
       "-2.00",
       touch,
       {{"0", "2.60"}, {"", "2.60"}},
       {"nothing", "nothing"}},
      {"nor does a crossed quote", 1, stop, "2.00", touch, {{"3.10", "3.00"}}, {"nothing"}},
      {"mid needs both sides", 1, stop, "1.00", mid, {{"", "3.00"}}, {"nothing"}},
      {"trailing sell: the bid rises to 2.80 and falls by 0.50",
       -1,
       trailing,
       "0.50",
       touch,
       {{"2.80", "3.00"}, {"2.31", "2.50"}, {"2.30", "2.50"}},
       {"nothing", "nothing", "triggered 1 -2.30, fill 1 -1@2.30"}},
      {"trailing buy: the ask falls to 2.20 and rises by 0.50",
       1,
       trailing,
       "0.50",
       touch,
       {{"2.00", "2.20"}, {"2.50", "2.69"}, {"2.50", "2.70"}},
       {"nothing", "nothing", "triggered 1 2.70, fill 1 +1@2.70"}},
      {"trailing from the quotes it came in on",
       1,
       trailing,
       "0.40",
       touch,
       {{"2.70", "3.00"}},
       {"triggered 1 3.00, fill 1 +1@3.00"}},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    VenueBench b;
    // 2.40 / 2.60; stops that this would trigger start from 1.00 lower or higher.
    const bool far = std::string(c.what).find("mid needs") == 0 || std::string(c.what).find("nor does") == 0;
    b.quote(far ? "0.40" : "2.40", far ? "0.60" : "2.60");
    OrderRequest order = VenueBench::order(1, c.quantity, c.type);
    (c.type == trailing ? order.trail : order.stop) = dec(c.level);
    order.trigger = c.trigger;
    CHECK(b.send(order) == "accepted 1");
    for (std::size_t i = 0; i < c.quotes.size(); ++i) CHECK(b.quotes({c.quotes[i]}) == c.said[i]);
  }
}

TEST_CASE("a stop that cannot trade where it was triggered trades as soon as it can", "[trading][venue]") {
  VenueBench b;
  b.quotes({{"2.40", "2.60"}, {"1.00", "1.20"}});
  OrderRequest spread = VenueBench::combo(1, {1, -1}, OrderType::stop, "0");
  spread.stop = dec("2.00");
  CHECK(b.send(spread) == "accepted 1");
  b.halted = true;
  CHECK(b.quotes({{"3.40", "3.60"}, {"1.00", "1.20"}}) == "nothing");  // not even the trigger is looked at
  b.halted = false;
  CHECK(b.quotes({{"3.40", "3.60"}, {"1.00", "1.20"}}) == "triggered 1 2.60, fill 1 +1@3.60 -1@1.00");
}

TEST_CASE("how a limit that rests comes to trade", "[trading][venue]") {
  // Buys 4 at 2.45; quotes come with a volume and the size bid for.
  struct Step {
    BenchQuote quote;
    const char* said;
  };
  struct Case {
    const char* what;
    RestingPolicy policy;
    const char* fraction;
    std::vector<Step> steps;
  };
  const Case cases[] = {
      {"touch: only when the ask comes",
       RestingPolicy::touch,
       "0",
       {{{"2.30", "2.60"}, "nothing"}, {{"2.30", "2.46"}, "nothing"}, {{"2.35", "2.45"}, "fill 1 +4@2.40"}}},
      {"model: when the model's price comes",
       RestingPolicy::model,
       "0",
       {{{"2.31", "2.60"}, "nothing"}, {{"2.30", "2.60"}, "fill 1 +4@2.45"}}},
      {"queue: in line at the bid",
       RestingPolicy::queue,
       "1",
       {{{"2.45", "2.60", 10, 5, 0}, "nothing"},                 // 10 stand before
        {{"2.45", "2.60", 12, 5, 6}, "nothing"},                 // 6 traded: 4 left
        {{"2.45", "2.60", 12, 5, 13}, "fill 1 +3@2.45 left 1"},  // 7: 4 before, 3 ours
        {{"2.45", "2.60", 12, 5, 13}, "nothing"},
        {{"2.45", "2.60", 12, 5, 14}, "fill 1 +1@2.45"}}},
      {"queue: alone inside the spread",
       RestingPolicy::queue,
       "1",
       {{{"2.40", "2.60", 10, 5, 0}, "nothing"}, {{"2.40", "2.60", 10, 5, 2}, "fill 1 +2@2.45 left 2"}}},
      {"queue: behind the bid nothing comes",
       RestingPolicy::queue,
       "1",
       {{{"2.50", "2.60", 10, 5, 500}, "nothing"}, {{"2.40", "2.44", 10, 5, 500}, "fill 1 +4@2.44"}}},
      {"queue: an unknown queue never trades",
       RestingPolicy::queue,
       "1",
       {{{"2.45", "2.60", -1, -1, 0}, "nothing"}, {{"2.45", "2.60", -1, -1, 900}, "nothing"}}},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    VenueRules rules;
    rules.fills.fraction_by_legs = same_for_all_legs(dec(c.fraction));
    rules.fills.resting = c.policy;
    VenueBench b(std::move(rules));
    b.quote("2.55", "2.65");
    CHECK(b.send(VenueBench::order(1, 4, OrderType::limit, "2.45")) == "accepted 1");
    for (const Step& step : c.steps) CHECK(b.quotes({step.quote}) == step.said);
  }
}

TEST_CASE("in line from the moment it came in", "[trading][venue]") {
  VenueRules rules;
  rules.fills.resting = RestingPolicy::queue;
  VenueBench b(std::move(rules));
  b.quote("2.45", "2.60", 10, 5, 100);
  CHECK(b.send(VenueBench::order(1, 4, OrderType::limit, "2.45")) == "accepted 1");
  CHECK(b.quote("2.45", "2.60", 30, 5, 112) == "fill 1 +2@2.45 left 2");  // 12 traded, 10 before
  // A change of price loses the place.
  CHECK(b.send(VenueBench::order(2, -1, OrderType::limit, "-2.60")) == "accepted 2");
  CHECK(b.replace({1, dec("2.45"), Decimal::none(), Decimal::none(), 0}) == "replaced 1 2.45 left 2");
  CHECK(b.quote("2.45", "2.60", 30, 5, 141) == "fill 2 -1@2.60");
  CHECK(b.quote("2.45", "2.60", 30, 5, 143) == "fill 1 +1@2.45 left 1");
}

TEST_CASE("chance by how deep a limit stands in the spread", "[trading][venue]") {
  VenueRules rules;
  rules.fills.resting = RestingPolicy::probability;
  rules.fills.resting_probability = 0.8;
  rules.seed = 42;
  rules.stream = 9;
  int filled[3] = {};
  const char* const limits[] = {"2.40", "2.45", "2.55"};  // depth 0, 0.25, 0.75
  for (int which = 0; which < 3; ++which) {
    VenueBench b(rules);
    b.quote("2.40", "2.60");
    for (std::uint64_t id = 1; id <= 400; ++id) b.send(VenueBench::order(id, 1, OrderType::limit, limits[which]));
    const std::string said = b.quote("2.40", "2.60");
    for (std::size_t at = said.find("fill"); at != std::string::npos; at = said.find("fill", at + 1)) ++filled[which];
    if (filled[which] > 0) CHECK(said.find(std::string("@") + limits[which]) != std::string::npos);
  }
  CHECK(filled[0] == 0);
  CHECK(filled[1] == Approx(400 * 0.8 * 0.25).margin(30));
  CHECK(filled[2] == Approx(400 * 0.8 * 0.75).margin(35));
}

TEST_CASE("fills carry the touch, the model and the mid", "[trading][venue]") {
  VenueRules rules;
  rules.fills.fraction_by_legs = same_for_all_legs(dec("0.5"));
  VenueBench b(std::move(rules));
  b.quotes({{"2.40", "2.60"}, {"", "1.20"}});
  b.venue.on_order(VenueBench::combo(1, {-2, 2}, OrderType::market, "0"), b.reports);
  const Fill fill = b.reports.at(0).get<Fill>();
  CHECK(fill.legs[0].price.to_string() == "2.45");
  CHECK(fill.legs[0].model.to_string() == "2.45");
  CHECK(fill.legs[0].touch.to_string() == "2.40");
  CHECK(fill.legs[0].mid.to_string() == "2.50");
  CHECK(fill.legs[1].touch.to_string() == "1.20");
  CHECK(fill.legs[1].mid.is_none());
  CHECK(fill.legs[1].bid.is_none());
}
