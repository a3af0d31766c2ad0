// strategy.rules against scripted reports: parts of fills, lost answers, delivered shares, corporate
// actions, sizes.
#include "actors/strategy_rules.hpp"

#include <catch2/catch.hpp>

#include "messages/metrics.hpp"
#include "tests/support/make_node.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

constexpr Right P = Right::put;

std::string rules(const char* exit, const char* more = "") {
  return std::string("{entry: {days_to_expiry: {min: 5, max: 45, target: 35}}, exit: ") + exit + more +
         ", legs: [{right: put, side: sell, delta: {target: 0.25, min: 0.2, max: 0.3}}]}";
}

struct Desk {
  std::string yaml;
  SmallMarket market{"XYZ"};
  std::unique_ptr<Node> node;
  std::vector<MessageRef> sent;
  std::int64_t clock = 0;

  explicit Desk(std::string text) : yaml(std::move(text)), node(make_node(strategy_rules_node_type(), yaml)) {}
  template <Message... M>
  void tell(M... messages) {
    wave({make_message(std::move(messages))...});
  }
  void wave(const std::vector<MessageRef>& messages) {
    std::vector<WaveEvent> events;
    for (const MessageRef& m : messages) events.push_back({InputPort::first_declared, 0, &m});
    Outbox out;
    Context context({clock, 0}, 1, 42, 0, out);
    node->on_wave({{clock, 0}, events}, context);
    for (Emission& e : out) sent.push_back(e.message);
    std::string bytes, again;  // every step survives a restart
    node->save(bytes);
    node = make_node(strategy_rules_node_type(), yaml);
    node->load(bytes);
    node->save(again);
    CHECK(bytes == again);
  }
  void session(const std::string& date, const char* bid, const char* ask, const char* equity = "") {
    auto [instruments, snapshot] =
        market.at(date, "100",
                  {{"XYZ", "2024-06-21", P, "95", bid, ask, -0.25}, {"XYZ", "2024-07-19", P, "94", bid, ask, -0.25}});
    clock = snapshot.get<ChainSnapshot>().time.ns;
    std::vector<MessageRef> messages;
    if (instruments) messages.push_back(instruments);
    messages.push_back(snapshot);
    if (*equity != '\0') {
      Equity report;
      report.equity = dec(equity);
      messages.push_back(make_message(report));
    }
    wave(messages);
  }
  template <Message M>
  std::vector<M> all() const {
    std::vector<M> found;
    for (const MessageRef& m : sent)
      if (const M* one = m.get_if<M>()) found.push_back(*one);
    return found;
  }
  Fill fill(const OrderRequest& o, int contracts, const char* price, std::int64_t remaining) const {
    Fill f;
    f.order = o.order;
    f.position = o.position;
    f.intent = o.intent;
    f.session = day("2024-05-20");
    f.remaining = remaining;
    f.legs.push_back({o.legs[0].contract, contracts, dec(price), dec(price), dec(price), o.legs[0].underlying});
    return f;
  }
};

}  // namespace

TEST_CASE("an entry that trades in part is held as far as it traded", "[trading][strategy]") {
  Desk d(rules("{days_to_expiry: 7}", ", positions: {size: 3}, order: {type: limit, time_in_force: gtc}"));
  d.session("2024-05-20", "1.00", "1.10");
  const auto entry = d.all<OrderRequest>().at(0);
  CHECK(entry.legs[0].quantity == -3);
  d.tell(OrderAccepted{entry.order, entry.position});
  d.tell(d.fill(entry, -1, "1.05", 2));
  SECTION("cancelled: the exit closes one") {
    d.tell(OrderCancelled{entry.order, entry.position, OrderIntent::open, RejectReason::none});
    d.session("2024-06-14", "0.20", "0.30");
    const auto exit = d.all<OrderRequest>().at(1);
    CHECK(exit.intent == OrderIntent::close);
    CHECK(exit.legs[0].quantity == 1);
  }
  SECTION("still working when the exit is due: it is taken back first") {
    d.session("2024-06-14", "0.20", "0.30");
    REQUIRE(d.all<OrderCancel>().size() == 1);
    CHECK(d.all<OrderRequest>().size() == 1);
    d.session("2024-06-17", "0.20", "0.30");
    CHECK(d.all<OrderCancel>().size() == 1);
    d.tell(OrderCancelled{entry.order, entry.position, OrderIntent::open, RejectReason::none});
    REQUIRE(d.all<OrderRequest>().size() == 2);
    CHECK(d.all<OrderRequest>()[1].legs[0].quantity == 1);
  }
  SECTION("an exit in parts, cut short, is tried again with what is left") {
    d.tell(d.fill(entry, -2, "1.05", 0));
    d.session("2024-06-14", "0.20", "0.30");
    const auto exit = d.all<OrderRequest>().at(1);
    CHECK(exit.legs[0].quantity == 3);
    d.tell(d.fill(exit, 2, "0.25", 1));
    d.tell(OrderCancelled{exit.order, exit.position, OrderIntent::close, RejectReason::session_ended});
    d.session("2024-06-17", "0.20", "0.30");
    CHECK(d.all<OrderRequest>().at(2).legs[0].quantity == 1);
  }
  SECTION("risk closes it") {
    d.tell(OrderCancelled{entry.order, entry.position, OrderIntent::open, RejectReason::kill_switch});
    Fill flat = d.fill(entry, 1, "1.20", 0);
    flat.order = (std::uint64_t{9} << 40) + 1;
    flat.intent = OrderIntent::close;
    d.tell(flat);
    d.session("2024-06-14", "0.20", "0.30");
    for (const OrderRequest& order : d.all<OrderRequest>()) CHECK(order.intent == OrderIntent::open);
  }
}

TEST_CASE("nothing is sent for a position whose order is not known", "[trading][strategy]") {
  Desk d(rules("{days_to_expiry: 7}"));
  d.session("2024-05-20", "1.00", "1.10");
  const auto entry = d.all<OrderRequest>().at(0);
  d.tell(OrderUnknown{entry.order, entry.position, OrderIntent::open, "no answer"});
  d.session("2024-05-21", "1.00", "1.10");
  d.session("2024-05-22", "1.00", "1.10");
  CHECK(d.all<OrderRequest>().size() == 1);
  CHECK(d.all<OrderQuery>().size() == 2);
  SECTION("it never arrived") {
    d.tell(OrderStatus{entry.order, 0, OrderState::unknown, 0, 0});
    d.session("2024-05-23", "1.00", "1.10");
    CHECK(d.all<OrderRequest>().size() == 2);
  }
  SECTION("it was filled") {
    d.tell(OrderStatus{entry.order, entry.position, OrderState::filled, 1, 0});
    d.tell(d.fill(entry, -1, "1.00", 0));
    d.session("2024-06-14", "0.20", "0.30");
    CHECK(d.all<OrderRequest>().at(1).intent == OrderIntent::close);
    CHECK(d.all<OrderQuery>().size() == 2);
  }
  SECTION("it works") {
    d.tell(OrderStatus{entry.order, entry.position, OrderState::working, 0, 1});
    d.session("2024-05-23", "1.00", "1.10");
    CHECK(d.all<OrderRequest>().size() == 1);
    CHECK(d.all<OrderQuery>().size() == 2);
  }
}

TEST_CASE("delivered shares are closed at the next snapshot, or held", "[trading][strategy]") {
  for (const bool hold : {false, true}) {
    INFO(hold);
    Desk d(rules("{at_expiry: true}", hold ? ", assignment: hold" : ""));
    d.session("2024-05-20", "1.00", "1.10");
    const auto entry = d.all<OrderRequest>().at(0);
    d.tell(d.fill(entry, -1, "1.00", 0));
    ContractSettled assigned;
    assigned.contract = entry.legs[0].contract;
    assigned.position = entry.position;
    assigned.quantity = -1;
    assigned.cash = dec("-9500");
    assigned.shares = 100;
    assigned.underlying = sym("XYZ");
    d.tell(assigned);
    d.session("2024-06-24", "1.00", "1.10");
    if (hold) {
      CHECK(d.all<OrderRequest>().size() == 1);
      continue;
    }
    REQUIRE(d.all<OrderRequest>().size() == 2);
    const auto sale = d.all<OrderRequest>()[1];
    CHECK(sale.reason == TradeReason::assignment);
    CHECK(sale.type == OrderType::market);
    CHECK(sale.legs[0].contract == shares_contract);
    CHECK(sale.legs[0].underlying == sym("XYZ"));
    CHECK(sale.legs[0].quantity == -100);
    d.session("2024-06-25", "1.00", "1.10");
    CHECK(d.all<OrderRequest>().size() == 2);
    d.tell(d.fill(sale, -100, "94", 0));
    REQUIRE(d.all<OrderRequest>().size() == 3);  // the position is over: the next one
    CHECK(d.all<OrderRequest>()[2].intent == OrderIntent::open);
  }
}

TEST_CASE("a split turns what is held into other contracts", "[trading][strategy]") {
  Desk d(rules("{days_to_expiry: 7}"));
  d.session("2024-05-20", "1.00", "1.10");
  const auto entry = d.all<OrderRequest>().at(0);
  d.tell(d.fill(entry, -1, "1.00", 0));
  const ContractId to = d.market.id("XYZ", "2024-07-19", P, "94");
  d.tell(HoldingAdjusted{entry.position, entry.legs[0].contract, to, sym("XYZ"), -1, -2, {}});
  d.session("2024-06-14", "0.20", "0.30");
  const auto exit = d.all<OrderRequest>().at(1);
  REQUIRE(exit.legs.size() == 1);
  CHECK(exit.legs[0].contract == to);
  CHECK(exit.legs[0].quantity == 2);
}

TEST_CASE("sizes follow the account; an entry of no units is counted", "[trading][strategy][sizing]") {
  struct Case {
    const char* size;
    const char* equity;
    std::int32_t quantity;  // 0: nothing is sent
    const char* counted;
  };
  // One unit: put 95 at 1.00 / 1.10, the underlying at 100. Largest loss 9,500 − 100; Reg T
  // 1.05 + max(20 − 5, 9.50) = 16.05 less the credit at the bid: 1,505.
  const Case cases[] = {
      {"{units: 2}", "", 2, ""},
      {"{model: max_loss, fraction: 0.2}", "94000", 2, ""},
      {"{model: max_loss, fraction: 0.2}", "93999", 1, ""},
      {"{model: max_loss, fraction: 0.2}", "46999.99", 0, "budget_too_small"},
      {"{model: equity_fraction, fraction: 0.5}", "9030", 3, ""},
      {"{model: equity_fraction, fraction: 0.5}", "9029.99", 2, ""},
      {"{model: margin, fraction: 1}", "3010", 2, ""},
      {"{model: margin, fraction: 1, max_units: 1}", "3010", 1, ""},
      {"{model: delta, fraction: 1}", "5000", 2, ""},  // 0.25 × 100 × 100
      {"{model: vega, fraction: 0.01}", "5000", 0, "figure_unknown"},
      {"{model: delta, fraction: 1}", "", 0, "account_unknown"},
      {"{model: kelly, units: 3}", "100000", 3, ""},
  };
  for (const Case& c : cases) {
    INFO(c.size << " " << c.equity);
    Desk d(rules("{days_to_expiry: 7}", (std::string(", positions: {size: ") + c.size + "}").c_str()));
    d.session("2024-05-20", "1.00", "1.10", c.equity);
    const auto orders = d.all<OrderRequest>();
    CHECK(orders.size() == (c.quantity == 0 ? 0 : 1));
    if (!orders.empty()) {
      CHECK(orders[0].legs[0].quantity == -c.quantity);
      CHECK(orders[0].max_loss == dec("9400") * c.quantity);
    }
    d.tell(Stop{{d.clock}, "end_of_data", true});
    const auto values = d.all<MetricValue>();
    REQUIRE(values.size() == (*c.counted == '\0' ? 0 : 1));
    if (!values.empty()) {
      CHECK(values[0].name == std::string("entries_not_sized.") + c.counted);
      CHECK(values[0].value == 1);
    }
  }
  CHECK_THROWS_WITH(make_node(strategy_rules_node_type(), rules("{}", ", positions: {size: max_loss}")),
                    Catch::Contains("whole number"));
  CHECK_THROWS_WITH(make_node(strategy_rules_node_type(), rules("{}", ", positions: {size: {model: max_loss}}")),
                    Catch::Contains("fraction"));
  CHECK_THROWS_WITH(make_node(strategy_rules_node_type(), rules("{at_expiry: true, days_to_expiry: 7}")),
                    Catch::Contains("through expiration"));
}
