// What an order costs in fees when it trades in parts: what it would cost whole.
#include <catch2/catch.hpp>

#include "tests/core/execution/venue/venue_bench.hpp"

using namespace optix;

namespace {

FeeLine line_of(const char* rate, FeeBasis basis = FeeBasis::per_contract) {
  FeeLine line;
  line.name = "c";
  line.rate = dec(rate);
  line.basis = basis;
  return line;
}

VenueRules charging(FeeLine line) {
  VenueRules rules;
  rules.fills.size_share = Decimal::from_int(1);
  rules.fees = *FeeTable::from_lines({std::move(line)});
  return rules;
}

// The fees of the fills since the last call: "9.00 1.00".
std::string fees(VenueBench& b) {
  std::string out;
  for (const MessageRef& r : b.reports)
    if (const auto* fill = r.get_if<Fill>()) out += (out.empty() ? "" : " ") + fill->fees.to_string();
  b.said();
  return out;
}
std::string send(VenueBench& b, const OrderRequest& order) {
  b.tracker.sent(order);
  b.venue.on_order(order, b.reports);
  return fees(b);
}
std::string quotes(VenueBench& b, const std::vector<BenchQuote>& list) {
  b.venue.on_snapshot(b.snapshot(list), b.reports);
  return fees(b);
}

const auto market_order = OrderType::market;

FeeLine capped(const char* rate, const char* cap) {
  FeeLine line = line_of(rate);
  line.cap_per_order = dec(cap);
  return line;
}
FeeLine at_least(const char* rate, const char* minimum) {
  FeeLine line = line_of(rate);
  line.minimum = dec(minimum);
  return line;
}
FeeLine rounded(const char* rate, FeeRounding rounding) {
  FeeLine line = line_of(rate);
  line.rounding = rounding;
  return line;
}
FeeLine banded() {
  FeeLine line = line_of("0");
  line.bands = {{dec("0"), dec("0.50")}, {dec("2"), dec("0.65")}};
  line.minimum = dec("1.20");
  return line;
}

}  // namespace

TEST_CASE("fees of an order that trades in three parts", "[trading][venue][fees]") {
  struct Part {
    int offered;
    const char* ask;
    const char* fee;
  };
  struct Case {
    const char* what;
    FeeLine line;
    std::int32_t quantity;
    Part parts[3];
  };
  const Case cases[] = {
      {"a cap", capped("1", "10"), 30, {{10, "2.60", "10.00"}, {10, "2.60", "0.00"}, {10, "2.60", "0.00"}}},
      {"a cap on the way", capped("1", "10"), 30, {{9, "2.60", "9.00"}, {10, "2.70", "1.00"}, {11, "2.60", "0.00"}}},
      {"a minimum", at_least("0.65", "1"), 3, {{1, "2.60", "1.00"}, {1, "2.60", "0.30"}, {1, "2.60", "0.65"}}},
      {"a minimum that is not reached",
       at_least("0.65", "5"),
       4,
       {{1, "2.60", "5.00"}, {2, "2.60", "0.00"}, {1, "2.60", "0.00"}}},
      // 0.004, 0.008, 0.012 to the cent
      {"rounding",
       rounded("0.004", FeeRounding::half_up),
       3,
       {{1, "2.60", "0.00"}, {1, "2.60", "0.01"}, {1, "2.60", "0.00"}}},
      {"rounding up",
       rounded("0.004", FeeRounding::ceil),
       3,
       {{1, "2.60", "0.01"}, {1, "2.60", "0.00"}, {1, "2.60", "0.01"}}},
      {"an amount for the order",
       line_of("4.95", FeeBasis::per_order),
       3,
       {{1, "2.60", "4.95"}, {1, "2.60", "0.00"}, {1, "2.60", "0.00"}}},
      // 2 × 0.50 < 1.20; 1.00 + 0.65; + 0.50
      {"rates by premium", banded(), 4, {{2, "1.95", "1.20"}, {1, "2.00", "0.45"}, {1, "1.99", "0.50"}}},
      // 260, 260 + 530, 260 + 530 + 270 USD at 1,000 per million
      {"notional",
       line_of("1000", FeeBasis::per_million),
       4,
       {{1, "2.60", "0.26"}, {2, "2.65", "0.53"}, {1, "2.70", "0.27"}}},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    for (const bool days : {false, true}) {  // in one session, or one part a day
      VenueBench b(charging(c.line));
      const auto next = [&](std::size_t i) {
        if (days && i > 0) b.next_session(i == 1 ? "2019-04-26" : "2019-04-29");
        return quotes(b, {{"1.90", c.parts[i].ask, c.parts[i].offered, c.parts[i].offered}});
      };
      CHECK(next(0).empty());
      CHECK(send(b, VenueBench::order(1, c.quantity)) == c.parts[0].fee);
      CHECK(next(1) == c.parts[1].fee);
      CHECK(next(2) == c.parts[2].fee);
      CHECK(b.venue.state().working.empty());
    }
    // Whole it costs the same at one price: no part is dearer or cheaper than its share.
    if (std::string(c.parts[1].ask) != "2.60" || std::string(c.parts[2].ask) != "2.60") continue;
    VenueBench whole(charging(c.line));
    CHECK(quotes(whole, {{"2.40", "2.60", 99, 99}}).empty());
    Decimal sum;
    for (const Part& part : c.parts) sum += dec(part.fee);
    CHECK(send(whole, VenueBench::order(1, c.quantity)) == sum.to_string());
  }
}

TEST_CASE("a leg's cap is that of the leg in all parts of the order", "[trading][venue][fees]") {
  FeeLine line = line_of("1");
  line.cap_per_leg = dec("10");
  // Both legs trade at 1.00, yet each is a leg.
  const BenchQuote first{"1.00", "1.10", 8, 8}, second{"0.90", "1.00", 6, 6};
  SECTION("legged") {
    VenueBench b(charging(line));
    quotes(b, {first, second});
    CHECK(send(b, VenueBench::combo(1, {-12, 12}, market_order, "0", TimeInForce::gtc, ComboStyle::legged)) ==
          "8.00 6.00");
    CHECK(quotes(b, {first, second}) == "2.00 4.00");
  }
  SECTION("legged, both bought") {
    VenueBench b(charging(line));
    const BenchQuote other{"0.90", "1.00", 8, 8};
    quotes(b, {other, second});
    CHECK(send(b, VenueBench::combo(1, {12, 12}, market_order, "0", TimeInForce::gtc, ComboStyle::legged)) ==
          "8.00 6.00");
    CHECK(quotes(b, {other, second}) == "2.00 4.00");
  }
  SECTION("together") {
    VenueBench b(charging(line));
    quotes(b, {first, second});
    CHECK(send(b, VenueBench::combo(1, {-12, 12}, market_order, "0")) == "12.00");
    CHECK(quotes(b, {first, second}) == "8.00");  // 10 + 10 in all
  }
}

TEST_CASE("a minimum covers all legs of a legged order", "[trading][venue][fees]") {
  VenueBench b(charging(at_least("0.65", "2")));
  quotes(b, {{"2.40", "2.60", 9, 9}, {"0.90", "1.00", 9, 9}});
  // 2 for the first leg's 0.65, and nothing more until 2.60 are owed.
  CHECK(send(b, VenueBench::combo(1, {-1, 1}, market_order, "0", TimeInForce::gtc, ComboStyle::legged)) == "2.00 0.00");
  CHECK(send(b, VenueBench::combo(2, {-2, 2}, market_order, "0", TimeInForce::gtc, ComboStyle::legged)) == "2.00 0.60");
  CHECK(send(b, VenueBench::combo(3, {-1, 1}, market_order, "0")) == "2.00");  // another order pays its own
}

TEST_CASE("what an order has paid fees for outlives replacements and restarts, in little space",
          "[trading][venue][fees]") {
  VenueRules rules = charging(capped("1", "10"));
  VenueBench b(rules);
  quotes(b, {{"2.40", "2.60", 3, 3}});
  CHECK(send(b, VenueBench::order(1, 40, OrderType::limit, "2.70")) == "3.00");
  CHECK(quotes(b, {{"2.40", "2.60", 3, 3}}) == "3.00");
  CHECK(quotes(b, {{"2.40", "2.70", 2, 2}}) == "2.00");
  const auto kept = b.venue.state().working.at(0).charged;
  REQUIRE(kept.size() == 2);  // one of each price
  CHECK(kept[0].quantity == 6);
  CHECK(kept[0].price == dec("2.60"));
  CHECK(kept[1].quantity == 2);
  CHECK(kept[1].price == dec("2.70"));
  OrderReplace change;
  change.order = 1;
  change.units = 20;
  b.venue.on_replace(change, b.reports);
  CHECK(fees(b).empty());

  std::string bytes, again;
  encode_state(b.venue.state(), bytes);
  Venue copy(rules);
  copy.restore(decode_state<Venue::State>(bytes));
  encode_state(copy.state(), again);
  CHECK(bytes == again);
  Reports from_copy;
  const MessageRef next = b.snapshot({{"2.40", "2.60", 5, 5}});
  b.venue.on_snapshot(next, b.reports);
  copy.on_snapshot(next, from_copy);
  REQUIRE(from_copy.size() == 1);
  REQUIRE(b.reports.size() == 1);
  CHECK(from_copy[0].to_json() == b.reports[0].to_json());
  CHECK(fees(b) == "2.00");  // 8 paid, 10 at most
  CHECK(quotes(b, {{"2.40", "2.60", 7, 7}}) == "0.00");
  CHECK(b.venue.state().working.empty());
}
