#include "core/margin/liquidation.hpp"

#include <catch2/catch.hpp>

#include "tests/core/margin/margin_legs.hpp"

using namespace optix;

namespace {

struct Held {
  std::uint64_t position;
  const char* symbol;
  const char* legs;
  const char* closing_cost;  // "" without a quote
};

std::vector<LiquidationPosition> book_of(const std::vector<Held>& held) {
  std::vector<LiquidationPosition> out;
  for (const Held& h : held) {
    LiquidationPosition p{h.position, margin_of("equity", "100"), margin_legs(h.legs, "100"), dec(h.closing_cost)};
    p.underlying.symbol = sym(h.symbol);
    for (MarginLeg& leg : p.legs) leg.contract = static_cast<ContractId>(100 + out.size());
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

TEST_CASE("liquidation: which positions, in which order", "[margin]") {
  constexpr auto cheapest = LiquidationPolicy::cheapest_first;
  constexpr auto largest = LiquidationPolicy::largest_requirement_first;
  constexpr auto whole = LiquidationPolicy::whole_book;
  // Naked at 100: put 100 @5 is charged 2500, put 80 @0.5 850, call 130 @1 1100, ten calls 130 11000.
  const std::vector<Held> three{
      {3, "AAA", "-1P100@5", "510"}, {1, "BBB", "-1P80@0.5", "55"}, {2, "CCC", "-1C130@1", "105"}};
  struct Case {
    const char* what;
    LiquidationPolicy policy;
    const char* cash;
    std::vector<Held> book;
    std::vector<std::uint64_t> closed;
  };
  const Case cases[] = {
      {"nothing to do", cheapest, "4450", three, {}},
      {"one cent short: the cheapest per USD released", cheapest, "4449.99", three, {1}},
      {"its relief is just enough", cheapest, "3655", three, {1}},
      {"a cent more and the next cheapest goes too", cheapest, "3654.99", three, {1, 2}},
      {"everything", cheapest, "100", three, {1, 2, 3}},
      {"largest first", largest, "4449.99", three, {3}},
      {"largest, then next", largest, "2000", three, {3, 2}},
      {"the whole book", whole, "4449.99", three, {1, 2, 3}},
      {"the whole book, nothing to do", whole, "4450", three, {}},
      {"no quote: left alone",
       cheapest,
       "4449.99",
       {{1, "BBB", "-1P80@0.5", ""}, {2, "CCC", "-1C130@1", "105"}, {3, "AAA", "-1P100@5", "510"}},
       {2}},
      {"no quote in the whole book", whole, "100", {{1, "BBB", "-1P80@0.5", ""}, {2, "CCC", "-1C130@1", "105"}}, {2}},
      {"a long brings cash in and releases nothing: first",
       cheapest,
       "800",
       {{1, "BBB", "-1P80@0.5", "55"}, {2, "CCC", "+1C100@5", "-490"}},
       {2}},
      {"the dearest of the longs first",
       cheapest,
       "400",
       {{1, "BBB", "-1P80@0.5", "55"}, {2, "CCC", "+1C100@2", "-190"}, {3, "DDD", "+1C100@3", "-290"}},
       {3, 2}},
      {"the dearest of the longs first, whatever their ids",
       cheapest,
       "400",
       {{1, "BBB", "-1P80@0.5", "55"}, {2, "CCC", "+1C100@3", "-290"}, {3, "DDD", "+1C100@2", "-190"}},
       {2, 3}},
      {"the cheapest per USD released has the higher id",
       cheapest,
       "3349.99",
       {{1, "AAA", "-1P100@5", "510"}, {2, "BBB", "-1P80@0.5", "55"}},
       {2}},
      {"closing that costs more than it releases",
       cheapest,
       "800",
       {{1, "AAA", "-1P80@0.5", "55"}, {2, "BBB", "-1P100@5", "2600"}},
       {1}},
      {"a wing is not sold while it shelters",
       cheapest,
       "400",
       {{1, "AAA", "-1P100@5", "380"}, {2, "AAA", "+1P95@3", "-290"}},
       {1}},
      {"equal ones: the lower id",
       cheapest,
       "1000",
       {{9, "AAA", "-1P80@0.5", "55"}, {4, "BBB", "-1P80@0.5", "55"}},
       {4}},
      {"equal ones: the lower id, by size",
       largest,
       "1000",
       {{9, "AAA", "-1P80@0.5", "55"}, {4, "BBB", "-1P80@0.5", "55"}},
       {4}},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const auto book = book_of(c.book);
    const auto steps = liquidation_order(c.policy, AccountKind::reg_t, dec(c.cash), book, margin_session);
    std::vector<std::uint64_t> closed;
    Decimal released;
    for (const LiquidationStep& step : steps) {
      closed.push_back(step.position);
      released += step.released - step.closing_cost;
    }
    CHECK(closed == c.closed);
    // What the steps say adds up.
    std::map<Symbol, UnderlyingHoldings> by_symbol;
    for (const LiquidationPosition& p : book) {
      UnderlyingHoldings& h = by_symbol[p.underlying.symbol];
      h.underlying = p.underlying;
      h.legs.insert(h.legs.end(), p.legs.begin(), p.legs.end());
    }
    std::vector<UnderlyingHoldings> holdings;
    for (const auto& [symbol, h] : by_symbol) holdings.push_back(h);
    const Decimal before = account_margin(AccountKind::reg_t, dec(c.cash), holdings, margin_session).excess;
    if (!steps.empty()) CHECK(steps.back().excess_after == before + released);
  }
}
