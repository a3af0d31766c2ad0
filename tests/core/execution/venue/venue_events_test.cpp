// What else can happen to an order: replace, query, halts, the kill switch, corporate actions, lost answers.
#include <catch2/catch.hpp>

#include "tests/core/execution/venue/venue_bench.hpp"

using namespace optix;

namespace {

const auto market_order = OrderType::market, limit_order = OrderType::limit;
const auto gtc = TimeInForce::gtc, day_only = TimeInForce::day, ioc = TimeInForce::ioc;
const Decimal keep = Decimal::none();

// The detail of the last rejection.
std::string last_detail(const Reports& reports) { return reports.back().get<OrderRejected>().detail; }

}  // namespace

TEST_CASE("an order is replaced in place", "[trading][venue]") {
  VenueRules rules;
  rules.fills.size_share = Decimal::from_int(1);
  VenueBench b(std::move(rules));
  b.quote("2.40", "2.60", 9, 9);
  b.send(VenueBench::order(1, 4, limit_order, "2.50"));
  b.send(VenueBench::order(2, 4, limit_order, "2.50"));
  CHECK(b.replace({1, dec("2.45"), keep, keep, 0}) == "replaced 1 2.45 left 4");
  CHECK(b.replace({1, dec("2.50"), keep, keep, 6}) == "replaced 1 2.50 left 6");
  CHECK(b.quote("2.40", "2.50", 9, 5) == "fill 2 +4@2.50, fill 1 +1@2.50 left 5");  // it lost its place
  CHECK(b.replace({1, keep, keep, keep, 3}) == "replaced 1 2.50 left 2");           // what traded stays traded
  CHECK(b.replace({1, dec("2.60"), keep, keep, 0}) == "replaced 1 2.60 left 2");    // the quotes have been taken
  b.quote("2.40", "2.60", 9, 0);
  CHECK(b.send(VenueBench::order(3, 1, limit_order, "2.50")) == "accepted 3");
  b.quote("2.40", "2.70", 9, 9);
  CHECK(b.replace({3, dec("2.70"), keep, keep, 2}) == "replaced 3 2.70 left 2, fill 3 +2@2.70");
  CHECK(b.replace({3, dec("2.70"), keep, keep, 2}) == "rejected 3 unknown_order");

  OrderRequest stop = VenueBench::order(4, 1, OrderType::stop_limit, "3.10");
  stop.stop = dec("3.00");
  b.send(stop);
  CHECK(b.replace({4, keep, dec("3.05"), keep, 0}) == "replaced 4 3.10 stop 3.05 left 1");
  CHECK(b.replace({4, keep, dec("2.70"), keep, 0}) ==
        "replaced 4 3.10 stop 2.70 left 1, triggered 4 2.70, fill 4 +1@2.70");
  OrderRequest trail = VenueBench::order(5, -1, OrderType::trailing_stop);
  trail.trail = dec("0.50");
  b.send(trail);
  b.cancel(1);
  CHECK(b.quote("2.60", "2.70", 9, 9) == "nothing");
  CHECK(b.replace({5, keep, keep, dec("0.20"), 0}) == "replaced 5 0.00 stop -2.40 left 1");
  CHECK(b.quote("2.41", "2.70", 9, 9) == "nothing");
  CHECK(b.quote("2.40", "2.70", 9, 9) == "triggered 5 -2.40, fill 5 -1@2.40");
}

TEST_CASE("changes that do not fit are refused and nothing changes", "[trading][venue]") {
  VenueRules rules;
  rules.fills.size_share = Decimal::from_int(1);
  rules.check_ticks = true;
  VenueBench b(std::move(rules));
  b.quote("2.40", "2.60", 9, 2);
  b.send(VenueBench::order(1, 4, limit_order, "2.60"));
  b.send(VenueBench::order(2, 4, market_order, "0"));
  struct Case {
    OrderReplace change;
    const char* said;
    const char* detail;
  };
  const Case cases[] = {
      {{9, dec("1"), keep, keep, 0}, "rejected 9 unknown_order", "there is no working order with this id"},
      {{1, keep, dec("1"), keep, 0}, "rejected 1 bad_request", "a limit order has no stop to change"},
      {{1, keep, keep, dec("1"), 0}, "rejected 1 bad_request", "a limit order has no trail to change"},
      {{2, dec("1"), keep, keep, 0}, "rejected 2 bad_request", "a market order has no limit to change"},
      {{1, keep, keep, keep, -1}, "rejected 1 bad_request", "units cannot be negative"},
      {{1, keep, keep, keep, 2},
       "rejected 1 bad_request",
       "2 units leave nothing: 2 have traded; cancel the order instead"},
      {{1, keep, keep, keep, 3'000'000'000}, "rejected 1 bad_request", "3000000000 units are too many"},
      {{1, dec("20000000"), keep, keep, 0}, "rejected 1 bad_request", "a price is beyond 10,000,000"},
      {{1, dec("2.57"), keep, keep, 0}, "rejected 1 bad_tick", "the limit 2.57 is no multiple of the increment 0.05"},
  };
  for (const Case& c : cases) {
    b.venue.on_replace(c.change, b.reports);
    CHECK(last_detail(b.reports) == c.detail);
    CHECK(b.said() == c.said);
    CHECK(b.query(1) == "status 1 partially_filled 2/2");
  }
}

TEST_CASE("requests that cannot be meant", "[trading][venue]") {
  VenueBench b;
  b.quote("2.40", "2.60");
  std::uint64_t id = 100;
  const auto with = [&id](auto change) {
    OrderRequest o = VenueBench::order(++id, 1, OrderType::limit, "2.50");
    change(o);
    return o;
  };
  struct Case {
    OrderRequest order;
    RejectReason reason;
    const char* detail;
  };
  const auto bad = RejectReason::bad_request;
  const Case cases[] = {
      {with([](auto& o) { o.legs.clear(); }), bad, "an order has 1 to 64 legs, not 0"},
      {with([](auto& o) {
         o.legs.assign(65, {0, 1});
       }),
       bad, "an order has 1 to 64 legs, not 65"},
      {with([](auto& o) { o.legs[0].contract = 77; }), RejectReason::unknown_contract, "contract 77 was never defined"},
      {with([](auto& o) { o.legs[0].quantity = 0; }), bad, "leg 1 has no quantity"},
      {with([](auto& o) {
         o.legs.push_back({0, -2});
       }),
       bad, "legs 1 and 2 are the same"},
      {with([](auto& o) { o.limit = Decimal::none(); }), bad, "a limit order needs a limit"},
      {with([](auto& o) { o.type = OrderType::stop; }), bad, "a stop order needs a stop"},
      {with([](auto& o) { o.type = OrderType::stop_limit; }), bad, "a stop_limit order needs a stop"},
      {with([](auto& o) { o.type = OrderType::trailing_stop; }), bad,
       "a trailing_stop order needs a trail above 0, not none"},
      {with([](auto& o) { o.type = OrderType::trailing_stop, o.trail = Decimal{}; }), bad,
       "a trailing_stop order needs a trail above 0, not 0.00"},
      {with([](auto& o) { o.limit = dec("10000000.000001"); }), bad, "a price is beyond 10,000,000"},
      {with([](auto& o) { o.parent = o.order; }), bad, "an order cannot follow itself"},
  };
  for (const Case& c : cases) {
    b.venue.on_order(c.order, b.reports);
    CHECK(last_detail(b.reports) == c.detail);
    CHECK(b.reports.back().get<OrderRejected>().reason == c.reason);
    b.reports.clear();
  }
}

TEST_CASE("an id counts once", "[trading][venue]") {
  VenueBench b;
  b.quote("2.40", "2.60");
  CHECK(b.send(VenueBench::order(1, 1, limit_order, "2.50")) == "accepted 1");
  CHECK(b.send(VenueBench::order(1, 1, limit_order, "2.50")) == "rejected 1 bad_request");
  CHECK(b.query(1) == "status 1 working 0/1");
  CHECK(b.send(VenueBench::order(2, 1)) == "fill 2 +1@2.60");
  CHECK(b.send(VenueBench::order(2, 1)) == "rejected 2 bad_request");
  CHECK(b.query(2) == "status 2 filled 1/0");
  CHECK(b.query(3) == "status 3 unknown 0/0");
}

TEST_CASE("increments are checked when asked for", "[trading][venue]") {
  VenueRules rules;
  rules.check_ticks = true;
  VenueBench b(std::move(rules));
  b.quotes({{"2.40", "2.60"}, {"0.90", "1.00"}});
  CHECK(b.send(VenueBench::order(1, 1, limit_order, "2.45")) == "accepted 1");
  CHECK(b.send(VenueBench::order(2, 1, limit_order, "2.44")) == "rejected 2 bad_tick");
  CHECK(b.send(VenueBench::order(3, -1, limit_order, "-3.10")) == "accepted 3");
  CHECK(b.send(VenueBench::order(4, -1, limit_order, "-3.05")) == "rejected 4 bad_tick");
  // SPX complex orders: 0.05 of the net.
  CHECK(b.send(VenueBench::combo(5, {-1, 1}, limit_order, "-1.45")) == "accepted 5");
  CHECK(b.send(VenueBench::combo(6, {-1, 1}, limit_order, "-1.44")) == "rejected 6 bad_tick");
  OrderRequest stop = VenueBench::order(7, 1, OrderType::stop);
  stop.stop = dec("3.05");
  CHECK(b.send(stop) == "rejected 7 bad_tick");
  OrderRequest shares = VenueBench::order(8, 1, limit_order, "99.985");
  shares.legs[0] = {shares_contract, 1, sym("SPX")};
  CHECK(b.send(shares) == "rejected 8 bad_tick");
  shares.order = 9;
  shares.limit = dec("99.98");
  CHECK(b.send(shares) == "accepted 9");
}

TEST_CASE("nothing trades in a halt or on stale quotes, and what rests stays", "[trading][venue]") {
  for (const bool halt : {true, false}) {
    VenueBench b;
    const std::string reason = halt ? "halted" : "stale_book";
    b.quote("2.40", "2.60");
    CHECK(b.send(VenueBench::order(1, 1, limit_order, "2.50")) == "accepted 1");
    CHECK(b.send(VenueBench::order(2, 1, limit_order, "2.50", gtc, OrderIntent::close)) == "accepted 2");
    OrderRequest stop = VenueBench::order(3, -1, OrderType::stop);
    stop.stop = dec("-2.00");
    CHECK(b.send(stop) == "accepted 3");
    (halt ? b.halted : b.stale) = true;
    CHECK(b.quote("1.40", "1.60") == "nothing");
    CHECK(b.send(VenueBench::order(4, 1)) == "rejected 4 " + reason);
    CHECK(b.send(VenueBench::order(5, 1, market_order, "0", day_only, OrderIntent::close)) == "rejected 5 " + reason);
    CHECK(b.send(VenueBench::order(6, 1, limit_order, "2.60", ioc)) == "cancelled 6 " + reason);
    CHECK(b.send(VenueBench::order(7, 1, limit_order, "2.60")) == "accepted 7");
    CHECK(b.cancel(7) == "cancelled 7 none");
    b.halted = b.stale = false;
    CHECK(b.quote("1.40", "1.60") == "fill 1 +1@1.60, fill 2 +1@1.60, triggered 3 -1.40, fill 3 -1@1.40");
  }
  VenueBench b;
  b.quote("2.40", "2.60");
  b.venue.on_feed({true, 1, 2, "gap"});
  CHECK(b.send(VenueBench::order(1, 1)) == "rejected 1 stale_book");
  b.venue.on_feed({false, 2, 2, "recovered"});
  CHECK(b.send(VenueBench::order(2, 1)) == "fill 2 +1@2.60");
}

TEST_CASE("quotes that nothing may trade against", "[trading][venue]") {
  struct Case {
    const char* bid;
    const char* ask;
    int quantity;
    const char* said;
    const char* detail;
  };
  const Case cases[] = {
      {"0", "0.05", -1, "rejected 1 no_bid", "SPXW 2019-05-31 put 100 at 0.00 / 0.05"},
      {"", "2.60", -1, "rejected 1 no_bid", "SPXW 2019-05-31 put 100 at none / 2.60"},
      {"2.40", "", 1, "rejected 1 no_ask", "SPXW 2019-05-31 put 100 at 2.40 / none"},
      {"", "", 1, "rejected 1 no_quote", "SPXW 2019-05-31 put 100 at none / none"},
      {"2.70", "2.60", 1, "rejected 1 crossed_quote", "SPXW 2019-05-31 put 100 at 2.70 / 2.60"},
      {"2.70", "2.60", -1, "rejected 1 crossed_quote", "SPXW 2019-05-31 put 100 at 2.70 / 2.60"},
      {"2.60", "2.60", -1, "fill 1 -1@2.60", ""},
      {"0", "0.05", 1, "fill 1 +1@0.05", ""},
      {"", "2.60", 1, "fill 1 +1@2.60", ""},
  };
  for (const Case& c : cases) {
    VenueBench b;
    b.quote(c.bid, c.ask);
    b.tracker.sent(VenueBench::order(1, c.quantity));
    b.venue.on_order(VenueBench::order(1, c.quantity), b.reports);
    if (*c.detail) CHECK(last_detail(b.reports) == c.detail);
    CHECK(b.said() == c.said);
    // A limit order rests instead, as long as the quotes stay like that.
    if (!*c.detail) continue;
    const char* const generous = c.quantity > 0 ? "9.00" : "-0.01";
    CHECK(b.send(VenueBench::order(2, c.quantity, limit_order, generous)) == "accepted 2");
    CHECK(b.quote(c.bid, c.ask) == "nothing");
    CHECK(b.quote("2.40", "2.60") == (c.quantity > 0 ? "fill 2 +1@2.60" : "fill 2 -1@2.40"));
  }
}

TEST_CASE("orders end with their contract's last trade", "[trading][venue]") {
  struct Case {
    Settlement settlement;
    const char* last_day;  // of trading
    std::int64_t minute;   // after 15:00 New York
    const char* said;
    const char* order;
  };
  const Case cases[] = {
      {Settlement::pm, "2019-05-31", 59, "nothing", "fill 2 +1@2.60"},
      {Settlement::pm, "2019-05-31", 60, "cancelled 1 market_closed", "rejected 2 market_closed"},
      // Settled at the opening print: the last trade is the evening before, 16:15 for index options.
      {Settlement::am, "2019-05-30", 75, "nothing", "fill 2 +1@2.60"},
      {Settlement::am, "2019-05-30", 76, "cancelled 1 market_closed", "rejected 2 market_closed"},
      {Settlement::am, "2019-05-31", -330, "cancelled 1 market_closed", "rejected 2 market_closed"},
  };
  for (const Case& c : cases) {
    INFO(c.last_day << " minute " << c.minute);
    VenueBench b;
    b.market.settlement = c.settlement;
    b.quote("2.40", "2.60");
    CHECK(b.send(VenueBench::order(1, 1, limit_order, "2.00")) == "accepted 1");
    b.next_session(c.last_day);
    b.minute = c.minute;
    CHECK(b.quote("2.40", "2.60") == c.said);
    CHECK(b.send(VenueBench::order(2, 1)) == c.order);
  }
}

TEST_CASE("the kill switch ends and refuses what opens until it is released", "[trading][venue]") {
  VenueBench b;
  b.quote("2.40", "2.60");
  b.send(VenueBench::order(1, 1, limit_order, "2.00"));
  b.send(VenueBench::order(2, -1, limit_order, "-3.00", gtc, OrderIntent::close));
  OrderRequest child = VenueBench::order(3, -1, limit_order, "-3.00", gtc, OrderIntent::close);
  child.parent = 1;
  b.send(child);
  b.venue.on_kill_switch({true, "loss"}, b.reports);
  CHECK(b.said() == "cancelled 1 kill_switch, cancelled 3 parent_ended");
  CHECK(b.send(VenueBench::order(4, 1)) == "rejected 4 kill_switch");
  CHECK(b.send(VenueBench::order(5, -1, market_order, "0", day_only, OrderIntent::close)) == "fill 5 -1@2.40");
  CHECK(b.quote("3.00", "3.20") == "fill 2 -1@3.00");
  b.venue.on_kill_switch({true, "again"}, b.reports);
  CHECK(b.said() == "nothing");
  b.venue.on_kill_switch({false, "released"}, b.reports);
  CHECK(b.send(VenueBench::order(6, 1)) == "fill 6 +1@3.20");
}

TEST_CASE("corporate actions end orders on what they change", "[trading][venue]") {
  VenueBench b;
  b.quotes({{"2.40", "2.60"}, {"0.90", "1.00"}});
  b.send(VenueBench::order(1, 1, limit_order, "2.00"));
  b.send(VenueBench::combo(2, {0, 1}, limit_order, "0.10"));
  b.send(VenueBench::combo(3, {1, -1}, limit_order, "0.10"));
  OrderRequest shares = VenueBench::order(4, 100, limit_order, "90");
  shares.legs[0] = {shares_contract, 100, sym("SPX")};
  b.send(shares);
  ContractsAdjusted adjusted;
  adjusted.underlying = sym("SPX");
  adjusted.from.push_back(0);
  b.venue.on_adjusted(adjusted, b.reports);
  CHECK(b.said() == "cancelled 1 adjusted, cancelled 3 adjusted");
  b.venue.on_split({sym("AAA"), day("2019-04-26"), 2, 1}, b.reports);
  CHECK(b.said() == "nothing");
  b.venue.on_split({sym("SPX"), day("2019-04-26"), 2, 1}, b.reports);
  CHECK(b.said() == "cancelled 4 adjusted");
  CHECK(b.query(2) == "status 2 working 0/1");
}

TEST_CASE("next_snapshot: the time of a fill is after the time of the quotes that led to it", "[trading][venue]") {
  VenueRules rules;
  rules.fill_on = FillOn::next_snapshot;
  VenueBench b(std::move(rules));
  b.quote("2.40", "2.60");
  CHECK(b.send(VenueBench::order(1, 1)) == "accepted 1");
  CHECK(b.send(VenueBench::order(2, 1, limit_order, "2.70", ioc)) == "accepted 2");
  CHECK(b.send(VenueBench::order(3, 1, limit_order, "2.60", ioc)) == "accepted 3");
  OrderRequest stop = VenueBench::order(4, 1, OrderType::stop);
  stop.stop = dec("2.60");
  CHECK(b.send(stop) == "accepted 4");
  --b.minute;  // the same quotes once more
  CHECK(b.quote("2.40", "2.60") == "nothing");
  CHECK(b.quote("2.45", "2.65") ==
        "fill 1 +1@2.65, fill 2 +1@2.65, cancelled 3 unfilled, triggered 4 2.65, fill 4 +1@2.65");
  // A day order belongs to the session of the first quotes after it.
  CHECK(b.send(VenueBench::order(5, 1, limit_order, "2.50", day_only)) == "accepted 5");
  b.next_session("2019-04-26");
  CHECK(b.quote("2.40", "2.60") == "nothing");
  CHECK(b.quote("2.40", "2.60") == "nothing");
  CHECK(b.replace({5, dec("2.60"), keep, keep, 0}) == "replaced 5 2.60 left 1");
  b.next_session("2019-04-29");
  CHECK(b.quote("2.40", "2.60") == "cancelled 5 session_ended");
}

TEST_CASE("wishes about exercise are passed on when they can be carried out", "[trading][venue]") {
  VenueBench b;
  b.quote("2.40", "2.60");
  const auto wish = [&](ContractId contract, int quantity, ExerciseChoice choice) {
    b.venue.on_exercise(make_message(ExerciseInstruction{7, contract, quantity, choice}), b.reports);
    return b.said();
  };
  const auto now = ExerciseChoice::exercise, never = ExerciseChoice::do_not_exercise;
  CHECK(wish(0, 2, never) == "exercise 0 x2");
  CHECK(wish(0, 2, now) == "rejected 0 bad_request");  // european
  CHECK(wish(0, 0, never) == "rejected 0 bad_request");
  CHECK(wish(99, 1, never) == "rejected 0 unknown_contract");
  CHECK(wish(shares_contract, 1, now) == "rejected 0 bad_request");
  b.next_session("2019-05-31");
  b.quote("2.40", "2.60");
  CHECK(wish(0, 2, now) == "exercise 0 x2");
  b.next_session("2019-06-03");
  b.quote("2.40", "2.60");
  CHECK(wish(0, 2, never) == "rejected 0 market_closed");
}

TEST_CASE("lost answers: the order works on unseen until somebody asks, or the truth comes out", "[trading][venue]") {
  VenueRules rules;
  rules.faults = {1.0, 3};
  VenueBench b(std::move(rules));
  b.quote("2.40", "2.60");
  CHECK(b.send(VenueBench::order(1, 1)) == "unknown 1");
  CHECK(b.query(1) == "fill 1 +1@2.60, status 1 filled 1/0");
  CHECK(b.query(1) == "status 1 filled 1/0");

  CHECK(b.send(VenueBench::order(2, 1, limit_order, "2.50")) == "unknown 2");
  CHECK(b.quote("2.30", "2.50") == "nothing");  // it fills, and nobody hears of it
  CHECK(b.quote("2.30", "2.50") == "nothing");
  CHECK(b.quote("2.30", "2.50") == "accepted 2, fill 2 +1@2.50");

  CHECK(b.send(VenueBench::order(3, 1, limit_order, "2.00")) == "unknown 3");
  CHECK(b.send(VenueBench::order(3, 1, limit_order, "2.00")) == "accepted 3, rejected 3 bad_request");  // sent again
  CHECK(b.quote("1.90", "2.00") == "fill 3 +1@2.00");
  CHECK(b.send(VenueBench::order(4, 0)) == "unknown 4");
  CHECK(b.query(4) == "rejected 4 bad_request, status 4 rejected 0/0");

  rules = {};
  rules.faults = {0.25, 1};
  rules.seed = 42;
  VenueBench some(std::move(rules));
  some.quote("2.40", "2.60");
  int lost = 0;
  for (std::uint64_t id = 1; id <= 400; ++id) lost += some.send(VenueBench::order(id, 1)).rfind("unknown", 0) == 0;
  CHECK(lost == Approx(100).margin(25));
}
