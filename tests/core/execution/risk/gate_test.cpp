#include "core/execution/risk/gate.hpp"

#include <catch2/catch.hpp>

#include "messages/codec/state.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

constexpr Right C = Right::call, P = Right::put;

// Contracts 0 … 3: puts 90 and 100, calls 110 and 120, expiring 2019-05-31; 4: a put 100 two weeks earlier.
struct Gate {
  SmallMarket market;
  RiskGate risk;
  std::uint64_t next = 1;

  explicit Gate(RiskRules limits, const char* cash = "10000", bool stale = false) : risk(limits) {
    risk.on_cash({CashCause::deposit, dec(cash), dec(cash)});
    snapshot("2019-04-25", stale);
  }
  void snapshot(const char* session, bool stale) {
    const auto [instruments, chain] = market.at(session, "105",
                                                {{"SPXW", "2019-05-31", P, "90", "0.90", "1.00"},
                                                 {"SPXW", "2019-05-31", P, "100", "2.40", "2.60"},
                                                 {"SPXW", "2019-05-31", C, "110", "2.00", "2.20"},
                                                 {"SPXW", "2019-05-31", C, "120", "0.80", "1.00"},
                                                 {"SPXW", "2019-05-17", P, "100", "1.00", "1.20"}},
                                                stale);
    if (instruments) risk.on_instruments(instruments);
    risk.on_snapshot(chain);
  }
  ContractId id(Right right, const char* strike, const char* expiration = "2019-05-31") const {
    return market.id("SPXW", expiration, right, strike);
  }
  OrderRequest order(std::uint64_t position, std::vector<OrderLeg> legs, OrderIntent intent = OrderIntent::open) {
    OrderRequest o;
    o.order = next++;
    o.position = position;
    o.intent = intent;
    o.legs.assign(legs.begin(), legs.end());
    return o;
  }
  std::string ask(const OrderRequest& o) {
    const auto refusal = risk.check(o);
    return refusal ? std::string(enum_name(refusal->reason)) : "approved";
  }
  void gone(std::uint64_t order) {
    OrderCancelled cancelled;
    cancelled.order = order;
    risk.on_report(make_message(cancelled));
  }
  void fill(const OrderRequest& o, const char* price, const char* fees = "0") {
    Fill f;
    f.order = o.order;
    f.position = o.position;
    f.fees = dec(fees);
    for (const OrderLeg& leg : o.legs)
      f.legs.push_back({leg.contract, leg.quantity, dec(price), dec(price), dec(price)});
    risk.on_fill(f);
  }
};

// Without a margin rule: cash is put aside.
RiskRules limits_of(std::int64_t contracts, std::int64_t open, std::int64_t positions, bool cash,
                    bool undefined = true) {
  RiskRules rules;
  const auto add = [&](LimitScope scope, LimitMeasure measure, std::int64_t most) {
    if (most > 0) rules.limits.push_back({scope, measure, static_cast<double>(most)});
  };
  add(LimitScope::order, LimitMeasure::contracts, contracts);
  add(LimitScope::book, LimitMeasure::contracts, open);
  add(LimitScope::book, LimitMeasure::positions, positions);
  rules.check_cash = cash;
  rules.allow_undefined_risk = undefined;
  rules.margin.account.reset();
  return rules;
}

}  // namespace

TEST_CASE("the cash an opening order needs", "[trading][risk]") {
  struct Leg {
    Right right;
    const char* strike;
    const char* expiration;
    int quantity;
  };
  const char* const may = "2019-05-31";
  struct Case {
    const char* what;
    std::vector<Leg> legs;
    bool undefined;
    const char* enough;  // the least cash that is enough; empty: never
  };
  const Case cases[] = {
      {"long put: the debit", {{P, "100", may, 2}}, true, "520"},
      {"put spread: width less credit", {{P, "100", may, -1}, {P, "90", may, 1}}, false, "860"},
      {"iron condor: the wider side less credit",
       {{P, "100", may, -1}, {P, "90", may, 1}, {C, "110", may, -1}, {C, "120", may, 1}},
       false,
       "760"},
      {"debit spread", {{C, "110", may, 1}, {C, "120", may, -1}}, false, "140"},
      {"short put: a fifth of the strike less credit", {{P, "100", may, -1}}, true, "1760"},
      {"short put is refused when limits say so", {{P, "100", may, -1}}, false, ""},
      {"short call", {{C, "110", may, -2}}, true, "4000"},
      {"short strangle: the larger side", {{P, "100", may, -1}, {C, "110", may, -1}}, true, "1760"},
      {"a long that expires first covers nothing", {{P, "100", may, -1}, {P, "100", "2019-05-17", 1}}, false, ""},
      {"a long that expires later does", {{P, "100", may, 1}, {P, "100", "2019-05-17", -1}}, false, "160"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const bool possible = *c.enough != '\0';
    for (const bool enough : {true, false}) {
      const Decimal cash = !possible ? dec("1000000") : enough ? dec(c.enough) : dec(c.enough) - dec("0.01");
      Gate g(limits_of(0, 0, 0, true, c.undefined), cash.to_string().c_str());
      std::vector<OrderLeg> legs;
      for (const Leg& leg : c.legs) legs.push_back({g.id(leg.right, leg.strike, leg.expiration), leg.quantity});
      CHECK(g.ask(g.order(1, legs)) == (enough && possible ? "approved" : "insufficient_cash"));
    }
  }
}

TEST_CASE("limits count orders that are on their way", "[trading][risk]") {
  const auto legs = [](const Gate& g, int lots) {
    return std::vector<OrderLeg>{{g.id(P, "100"), -lots}, {g.id(P, "90"), lots}};
  };
  SECTION("contracts in one order") {
    Gate g(limits_of(4, 0, 0, false));
    CHECK(g.ask(g.order(1, legs(g, 2))) == "approved");
    CHECK(g.ask(g.order(2, legs(g, 3))) == "max_contracts");
  }
  SECTION("open contracts") {
    Gate g(limits_of(0, 6, 0, false));
    const auto first = g.order(1, legs(g, 2));
    CHECK(g.ask(first) == "approved");
    CHECK(g.ask(g.order(2, legs(g, 2))) == "max_contracts");
    g.gone(first.order);
    CHECK(g.ask(g.order(3, legs(g, 3))) == "approved");
  }
  SECTION("positions") {
    Gate g(limits_of(0, 0, 1, false));
    const auto first = g.order(1, legs(g, 1));
    CHECK(g.ask(first) == "approved");
    CHECK(g.ask(g.order(2, legs(g, 1))) == "max_positions");
    g.fill(first, "1");
    CHECK(g.ask(g.order(3, legs(g, 1))) == "max_positions");
    CHECK(g.ask(g.order(1, legs(g, 1))) == "approved");  // more of the same position
    g.gone(4);
    for (const OrderLeg& leg : first.legs) {
      ContractSettled s;
      s.contract = leg.contract;
      s.position = 1;
      s.quantity = leg.quantity;
      g.risk.on_settled(s);
    }
    CHECK(g.ask(g.order(5, legs(g, 1))) == "approved");
  }
  SECTION("cash") {
    Gate g(limits_of(0, 0, 0, true), "1800");
    const auto first = g.order(1, legs(g, 1));
    CHECK(g.ask(first) == "approved");                   // 860
    CHECK(g.ask(g.order(2, legs(g, 1))) == "approved");  // 860 more
    CHECK(g.ask(g.order(3, legs(g, 1))) == "insufficient_cash");
    g.fill(first, "2.40", "1.30");  // both legs at one price: no credit, 1000 stays reserved
    CHECK(g.risk.cash() == dec("1798.70"));
    g.gone(2);
    CHECK(g.ask(g.order(4, legs(g, 1))) == "insufficient_cash");  // 798.70 is free
  }
}

TEST_CASE("closing orders only reduce; a stale market opens nothing", "[trading][risk]") {
  Gate g(limits_of(0, 0, 0, true), "10000");
  const ContractId put = g.id(P, "100");
  const auto open = g.order(1, {{put, -2}});
  CHECK(g.ask(open) == "approved");
  CHECK(g.ask(g.order(1, {{put, 1}}, OrderIntent::close)) == "bad_request");  // not filled yet
  g.fill(open, "2.40");
  CHECK(g.ask(g.order(1, {{put, 3}}, OrderIntent::close)) == "bad_request");
  CHECK(g.ask(g.order(1, {{put, -1}}, OrderIntent::close)) == "bad_request");
  CHECK(g.ask(g.order(9, {{put, 1}}, OrderIntent::close)) == "bad_request");
  CHECK(g.ask(g.order(1, {{put, 0}}, OrderIntent::close)) == "bad_request");
  CHECK(g.ask(g.order(1, {{999, 1}})) == "unknown_contract");
  CHECK(g.ask(g.order(1, {})) == "bad_request");
  g.risk.on_feed({true, 1, 3, "gap"});
  CHECK(g.ask(g.order(2, {{put, 1}})) == "stale_book");
  const auto one = g.order(1, {{put, 1}}, OrderIntent::close);
  CHECK(g.ask(one) == "approved");
  CHECK(g.ask(g.order(1, {{put, 2}}, OrderIntent::close)) == "bad_request");  // one is being closed already
  g.gone(one.order);
  g.risk.on_feed({false, 3, 3, "recovered"});
  g.snapshot("2019-04-26", true);
  CHECK(g.ask(g.order(2, {{put, 1}})) == "stale_book");
  CHECK(g.ask(g.order(1, {{put, 2}}, OrderIntent::close)) == "approved");
  g.snapshot("2019-04-29", false);
  CHECK(g.ask(g.order(2, {{put, 1}})) == "approved");
}

TEST_CASE("a restored gate decides the same", "[trading][risk]") {
  Gate g(limits_of(0, 0, 0, true), "2000");
  const auto first = g.order(1, {{g.id(P, "100"), -1}, {g.id(P, "90"), 1}});
  CHECK(g.ask(first) == "approved");
  g.fill(first, "1");
  std::string bytes, again;
  encode_state(g.risk.state(), bytes);
  RiskGate copy(limits_of(0, 0, 0, true));
  copy.restore(decode_state<RiskGate::State>(bytes));
  encode_state(copy.state(), again);
  CHECK(bytes == again);
  const auto second = g.order(2, {{g.id(P, "100"), 4}});
  CHECK(copy.check(second).has_value() == g.risk.check(second).has_value());
}
