#pragma once
// Node types as tables, for tests of the configuration alone: the vocabulary of the real ones with
// a representative part of their parameters.
#include <vector>

#include "config/schema.hpp"
#include "messages/all.hpp"

namespace optix::sample {

template <class... M>
std::vector<MessageId> ids() {
  return {M::info.id...};
}

inline std::vector<MessageId> market() {
  return ids<InstrumentBatch, ChainSnapshot, UnderlyingPrice, EndOfData, FeedState>();
}
inline std::vector<MessageId> reports() { return ids<OrderAccepted, OrderRejected, OrderCancelled, Fill>(); }
inline std::vector<MessageId> orders() { return ids<OrderRequest, OrderCancel>(); }
inline std::vector<MessageId> account() { return ids<Equity, CashChanged, PositionChanged>(); }

inline ParamSpec number(std::string name, double min, double max, std::string hint = {}) {
  return {.name = std::move(name), .kind = ParamKind::number, .min = min, .max = max, .hint = std::move(hint)};
}
inline ParamSpec integer(std::string name, double min) {
  return {.name = std::move(name), .kind = ParamKind::integer, .min = min};
}
inline ParamSpec choice(std::string name, std::vector<std::string> choices, bool required = false) {
  return {.name = std::move(name), .kind = ParamKind::choice, .required = required, .choices = std::move(choices)};
}
inline ParamSpec map(std::string name, std::vector<ParamSpec> children, std::string shorthand = {}) {
  return {.name = std::move(name),
          .kind = ParamKind::map,
          .children = std::move(children),
          .shorthand = std::move(shorthand)};
}

inline std::vector<ParamSpec> strategy_params() {
  const std::string fractions = "deltas are fractions";
  const ParamSpec delta = map("delta",
                              {number("target", -1, 1, fractions), number("min", -1, 1, fractions),
                               number("max", -1, 1, fractions), choice("tie", {"lowest_strike", "highest_strike"})},
                              "target");
  const ParamSpec leg =
      map("leg", {choice("right", {"put", "call"}, true), choice("side", {"buy", "sell"}, true), integer("quantity", 1),
                  delta, map("strike_offset", {integer("from", 0), {.name = "points", .kind = ParamKind::decimal}})});
  const ParamSpec expiry = map("days_to_expiry", {integer("min", 0), integer("max", 0), integer("target", 0),
                                                  choice("tie", {"smaller", "larger"})});
  return {{.name = "name", .default_text = "rules"},
          {.name = "underlying"},
          {.name = "roots", .kind = ParamKind::list, .children = {{.name = "root"}}},
          map("positions", {integer("max_open", 1)}),
          map("entry", {expiry, {.name = "min_bid", .kind = ParamKind::decimal}, integer("every", 1)}),
          {.name = "legs",
           .kind = ParamKind::list,
           .doc = "what is traded together",
           .required = true,
           .min = 1,
           .max = 8,
           .children = {leg}},
          map("exit", {integer("days_to_expiry", 0), number("profit_target", 0, 100), number("stop_loss", 0, 1000),
                       integer("max_days_held", 0)}),
          map("order", {choice("type", {"market", "limit"})}, "type")};
}

inline const std::vector<NodeSchema>& types() {
  static const std::vector<NodeSchema> all{
      {.name = "data.replay",
       .outputs = {{"snapshot", market(), ""}},
       .params = {{.name = "csv", .kind = ParamKind::path, .doc = "give it with --set data.csv=FILE", .required = true},
                  choice("layout", {"optix", "cboe_historical"}),
                  {.name = "start", .kind = ParamKind::date},
                  {.name = "end", .kind = ParamKind::date}},
       .source = true},
      {.name = "data.simulated",
       .outputs = {{"snapshot", market(), ""}},
       .params = {{.name = "start", .kind = ParamKind::date, .default_text = "2021-01-04"},
                  {.name = "end", .kind = ParamKind::date, .default_text = "2021-12-31"},
                  number("volatility", 0, 5)},
       .source = true},
      {.name = "feed.zeromq",
       .inputs = {{"wire", ids<FeedFrame>(), ""}},
       .outputs = {{"snapshot", market(), ""}, {"request", ids<SnapshotRequest>(), ""}},
       .params = {{.name = "endpoint", .default_text = "tcp://127.0.0.1:5600"}},
       .source = true},
      {.name = "strategy.rules",
       .inputs = {{"market", market(), "", true},
                  {"reports", reports(), "", true},
                  {"settled", ids<ContractSettled>(), ""},
                  {"account", account(), ""}},
       .outputs = {{"orders", orders(), ""}},
       .params = strategy_params()},
      {.name = "risk.pretrade",
       .inputs = {{"orders", orders(), "", true},
                  {"market", market(), "", true},
                  {"reports", reports(), "", true},
                  {"account", account(), ""},
                  {"settled", ids<ContractSettled>(), ""}},
       .outputs = {{"approved", orders(), ""},
                   {"rejected", ids<OrderRejected>(), ""},
                   {"state", ids<KillSwitch>(), ""}},
       .params = {integer("max_contracts", 1),
                  {.name = "enabled", .kind = ParamKind::boolean, .default_text = "true"}}},
      {.name = "executor.simulated",
       .inputs = {{"market", market(), "", true}, {"orders", orders(), "", true}, {"control", ids<KillSwitch>(), ""}},
       .outputs = {{"reports", reports(), ""}},
       .params = {map("fill", {choice("model", {"spread_fraction", "touch", "mid"}), number("fraction", 0, 1)}),
                  map("fees", {number("per_contract", 0, 100)})}},
      {.name = "portfolio.book",
       .inputs = {{"market", market(), "", true}, {"reports", reports(), "", true}},
       .outputs = {{"account", account(), ""},
                   {"settled", ids<ContractSettled>(), ""},
                   {"trades", ids<TradeClosed>(), ""}},
       .params = {{.name = "cash", .kind = ParamKind::decimal, .default_text = "100000", .min = 0},
                  choice("liquidation", {"touch", "mid"}),
                  choice("attribution", {"off", "daily"})}},
      {.name = "metrics.summary",
       .inputs = {{"account", account(), "", true}, {"trades", ids<TradeClosed>(), "", true}, {"market", market(), ""}},
       .outputs = {{"values", ids<MetricValue>(), ""}}}};
  return all;
}

}  // namespace optix::sample
