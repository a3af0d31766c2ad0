#include "core/store/run_collector.hpp"

#include <catch2/catch.hpp>

#include "messages/all.hpp"

using namespace optix;

namespace {

MessageRef cash(CashCause cause) {
  return make_message(CashChanged{cause, Decimal::from_int(1), Decimal::from_int(1), 0});
}

}  // namespace

TEST_CASE("each result is collected once, however many inputs it reaches", "[store]") {
  RunCollector collector;
  const MessageRef equity = make_message(Equity{}), fill = make_message(Fill{});
  // Source 3 sends equity to ports 5 and 9; source 4's fills reach ports 2, 6 and 7, one of them later.
  const std::vector<Event> first = {{10, 1, 2, 4, 0, fill},   {10, 1, 6, 4, 0, fill},   {10, 1, 5, 3, 0, equity},
                                    {10, 1, 9, 3, 0, equity}, {10, 1, 5, 3, 1, equity}, {10, 1, 9, 3, 1, equity}};
  const std::vector<Event> second = {{10, 2, 7, 4, 0, fill},
                                     {10, 2, observers_port, 8, 0, make_message(MetricValue{})}};
  collector.on_events({10, 1}, first);
  collector.on_events({10, 2}, second);
  CHECK(collector.results().fills.size() == 1);
  CHECK(collector.results().equity.size() == 2);
  CHECK(collector.results().metrics.size() == 1);
  CHECK(collector.results().fills[0].same_object(fill));
}

TEST_CASE("only results are collected", "[store]") {
  RunCollector collector;
  const std::vector<Event> events = {
      {1, 0, 1, 0, 0, make_message(ChainSnapshot{})},   {1, 0, 2, 0, 0, make_message(ChainSnapshot{})},
      {1, 0, 3, 1, 0, make_message(OrderRequest{})},    {1, 0, 4, 2, 0, make_message(OrderRejected{})},
      {1, 0, 4, 5, 0, make_message(OrderRejected{})},  // another source: its own
      {1, 0, 6, 2, 0, cash(CashCause::trade)},          {1, 0, 6, 2, 1, cash(CashCause::deposit)},
      {1, 0, 7, 2, 2, make_message(ContractSettled{})}, {1, 0, 7, 2, 3, make_message(TradeClosed{})}};
  collector.on_events({1, 0}, events);
  const RunResults results = collector.take();
  CHECK(results.snapshots == 1);
  CHECK(results.rejections.size() == 2);
  CHECK(results.deposits.size() == 1);
  CHECK(results.settlements.size() == 1);
  CHECK(results.trades.size() == 1);
  CHECK(results.fills.empty());
}

TEST_CASE("market data that a node passes on is collected once", "[store]") {
  RunCollector collector;
  const Symbol underlying = *Symbol::from("SIM");
  InstrumentBatch definitions;
  definitions.root = {underlying};
  const MessageRef batch = make_message(InstrumentBatch(definitions));
  const MessageRef again = make_message(std::move(definitions));  // as it comes back from another process
  for (std::int64_t t = 1; t <= 3; ++t) {
    ChainSnapshot chain;
    chain.underlying = underlying;
    chain.time = {t};
    const MessageRef price = make_message(UnderlyingPrice{underlying, {t}, {}, Decimal::from_int(t)});
    const MessageRef seen = make_message(ChainSnapshot(chain));
    chain.stale = true;
    const MessageRef changed = make_message(std::move(chain));
    // Source 0 reaches port 7 in round 1; node 6 passes it on to ports 1 and 2 in round 2.
    std::vector<Event> first{{t, 1, 7, 0, 0, price}, {t, 1, 7, 0, 1, seen}}, second;
    if (t == 1) first.push_back({t, 1, 7, 0, 2, batch});
    for (const std::uint16_t port : {std::uint16_t{1}, std::uint16_t{2}}) {
      if (t == 1) second.push_back({t, 2, port, 6, 0, again});
      second.push_back({t, 2, port, 6, 1, price});
      second.push_back({t, 2, port, 6, 2, changed});
    }
    collector.on_events({t, 1}, first);
    collector.on_events({t, 2}, second);
  }
  CHECK(collector.results().instruments.size() == 1);
  CHECK(collector.results().prices.size() == 3);
  CHECK(collector.results().snapshots == 3);
}
