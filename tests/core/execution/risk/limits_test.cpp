// Each limit one below, at and one above; who it is for; what passes all the same.
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/core/execution/risk/small_gate.hpp"

using namespace optix;

namespace {

constexpr Right C = Right::call, P = Right::put;
const char* const june = "2024-06-21";

// One call and one put at 100 on an underlying at 100: delta ±0.5, gamma 0.05, volatility 20 %.
void quote(SmallGate& g, const char* session = "2024-06-03", double iv = 0.20) {
  g.snapshot(session, "100",
             {{"XYZ", june, C, "100", "3.00", "3.20", 0.5}, {"XYZ", june, P, "100", "2.90", "3.10", -0.5}}, iv, 0.05);
}

RiskRules limited(LimitScope scope, LimitMeasure measure, double most) {
  RiskRules rules = without_money();
  rules.limits.push_back({scope, measure, most});
  return rules;
}

}  // namespace

TEST_CASE("limits of one order at their boundaries", "[trading][risk][limits]") {
  using M = LimitMeasure;
  // Vega and theta of one call at the money, 18 days to the close, no rates: S√T·φ(σ√T/2), −Sσφ/(2√T).
  const double root_t = std::sqrt(18.0 / 365), density = std::exp(-0.005 * root_t * root_t) / std::sqrt(2 * M_PI);
  const double vega = 100 * 100 * root_t * density, theta = -100 * 100 * 0.20 * density / (2 * root_t) / 365;
  struct Case {
    M measure;
    double at;    // of three contracts, exactly
    double step;  // what counts as one
    const char* reason;
  };
  const Case cases[] = {
      {M::contracts, 3, 1, "max_contracts"}, {M::notional, 30'000, 0.01, "max_notional"},
      {M::delta, 15'000, 0.01, "max_delta"}, {M::gamma, 1'500, 0.01, "max_gamma"},
      {M::vega, 3 * vega, 0.01, "max_vega"}, {M::theta, -3 * theta, 1e-4, "max_theta"},
  };
  for (const Case& c : cases) {
    INFO(enum_name(c.measure));
    for (const int side : {-1, 0, 1}) {
      // Model values are compared a hair away from the limit.
      SmallGate g(limited(LimitScope::order, c.measure, c.at + side * c.step + (side == 0 ? 1e-3 * c.step : 0)));
      quote(g);
      const ContractId call = g.market.id("XYZ", june, C, "100");
      CHECK(g.ask(g.order(1, {{call, 3, {}}})) == (side < 0 ? c.reason : "approved"));
    }
  }
}

TEST_CASE("limits of a strategy and of the book count what is held and on its way", "[trading][risk][limits]") {
  const auto ids = [](const SmallGate& g) {
    return std::pair{g.market.id("XYZ", june, C, "100"), g.market.id("XYZ", june, P, "100")};
  };
  SECTION("a strategy's own") {
    SmallGate g(limited(LimitScope::strategy, LimitMeasure::contracts, 4));
    quote(g);
    const ContractId call = ids(g).first;
    CHECK(g.ask(g.order(1, {{call, 3, {}}})) == "approved");
    CHECK(g.ask(g.order(2, {{call, 2, {}}})) == "max_contracts");
    CHECK(g.ask(g.order(3, {{call, 4, {}}}, OrderIntent::open, 7)) == "approved");  // another strategy's
    CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "approved");
  }
  SECTION("positions of a strategy") {
    SmallGate g(limited(LimitScope::strategy, LimitMeasure::positions, 1));
    quote(g);
    const ContractId call = ids(g).first;
    const auto first = g.order(1, {{call, 1, {}}});
    CHECK(g.ask(first) == "approved");
    CHECK(g.ask(g.order(1, {{call, 1, {}}})) == "approved");  // the same position
    CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "max_positions");
    g.fill(first, "3.20");
    CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "max_positions");
    CHECK(g.ask(g.order(3, {{call, 1, {}}}, OrderIntent::open, 7)) == "approved");
  }
  SECTION("net delta of the book; an order that lowers it passes") {
    SmallGate g(limited(LimitScope::book, LimitMeasure::delta, 10'000));
    quote(g);
    const auto [call, put] = ids(g);
    const auto first = g.order(1, {{call, 2, {}}});
    CHECK(g.ask(first) == "approved");  // 10,000
    CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "max_delta");
    g.fill(first, "3.20");
    CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "max_delta");
    CHECK(g.ask(g.order(3, {{put, 3, {}}})) == "approved");  // to −5,000
    CHECK(g.ask(g.order(4, {{call, 3, {}}})) == "approved");
  }
  SECTION("an order passes that lowers what is above the limit already") {
    SmallGate g(limited(LimitScope::book, LimitMeasure::delta, 10'000));
    quote(g);
    const auto [call, put] = ids(g);
    auto held = g.order(1, {{call, 4, {}}});
    g.fill(held, "3.20");                                    // 20,000, from before the limit
    CHECK(g.ask(g.order(2, {{put, 1, {}}})) == "approved");  // 15,000
    CHECK(g.ask(g.order(3, {{call, 1, {}}})) == "max_delta");
  }
  SECTION("shares have a delta and no contracts") {
    SmallGate g(limited(LimitScope::book, LimitMeasure::delta, 10'000));
    quote(g);
    CHECK(g.ask(g.order(1, {{shares_contract, 100, sym("XYZ")}})) == "approved");
    CHECK(g.ask(g.order(2, {{shares_contract, 1, sym("XYZ")}})) == "max_delta");
  }
}

TEST_CASE("a figure that is not known breaks the limits on it", "[trading][risk][limits]") {
  SmallGate g(limited(LimitScope::order, LimitMeasure::vega, 1e9));
  quote(g, "2024-06-03", std::nan(""));
  const ContractId call = g.market.id("XYZ", june, C, "100");
  const auto refusal = g.risk.check(g.order(1, {{call, 1, {}}}));
  REQUIRE(refusal);
  CHECK(refusal->reason == RejectReason::max_vega);
  CHECK(refusal->detail.find("not known") != std::string::npos);
  quote(g, "2024-06-04");
  CHECK(g.ask(g.order(1, {{call, 1, {}}})) == "approved");
}

TEST_CASE("order rate in market time; closing orders count and pass", "[trading][risk][limits]") {
  RiskRules rules = without_money();
  rules.rate_orders = 2;
  rules.rate_seconds = 60;
  SmallGate g(rules);
  quote(g);
  const ContractId call = g.market.id("XYZ", june, C, "100");
  const auto first = g.order(1, {{call, 2, {}}});
  CHECK(g.ask(first) == "approved");
  g.fill(first, "3.20");
  CHECK(g.ask(g.order(1, {{call, -1, {}}}, OrderIntent::close)) == "approved");
  CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "order_rate");
  CHECK(g.ask(g.order(1, {{call, -1, {}}}, OrderIntent::close)) == "approved");
  g.time = 60 * nanos_per_second - 1;
  quote(g);
  CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "order_rate");
  CHECK(g.survives_a_restart(rules));
  g.time = 60 * nanos_per_second;
  quote(g);
  CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "approved");
  CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "approved");
  CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "order_rate");
}

TEST_CASE("losses engage the kill switch, which stays", "[trading][risk][kill]") {
  struct Case {
    const char* what;
    LossLimits limits;
    std::vector<std::pair<const char*, const char*>> equity;  // session, amount
    const char* engaged;                                      // part of the reason; empty: not
  };
  const Decimal no = Decimal::none();
  const Case cases[] = {
      {"a loss of the limit", {dec("500")}, {{"2024-06-03", "99500"}}, ""},
      {"a cent more", {dec("500")}, {{"2024-06-03", "99499.99"}}, "500.01 USD"},
      {"measured anew each day", {dec("500")}, {{"2024-06-03", "99600"}, {"2024-06-04", "99100"}}, ""},
      {"from the end of the day before",
       {dec("500")},
       {{"2024-06-03", "99600"}, {"2024-06-03", "100000"}, {"2024-06-04", "99499"}},
       "loss today"},
      {"a share of the equity", {no, dec("0.01")}, {{"2024-06-03", "98999"}}, "loss today"},
      {"exactly that share", {no, dec("0.01")}, {{"2024-06-03", "99000"}}, ""},
      {"the smaller of the two", {dec("5000"), dec("0.01")}, {{"2024-06-03", "98999"}}, "loss today"},
      {"drawdown over days", {no, no, dec("1000")}, {{"2024-06-03", "100500"}, {"2024-06-04", "99499.99"}}, "drawdown"},
      {"drawdown at its limit", {no, no, dec("1000")}, {{"2024-06-03", "100500"}, {"2024-06-04", "99500"}}, ""},
      {"a share of the peak", {no, no, no, dec("0.02")}, {{"2024-06-03", "97999"}}, "drawdown"},
      {"exactly that", {no, no, no, dec("0.02")}, {{"2024-06-03", "98000"}}, ""},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    RiskRules rules = without_money();
    rules.losses = c.limits;
    SmallGate g(rules);
    for (const auto& [session, amount] : c.equity) {
      quote(g, session);
      g.equity(amount);
    }
    const auto switched = g.said<KillSwitch>();
    CHECK(switched.size() == (*c.engaged != '\0' ? 1 : 0));
    if (!switched.empty()) CHECK(switched[0].reason.find(c.engaged) != std::string::npos);
  }
}

TEST_CASE("the kill switch: latched over sessions, closing passes, released from outside", "[trading][risk][kill]") {
  RiskRules rules = without_money();
  rules.losses.max_daily_loss = dec("500");
  SmallGate g(rules);
  quote(g);
  const ContractId call = g.market.id("XYZ", june, C, "100");
  const auto held = g.order(1, {{call, 2, {}}});
  CHECK(g.ask(held) == "approved");
  g.fill(held, "3.20");
  g.equity("99000");
  CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "kill_switch");
  quote(g, "2024-06-04");
  g.equity("99500");  // a better day changes nothing
  CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "kill_switch");
  CHECK(g.survives_a_restart(rules));
  CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "kill_switch");
  CHECK(g.ask(g.order(1, {{call, -1, {}}}, OrderIntent::close)) == "approved");
  CHECK(g.said<KillSwitch>().size() == 1);
  g.risk.on_kill_switch({false, "looked into"}, g.out);
  CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "approved");
  g.equity("99001");  // 499 from the equity at the release
  CHECK(g.ask(g.order(3, {{call, 1, {}}})) == "approved");
  g.equity("98999");
  CHECK(g.ask(g.order(4, {{call, 1, {}}})) == "kill_switch");
  CHECK(g.said<KillSwitch>().size() == 3);
  g.risk.on_kill_switch({true, "again"}, g.out);  // it is
  CHECK(g.said<KillSwitch>().size() == 3);
}

TEST_CASE("a switch that does not engage on losses refuses while they last", "[trading][risk][kill]") {
  RiskRules rules = without_money();
  rules.losses.max_daily_loss = dec("500");
  rules.losses.max_drawdown = dec("900");
  rules.losses.engage = false;
  SmallGate g(rules);
  quote(g);
  const ContractId call = g.market.id("XYZ", june, C, "100");
  g.equity("99499");
  CHECK(g.ask(g.order(1, {{call, 1, {}}})) == "max_daily_loss");
  g.equity("99500");
  CHECK(g.ask(g.order(1, {{call, 1, {}}})) == "approved");
  quote(g, "2024-06-04");
  g.equity("99099");
  CHECK(g.ask(g.order(2, {{call, 1, {}}})) == "max_drawdown");
  CHECK(g.said<KillSwitch>().empty());
}

TEST_CASE("flatten closes everything, after what strategies have at work", "[trading][risk][kill]") {
  RiskRules rules = without_money();
  rules.flatten = true;
  SmallGate g(rules);
  quote(g);
  const ContractId call = g.market.id("XYZ", june, C, "100"), put = g.market.id("XYZ", june, P, "100");
  const auto one = g.order(1, {{call, -2, {}}, {put, 1, {}}}), two = g.order(2, {{put, 3, {}}});
  g.fill(one, "3");
  g.fill(two, "3");
  auto resting = g.order(2, {{put, -3, {}}}, OrderIntent::close);
  CHECK(g.ask(resting) == "approved");
  g.risk.on_kill_switch({true, "by hand"}, g.out);
  g.risk.step(SmallGate::self, g.out);
  const auto sent = g.said<OrderRequest>();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].reason == TradeReason::kill_switch);
  CHECK(sent[0].position == 1);
  CHECK(owner_of(sent[0].order) == SmallGate::self);
  CHECK(sent[0].legs.size() == 2);
  REQUIRE(g.said<OrderCancel>().size() == 1);
  CHECK(g.said<OrderCancel>()[0].order == resting.order);
  g.equity("100000");
  CHECK(g.said<OrderRequest>().size() == 1);  // both wait for their answers
  g.fill(sent[0], "3");
  OrderCancelled cancelled;
  cancelled.order = resting.order;
  g.report(cancelled);
  CHECK(g.survives_a_restart(rules));
  g.equity("100000");
  REQUIRE(g.said<OrderRequest>().size() == 2);
  CHECK(g.said<OrderRequest>()[1].position == 2);
  CHECK(g.said<OrderRequest>()[1].legs[0].quantity == -3);
}
