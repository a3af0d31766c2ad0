// Brackets and one-cancels-other.
#include <catch2/catch.hpp>

#include "tests/core/execution/venue/venue_bench.hpp"

using namespace optix;

namespace {

VenueRules sized() {
  VenueRules rules;
  rules.fills.size_share = Decimal::from_int(1);
  return rules;
}

OrderRequest child(std::uint64_t id, std::uint64_t parent, int quantity, OrderType type, const char* price,
                   std::uint64_t oco = 0) {
  OrderRequest o = VenueBench::order(id, quantity, type, type == OrderType::limit ? price : "0", TimeInForce::gtc,
                                     OrderIntent::close);
  if (type == OrderType::stop) o.stop = dec(price);
  o.parent = parent;
  o.oco = oco;
  return o;
}

}  // namespace

TEST_CASE("a bracket: profit and loss orders wait for the entry, and one ends the other", "[trading][venue]") {
  VenueBench b;
  b.quote("2.40", "2.60");
  CHECK(b.send(VenueBench::order(1, 2, OrderType::limit, "2.50")) == "accepted 1");
  CHECK(b.send(child(2, 1, -2, OrderType::limit, "-3.00", 9)) == "accepted 2");
  CHECK(b.send(child(3, 1, -2, OrderType::stop, "-2.00", 9)) == "accepted 3");
  CHECK(b.quote("3.20", "3.40") == "nothing");  // no entry, so nothing to sell
  // The stop waits on without a word; neither trades on the quotes that filled the parent.
  CHECK(b.quote("1.90", "2.50") == "fill 1 +2@2.50, triggered 2");
  SECTION("the stop comes first") {
    CHECK(b.quote("1.90", "2.10") == "triggered 3 -1.90, fill 3 -2@1.90, cancelled 2 oco_filled");
  }
  SECTION("the target comes first") { CHECK(b.quote("3.00", "3.20") == "fill 2 -2@3.00, cancelled 3 oco_filled"); }
  CHECK(b.quote("1.90", "2.10") == "nothing");
  CHECK(b.quote("3.90", "4.10") == "nothing");
}

TEST_CASE("children of a parent that ends", "[trading][venue]") {
  struct Case {
    const char* what;
    int parent, child, offered;
    TimeInForce tif;
    const char* parent_said;
    const char* end;  // after a later session's first snapshot
    const char* query;
  };
  const Case cases[] = {
      {"without a fill", 4, 4, 0, TimeInForce::day, "accepted 1", "cancelled 1 session_ended, cancelled 2 parent_ended",
       "status 2 cancelled 0/0"},
      {"half filled", 4, 4, 2, TimeInForce::day, "accepted 1, fill 1 +2@2.60 left 2",
       "cancelled 1 session_ended, replaced 2 -9.00 left 2, triggered 2", "status 2 working 0/2"},
      {"rounded down", 4, 3, 3, TimeInForce::day, "accepted 1, fill 1 +3@2.60 left 1",
       "cancelled 1 session_ended, replaced 2 -9.00 left 2, triggered 2", "status 2 working 0/2"},
      {"to nothing", 4, 1, 3, TimeInForce::day, "accepted 1, fill 1 +3@2.60 left 1",
       "cancelled 1 session_ended, cancelled 2 parent_ended", "status 2 cancelled 0/0"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    VenueBench b(sized());
    b.quote("2.40", "2.60", 9, c.offered);
    CHECK(b.send(VenueBench::order(1, c.parent, OrderType::limit, "2.60", c.tif)) == c.parent_said);
    CHECK(b.send(child(2, 1, -c.child, OrderType::limit, "-9.00")) == "accepted 2");
    b.next_session("2019-04-26");
    CHECK(b.quote("2.40", "2.60", 9, 9) == c.end);
    CHECK(b.query(2) == c.query);
  }
}

TEST_CASE("children that come after their parent's end", "[trading][venue]") {
  VenueBench b(sized());
  b.quote("2.40", "2.60", 9, 9);
  CHECK(b.send(VenueBench::order(1, 4)) == "fill 1 +4@2.60");
  CHECK(b.send(child(2, 1, -4, OrderType::limit, "-2.40")) == "accepted 2, triggered 2, fill 2 -4@2.40");
  CHECK(b.send(child(3, 1, -4, OrderType::stop, "-2.00")) == "accepted 3");
  CHECK(b.send(VenueBench::order(4, 4, OrderType::limit, "2.00", TimeInForce::ioc)) == "cancelled 4 unfilled");
  CHECK(b.send(child(5, 4, -4, OrderType::limit, "-3.00")) == "rejected 5 parent_ended");
  CHECK(b.send(VenueBench::order(6, 8, OrderType::market, "0", TimeInForce::ioc)) ==
        "fill 6 +5@2.60 left 3, cancelled 6 unfilled");
  CHECK(b.send(child(7, 6, -8, OrderType::limit, "-3.00")) == "accepted 7, replaced 7 -3.00 left 5, triggered 7");
  CHECK(b.query(7) == "status 7 working 0/5");
  CHECK(b.send(child(8, 99, -4, OrderType::limit, "-3.00")) == "rejected 8 unknown_order");
  CHECK(b.send(child(9, 9, -4, OrderType::limit, "-3.00")) == "rejected 9 bad_request");
}

TEST_CASE("cancelling a parent takes its whole family along", "[trading][venue]") {
  VenueBench b;
  b.quote("2.40", "2.60");
  b.send(VenueBench::order(1, 1, OrderType::limit, "2.00"));
  b.send(child(2, 1, -1, OrderType::limit, "-3.00"));
  b.send(child(3, 2, 1, OrderType::limit, "2.00"));
  CHECK(b.cancel(1) == "cancelled 1 none, cancelled 2 parent_ended, cancelled 3 parent_ended");
  CHECK(b.cancel(3) == "rejected 3 unknown_order");
}

TEST_CASE("one cancels other", "[trading][venue]") {
  VenueBench b(sized());
  b.quote("2.40", "2.60", 9, 9);
  const auto member = [](std::uint64_t id, int quantity, const char* limit, std::uint64_t group = 5) {
    OrderRequest o = VenueBench::order(id, quantity, OrderType::limit, limit);
    o.oco = group;
    return o;
  };
  b.send(member(1, 8, "2.50"));
  b.send(member(2, 4, "2.30"));
  b.send(member(3, 1, "2.20"));
  b.send(member(4, 1, "2.20", 6));                          // another group
  b.send(member((std::uint64_t{3} << 40) + 1, 1, "2.20"));  // another source's group of the same number
  SECTION("a partial fill leaves the others the same share, rounded down") {
    CHECK(b.quote("2.40", "2.50", 9, 2) == "fill 1 +2@2.50 left 6, replaced 2 2.30 left 3, cancelled 3 oco_filled");
    CHECK(b.quote("2.20", "2.30", 9, 9) == "fill 1 +6@2.30, cancelled 2 oco_filled");
    CHECK(b.send(member(6, 1, "2.20")) == "rejected 6 oco_filled");
  }
  SECTION("a complete fill ends the others, also those that the same quotes would fill") {
    CHECK(b.quote("2.10", "2.20", 9, 90) ==
          "fill 1 +8@2.20, cancelled 2 oco_filled, cancelled 3 oco_filled, fill 4 +1@2.20, fill 3298534883329 +1@2.20");
  }
  SECTION("on arrival too") {
    CHECK(b.send(member(7, 1, "2.60")) ==
          "fill 7 +1@2.60, cancelled 1 oco_filled, cancelled 2 oco_filled, cancelled 3 oco_filled");
  }
  SECTION("an end without a fill leaves the others alone") {
    CHECK(b.cancel(1) == "cancelled 1 none");
    CHECK(b.query(2) == "status 2 working 0/4");
  }
}
