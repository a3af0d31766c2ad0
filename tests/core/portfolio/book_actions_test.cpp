// What the lifecycle's decisions do to the book: deliveries, dividends, splits, and what is said of them.
#include <catch2/catch.hpp>

#include "messages/codec/state.hpp"
#include "tests/core/portfolio/desk.hpp"

using namespace optix;

namespace {

constexpr Right C = Right::call, P = Right::put;
const Symbol xyz = sym("XYZ");

BookRules usual() { return {dec("100000"), MarkMode::mid, MarkMode::touch, {}}; }

std::vector<SmallQuote> chain(const char* put = "5.00", const char* call = "2.00") {
  return {{"XYZ", "2024-06-21", P, "100", put, put}, {"XYZ", "2024-06-21", C, "100", call, call}};
}

LifecycleAction delivery(ContractId contract, int quantity, SettlementCause cause, int shares, const char* cash) {
  LifecycleAction a;
  a.kind = LifecycleAction::deliver;
  a.position = 1;
  a.contract = contract;
  a.quantity = quantity;
  a.cause = cause;
  a.settlement_price = dec("97");
  a.shares = shares;
  a.security = xyz;
  a.cash = dec(cash);
  return a;
}

}  // namespace

TEST_CASE("shares come in at the strike and the option's premium is realised", "[trading][book][actions]") {
  struct Case {
    const char* what;
    ContractId contract;  // 0 put, 1 call
    int quantity;
    SettlementCause cause;
    int shares;
    const char* cash;
    TradeReason reason;
    const char *realised, *share_cost, *pnl;  // sold or covered at 98
  };
  // The put was traded at 5.00, the call at 2.00; the shares are marked at 97.
  const Case cases[] = {
      {"short put assigned", 0, -1, SettlementCause::assigned, 100, "-10000", TradeReason::assignment, "500", "10000",
       "300"},
      {"long put exercised", 0, 1, SettlementCause::exercised, -100, "10000", TradeReason::expiration, "-500", "-10000",
       "-300"},
      {"short call assigned early", 1, -1, SettlementCause::early_assignment, -100, "10000", TradeReason::assignment,
       "200", "-10000", "400"},
      {"long call exercised early", 1, 1, SettlementCause::early_exercise, 100, "-10000", TradeReason::manual, "-200",
       "10000", "-400"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    Desk d(usual(), "XYZ");
    d.quotes("2024-06-20", "97", chain());
    const char* price = c.contract == 0 ? "5.00" : "2.00";
    const ContractId id =
        c.contract == 0 ? d.market.id("XYZ", "2024-06-21", P, "100") : d.market.id("XYZ", "2024-06-21", C, "100");
    d.fill(1, "2024-06-20", {{id, c.quantity, price, price, price}});
    d.act(delivery(id, c.quantity, c.cause, c.shares, c.cash));
    const auto settled = d.all<ContractSettled>();
    REQUIRE(settled.size() == 1);
    CHECK(settled[0].quantity == c.quantity);
    CHECK(settled[0].shares == c.shares);
    CHECK(settled[0].underlying == xyz);
    CHECK(settled[0].cause == c.cause);
    CHECK(settled[0].cash == dec(c.cash));
    CHECK(d.all<CashChanged>().back().cause == CashCause::delivery);
    CHECK(d.equity().realised == dec(c.realised));
    const auto held = d.all<PositionChanged>().back();
    CHECK(held.contract == shares_contract);
    CHECK(held.underlying == xyz);
    CHECK(held.quantity == c.shares);
    CHECK(held.cost == dec(c.share_cost));
    CHECK(d.equity().market_value == dec("97") * c.shares);
    CHECK(d.equity().liquidation_value == dec(c.shares > 0 ? "96.99" : "97.01") * c.shares);
    CHECK(d.equity().open_contracts == 0);
    CHECK(d.equity().open_positions == 1);
    CHECK(d.all<TradeClosed>().empty());  // not before the shares are gone
    d.fill(1, "2024-06-20", {{shares_contract, -c.shares, "98", "98", "98", xyz}}, "0", TradeReason::manual);
    const auto trade = d.all<TradeClosed>().at(0);
    CHECK(trade.exit_reason == c.reason);
    CHECK(trade.pnl == dec(c.pnl));
    CHECK(trade.legs.size() == 2);
    CHECK(trade.legs[1].entry_price == dec("100"));
    CHECK(trade.legs[1].exit_price == dec("98"));
    CHECK(trade.expiration == day("2024-06-21"));
    CHECK(d.equity().equity == dec("100000") + dec(c.pnl));
  }
}

TEST_CASE("dividends are income of the position, owed on short shares", "[trading][book][actions]") {
  for (const int shares : {100, -100}) {
    Desk d(usual(), "XYZ");
    d.quotes("2024-06-20", "97", chain());
    d.fill(1, "2024-06-20", {{shares_contract, shares, "97", "97", "97", xyz}});
    LifecycleAction a;
    a.kind = LifecycleAction::dividend;
    a.position = 1;
    a.cash = dec("0.45") * shares;
    d.act(a);
    CHECK(d.equity().income == dec("0.45") * shares);
    CHECK(d.equity().cash == dec("100000") - dec("96.55") * shares);
    CHECK(d.all<CashChanged>().back().cause == CashCause::dividend);
    d.fill(1, "2024-06-20", {{shares_contract, -shares, "97", "97", "97", xyz}}, "0", TradeReason::manual);
    const auto trade = d.all<TradeClosed>().at(0);
    CHECK(trade.income == dec("0.45") * shares);
    CHECK(trade.pnl == trade.income);
    d.act(a);  // paid after the position has ended
    CHECK(d.equity().cash == dec("100000") + dec("0.90") * shares);
  }
}

TEST_CASE("a split moves neither equity nor cash", "[trading][book][actions]") {
  Desk d(usual(), "XYZ");
  d.quotes("2024-06-20", "100.01", chain());
  d.fill(1, "2024-06-20", {{shares_contract, 100, "100.01", "100.01", "100.01", xyz}, {1, 2, "2.00", "2.00", "2.00"}});
  const Equity before = d.equity();
  LifecycleAction a;
  a.kind = LifecycleAction::split;
  a.position = 1;
  a.contract = a.to = shares_contract;
  a.underlying = xyz;
  a.quantity = 100;
  a.quantity_after = 300;
  d.act(a);
  CHECK(d.equity().equity == before.equity);
  CHECK(d.equity().cash == before.cash);
  const auto adjusted = d.all<HoldingAdjusted>().at(0);
  CHECK(adjusted.quantity_before == 100);
  CHECK(adjusted.quantity_after == 300);
  CHECK(adjusted.underlying == xyz);
  // The state in between survives being saved: the mark alone would not give the value back.
  std::string bytes, again;
  encode_state(d.book.state(), bytes);
  Book copy(usual());
  copy.restore(decode_state<Book::State>(bytes));
  encode_state(copy.state(), again);
  CHECK(bytes == again);
  CHECK(copy.ledger().equity() == before.equity);

  a.quantity = 300;
  a.quantity_after = 0;
  a.cash = dec("9999");
  d.act(a);
  CHECK(d.equity().cash == before.cash + dec("9999"));
  CHECK(d.equity().realised == dec("-2"));
  a.contract = a.to = 1;
  a.quantity = a.quantity_after = 3;
  CHECK_THROWS_WITH(d.book.apply(a, d.out), Catch::Contains("which holds 2"));
  a.quantity = 1;
  CHECK_THROWS_WITH(d.book.apply(a, d.out), Catch::Contains("adjusts 1 of 2"));
  a.position = 7;
  CHECK_THROWS_WITH(d.book.apply(a, d.out), Catch::Contains("position 7"));
}

TEST_CASE("a trade knows what it would have been at the touch and at mid", "[trading][book][band]") {
  Desk d(usual(), "XYZ");
  d.quotes("2024-06-03", "97", chain());
  // Sold at 4.95 in a market of 4.90 / 5.10, bought back at 3.04 in 2.90 / 3.10.
  d.fill(1, "2024-06-03", {{1, -2, "4.95", "4.90", "5.10"}}, "1.30");
  d.fill(1, "2024-06-03", {{1, 1, "3.04", "2.90", "3.10"}}, "0.65", TradeReason::profit_target);
  SECTION("closed") {
    d.fill(1, "2024-06-03", {{1, 1, "3.04", "2.90", "3.10"}}, "0.65", TradeReason::profit_target);
    const auto trade = d.all<TradeClosed>().at(0);
    CHECK(trade.pnl == dec("379.40"));
    CHECK(trade.pnl_touch == dec("357.40"));  // 4.90 − 3.10
    CHECK(trade.pnl_mid == dec("397.40"));    // 5.00 − 3.00, twice
  }
  SECTION("still open") {
    d.quotes("2024-06-04", "97", {{"XYZ", "2024-06-21", P, "100", "2", "2.20"}});
    d.book.on_end(d.out);
    const auto trade = d.all<TradeClosed>().at(0);
    CHECK(trade.still_open);
    CHECK(trade.pnl == dec("464.05"));        // 990 − 304 − 220 − 1.95
    CHECK(trade.pnl_touch == dec("448.05"));  // 980 − 310 − 220 − 1.95
    CHECK(trade.pnl_mid == dec("488.05"));    // 1000 − 300 − 210 − 1.95
  }
}
