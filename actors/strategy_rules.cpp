#include "actors/strategy_rules.hpp"

#include <algorithm>
#include <numeric>

#include "core/contracts/payoff.hpp"
#include "core/contracts/row_hint.hpp"
#include "core/contracts/shares.hpp"
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
  retry_ = false;
  for (const WaveEvent& event : wave.events) {
    switch (event.message->id()) {
      case ChainSnapshot::info.id: fresh |= on_snapshot(*event.message); break;
      case Fill::info.id:
        on_fill(event.get<Fill>());
        changed = true;
        break;
      case OrderRejected::info.id: on_rejected(event.get<OrderRejected>()); break;
      case OrderCancelled::info.id: {
        const auto& cancelled = event.get<OrderCancelled>();
        on_ended(cancelled.order, cancelled.position);
        break;
      }
      case OrderAccepted::info.id:
        if (HeldPosition* held = find(event.get<OrderAccepted>().position);
            held != nullptr && held->order == event.get<OrderAccepted>().order) {
          held->answered = true;
          held->unknown = false;
        }
        break;
      case OrderUnknown::info.id:
        if (HeldPosition* held = find(event.get<OrderUnknown>().position);
            held != nullptr && held->order == event.get<OrderUnknown>().order)
          held->unknown = true;
        break;
      case OrderStatus::info.id: on_status(event.get<OrderStatus>()); break;
      case ContractSettled::info.id:
        on_settled(event.get<ContractSettled>());
        changed = true;
        break;
      case HoldingAdjusted::info.id: on_adjusted(event.get<HoldingAdjusted>()); break;
      case Equity::info.id: state_.equity = event.get<Equity>().equity; break;
      case InstrumentBatch::info.id: instruments_.add(*event.message); break;
      case FeedState::info.id: state_.feed_stale = event.get<FeedState>().stale; break;
      case Stop::info.id:
        if (event.get<Stop>().last) report_not_sized(out);
        break;
      default: break;
    }
  }
  if (changed) drop_finished();
  decide(fresh, changed, out);
  delivered_.clear();
}

void RulesStrategy::decide(bool fresh, bool changed, Context& out) {
  if (!fresh && !changed && !retry_) return;
  if (!state_.snapshot) return;
  const auto& chain = state_.snapshot.get<ChainSnapshot>();
  if (fresh) query_unknown(out);
  if ((fresh || retry_) && !state_.held.empty()) try_exits(chain, out);
  if (fresh || changed) try_entry(chain, out);
}

void RulesStrategy::query_unknown(Context& out) {
  for (const HeldPosition& held : state_.held)
    if (held.unknown) out.emit(0, OrderQuery{held.order});
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

Decimal RulesStrategy::liquidation_value(const ChainSnapshot& chain, HeldPosition& held) const {
  Decimal sum;
  for (HeldLeg& leg : held.legs) {
    if (leg.quantity == 0) continue;
    if (is_shares(leg.contract)) {
      if (leg.underlying != chain.underlying) return Decimal::none();
      sum += chain.underlying_price * leg.quantity;
      continue;
    }
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
    const bool part = held.phase == HeldPhase::opening && held.entry_session != Date{};
    if (held.phase == HeldPhase::open || part) {
      ExitFacts facts{chain.session, held.entry_session, held.expiration, held.entry_cost, Decimal::none()};
      if (rules_.exits.needs_prices() && !chain.stale && !state_.feed_stale) {
        facts.liquidation = liquidation_value(chain, held);
        if (!facts.liquidation.is_none()) facts.liquidation += held.proceeds;
      }
      if (const auto reason = exit_reason(rules_.exits, facts)) {
        if (!part) {
          send_exit(chain, held, *reason, out);
        } else if (!held.cancelling && !held.unknown) {
          held.cancelling = true;
          out.emit(0, OrderCancel{held.order});
        }
      }
    }
    // Shares that have just come in are there for the next quotes: those of this instant settled the option.
    const bool just_came = std::find(delivered_.begin(), delivered_.end(), held.id) != delivered_.end();
    if (rules_.assigned == AssignedShares::close_shares && held.order == 0 && !just_came) close_shares(held, out);
  }
}

// Shares that came in by assignment or exercise go by themselves.
void RulesStrategy::close_shares(HeldPosition& held, Context& out) {
  OrderRequest order;
  for (const HeldLeg& leg : held.legs)
    if (is_shares(leg.contract) && leg.quantity != 0)
      order.legs.push_back({leg.contract, static_cast<std::int32_t>(-leg.quantity), leg.underlying});
  if (order.legs.empty()) return;
  held.resume = held.phase;
  order.reason = TradeReason::assignment;
  send(held, std::move(order), out);
}

void RulesStrategy::send_exit(const ChainSnapshot& chain, HeldPosition& held, TradeReason reason, Context& out) {
  OrderRequest order;
  bool shares = false;
  boost::container::small_vector<std::size_t, 4> rows;
  for (HeldLeg& leg : held.legs) {
    if (leg.quantity == 0) continue;
    const bool is_long = leg.quantity > 0;
    if (is_shares(leg.contract)) {
      shares = true;
    } else {
      const bool listed = find_row_again(chain, instruments_, leg.contract, leg.row);
      const Quote quote = listed ? quote_at(chain, leg.row) : Quote{Decimal::none(), Decimal::none()};
      if (is_long ? !quote.has_bid() : !quote.has_ask()) {
        if (is_long) continue;
        return;  // the longs must not go before a short that cannot be bought back
      }
    }
    order.legs.push_back({leg.contract, static_cast<std::int32_t>(-leg.quantity), leg.underlying});
    rows.push_back(leg.row);
  }
  if (order.legs.empty()) return;
  order.reason = reason;
  if (!shares) price_order(chain, {rows.data(), rows.size()}, order);  // shares go at the market
  send(held, std::move(order), out);
}

// Sends a closing order.
void RulesStrategy::send(HeldPosition& held, OrderRequest order, Context& out) {
  order.position = held.id;
  order.intent = OrderIntent::close;
  order.order = held.order = own_id(out, state_.orders);
  held.reason = order.reason;
  held.phase = HeldPhase::closing;
  held.answered = held.unknown = held.cancelling = false;
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
    order.legs.push_back({leg.contract, leg.quantity, {}});
    held.legs.push_back({leg.contract, 0, static_cast<std::uint32_t>(leg.row), {}});
    rows.push_back(leg.row);
  }
  const Decimal obligation = worst_obligation({payoff.data(), payoff.size()});
  const Decimal max_loss = obligation.is_none() ? obligation : obligation + debit;
  Sizing sizing{rules_.size.units, SizingStop::none};
  if (rules_.size.model != SizingModel::fixed) {
    const UnitFigures unit = unit_figures(chain, debit, max_loss);
    sizing = size_position(rules_.size, sizing_account(), unit, state_.tally);
    if (!unit.capital.is_none()) held.capital = unit.capital * sizing.units;
  }
  if (sizing.units == 0) {
    state_.not_sized.resize(enum_names(SizingStop{}).size());
    ++state_.not_sized[static_cast<std::size_t>(sizing.stop)];
    state_.blocked = chain.session;
    return;
  }
  held.units = sizing.units;
  for (OrderLeg& leg : order.legs) leg.quantity = static_cast<std::int32_t>(leg.quantity * sizing.units);
  order.max_loss = max_loss.is_none() ? max_loss : max_loss * sizing.units;
  price_order(chain, {rows.data(), rows.size()}, order);
  order.order = held.order = own_id(out, state_.orders);
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
