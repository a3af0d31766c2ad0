// Combos: together or leg by leg, and with shares.
#include <catch2/catch.hpp>

#include "tests/core/execution/venue/venue_bench.hpp"

using namespace optix;

namespace {

VenueRules sized() {
  VenueRules rules;
  rules.fills.size_share = Decimal::from_int(1);
  return rules;
}
const auto market_order = OrderType::market, limit_order = OrderType::limit;
const auto gtc = TimeInForce::gtc, day_only = TimeInForce::day, ioc = TimeInForce::ioc, fok = TimeInForce::fok;

}  // namespace

TEST_CASE("an atomic combo trades in whole lots", "[trading][venue]") {
  VenueBench b(sized());
  b.quotes({{"2.40", "2.60", 7, 7}, {"0.90", "1.00", 7, 7}});
  // A ratio of 1 to 2: 7 bid for and 7 offered are 3 lots.
  CHECK(b.send(VenueBench::combo(1, {-4, 8}, market_order, "0")) == "accepted 1, fill 1 -3@2.40 +6@1.00 left 3");
  CHECK(b.send(VenueBench::combo(2, {-4, 8}, market_order, "0", fok)) == "cancelled 2 unfilled");
  CHECK(b.quotes({{"2.40", "2.60", 0, 7}, {"0.90", "1.00", 7, 7}}) == "nothing");
  CHECK(b.quotes({{"2.40", "2.60", 7, 7}, {"0.90", "", 7, -1}}) == "nothing");
  CHECK(b.quotes({{"2.40", "2.60", 7, 7}, {"0.90", "1.00", 7, 7}}) == "fill 1 -1@2.40 +2@1.00");
  // Net of one spread, however many: 2.40 − 1.00 received.
  CHECK(b.send(VenueBench::combo(3, {-3, 3}, limit_order, "-1.41")) == "accepted 3");
  CHECK(b.send(VenueBench::combo(4, {-3, 3}, limit_order, "-1.40")) == "fill 4 -3@2.40 +3@1.00");
  // Each part of an order keeps the limit by itself, whatever the part before it paid.
  CHECK(b.cancel(3) == "cancelled 3 none");
  CHECK(b.quotes({{"2.50", "2.60", 1, 7}, {"0.90", "1.00", 7, 7}}) == "nothing");
  CHECK(b.send(VenueBench::combo(5, {-2, 2}, limit_order, "-1.40")) == "accepted 5, fill 5 -1@2.50 +1@1.00 left 2");
  CHECK(b.quotes({{"2.39", "2.60", 7, 7}, {"0.90", "1.00", 7, 7}}) == "nothing");
  CHECK(b.quotes({{"2.40", "2.60", 7, 7}, {"0.90", "1.00", 7, 7}}) == "fill 5 -1@2.40 +1@1.00");
}

TEST_CASE("a legged combo is worked leg by leg", "[trading][venue]") {
  const auto legged = [](std::uint64_t id, std::vector<int> q, OrderType type, const char* limit, TimeInForce tif) {
    return VenueBench::combo(id, std::move(q), type, limit, tif, ComboStyle::legged);
  };
  VenueBench b(sized());
  b.quotes({{"2.40", "2.60", 2, 2}, {"0.90", "1.00", 9, 1}});
  SECTION("each leg as its market allows") {
    CHECK(b.send(legged(1, {-2, 2}, market_order, "0", gtc)) ==
          "accepted 1, fill 1 -2@2.40 left 2, fill 1 +1@1.00 left 1");
    CHECK(b.quotes({{"2.40", "2.60", 2, 2}, {"1.00", "1.30", 9, 9}}) == "fill 1 +1@1.30");
  }
  SECTION("what remains at the end of the day is leg risk") {
    CHECK(b.send(legged(1, {-2, 2}, market_order, "0", day_only)) ==
          "accepted 1, fill 1 -2@2.40 left 2, fill 1 +1@1.00 left 1");
    b.next_session("2019-04-26");
    CHECK(b.quotes({{"2.40", "2.60", 2, 2}, {"1.00", "1.30", 9, 9}}) == "cancelled 1 leg_risk");
  }
  SECTION("and at once for ioc and fok") {
    CHECK(b.send(legged(1, {-2, 2}, market_order, "0", ioc)) ==
          "fill 1 -2@2.40 left 2, fill 1 +1@1.00 left 1, cancelled 1 leg_risk");
    CHECK(b.quotes({{"2.40", "2.60", 2, 2}, {"0.90", "1.00", 9, 1}}) == "nothing");
    CHECK(b.send(legged(2, {-2, 2}, market_order, "0", fok)) == "fill 2 -2@2.40 left 2, cancelled 2 leg_risk");
  }
  SECTION("whoever asks for its end gets it as asked for") {
    CHECK(b.send(legged(1, {-2, 2}, market_order, "0", gtc)) ==
          "accepted 1, fill 1 -2@2.40 left 2, fill 1 +1@1.00 left 1");
    CHECK(b.cancel(1) == "cancelled 1 none");
  }
  SECTION("legs that are equally done are no risk") {
    CHECK(b.send(legged(1, {-3, 3}, market_order, "0", ioc)) ==
          "fill 1 -2@2.40 left 4, fill 1 +1@1.00 left 3, cancelled 1 leg_risk");
    CHECK(b.quotes({{"2.40", "2.60", 2, 2}, {"0.90", "1.00", 9, 2}}) == "nothing");
    CHECK(b.send(legged(2, {-3, 3}, market_order, "0", ioc)) ==
          "fill 2 -2@2.40 left 4, fill 2 +2@1.00 left 2, cancelled 2 unfilled");
  }
  SECTION("a leg without a quote waits while the other trades") {
    CHECK(b.quotes({{"2.40", "2.60", 2, 2}, {"0.90", "", 9, -1}}) == "nothing");
    CHECK(b.send(legged(1, {-2, 2}, market_order, "0", gtc)) == "accepted 1, fill 1 -2@2.40 left 2");
    CHECK(b.send(legged(2, {0, 2, 2}, market_order, "0", gtc)) == "rejected 2 no_ask");  // nothing at all trades
    CHECK(b.quotes({{"2.40", "2.60", 2, 2}, {"0.90", "1.05", 9, 9}}) == "fill 1 +2@1.05");
  }
  SECTION("its limit counts what was paid and what the rest would cost") {
    CHECK(b.send(legged(1, {-2, 2}, limit_order, "-1.35", gtc)) ==
          "accepted 1, fill 1 -2@2.40 left 2, fill 1 +1@1.00 left 1");
    CHECK(b.quotes({{"0.10", "0.20", 9, 9}, {"1.00", "1.11", 9, 9}}) == "nothing");  // −4.80 + 1.00 + 1.11 > −2.70
    CHECK(b.quotes({{"0.10", "0.20", 9, 9}, {"1.00", "1.10", 9, 9}}) == "fill 1 +1@1.10");
  }
}

TEST_CASE("shares are quoted around the underlying's price", "[trading][venue]") {
  VenueBench b(sized());
  b.quote("2.40", "2.60", 9, 9);
  const auto shares = [](std::uint64_t id, int quantity, OrderType type, const char* limit) {
    OrderRequest o = VenueBench::order(id, quantity, type, limit);
    o.legs[0] = {shares_contract, quantity, sym("SPX")};
    return o;
  };
  CHECK(b.send(shares(1, 300, market_order, "0")) == "fill 1 +300@100.01");
  CHECK(b.send(shares(2, -300, market_order, "0")) == "fill 2 -300@99.99");
  CHECK(b.send(shares(3, 300, limit_order, "99.50")) == "accepted 3");
  OrderRequest stop = shares(4, -300, OrderType::stop, "0");
  stop.stop = dec("-99.00");
  CHECK(b.send(stop) == "accepted 4");
  b.underlying = "99.49";
  CHECK(b.quote("2.40", "2.60", 9, 9) == "fill 3 +300@99.50");
  b.underlying = "99.01";
  CHECK(b.quote("2.40", "2.60", 9, 9) == "triggered 4 -99.00, fill 4 -300@99.00");
  OrderRequest nobody = shares(5, 1, market_order, "0");
  nobody.legs[0].underlying = sym("XYZ");
  CHECK(b.send(nobody) == "rejected 5 no_quote");
  nobody.order = 6;
  nobody.legs[0].underlying = {};
  CHECK(b.send(nobody) == "rejected 6 bad_request");
  b.underlying = "0.01";  // down to nothing: there is no bid
  b.quote("2.40", "2.60", 9, 9);
  CHECK(b.send(shares(7, -1, market_order, "0")) == "rejected 7 no_bid");
  // Fills say whose shares.
  b.underlying = "100";
  b.quote("2.40", "2.60", 9, 9);
  b.venue.on_order(shares(8, 5, market_order, "0"), b.reports);
  const FillLeg leg = b.reports.at(0).get<Fill>().legs.at(0);
  CHECK(is_shares(leg.contract));
  CHECK(leg.underlying == sym("SPX"));
  CHECK(leg.touch.to_string() == "100.01");
  CHECK(leg.mid.to_string() == "100.00");
}

TEST_CASE("options and shares in one order: the net is per share that an option stands for", "[trading][venue]") {
  VenueBench b;
  b.quote("2.40", "2.60");
  const auto married_put = [](std::uint64_t id, int lots, int shares, OrderType type, const char* limit) {
    OrderRequest o = VenueBench::order(id, lots, type, limit);
    o.legs.push_back({shares_contract, shares * lots, sym("SPX")});
    return o;
  };
  // 100.01 + 2.60 for 100 shares and one put.
  CHECK(b.send(married_put(1, 1, 100, limit_order, "102.61")) == "fill 1 +1@2.60 +100@100.01");
  CHECK(b.send(married_put(2, 3, 100, limit_order, "102.61")) == "fill 2 +3@2.60 +300@100.01");
  CHECK(b.send(married_put(3, 1, 100, limit_order, "102.60")) == "accepted 3");
  // 25 shares against one put: 0.25 × 100.01 + 2.60 = 27.6025.
  CHECK(b.send(married_put(4, 2, 25, limit_order, "27.6025")) == "fill 4 +2@2.60 +50@100.01");
  CHECK(b.send(married_put(5, 2, 25, limit_order, "27.6024")) == "accepted 5");
  b.underlying = "99.99";
  CHECK(b.quote("2.40", "2.60") == "fill 3 +1@2.60 +100@100.00, fill 5 +2@2.60 +50@100.00");
}
