#include "actors/metrics_summary.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "messages/metrics.hpp"

using namespace optix;

namespace {

Date day(int n) { return Date::from_civil(2019, 4, 25) + n; }
Decimal usd(int n) { return Decimal::from_int(n); }

// Feeds a node one wave at a time and keeps what it sends.
struct Bench {
  Outbox out;
  std::int64_t now = 0;

  void give(Node& node, std::vector<MessageRef> messages) {
    std::vector<WaveEvent> events;
    for (const MessageRef& m : messages) events.push_back({InputPort::first_declared, 0, &m});
    Context context({++now, 1}, 0, 0, 0, out);
    node.on_wave({{now, 1}, events}, context);
  }
  std::map<std::string, MetricValue> values() const {
    std::map<std::string, MetricValue> all;
    for (const Emission& e : out) {
      const auto& v = e.message.get<MetricValue>();
      INFO("sent twice: " << v.name);
      CHECK(all.emplace(v.name, v).second);
    }
    return all;
  }
};

MessageRef equity(int session, int value, int open = 1, int fees = 0) {
  Equity e;
  e.session = day(session);
  e.equity = usd(value);
  e.fees = usd(fees);
  e.open_positions = open;
  return make_message(e);
}
MessageRef deposit(int value) { return make_message(CashChanged{CashCause::deposit, usd(value), usd(value), 0}); }
MessageRef price(const char* symbol, int session, int value) {
  return make_message(UnderlyingPrice{Symbol::from(symbol).value(), {}, day(session), usd(value)});
}
MessageRef trade(int pnl) {
  TradeClosed t;
  t.entry_session = day(0);
  t.exit_session = day(7);
  t.exit_reason = TradeReason::profit_target;
  t.pnl = usd(pnl);
  return make_message(t);
}
MessageRef stop(bool last) { return make_message(Stop{{}, "end_of_data", last}); }

// A short run as waves.
std::vector<std::vector<MessageRef>> story() {
  return {{deposit(1000)},
          {price("SPX", 0, 100), price("NDX", 0, 7), equity(0, 990, 0)},
          {equity(0, 1010)},  // the last mark of a session counts
          {price("SPX", 1, 110), equity(1, 1111, 1, 3)},
          {trade(60), trade(-20)},
          {price("SPX", 2, 99), equity(2, 1000, 0, 5)},
          {stop(false)},
          {stop(true)}};
}

}  // namespace

TEST_CASE("metrics.summary sums up when the run is over, not before", "[metrics_summary]") {
  MetricsSummary node({}, {});
  Bench bench;
  const auto waves = story();
  for (std::size_t i = 0; i < waves.size(); ++i) {
    CHECK(bench.out.empty());
    bench.give(node, waves[i]);
  }
  const auto values = bench.values();
  const std::pair<const char*, double> expected[] = {{"initial_equity", 1000},
                                                     {"final_equity", 1000},
                                                     {"profit", 0},
                                                     {"fees", 5},
                                                     {"exposure", 2.0 / 3},
                                                     {"periods", 3},
                                                     {"total_return", 0},
                                                     {"max_drawdown", 1000.0 / 1111 - 1},
                                                     {"trades", 2},
                                                     {"win_rate", 0.5},
                                                     {"profit_factor", 3},
                                                     {"average_days_held", 7},
                                                     {"exit.profit_target.pnl", 40},
                                                     {"benchmark_total_return", -0.01},
                                                     {"benchmark_max_drawdown", -0.1}};
  for (const auto& [name, value] : expected) {
    INFO(name);
    REQUIRE(values.count(name) == 1);
    CHECK(values.at(name).defined);
    CHECK(values.at(name).value == Approx(value).margin(1e-12));
  }
  CHECK(values.at("kelly").reason == "fewer_than_30_trades");
  CHECK(values.at("sharpe").basis == "risk-free 0 a year, 252 a year");
  CHECK(values.at("sharpe").n == 3);
}

TEST_CASE("metrics.summary continues from a saved state at every point", "[metrics_summary]") {
  const auto waves = story();
  MetricsSummary whole({}, {});
  Bench expected;
  for (const auto& wave : waves) expected.give(whole, wave);
  for (std::size_t cut = 0; cut < waves.size(); ++cut) {
    MetricsSummary first({}, {}), second({}, {});
    Bench bench;
    for (std::size_t i = 0; i < cut; ++i) bench.give(first, waves[i]);
    std::string bytes, again;
    first.save(bytes);
    second.load(bytes);
    second.save(again);
    CHECK(bytes == again);
    for (std::size_t i = cut; i < waves.size(); ++i) bench.give(second, waves[i]);
    INFO("cut before wave " << cut);
    REQUIRE(bench.out.size() == expected.out.size());
    for (std::size_t i = 0; i < bench.out.size(); ++i)
      CHECK(bench.out[i].message.hash() == expected.out[i].message.hash());
  }
  MetricsSummary node({}, {});
  CHECK_THROWS(node.load("not a state"));
}

TEST_CASE("metrics.summary takes later deposits out of the returns", "[metrics_summary]") {
  MetricsSummary node({}, {});
  Bench bench;
  for (const auto& wave : std::vector<std::vector<MessageRef>>{
           {deposit(100)}, {equity(0, 110)}, {deposit(110), equity(1, 220)}, {equity(2, 242)}, {stop(true)}})
    bench.give(node, wave);
  const auto values = bench.values();
  CHECK(values.at("total_return").value == Approx(0.21));
  CHECK(values.at("profit").value == Approx(32));
}

TEST_CASE("metrics.summary of a run in which nothing happened defines nothing", "[metrics_summary]") {
  for (const bool funded : {false, true}) {
    MetricsSummary node({}, {});
    Bench bench;
    if (funded) bench.give(node, {deposit(1000)});
    bench.give(node, {stop(true)});
    for (const auto& [name, value] : bench.values()) {
      INFO(name);
      CHECK(std::isfinite(value.value));
      CHECK(value.defined == value.reason.empty());
    }
    CHECK(bench.values().at("total_return").reason == "no_observations");
    CHECK(bench.values().at("initial_equity").defined == funded);
  }
}

TEST_CASE("metrics.summary keeps the benchmark it was told", "[metrics_summary]") {
  MetricsSummary node({}, Symbol::from("NDX").value());
  Bench bench;
  for (const auto& wave :
       std::vector<std::vector<MessageRef>>{{deposit(100)},
                                            {price("SPX", 0, 1), price("NDX", 0, 10), equity(0, 100)},
                                            {price("SPX", 1, 9), price("NDX", 1, 11), equity(1, 100)},
                                            {stop(true)}})
    bench.give(node, wave);
  CHECK(bench.values().at("benchmark_total_return").value == Approx(0.1));
}

TEST_CASE("metrics.summary refuses marks that run backwards", "[metrics_summary]") {
  MetricsSummary node({}, {});
  Bench bench;
  bench.give(node, {equity(3, 100)});
  CHECK_THROWS_WITH(bench.give(node, {equity(2, 100)}), Catch::Contains("2019-04-27"));
}

TEST_CASE("the metrics.summary type builds from its defaults", "[metrics_summary]") {
  const NodeType type = metrics_summary_node_type();
  Value params = Value::map({});
  for (const ParamSpec& p : type.schema.params) params.set(p.name, Value::scalar(p.default_text.value()));
  const auto build = [&] { return type.make({"metrics", 0, params, {}}); };
  CHECK(build().ok());
  params.set("benchmark", Value::scalar("A SYMBOL TOO LONG"));
  REQUIRE_FALSE(build().ok());
  CHECK_THAT(build().error().what, Catch::Contains("A SYMBOL TOO LONG"));
}
