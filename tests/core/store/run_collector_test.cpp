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
