#include "tests/properties/random_trader.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace optix::properties {
namespace {

Decimal cents(double usd) { return Decimal::from_raw(static_cast<std::int64_t>(std::llround(usd * 100)) * 10'000); }

}  // namespace

void RandomTrader::on_wave(const Wave& wave, Context& out) {
  bool market = false;
  for (const WaveEvent& event : wave.events) {
    if (const auto* chain = event.get_if<ChainSnapshot>()) {
      chains_[chain->underlying] = *event.message;
      market = true;
    } else if (const auto* p = event.get_if<PositionChanged>()) {
      held_[p->position][{p->contract, p->underlying}] = p->quantity;
    } else if (const auto* a = event.get_if<HoldingAdjusted>()) {
      Holdings& legs = held_[a->position];
      const Symbol underlying = a->from == shares_contract ? a->underlying : Symbol{};
      legs[{a->from, underlying}] = 0;
      legs[{a->to, underlying}] = a->quantity_after;
    }
  }
  if (!market) return;
  for (std::int64_t n = dice_.below(4); n > 0; --n) act(out);
}

void RandomTrader::act(Context& out) {
  const double what = dice_.uniform();
  if (what < 0.45)
    open(out);
  else if (what < 0.75)
    close(out);
  else if (what < 0.92)
    change_mind(out);
  else
    exercise(out);
}

OrderRequest RandomTrader::fresh(OrderIntent intent, std::uint64_t position) {
  OrderRequest order;
  order.order = (std::uint64_t{1} << 40) + ++next_order_;
  order.position = position;
  order.intent = intent;
  order.reason = intent == OrderIntent::open ? TradeReason::entry : TradeReason::manual;
  order.max_loss = Decimal::none();
  orders_.push_back(order.order);
  return order;
}

OrderLegs RandomTrader::some_legs() {
  OrderLegs legs;
  auto which = chains_.begin();
  std::advance(which, dice_.below(static_cast<std::int64_t>(chains_.size())));
  const auto& chain = which->second.get<ChainSnapshot>();
  const bool equity = which->first.to_string() == "RND";
  const std::int64_t count = dice_.between(1, 4), scale = dice_.between(1, 4);
  for (std::int64_t i = 0; i < count && chain.rows() > 0; ++i) {
    const ContractId id =
        chain.contract[static_cast<std::size_t>(dice_.below(static_cast<std::int64_t>(chain.rows())))];
    const bool known = std::any_of(legs.begin(), legs.end(), [&](const OrderLeg& l) { return l.contract == id; });
    const auto size = static_cast<std::int32_t>(scale * (dice_.chance(0.2) ? 2 : 1));
    if (!known) legs.push_back({id, dice_.chance(0.5) ? size : -size, {}});
  }
  if (equity && (legs.empty() || dice_.chance(0.1))) {
    const auto shares = static_cast<std::int32_t>(100 * scale);
    legs.push_back({shares_contract, dice_.chance(0.5) ? shares : -shares, which->first});
  }
  return legs;
}

// Roughly what the legs cost for one unit; NaN when a quote is missing.
double RandomTrader::cost_of(const OrderLegs& legs) const {
  double cost = 0;
  std::int64_t unit = 0;
  for (const OrderLeg& leg : legs)
    if (leg.contract != shares_contract) unit = std::gcd(unit, std::int64_t{std::abs(leg.quantity)});
  for (const OrderLeg& leg : legs) {
    double price = std::nan("");
    for (const auto& [symbol, ref] : chains_) {
      const auto& chain = ref.get<ChainSnapshot>();
      if (leg.contract == shares_contract && symbol == leg.underlying) price = chain.underlying_price.to_double();
      for (std::size_t i = 0; i < chain.rows(); ++i)
        if (chain.contract[i] == leg.contract && !chain.ask[i].is_none()) price = chain.ask[i].to_double();
    }
    const bool shares = leg.contract == shares_contract;
    const double multiplier = shares && unit != 0 ? 0.01 : 1;
    cost += price * leg.quantity * multiplier / static_cast<double>(unit == 0 ? std::abs(leg.quantity) : unit);
  }
  return cost;
}

void RandomTrader::set_prices(OrderRequest& order) {
  order.type = static_cast<OrderType>(dice_.below(5));
  order.time_in_force = static_cast<TimeInForce>(dice_.below(4));
  if (order.legs.size() > 1 && dice_.chance(0.2)) order.combo = ComboStyle::legged;
  if (dice_.chance(0.3)) order.trigger = StopTrigger::mid;
  double cost = cost_of(order.legs);
  if (std::isnan(cost)) cost = dice_.uniform() * 10 - 5;
  const double swing = std::abs(cost) * 0.2 + 0.05;
  const auto around = [&] { return cents(cost + swing * (2 * dice_.uniform() - 1)); };
  if (order.type == OrderType::limit || order.type == OrderType::stop_limit) order.limit = around();
  if (order.type == OrderType::stop || order.type == OrderType::stop_limit) order.stop = around();
  if (order.type == OrderType::trailing_stop) order.trail = cents(0.05 + swing * dice_.uniform());
}

void RandomTrader::open(Context& out) {
  const OrderLegs legs = some_legs();
  if (legs.empty()) return;
  const bool add = next_position_ > 0 && dice_.chance(0.2);
  const std::uint64_t position =
      add ? static_cast<std::uint64_t>(dice_.between(1, static_cast<std::int64_t>(next_position_))) : ++next_position_;
  OrderRequest entry = fresh(OrderIntent::open, position);
  entry.legs = legs;
  set_prices(entry);
  const bool pair = dice_.chance(0.15);
  if (pair) entry.oco = ++next_group_;
  out.emit(0, entry);
  if (pair || dice_.chance(0.15)) {  // an alternative, or two exits that wait for the entry
    for (int i = 0; i < (pair ? 1 : 2); ++i) {
      OrderRequest other = fresh(pair ? OrderIntent::open : OrderIntent::close, position);
      other.legs = legs;
      if (!pair)
        for (OrderLeg& leg : other.legs) leg.quantity = -leg.quantity;
      set_prices(other);
      if (!pair) other.parent = entry.order;
      other.oco = pair ? entry.oco : next_group_ + 1;
      out.emit(0, other);
    }
    if (!pair) ++next_group_;
  }
}

void RandomTrader::close(Context& out) {
  std::vector<std::uint64_t> open;
  for (const auto& [position, legs] : held_)
    if (std::any_of(legs.begin(), legs.end(), [](const auto& leg) { return leg.second != 0; }))
      open.push_back(position);
  if (open.empty()) return;
  const std::uint64_t position = open[static_cast<std::size_t>(dice_.below(static_cast<std::int64_t>(open.size())))];
  OrderRequest order = fresh(OrderIntent::close, position);
  const bool part = dice_.chance(0.3);
  for (const auto& [key, quantity] : held_[position]) {
    if (quantity == 0 || order.legs.size() > 20 || (part && dice_.chance(0.5))) continue;
    const std::int64_t most = std::abs(quantity), now = part ? dice_.between(1, most) : most;
    order.legs.push_back({key.first, static_cast<std::int32_t>(quantity > 0 ? -now : now), key.second});
  }
  if (order.legs.empty()) return;
  set_prices(order);
  if (dice_.chance(0.6)) order.type = OrderType::market, order.limit = {}, order.stop = order.trail = Decimal::none();
  out.emit(0, order);
}

void RandomTrader::change_mind(Context& out) {
  if (orders_.empty()) return;
  const auto last = static_cast<std::int64_t>(orders_.size());
  const std::uint64_t order =
      orders_[static_cast<std::size_t>(dice_.between(std::max<std::int64_t>(0, last - 8), last - 1))];
  const double what = dice_.uniform();
  if (what < 0.4) {
    out.emit(0, OrderCancel{order});
  } else if (what < 0.8) {
    OrderReplace change;
    change.order = order;
    if (dice_.chance(0.5)) change.limit = cents(dice_.uniform() * 10 - 5);
    if (dice_.chance(0.4)) change.units = dice_.between(1, 6);
    if (dice_.chance(0.2)) change.stop = cents(dice_.uniform() * 10 - 5);
    out.emit(0, change);
  } else {
    out.emit(0, OrderQuery{order});
  }
}

void RandomTrader::exercise(Context& out) {
  for (const auto& [position, legs] : held_)
    for (const auto& [key, quantity] : legs)
      if (quantity > 0 && key.first != shares_contract && dice_.chance(0.3)) {
        out.emit(0,
                 ExerciseInstruction{position, key.first, static_cast<std::int32_t>(dice_.between(1, quantity)),
                                     dice_.chance(0.5) ? ExerciseChoice::exercise : ExerciseChoice::do_not_exercise});
        return;
      }
}

}  // namespace optix::properties
