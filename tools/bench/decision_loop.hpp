#pragma once
// The workload of the engine benchmark: seven small machines between a price and a statistic, one
// order and one fill each step. The same machines are called directly by the hand-written loop and
// wrapped as nodes for the engine, so that the difference between the two is the engine.
//
//   source -> signal -> strategy -> risk -> venue -> book -> statistics
//                          ^          ^       |
//                          +----------+-------+   fills
#include <cstdint>
#include <string>

#include "actors/node_type.hpp"
#include "config/topology.hpp"
#include "messages/all.hpp"

namespace optix::bench {

// Prices: a bounded walk on a cent grid.
struct Source {
  std::uint64_t step = 0;
  std::int64_t cents = 10'000;
  UnderlyingPrice next(Timestamp now) {
    const std::uint64_t bits = (++step * 0x9E3779B97F4A7C15ull) >> 60;
    cents += static_cast<std::int64_t>(bits) - (cents > 10'000 ? 8 : 7);
    return {Symbol{{'B'}}, now, Date::of(now), Decimal::from_raw(cents * 10'000)};
  }
};

// Exponential mean of the price.
struct Signal {
  double mean = 100;
  UnderlyingPrice on_price(const UnderlyingPrice& price) {
    mean += 0.1 * (price.price.to_double() - mean);
    UnderlyingPrice out = price;
    out.price = Decimal::from_raw(price.price.raw() - static_cast<std::int64_t>(mean * 1e6));
    return out;
  }
};

// Sells above the mean, buys below it: one contract each step.
struct Strategy {
  std::uint64_t orders = 0;
  std::int64_t held = 0;
  OrderRequest on_signal(const UnderlyingPrice& distance) {
    OrderRequest order;
    order.order = ++orders;
    order.position = 1;
    order.legs.push_back({0, distance.price.raw() > 0 || held > 50 ? -1 : 1});
    return order;
  }
  void on_fill(const Fill& fill) { held += fill.legs[0].quantity; }
};

struct Risk {
  std::int64_t held = 0;
  std::uint64_t refused = 0;
  bool on_order(const OrderRequest& order) {
    const std::int64_t after = held + order.legs[0].quantity;
    if (after > 100 || after < -100) {
      ++refused;
      return false;
    }
    return true;
  }
  void on_fill(const Fill& fill) { held += fill.legs[0].quantity; }
};

struct Venue {
  UnderlyingPrice market;
  void on_price(const UnderlyingPrice& price) { market = price; }
  Fill on_order(const OrderRequest& order) {
    Fill fill;
    fill.order = order.order;
    fill.position = order.position;
    fill.session = market.session;
    fill.quote_time = market.time;
    const Decimal bid = market.price - Decimal::from_raw(10'000), ask = market.price + Decimal::from_raw(10'000);
    const std::int32_t quantity = order.legs[0].quantity;
    fill.legs.push_back({0, quantity, quantity > 0 ? ask : bid, bid, ask});
    return fill;
  }
};

struct Book {
  Decimal cash = Decimal::from_int(1'000'000);
  std::int64_t held = 0;
  Equity on_fill(const Fill& fill) {
    const FillLeg& leg = fill.legs[0];
    held += leg.quantity;
    cash -= leg.price * leg.quantity * 100;
    Equity mark;
    mark.time = fill.quote_time;
    mark.session = fill.session;
    mark.market_value = (leg.bid + leg.ask).half() * held * 100;
    mark.cash = cash;
    mark.equity = cash + mark.market_value;
    mark.open_contracts = static_cast<std::int32_t>(held);
    return mark;
  }
};

struct Statistics {
  std::uint64_t n = 0;
  double mean = 0, squares = 0, last = 1e6;
  void on_equity(const Equity& mark) {
    const double value = mark.equity.to_double(), change = value - last;
    last = value;
    const double delta = change - mean;
    mean += delta / static_cast<double>(++n);
    squares += delta * (change - mean);
  }
};

// `steps` prices, one a microsecond, by direct calls; returns the statistics so that nothing is
// optimised away.
Statistics hand_written_loop(std::uint64_t steps);

// The same through the nodes themselves: every message made and shared as in the engine, every node
// called directly by code that knows the wiring. No queue, no order, no digest.
void direct_calls(std::uint64_t steps);

// The same as a topology of seven nodes; the number of steps is a parameter of the source.
Topology decision_loop(std::uint64_t steps);
const std::vector<NodeType>& decision_loop_types();

}  // namespace optix::bench
