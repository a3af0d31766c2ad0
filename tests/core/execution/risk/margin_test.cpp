// Margin before the order, margin states and calls, liquidation, and what is counted as on its way.
#include <catch2/catch.hpp>
#include <memory>

#include "core/contracts/shares.hpp"
#include "tests/core/execution/risk/small_gate.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

constexpr Right C = Right::call, P = Right::put;
const char* const june = "2024-06-21";

RiskRules reg_t(MarginEvery every = MarginEvery::snapshot, CallAction action = CallAction::report) {
  RiskRules rules;
  rules.margin.every = every;
  rules.margin.action = action;
  return rules;
}

void quote(SmallGate& g, const char* session, const char* price, const char* put, const char* wing = "0.20") {
  g.snapshot(session, price, {{"XYZ", june, P, "45", put, put}, {"XYZ", june, P, "40", wing, wing}});
}

}  // namespace

TEST_CASE("buying power before the order, to the cent", "[trading][risk][margin]") {
  struct Leg {
    Right right;
    const char* strike;
    int quantity;
  };
  struct Case {
    const char* what;
    std::vector<Leg> legs;
    AccountKind kind;
    const char* enough;
  };
  // Locked quotes: put 45 at 0.50, put 40 at 0.20, call 50 at 1.00; the underlying at 47.50.
  const Case cases[] = {
      {"naked put: 0.50 + 7.00 less the premium", {{P, "45", -1}}, AccountKind::reg_t, "700"},
      {"naked call: 9.50 − 2.50", {{C, "50", -1}}, AccountKind::reg_t, "700"},
      {"put spread: width less credit", {{P, "45", -1}, {P, "40", 1}}, AccountKind::reg_t, "470"},
      {"long puts are paid for", {{P, "45", 3}}, AccountKind::reg_t, "150"},
      {"cash account: the exercise price less the premium", {{P, "45", -1}}, AccountKind::cash, "4450"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    for (const bool enough : {true, false}) {
      RiskRules rules = reg_t();
      rules.margin.account = c.kind;
      const Decimal cash = enough ? dec(c.enough) : dec(c.enough) - dec("0.01");
      SmallGate g(rules, cash.to_string().c_str());
      g.snapshot("2024-06-03", "47.50",
                 {{"XYZ", june, P, "45", "0.50", "0.50"},
                  {"XYZ", june, P, "40", "0.20", "0.20"},
                  {"XYZ", june, C, "50", "1.00", "1.00"}});
      std::vector<OrderLeg> legs;
      for (const Leg& leg : c.legs) legs.push_back({g.market.id("XYZ", june, leg.right, leg.strike), leg.quantity, {}});
      CHECK(g.ask(g.order(1, legs)) == (enough ? "approved" : "buying_power"));
    }
  }
}

TEST_CASE("orders on their way take buying power, parts of them less", "[trading][risk][margin]") {
  const RiskRules rules = reg_t();
  SmallGate g(rules, "2100");
  quote(g, "2024-06-03", "47.50", "0.50");
  const ContractId put = g.market.id("XYZ", june, P, "45");
  const auto two = g.order(1, {{put, -2, {}}});
  CHECK(g.ask(two) == "approved");                              // 1,400
  CHECK(g.ask(g.order(2, {{put, -2, {}}})) == "buying_power");  // 700 are left
  g.fill(two, "0.50", 1, 2, 1);                                 // half: 750 held, 50 received, 700 on its way
  REQUIRE(g.risk.holdings().orders().size() == 1);
  CHECK(g.risk.holdings().orders()[0].required_left.to_string() == "700.00");
  CHECK(g.ask(g.order(2, {{put, -2, {}}})) == "buying_power");
  CHECK(g.survives_a_restart(rules));
  g.report(OrderUnknown{two.order, 1, OrderIntent::open, "no answer"});
  CHECK(g.ask(g.order(2, {{put, -2, {}}})) == "buying_power");  // unknown is not gone
  g.report(OrderStatus{two.order, 1, OrderState::partially_filled, 1, 1});
  CHECK(g.risk.holdings().orders().size() == 1);
  g.report(OrderRejected{two.order, 1, OrderIntent::open, RejectReason::unknown_order, "a cancel came too late"});
  CHECK(g.risk.holdings().orders().size() == 1);
  g.report(OrderCancelled{two.order, 1, OrderIntent::open, RejectReason::none});
  CHECK(g.ask(g.order(2, {{put, -2, {}}})) == "approved");
}

TEST_CASE("a replacement is judged as the order it makes", "[trading][risk][margin]") {
  SmallGate g(reg_t(), "2100");
  quote(g, "2024-06-03", "47.50", "0.50");
  const ContractId put = g.market.id("XYZ", june, P, "45");
  auto order = g.order(1, {{put, -1, {}}});
  order.type = OrderType::limit;
  order.limit = dec("-0.50");
  CHECK(g.ask(order) == "approved");
  const auto change = [&](std::int64_t units, const char* limit) {
    OrderReplace replace;
    replace.order = order.order;
    replace.units = units;
    replace.limit = dec(limit);
    return g.risk.check(replace).has_value();
  };
  CHECK(change(4, ""));        // 2,800
  CHECK_FALSE(change(3, ""));  // 2,100
  CHECK(g.risk.holdings().orders()[0].required_left.to_string() == "2100.00");
  g.report(OrderReplaced{order.order, 1, dec("-0.50"), Decimal::none(), 3});
  CHECK(g.risk.holdings().orders()[0].legs[0].quantity == -3);
  g.fill(order, "0.50", 1, 1, 2);
  g.report(OrderReplaced{order.order, 1, dec("-0.50"), Decimal::none(), 1});  // two in all
  CHECK(g.risk.holdings().orders()[0].legs[0].quantity == -1);
  CHECK(g.risk.holdings().orders()[0].required_left.to_string() == "700.00");
  OrderReplace unheard_of;
  unheard_of.order = 99;
  CHECK_FALSE(g.risk.check(unheard_of));  // the venue answers
}

TEST_CASE("states and calls of a falling market", "[trading][risk][margin][oracle]") {
  const RiskRules rules = reg_t();
  SmallGate g(rules, "900");
  quote(g, "2024-06-03", "47.50", "0.50");
  const ContractId put = g.market.id("XYZ", june, P, "45");
  const auto open = g.order(1, {{put, -1, {}}});
  CHECK(g.ask(open) == "approved");
  g.fill(open, "0.50");
  struct Day {
    const char *session, *price, *put, *equity, *requirement, *excess;
  };
  const Day days[] = {{"2024-06-03", "47.50", "0.50", "900", "750", "200"},
                      {"2024-06-04", "45", "1.20", "830", "1020", "-70"},
                      {"2024-06-05", "43", "2.60", "690", "1120", "-170"}};
  for (const Day& day : days) {
    INFO(day.session);
    quote(g, day.session, day.price, day.put);
    g.equity(day.equity);
    CHECK(g.survives_a_restart(rules));
    const MarginState state = g.said<MarginState>().back();
    CHECK(state.cash == dec("950"));
    CHECK(state.equity == dec(day.equity));
    CHECK(state.maintenance == dec(day.requirement));
    CHECK(state.excess == dec(day.excess));
  }
  const auto calls = g.said<MarginCall>();
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].deficit == dec("70"));
  CHECK(calls[1].deficit == dec("170"));
  CHECK_FALSE(calls[1].liquidating);
  CHECK(g.said<OrderRequest>().empty());
  g.equity("690");  // nothing moved
  CHECK(g.said<MarginState>().size() == 3);
  CHECK(g.said<MarginCall>().size() == 2);
}

TEST_CASE("liquidation waits for the next instant, for quotes, and goes on until the call is met",
          "[trading][risk][margin][liquidation]") {
  const RiskRules rules = reg_t(MarginEvery::order, CallAction::liquidate);
  SmallGate g(rules, "1800");
  quote(g, "2024-06-03", "47.50", "0.50");
  const ContractId put = g.market.id("XYZ", june, P, "45");
  const auto one = g.order(1, {{put, -1, {}}}), two = g.order(2, {{put, -1, {}}});
  CHECK(g.ask(one) == "approved");
  CHECK(g.ask(two) == "approved");
  g.fill(one, "0.50");
  g.fill(two, "0.50");  // cash 1,900
  auto waiting = g.order(3, {{put, -1, {}}});
  waiting.type = OrderType::limit;
  waiting.limit = dec("-5");
  CHECK(g.ask(waiting) == "approved");
  quote(g, "2024-06-04", "45", "1.20");  // 2,040 required
  g.equity("1660");
  REQUIRE(g.said<MarginCall>().size() == 1);
  CHECK(g.said<MarginCall>()[0].deficit == dec("140"));
  CHECK(g.said<MarginCall>()[0].liquidating);
  CHECK(g.said<OrderRequest>().empty());  // not on the quotes that made the call
  g.snapshot("2024-06-05", "43", {{"XYZ", june, P, "45", "2.60", ""}, {"XYZ", june, P, "40", "0.5", "0.5"}});
  g.equity("1380");
  CHECK(g.said<OrderRequest>().empty());  // nobody offers it
  REQUIRE(g.said<OrderCancel>().size() == 1);
  CHECK(g.said<OrderCancel>()[0].order == waiting.order);
  CHECK(g.survives_a_restart(rules));
  quote(g, "2024-06-06", "43", "2.60");
  g.equity("1380");
  auto sent = g.said<OrderRequest>();
  REQUIRE(sent.size() == 1);  // one is enough: 1,640 left against 1,120
  CHECK(sent[0].position == 1);
  CHECK(sent[0].reason == TradeReason::margin_call);
  CHECK(sent[0].intent == OrderIntent::close);
  CHECK(sent[0].type == OrderType::market);
  CHECK(sent[0].legs[0].quantity == 1);
  CHECK(sent[0].order == (SmallGate::self << 40) + 1);
  CHECK(g.ask(g.order(1, {{put, 1, {}}}, OrderIntent::close)) == "bad_request");  // it is being closed
  g.report(OrderRejected{sent[0].order, 1, OrderIntent::close, RejectReason::halted, "halted"});
  quote(g, "2024-06-07", "43", "2.70");
  g.equity("1360");
  sent = g.said<OrderRequest>();
  REQUIRE(sent.size() == 2);  // again
  g.fill(sent[1], "2.70");
  g.equity("1360");
  quote(g, "2024-06-10", "43", "2.70");
  g.equity("1360");
  CHECK(g.said<OrderRequest>().size() == 2);                 // met
  CHECK(g.said<MarginState>().back().excess == dec("500"));  // 1,630 − (270 + 860)
}

TEST_CASE("a bound is enough to know that there is no call", "[trading][risk][margin]") {
  SmallGate g(reg_t(MarginEvery::order), "3000");
  quote(g, "2024-06-03", "47.50", "0.50");
  const ContractId put = g.market.id("XYZ", june, P, "45"), wing = g.market.id("XYZ", june, P, "40");
  const auto spread = g.order(1, {{put, -1, {}}, {wing, 1, {}}}), naked = g.order(2, {{put, -1, {}}});
  CHECK(g.ask(spread) == "approved");
  CHECK(g.ask(naked) == "approved");
  g.fill(spread, "0.50");
  g.fill(naked, "0.50");
  g.equity("3000");
  CHECK(g.said<MarginState>().size() == 1);  // what is held has changed
  quote(g, "2024-06-04", "44", "2.00", "0.50");
  g.equity("2800");  // 500 + 1,080 at most, of 3,050
  CHECK(g.said<MarginState>().size() == 1);
  quote(g, "2024-06-05", "20", "25", "20");
  g.equity("550");  // 500 + 2,950 of 3,050: it may be a call, and is one
  CHECK(g.said<MarginState>().size() == 2);
  CHECK(g.said<MarginCall>().size() == 1);
  quote(g, "2024-06-06", "47.50", "0.50");
  g.equity("3000");  // over
  CHECK(g.said<MarginState>().size() == 3);
  quote(g, "2024-06-07", "47.50", "0.40");
  g.equity("3010");
  CHECK(g.said<MarginState>().size() == 3);
}

TEST_CASE("margin use and concentration at their boundaries", "[trading][risk][margin][limits]") {
  const auto ask = [](RiskRules rules, const char* cash) {
    SmallGate g(rules, cash);
    quote(g, "2024-06-03", "47.50", "0.50");
    return g.ask(g.order(1, {{g.market.id("XYZ", june, P, "45"), -1, {}}}));
  };
  RiskRules use = reg_t(), share = reg_t(), notional = reg_t();
  use.margin_use = 0.25;
  share.concentration = 0.25;
  notional.concentration = 0.99;
  notional.concentration_of = ConcentrationOf::notional;
  CHECK(ask(use, "3000") == "approved");  // 750 of 3,000
  CHECK(ask(use, "2999.99") == "margin_use");
  CHECK(ask(share, "3000") == "approved");
  CHECK(ask(share, "2999.99") == "concentration");
  CHECK(ask(notional, "100000") == "concentration");  // all of the book
  notional.concentration = 1;
  CHECK(ask(notional, "100000") == "approved");
}

TEST_CASE("concentration counts opening orders on their way", "[trading][risk][margin][limits]") {
  const auto put_45 = [](SmallGate& g) { return OrderLeg{g.market.id("XYZ", june, P, "45"), -1, {}}; };
  SECTION("of equity") {
    RiskRules rules = reg_t();
    rules.concentration = 0.25;
    SmallGate g(rules, "6000");
    quote(g, "2024-06-03", "47.50", "0.50");
    const auto one = g.order(1, {put_45(g)}), two = g.order(2, {put_45(g)}), three = g.order(3, {put_45(g)});
    CHECK(g.ask(one) == "approved");         // 750 of 6,000
    CHECK(g.ask(two) == "approved");         // 1,500
    CHECK(g.ask(three) == "concentration");  // 2,250
    g.report(OrderCancelled{two.order, 2, OrderIntent::open, RejectReason::none});
    CHECK(g.ask(three) == "approved");
    g.fill(one, "0.50");
    g.fill(three, "0.50");  // held, at an equity of 6,000
    CHECK(g.ask(g.order(1, {{put_45(g).contract, 1, {}}}, OrderIntent::close)) == "approved");
    CHECK(g.ask(g.order(4, {put_45(g)})) == "concentration");  // what is being closed is there until it is closed
    CHECK(g.survives_a_restart(rules));
    CHECK(g.ask(g.order(4, {put_45(g)})) == "concentration");
  }
  SECTION("parts and replacements") {
    RiskRules rules = reg_t();
    rules.concentration = 0.25;
    SmallGate g(rules, "6000");
    quote(g, "2024-06-03", "47.50", "0.50");
    auto two = g.order(1, {{put_45(g).contract, -2, {}}});
    CHECK(g.ask(two) == "approved");
    g.fill(two, "0.50", 1, 2, 1);  // one held, one on its way
    CHECK(g.ask(g.order(2, {put_45(g)})) == "concentration");
    OrderReplace replace;
    replace.order = two.order;
    replace.units = 2;
    CHECK_FALSE(g.risk.check(replace));  // it does not count twice
    replace.units = 3;
    CHECK(g.risk.check(replace)->reason == RejectReason::concentration);
  }
  // With shares of another underlying: 100 at 30, half of which is required.
  const auto with_shares = [&](ConcentrationOf of, double share) {
    RiskRules rules = reg_t();
    rules.concentration = share;
    rules.concentration_of = of;
    auto g = std::make_unique<SmallGate>(rules, "100000");
    quote(*g, "2024-06-03", "47.50", "0.50");
    g->risk.on_snapshot(SmallMarket("ABC").at("2024-06-03", "30", {}).second);
    g->fill(g->order(9, {{shares_contract, 100, sym("ABC")}}), "30");
    return g;
  };
  SECTION("of all requirements") {
    auto g = with_shares(ConcentrationOf::requirement, 0.6);
    CHECK(g->ask(g->order(1, {put_45(*g)})) == "approved");                               // 750 of 2,250
    CHECK(g->ask(g->order(2, {put_45(*g)})) == "approved");                               // 1,500 of 3,000
    CHECK(g->ask(g->order(3, {put_45(*g)})) == "approved");                               // 2,250 of 3,750
    CHECK(g->ask(g->order(4, {put_45(*g)})) == "concentration");                          // 3,000 of 4,500
    CHECK(g->ask(g->order(5, {{shares_contract, 100, sym("ABC")}})) == "approved");       // 3,000 of 5,250
    CHECK(g->ask(g->order(4, {put_45(*g)})) == "approved");                               // 3,000 of 6,000
    CHECK(g->ask(g->order(6, {{shares_contract, 400, sym("ABC")}})) == "concentration");  // 9,000 of 12,000
  }
  SECTION("of all notional") {
    auto g = with_shares(ConcentrationOf::notional, 0.75);
    // 4,750 a put, 3,000 for 100 shares.
    CHECK(g->ask(g->order(1, {put_45(*g)})) == "approved");       // 4,750 of 7,750
    CHECK(g->ask(g->order(2, {put_45(*g)})) == "concentration");  // 9,500 of 12,500: 76 %
    CHECK(g->ask(g->order(3, {{shares_contract, 100, sym("ABC")}})) == "approved");
    CHECK(g->ask(g->order(2, {put_45(*g)})) == "approved");       // 9,500 of 15,500
    CHECK(g->ask(g->order(4, {put_45(*g)})) == "approved");       // 14,250 of 20,250: 70 %
    CHECK(g->ask(g->order(5, {put_45(*g)})) == "concentration");  // 19,000 of 25,000: 76 %
  }
  SECTION("orders of one instant are paired as they will be held") {
    RiskRules rules = reg_t();
    rules.concentration = 1;
    rules.concentration_of = ConcentrationOf::requirement;
    SmallGate g(rules, "6000");
    quote(g, "2024-06-03", "47.50", "0.50");
    g.fill(g.order(9, {{g.market.id("XYZ", june, P, "40"), 1, {}}}), "0.20");
    CHECK(g.ask(g.order(1, {put_45(g)})) == "approved");  // 500: the long is behind it
    CHECK(g.ask(g.order(2, {put_45(g)})) == "approved");  // 1,250 of 1,250: it is not behind both
  }
}

TEST_CASE("assigned shares, settlements and corporate actions change what is held", "[trading][risk][holdings]") {
  SmallGate g(reg_t(), "10000");
  quote(g, "2024-06-20", "43", "2.00");
  const ContractId put = g.market.id("XYZ", june, P, "45"), wing = g.market.id("XYZ", june, P, "40");
  const auto open = g.order(1, {{put, -2, {}}, {wing, 2, {}}});
  g.fill(open, "1");
  ContractSettled assigned;
  assigned.contract = put;
  assigned.position = 1;
  assigned.quantity = -2;
  assigned.cash = dec("-9000");
  assigned.shares = 200;
  assigned.underlying = sym("XYZ");
  g.risk.on_settled(assigned);
  CHECK(g.risk.cash() == dec("1000"));
  const RiskPosition* held = g.risk.holdings().position(1);
  REQUIRE(held != nullptr);
  REQUIRE(held->legs.size() == 2);
  CHECK(held->legs[1].contract == shares_contract);
  CHECK(held->legs[1].quantity == 200);
  CHECK(held->legs[1].cost == dec("9000"));
  CHECK(g.ask(g.order(1, {{shares_contract, -201, sym("XYZ")}}, OrderIntent::close)) == "bad_request");
  HoldingAdjusted split{1, shares_contract, shares_contract, sym("XYZ"), 200, 400, {}};
  g.risk.on_adjusted(split);
  held = g.risk.holdings().position(1);
  CHECK(held->legs.back().quantity == 400);
  CHECK(held->legs.back().cost == dec("9000"));
  g.risk.on_adjusted({1, wing, put, sym("XYZ"), 2, 4, dec("3.50")});  // cash in lieu of a fraction
  CHECK(g.risk.cash() == dec("1003.50"));
  CHECK(g.risk.holdings().position(1)->legs.back().quantity == 4);
  CHECK(g.survives_a_restart(reg_t()));
  const auto shares = g.order(1, {{shares_contract, -400, sym("XYZ")}}, OrderIntent::close);
  CHECK(g.ask(shares) == "approved");
  g.fill(shares, "21.50");
  CHECK(g.risk.cash() == dec("9603.50"));
  g.risk.on_cash({CashCause::dividend, dec("12.50"), {}});
  g.risk.on_cash({CashCause::trade, dec("8600"), {}});  // known from the fill
  CHECK(g.risk.cash() == dec("9616.00"));
  // A merger: shares of another company.
  g.fill(g.order(2, {{shares_contract, 10, sym("XYZ")}}), "20");
  g.risk.on_adjusted({2, shares_contract, shares_contract, sym("ABC"), 10, 5, {}});
  const RiskLegs& merged = g.risk.holdings().position(2)->legs;
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].underlying == sym("ABC"));
  CHECK(merged[0].cost == dec("200"));
}

TEST_CASE("brackets: closing orders may follow an opening one and exclude each other", "[trading][risk]") {
  SmallGate g(without_money());
  quote(g, "2024-06-03", "47.50", "0.50");
  const ContractId put = g.market.id("XYZ", june, P, "45");
  const auto entry = g.order(1, {{put, -2, {}}});
  auto target = g.order(1, {{put, 2, {}}}, OrderIntent::close), stop = g.order(1, {{put, 2, {}}}, OrderIntent::close);
  target.parent = stop.parent = entry.order;
  target.oco = stop.oco = 5;
  CHECK(g.ask(target) == "bad_request");  // nothing to follow yet
  CHECK(g.ask(entry) == "approved");
  CHECK(g.ask(target) == "approved");
  CHECK(g.ask(stop) == "approved");
  g.fill(entry, "0.50");
  auto third = g.order(1, {{put, 1, {}}}, OrderIntent::close);
  CHECK(g.ask(third) == "bad_request");
  third.oco = 5;
  CHECK(g.ask(third) == "approved");
  g.fill(target, "0.20");
  CHECK(g.risk.holdings().positions().empty());
}
