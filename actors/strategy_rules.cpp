#include "actors/strategy_rules.hpp"

#include <algorithm>
#include <numeric>

#include "core/contracts/payoff.hpp"
#include "core/contracts/row_hint.hpp"
#include "messages/codec/state.hpp"

namespace optix {
namespace {

std::uint64_t own_id(const Context& out, std::uint64_t& counter) {
  return (static_cast<std::uint64_t>(out.self()) << 40) + ++counter;
}

}  // namespace

RulesStrategy::RulesStrategy(StrategyRules rules) : rules_(std::move(rules)) { state_.underlying = rules_.underlying; }

void RulesStrategy::on_wave(const Wave& wave, Context& out) {
  bool fresh = false, changed = false;
  for (const WaveEvent& event : wave.events) {
    switch (event.message->id()) {
      case ChainSnapshot::info.id: fresh |= on_snapshot(*event.message); break;
      case Fill::info.id:
        on_fill(event.get<Fill>());
        changed = true;
        break;
      case OrderRejected::info.id: {
        const auto& rejected = event.get<OrderRejected>();
        on_refused(rejected.position, rejected.intent);
        break;
      }
      case OrderCancelled::info.id: {
        const auto& cancelled = event.get<OrderCancelled>();
        on_refused(cancelled.position, cancelled.intent);
        break;
      }
      case ContractSettled::info.id:
        on_settled(event.get<ContractSettled>());
        changed = true;
        break;
      case InstrumentBatch::info.id: instruments_.add(*event.message); break;
      case FeedState::info.id: state_.feed_stale = event.get<FeedState>().stale; break;
      default: break;
    }
  }
  if (changed) drop_finished();
  if (!fresh && !changed) return;
  if (!state_.snapshot) return;
  const auto& chain = state_.snapshot.get<ChainSnapshot>();
  if (fresh && !state_.held.empty()) try_exits(chain, out);
  try_entry(chain, out);
}

bool RulesStrategy::on_snapshot(const MessageRef& snapshot) {
  const auto& chain = snapshot.get<ChainSnapshot>();
  if (state_.underlying.empty()) state_.underlying = chain.underlying;
  if (chain.underlying != state_.underlying) return false;
  if (state_.sessions == 0 || state_.session != chain.session) {
    state_.session = chain.session;
    ++state_.sessions;
  }
  state_.snapshot = snapshot;
  return true;
}

void RulesStrategy::reduce(HeldPosition& held, ContractId contract, std::int32_t quantity) {
  for (HeldLeg& leg : held.legs)
    if (leg.contract == contract) leg.quantity += quantity;
}

void RulesStrategy::on_fill(const Fill& fill) {
  const auto held = std::find_if(state_.held.begin(), state_.held.end(),
                                 [&](const HeldPosition& h) { return h.id == fill.position; });
  if (held == state_.held.end()) return;  // another strategy's
  if (fill.intent == OrderIntent::open) {
    held->phase = HeldPhase::open;
    held->entry_session = fill.session;
    for (const FillLeg& leg : fill.legs)
      held->entry_cost += leg.price * leg.quantity * instruments_.at(leg.contract).multiplier;
    state_.last_entry = state_.sessions;
    return;
  }
  for (const FillLeg& leg : fill.legs) reduce(*held, leg.contract, leg.quantity);
  held->phase = HeldPhase::remnant;  // what an exit leaves over; nothing, as a rule
}

void RulesStrategy::on_refused(std::uint64_t position, OrderIntent intent) {
  const auto held =
      std::find_if(state_.held.begin(), state_.held.end(), [&](const HeldPosition& h) { return h.id == position; });
  if (held == state_.held.end()) return;
  if (intent == OrderIntent::open) {
    state_.held.erase(held);
    state_.blocked = state_.session;
  } else if (held->phase == HeldPhase::closing) {
    held->phase = HeldPhase::open;
  }
}

void RulesStrategy::on_settled(const ContractSettled& settled) {
  for (HeldPosition& held : state_.held)
    if (held.id == settled.position) reduce(held, settled.contract, -settled.quantity);
}

void RulesStrategy::drop_finished() {
  std::erase_if(state_.held, [](const HeldPosition& held) {
    return held.phase != HeldPhase::opening &&
           std::all_of(held.legs.begin(), held.legs.end(), [](const HeldLeg& leg) { return leg.quantity == 0; });
  });
}

Decimal RulesStrategy::liquidation_value(const ChainSnapshot& chain, HeldPosition& held) const {
  Decimal sum;
  for (HeldLeg& leg : held.legs) {
    if (leg.quantity == 0) continue;
    if (!find_row_again(chain, instruments_, leg.contract, leg.row)) return Decimal::none();
    const Quote quote = quote_at(chain, leg.row);
    const bool is_long = leg.quantity > 0;
    if (quote.crossed() || (!is_long && !quote.has_ask())) return Decimal::none();
    const Decimal price = is_long ? (quote.has_bid() ? quote.bid : Decimal{}) : quote.ask;
    sum += price * leg.quantity * instruments_.at(leg.contract).multiplier;
  }
  return sum;
}

void RulesStrategy::try_exits(const ChainSnapshot& chain, Context& out) {
  for (HeldPosition& held : state_.held) {
    if (held.phase != HeldPhase::open) continue;
    ExitFacts facts{chain.session, held.entry_session, held.expiration, held.entry_cost, Decimal::none()};
    if (rules_.exits.needs_prices() && !chain.stale && !state_.feed_stale)
      facts.liquidation = liquidation_value(chain, held);
    if (const auto reason = exit_reason(rules_.exits, facts)) send_exit(chain, held, *reason, out);
  }
}

void RulesStrategy::send_exit(const ChainSnapshot& chain, HeldPosition& held, TradeReason reason, Context& out) {
  OrderRequest order;
  boost::container::small_vector<std::size_t, 4> rows;
  for (HeldLeg& leg : held.legs) {
    if (leg.quantity == 0) continue;
    const bool is_long = leg.quantity > 0;
    const bool listed = find_row_again(chain, instruments_, leg.contract, leg.row);
    const Quote quote = listed ? quote_at(chain, leg.row) : Quote{Decimal::none(), Decimal::none()};
    if (is_long ? !quote.has_bid() : !quote.has_ask()) {
      if (is_long) continue;
      return;  // the longs must not go before a short that cannot be bought back
    }
    order.legs.push_back({leg.contract, -leg.quantity});
    rows.push_back(leg.row);
  }
  if (order.legs.empty()) return;
  order.position = held.id;
  order.intent = OrderIntent::close;
  order.reason = reason;
  price_order(chain, {rows.data(), rows.size()}, order);
  order.order = own_id(out, state_.orders);
  held.phase = HeldPhase::closing;
  out.emit(0, std::move(order));
}

// Type, time in force and the net limit for one unit of the combo.
void RulesStrategy::price_order(const ChainSnapshot& chain, std::span<const std::size_t> rows,
                                OrderRequest& order) const {
  order.type = rules_.order_type;
  order.time_in_force = rules_.time_in_force;
  if (order.type == OrderType::market) return;
  std::int64_t unit = 0;
  for (const OrderLeg& leg : order.legs) unit = std::gcd(unit, std::int64_t{leg.quantity});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Quote quote = quote_at(chain, rows[i]);
    const bool buy = order.legs[i].quantity > 0;
    const Decimal touch = buy ? quote.ask : quote.bid;
    const bool two_sided = !quote.bid.is_none() && quote.has_ask();
    const Decimal price = rules_.limit == LimitPrice::mid && two_sided ? (quote.bid + quote.ask).half() : touch;
    order.limit += price * (order.legs[i].quantity / unit);
  }
}

void RulesStrategy::try_entry(const ChainSnapshot& chain, Context& out) {
  if (chain.stale || state_.feed_stale || state_.blocked == chain.session) return;
  if (state_.last_entry != 0 && state_.sessions - state_.last_entry < static_cast<std::uint64_t>(rules_.every)) return;
  std::int32_t open = 0;
  for (const HeldPosition& held : state_.held) {
    if (held.phase == HeldPhase::opening) return;
    if (held.phase != HeldPhase::remnant) ++open;
  }
  if (open >= rules_.max_open || !select_legs(chain, rules_.selection, selection_)) return;

  OrderRequest order;
  HeldPosition held;
  held.expiration = selection_.expiration;
  boost::container::small_vector<std::size_t, 4> rows;
  boost::container::small_vector<PayoffLeg, 4> payoff;
  Decimal debit;
  for (std::size_t i = 0; i < selection_.legs.size(); ++i) {
    const SelectedLeg& leg = selection_.legs[i];
    const std::int32_t multiplier = instruments_.at(leg.contract).multiplier;
    const Quote quote = quote_at(chain, leg.row);
    debit += (leg.quantity > 0 ? quote.ask : quote.bid) * leg.quantity * multiplier;
    payoff.push_back({rules_.selection.legs[i].right, chain.strike[leg.row], leg.quantity, multiplier});
    order.legs.push_back({leg.contract, leg.quantity});
    held.legs.push_back({leg.contract, leg.quantity, static_cast<std::uint32_t>(leg.row)});
    rows.push_back(leg.row);
  }
  const Decimal obligation = worst_obligation({payoff.data(), payoff.size()});
  order.max_loss = obligation.is_none() ? obligation : obligation + debit;
  price_order(chain, {rows.data(), rows.size()}, order);
  order.order = own_id(out, state_.orders);
  order.position = held.id = own_id(out, state_.positions);
  state_.held.push_back(std::move(held));
  out.emit(0, std::move(order));
}

void RulesStrategy::save(std::string& out) const {
  StrategyState state = state_;
  state.instruments = instruments_.batches();
  encode_state(state, out);
}

void RulesStrategy::load(std::string_view bytes) {
  state_ = decode_state<StrategyState>(bytes);
  instruments_ = {};
  for (const MessageRef& batch : state_.instruments) instruments_.add(batch);
  state_.instruments.clear();
}

}  // namespace optix
