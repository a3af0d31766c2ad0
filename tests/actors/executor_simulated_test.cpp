// executor.simulated: parameters, messages and state. The venue's rules are tested in tests/core/execution/venue.
#include "actors/executor_simulated.hpp"

#include <catch2/catch.hpp>

#include "actors/ports.hpp"
#include "tests/support/make_node.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

struct Executor {
  std::string yaml;
  std::unique_ptr<Node> node;
  SmallMarket market;

  explicit Executor(std::string parameters) : yaml(std::move(parameters)) { make(); }
  void make() { node = make_node(executor_simulated_node_type(), yaml); }
  // Names of the messages that come back, with what is particular about them.
  std::string send(std::vector<MessageRef> messages) {
    std::vector<WaveEvent> events;
    for (const MessageRef& m : messages) events.push_back({InputPort::first_declared, 0, &m});
    Outbox sent;
    Context context({0, 0}, 0, 42, 0, sent);
    node->on_wave({{0, 0}, events}, context);
    std::string text;
    for (const Emission& e : sent) {
      CHECK(e.output == 0);
      text += (text.empty() ? "" : ", ") + std::string(e.message.info().name);
      if (const auto* fill = e.message.get_if<Fill>())
        text += " " + fill->legs[0].price.to_string() + " fees " + fill->fees.to_string();
    }
    return text;
  }
  std::string quote(const char* date, const char* bid, const char* ask, bool halted = false) {
    const auto [batch, snapshot] = market.at(date, "100", {{"SPXW", "2019-05-31", Right::put, "100", bid, ask}});
    ChainSnapshot chain = snapshot.get<ChainSnapshot>();
    chain.halted = halted;
    std::vector<MessageRef> messages;
    if (batch) messages.push_back(batch);
    messages.push_back(make_message(std::move(chain)));
    return send(std::move(messages));
  }
};

OrderRequest buy(std::uint64_t id, OrderType type = OrderType::market, const char* limit = "0") {
  OrderRequest order;
  order.order = id;
  order.type = type;
  order.limit = dec(limit);
  order.time_in_force = TimeInForce::gtc;
  order.legs.push_back({0, 1});
  return order;
}

}  // namespace

TEST_CASE("parameters of the simulated venue", "[trading][nodes]") {
  struct Case {
    const char* yaml;
    const char* said;
    const char* next;
  };
  const Case cases[] = {
      {"{}", "orders.fill 2.60 fees 0.00", ""},
      {"{fill: mid, fees: 0.65}", "orders.fill 2.50 fees 0.65", ""},
      {"{fill: {model: spread_fraction, fraction: 0.5}}", "orders.fill 2.55 fees 0.00", ""},
      {"{fill_on: next_snapshot}", "orders.accepted", "orders.fill 2.70 fees 0.00"},
      {"{faults: {lose_answers: 1, resolve_after: 1}}", "orders.unknown", "orders.fill 2.60 fees 0.00"},
  };
  for (const Case& c : cases) {
    INFO(c.yaml);
    Executor e(c.yaml);
    CHECK(e.quote("2019-04-25", "2.40", "2.60").empty());
    CHECK(e.send({make_message(buy(1))}) == c.said);
    CHECK(e.quote("2019-04-26", "2.50", "2.70") == c.next);
  }
  CHECK_THROWS_WITH(Executor("{fill_on: tomorrow}"), Catch::Contains("same_snapshot"));
  CHECK_THROWS_WITH(Executor("{faults: {lose_answers: 2}}"), Catch::Contains("outside"));
  CHECK_THROWS_WITH(Executor("{shares: {half_spread: -1}}"), Catch::Contains("half_spread"));
}

TEST_CASE("every message the venue takes", "[trading][nodes]") {
  Executor e("{shares: 0.05, check_ticks: true}");
  e.quote("2019-04-25", "2.40", "2.60");
  CHECK(e.send({make_message(buy(1, OrderType::limit, "2.50"))}) == "orders.accepted");
  OrderReplace change;
  change.order = 1;
  change.limit = dec("2.45");
  CHECK(e.send({make_message(change)}) == "orders.replaced");
  CHECK(e.send({make_message(OrderQuery{1})}) == "orders.status");
  CHECK(e.send({make_message(OrderCancel{1})}) == "orders.cancelled");
  CHECK(e.send({make_message(buy(2, OrderType::limit, "2.47"))}) == "orders.rejected");
  CHECK(e.send({make_message(ExerciseInstruction{1, 0, 1, ExerciseChoice::do_not_exercise})}) == "orders.exercise");
  OrderRequest shares = buy(3);
  shares.legs[0] = {shares_contract, 10, sym("SPX")};
  CHECK(e.send({make_message(shares)}) == "orders.fill 100.05 fees 0.00");
  CHECK(e.send({make_message(buy(4, OrderType::limit, "2.00"))}) == "orders.accepted");
  ContractsAdjusted adjusted;
  adjusted.from.push_back(0);
  CHECK(e.send({make_message(adjusted)}) == "orders.cancelled");
  shares.order = 5;
  shares.type = OrderType::limit;
  shares.limit = dec("90");
  CHECK(e.send({make_message(shares)}) == "orders.accepted");
  CHECK(e.send({make_message(SplitNotice{sym("SPX"), day("2019-04-26"), 2, 1})}) == "orders.cancelled");
  CHECK(e.send({make_message(FeedState{true, 1, 2, "gap"}), make_message(buy(6))}) == "orders.rejected");
  CHECK(e.send({make_message(FeedState{false, 2, 2, "back"}), make_message(buy(7))}) == "orders.fill 2.60 fees 0.00");
  CHECK(e.send({make_message(KillSwitch{true, "loss"}), make_message(buy(8))}) == "orders.rejected");
  CHECK(e.send({make_message(KillSwitch{false, ""}), make_message(buy(9))}) == "orders.fill 2.60 fees 0.00");
  CHECK(e.quote("2019-04-26", "2.40", "2.60", true).empty());
  CHECK(e.send({make_message(buy(10))}) == "orders.rejected");
  CHECK(e.send({make_message(MarginState{}), make_message(EndOfData{})}).empty());
}

TEST_CASE("an executor that was saved goes on exactly", "[trading][nodes]") {
  const auto play = [](bool interrupted) {
    Executor e("{fill: {model: spread_fraction, fraction: 0.5}, faults: {lose_answers: 0.4, resolve_after: 2}}");
    std::string text;
    const auto pause = [&] {
      if (!interrupted) return;
      std::string bytes, again;
      e.node->save(bytes);
      e.make();
      e.node->load(bytes);
      e.node->save(again);
      CHECK(bytes == again);
    };
    e.quote("2019-04-25", "2.40", "2.60");
    for (std::uint64_t id = 1; id <= 12; ++id) {
      OrderRequest order = buy(id, static_cast<OrderType>(id % 5), id % 2 ? "2.45" : "2.60");
      order.stop = dec("2.65");
      order.trail = dec("0.10");
      order.parent = id == 8 ? 6 : 0;
      order.oco = id > 9 ? 1 : 0;
      text += e.send({make_message(order)}) + "\n";
      pause();
    }
    const char* const quotes[][2] = {{"2.30", "2.50"}, {"2.50", "2.70"}, {"2.20", "2.40"}, {"2.40", "2.60"}};
    int date = 26;
    for (const auto& q : quotes) {
      text += e.quote(("2019-04-" + std::to_string(date++)).c_str(), q[0], q[1]) + "\n";
      pause();
    }
    return text;
  };
  const std::string straight = play(false);
  CHECK(straight.find("orders.unknown") != std::string::npos);
  CHECK(straight.find("orders.triggered") != std::string::npos);
  CHECK(straight == play(true));
}
