// strategy.rules, risk.pretrade, executor.simulated and portfolio.book together, on small chains
// written by hand; waves are passed around by a loop that does what the sequencer does in order.
#include <catch2/catch.hpp>

#include "actors/executor_simulated.hpp"
#include "actors/portfolio_book.hpp"
#include "actors/risk_pretrade.hpp"
#include "actors/strategy_rules.hpp"
#include "tests/support/make_node.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

constexpr Right P = Right::put;

const char* const short_put =
    "{entry: {days_to_expiry: {min: 5, max: 45, target: 35}}, exit: {days_to_expiry: 7}, "
    "legs: [{right: put, side: sell, delta: {target: 0.25, min: 0.2, max: 0.3}}]}";
const char* const put_spread =
    "{entry: {days_to_expiry: {min: 5, max: 45, target: 35}, min_bid: 0}, exit: {profit_target: 0.5, stop_loss: 2}, "
    "legs: [{right: put, side: sell, delta: {target: 0.25, min: 0.2, max: 0.3}}, "
    "{right: put, side: buy, strike_offset: {from: 0, points: -10}}]}";

struct Floor {
  SmallMarket market;
  std::string strategy_yaml, risk_yaml, executor_yaml, book_yaml;
  std::unique_ptr<Node> strategy, risk, executor, book;
  std::vector<MessageRef> log;
  std::int64_t clock = 0;

  explicit Floor(std::string rules, std::string limits = "{}", std::string fill = "{}", std::string account = "{}")
      : strategy_yaml(std::move(rules)),
        risk_yaml(std::move(limits)),
        executor_yaml(std::move(fill)),
        book_yaml(std::move(account)) {
    make();
    pass(book, 0, {make_message(Start{})});
  }
  void make() {
    strategy = make_node(strategy_rules_node_type(), strategy_yaml);
    risk = make_node(risk_pretrade_node_type(), risk_yaml);
    executor = make_node(executor_simulated_node_type(), executor_yaml);
    book = make_node(portfolio_book_node_type(), book_yaml);
  }
  // Everything the node says, delivered to whoever listens, round by round.
  void pass(std::unique_ptr<Node>& node, NodeRank rank, std::vector<MessageRef> messages) {
    if (messages.empty()) return;
    std::vector<WaveEvent> events;
    for (const MessageRef& m : messages) events.push_back({InputPort::first_declared, 0, &m});
    Outbox sent;
    Context context({clock, 0}, rank, 42, 0, sent);
    node->on_wave({{clock, 0}, events}, context);
    std::vector<MessageRef> orders, approved, reports, refused, account;
    for (Emission& e : sent) {
      if (node != risk || e.output != 0) log.push_back(e.message);  // an approved order is already there
      if (node == strategy) orders.push_back(e.message);
      if (node == risk) (e.output == 0 ? approved : refused).push_back(e.message);
      if (node == executor) reports.push_back(e.message);
      if (node == book) account.push_back(e.message);
    }
    pass(risk, 2, orders);
    pass(executor, 3, approved);
    for (const auto* target : {&reports, &refused}) {
      if (target == &reports) pass(risk, 2, *target), pass(book, 4, *target);
      pass(strategy, 1, *target);
    }
    if (!account.empty()) {
      pass(risk, 2, account);
      std::vector<MessageRef> settled;
      for (const MessageRef& m : account)
        if (m.get_if<ContractSettled>()) settled.push_back(m);
      pass(strategy, 1, settled);
    }
  }
  void session(const std::string& date, const std::string& price, std::vector<SmallQuote> quotes, bool stale = false) {
    const auto [instruments, snapshot] = market.at(date, price, std::move(quotes), stale);
    clock = snapshot.get<ChainSnapshot>().time.ns;
    std::vector<MessageRef> messages;
    if (instruments) messages.push_back(instruments);
    messages.push_back(snapshot);
    for (auto* node : {&executor, &book, &risk, &strategy}) pass(*node, node == &strategy ? 1 : 0, messages);
  }
  void save_and_load() {
    std::string bytes[4];
    std::unique_ptr<Node>* nodes[] = {&strategy, &risk, &executor, &book};
    for (int i = 0; i < 4; ++i) (*nodes[i])->save(bytes[i]);
    make();
    for (int i = 0; i < 4; ++i) {
      (*nodes[i])->load(bytes[i]);
      std::string again;
      (*nodes[i])->save(again);
      CHECK(again == bytes[i]);
    }
  }
  template <Message M>
  std::vector<M> all() const {
    std::vector<M> found;
    for (const MessageRef& m : log)
      if (const M* one = m.get_if<M>()) found.push_back(*one);
    return found;
  }
};

std::vector<SmallQuote> puts(const char* expiration, const char* strike, const char* bid, const char* ask,
                             double delta = -0.25) {
  return {{"SPXW", expiration, P, strike, bid, ask, delta}};
}

std::vector<SmallQuote> operator+(std::vector<SmallQuote> a, const std::vector<SmallQuote>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("a position is replaced on the day it is closed", "[trading][nodes]") {
  Floor f(short_put);
  f.session("2019-04-25", "2900", puts("2019-05-30", "2800", "10", "11"));
  CHECK(f.all<Fill>().size() == 1);
  f.session("2019-05-23", "2900",
            puts("2019-05-30", "2800", "1", "1.20", -0.02) + puts("2019-06-27", "2820", "12", "13"));
  const auto fills = f.all<Fill>();
  REQUIRE(fills.size() == 3);
  CHECK(fills[1].intent == OrderIntent::close);
  CHECK(fills[1].reason == TradeReason::days_to_expiry);
  CHECK(fills[2].intent == OrderIntent::open);
  CHECK(fills[2].position != fills[0].position);
  CHECK(fills[2].order != fills[1].order);
  CHECK(f.all<TradeClosed>().at(0).pnl.to_string() == "880.00");
  CHECK(f.all<OrderRequest>().size() == 3);
}

TEST_CASE("a refused entry waits for the next session", "[trading][nodes]") {
  Floor f(short_put, "{max_contracts: 1, check_cash: true}", "{}", "{cash: 100}");
  f.session("2019-04-25", "2900", puts("2019-05-30", "2800", "10", "11"));
  f.session("2019-04-25", "2901", puts("2019-05-30", "2800", "10", "11"));
  CHECK(f.all<OrderRequest>().size() == 1);
  CHECK(f.all<OrderRejected>().at(0).reason == RejectReason::buying_power);
  f.session("2019-04-26", "2900", puts("2019-05-30", "2800", "10", "11"));
  CHECK(f.all<OrderRequest>().size() == 2);
  CHECK(f.all<Fill>().empty());
}

TEST_CASE("nothing trades on a stale chain, unless closing is let through", "[trading][nodes]") {
  const bool closing = GENERATE(false, true);
  Floor f(short_put, "{}", closing ? "{stale_quotes: closing}" : "{}");
  f.session("2019-04-25", "2900", puts("2019-05-30", "2800", "10", "11"), true);
  CHECK(f.all<OrderRequest>().empty());
  f.pass(f.strategy, 1, {make_message(FeedState{true, 1, 2, "gap"})});
  f.session("2019-04-26", "2900", puts("2019-05-30", "2800", "10", "11"));
  CHECK(f.all<OrderRequest>().empty());
  f.pass(f.strategy, 1, {make_message(FeedState{false, 2, 2, "recovered"})});
  f.session("2019-04-29", "2900", puts("2019-05-30", "2800", "10", "11"));
  CHECK(f.all<Fill>().size() == 1);
  f.session("2019-05-24", "2900", puts("2019-05-30", "2800", "1", "1.20"), true);
  CHECK(f.all<Fill>().size() == (closing ? 2 : 1));
  f.session("2019-05-28", "2900", puts("2019-05-30", "2800", "1", "1.20"));  // a refused exit is tried again
  CHECK(f.all<Fill>().size() == 2);
}

TEST_CASE("profit target and stop at liquidation prices; a wing without a bid is left to expire", "[trading][nodes]") {
  const auto chain = [](const char* bid, const char* ask, const char* wing_bid, const char* wing_ask) {
    return puts("2019-05-30", "2800", bid, ask) + puts("2019-05-30", "2790", wing_bid, wing_ask, -0.10);
  };
  Floor f(put_spread);
  f.session("2019-04-25", "2900", chain("10", "11", "8", "9"));  // credit 1.00
  REQUIRE(f.all<Fill>().size() == 1);
  CHECK(f.all<OrderRequest>().at(0).max_loss.to_string() == "900.00");
  SECTION("target") {
    f.session("2019-04-26", "2900", chain("4", "4.51", "4", "4.10"));  // 0.51 to close
    CHECK(f.all<Fill>().size() == 1);
    f.session("2019-04-29", "2900", chain("4", "4.50", "4", "4.10"));
    CHECK(f.all<Fill>().at(1).reason == TradeReason::profit_target);
    CHECK(f.all<TradeClosed>().at(0).pnl.to_string() == "50.00");
  }
  SECTION("stop") {
    f.session("2019-04-26", "2900", chain("14", "15", "12", "13"));
    CHECK(f.all<Fill>().at(1).reason == TradeReason::stop_loss);
    CHECK(f.all<TradeClosed>().at(0).pnl.to_string() == "-200.00");
  }
  SECTION("no bid for the wing") {
    f.session("2019-04-26", "2900", chain("0.20", "0.30", "0", "0.05"));
    const Fill exit = f.all<Fill>().at(1);
    REQUIRE(exit.legs.size() == 1);
    CHECK(exit.legs[0].quantity == 1);
    CHECK(f.all<TradeClosed>().empty());
    f.session("2019-05-30", "2900", puts("2019-06-27", "2800", "0", "0.05", -0.9));
    const auto trade = f.all<TradeClosed>().at(0);
    CHECK(trade.exit_reason == TradeReason::profit_target);
    CHECK(trade.pnl.to_string() == "70.00");
  }
}

TEST_CASE("limit orders at mid rest and are filled by a later quote", "[trading][nodes]") {
  std::string rules = short_put;
  rules.insert(1, "order: {type: limit, limit: mid, time_in_force: gtc}, ");
  Floor f(rules);
  f.session("2019-04-25", "2900", puts("2019-05-30", "2800", "10", "11"));
  CHECK(f.all<OrderAccepted>().size() == 1);
  f.session("2019-04-26", "2900", puts("2019-05-30", "2800", "10.40", "11"));
  CHECK(f.all<Fill>().empty());
  CHECK(f.all<OrderRequest>().size() == 1);  // never two in flight
  f.session("2019-04-29", "2900", puts("2019-05-30", "2800", "10.60", "11"));
  CHECK(f.all<Fill>().at(0).legs[0].price.to_string() == "10.60");
}

TEST_CASE("nodes restored in the middle of a position go on exactly", "[trading][nodes]") {
  const auto play = [](bool interrupted) {
    Floor f(short_put, "{}", "{fill: {model: spread_fraction, fraction: 0.77}, fees: 0.65}");
    const std::pair<const char*, std::vector<SmallQuote>> sessions[] = {
        {"2019-04-25", puts("2019-05-30", "2800", "10", "11")},
        {"2019-04-26", puts("2019-05-30", "2800", "11", "12") + puts("2019-05-30", "2700", "5", "6", -0.1)},
        {"2019-05-23", puts("2019-05-30", "2800", "1", "1.20", -0.02) + puts("2019-06-27", "2820", "12", "13")},
        {"2019-06-24", puts("2019-06-27", "2820", "", "13")},
        {"2019-06-27", puts("2019-07-25", "2820", "12", "13")},
    };
    for (const auto& [date, quotes] : sessions) {
      f.session(date, "2790", quotes);
      if (interrupted) f.save_and_load();
    }
    f.pass(f.book, 4, {make_message(Stop{{f.clock}, "end_of_data", false})});
    std::vector<std::string> text;
    for (const MessageRef& m : f.log) text.push_back(std::string(m.info().name) + m.to_json());
    return text;
  };
  const auto straight = play(false), interrupted = play(true);
  CHECK(straight.size() > 20);
  CHECK(straight == interrupted);
}

TEST_CASE("parameters that cannot work are refused with their place", "[trading][nodes]") {
  const char* const legs = "legs: [{right: put, side: buy, strike_offset: {from: 0, points: 5}}]}";
  CHECK_THROWS_WITH(make_node(strategy_rules_node_type(), std::string("{entry: {days_to_expiry: 35}, ") + legs),
                    Catch::Contains("circle"));
  CHECK_THROWS_WITH(make_node(strategy_rules_node_type(),
                              "{entry: {days_to_expiry: 35}, legs: [{right: put, side: buy, delta: 30}]}"),
                    Catch::Contains("0.30"));
  CHECK_THROWS_WITH(make_node(executor_simulated_node_type(), "{fill: {model: midd}}"), Catch::Contains("mid"));
  CHECK_NOTHROW(make_node(executor_simulated_node_type(), "{fill: mid, fees: 0.65}"));
}
