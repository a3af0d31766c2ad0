#include "core/portfolio/lots.hpp"

#include <catch2/catch.hpp>

#include "core/portfolio/ledger.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

constexpr std::int64_t hour = 3600 * nanos_per_second;

std::vector<Lot> lots_of(std::vector<std::pair<int, const char*>> list) {
  std::vector<Lot> out;
  for (const auto& [quantity, cost] : list)
    out.push_back({static_cast<std::int64_t>(out.size()) + 1,
                   {static_cast<std::int64_t>(out.size()) * hour},
                   quantity,
                   dec(cost)});
  return out;
}

}  // namespace

TEST_CASE("lots are closed in the order of the method", "[trading][lots]") {
  struct Case {
    const char* what;
    LotRules rules;
    std::vector<std::pair<int, const char*>> lots;
    int quantity;
    std::vector<std::tuple<int, int, const char*>> taken;  // number, quantity, cost
    std::vector<std::pair<int, const char*>> left;
  };
  const std::vector<std::pair<int, const char*>> longs{{2, "200"}, {3, "900"}, {1, "50"}},
      shorts{{-2, "-200"}, {-3, "-900"}, {-1, "-50"}}, equal{{1, "100"}, {2, "200"}, {1, "100"}};
  const Case cases[] = {
      {"fifo", {LotMethod::fifo}, longs, 3, {{1, 2, "200"}, {2, 1, "300"}}, {{2, "600"}, {1, "50"}}},
      {"lifo", {LotMethod::lifo}, longs, 3, {{3, 1, "50"}, {2, 2, "600"}}, {{2, "200"}, {1, "300"}}},
      {"highest", {LotMethod::highest_cost}, longs, 4, {{2, 3, "900"}, {1, 1, "100"}}, {{1, "100"}, {1, "50"}}},
      {"lowest", {LotMethod::lowest_cost}, longs, 2, {{3, 1, "50"}, {1, 1, "100"}}, {{1, "100"}, {3, "900"}}},
      {"highest of shorts: least received",
       {LotMethod::highest_cost},
       shorts,
       -2,
       {{3, -1, "-50"}, {1, -1, "-100"}},
       {{-1, "-100"}, {-3, "-900"}}},
      {"lowest of shorts",
       {LotMethod::lowest_cost},
       shorts,
       -1,
       {{2, -1, "-300"}},
       {{-2, "-200"}, {-2, "-600"}, {-1, "-50"}}},
      {"highest, all equal: oldest", {LotMethod::highest_cost}, equal, 1, {{1, 1, "100"}}, {{2, "200"}, {1, "100"}}},
      {"lowest, all equal: oldest", {LotMethod::lowest_cost}, equal, 1, {{1, 1, "100"}}, {{2, "200"}, {1, "100"}}},
      {"specific, then oldest",
       {LotMethod::specific, {3, 9}},
       longs,
       4,
       {{3, 1, "50"}, {1, 2, "200"}, {2, 1, "300"}},
       {{2, "600"}}},
      {"specific in order",
       {LotMethod::specific, {2, 1}},
       longs,
       4,
       {{2, 3, "900"}, {1, 1, "100"}},
       {{1, "100"}, {1, "50"}}},
      {"a cost that does not divide", {LotMethod::fifo}, {{3, "0.000001"}}, 2, {{1, 2, "0.000001"}}, {{1, "0"}}},
      {"all of them", {LotMethod::fifo}, {{1, "7"}, {1, "8"}}, 2, {{1, 1, "7"}, {2, 1, "8"}}, {}},
      {"exactly one", {LotMethod::lifo}, {{1, "7"}, {1, "8"}}, 1, {{2, 1, "8"}}, {{1, "7"}}},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    auto lots = lots_of(c.lots);
    const auto parts = take_lots(lots, c.rules, c.quantity);
    REQUIRE(parts.size() == c.taken.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      CHECK(parts[i].opened.ns == (std::get<0>(c.taken[i]) - 1) * hour);
      CHECK(parts[i].quantity == std::get<1>(c.taken[i]));
      CHECK(parts[i].cost == dec(std::get<2>(c.taken[i])));
    }
    REQUIRE(lots.size() == c.left.size());
    for (std::size_t i = 0; i < lots.size(); ++i) {
      CHECK(lots[i].quantity == c.left[i].first);
      CHECK(lots[i].cost == dec(c.left[i].second));
    }
  }
  auto few = lots_of({{1, "1"}});
  CHECK_THROWS_WITH(take_lots(few, {LotMethod::fifo}, 2), Catch::Contains("1 more closed than were open"));
  CHECK_THROWS_AS(take_lots(few, {LotMethod::average}, 1), std::logic_error);
}

TEST_CASE("a split keeps the cost of lots and loses no contract", "[trading][lots]") {
  struct Case {
    const char* what;
    std::vector<std::pair<int, const char*>> lots;
    int after;
    const char* returned;
    std::vector<std::pair<int, const char*>> expected;
  };
  const Case cases[] = {
      {"two for one", {{100, "1000"}, {50, "700"}}, 300, "0", {{200, "1000"}, {100, "700"}}},
      {"three for two, odd lots", {{1, "10"}, {2, "20"}, {1, "10"}}, 6, "0", {{1, "10"}, {3, "20"}, {2, "10"}}},
      {"cash in lieu goes by quantity", {{100, "1000"}, {100, "2000"}}, 33, "10", {{16, "995"}, {17, "1995"}}},
      {"a lot that vanishes hands its cost on", {{1, "10"}, {9, "90"}}, 1, "0", {{1, "100"}}},
      {"the last one vanishes", {{2, "20"}, {1, "10"}}, 1, "0", {{1, "30"}}},
      {"short", {{-100, "-1000"}, {-50, "-700"}}, -75, "0", {{-50, "-1000"}, {-25, "-700"}}},
      {"none", {}, 5, "0", {}},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    auto lots = lots_of(c.lots);
    convert_lots(lots, c.after, dec(c.returned));
    REQUIRE(lots.size() == c.expected.size());
    for (std::size_t i = 0; i < lots.size(); ++i) {
      CHECK(lots[i].quantity == c.expected[i].first);
      CHECK(lots[i].cost == dec(c.expected[i].second));
    }
  }
}

TEST_CASE("the method decides what is realised, and lots say so", "[trading][lots]") {
  struct Case {
    LotMethod method;
    const char* realised;  // selling 2 of 1@1, 1@3, 1@2 at 4
    std::size_t closed;
  };
  const Case cases[] = {{LotMethod::average, "400", 0},     {LotMethod::fifo, "400", 2},
                        {LotMethod::lifo, "300", 2},        {LotMethod::highest_cost, "300", 2},
                        {LotMethod::lowest_cost, "500", 2}, {LotMethod::specific, "300", 2}};
  for (const Case& c : cases) {
    INFO(enum_name(c.method));
    Ledger ledger({c.method, {2, 3}}, true);
    ledger.deposit(dec("1000"));
    Contract contract;
    const char* prices[] = {"1", "3", "2"};
    for (int i = 0; i < 3; ++i) {
      ledger.at({i * hour}, {});
      ledger.trade(ledger.position(1), contract, 1, dec(prices[i]));
    }
    ledger.at({9 * hour}, {});
    const auto change = ledger.trade(ledger.position(1), contract, -2, dec("4"));
    ledger.audit();
    const bool average = c.method == LotMethod::average;
    CHECK(change.realised == dec(c.realised));
    CHECK(change.cost == (average ? dec("200") : dec("600") - (dec("800") - dec(c.realised))));
    const auto closed = ledger.take_closed_lots();
    REQUIRE(closed.size() == c.closed);
    Decimal cost, proceeds;
    for (const LotClosed& lot : closed) {
      cost += lot.cost;
      proceeds += lot.proceeds;
      CHECK(lot.quantity == 1);
      CHECK(lot.closed.ns == 9 * hour);
      CHECK(lot.opened.ns < 3 * hour);
    }
    if (!average) CHECK(proceeds - cost == change.realised);
  }
}
