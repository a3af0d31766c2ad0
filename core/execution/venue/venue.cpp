#include "core/execution/venue/venue.hpp"

#include <algorithm>
#include <utility>

#include "core/contracts/shares.hpp"
#include "core/execution/venue/order_checks.hpp"
#include "core/sequencer/random.hpp"

namespace optix {

void Venue::on_snapshot(const MessageRef& message, Reports& reports) {
  const ChainSnapshot& chain = message.get<ChainSnapshot>();
  market_.on_snapshot(message);
  ++snapshots_;
  if (!lost_.empty()) lost_.on_snapshot(chain.underlying, reports);
  if (chain.session > session_) {
    session_ = chain.session;
    if (!working_.empty()) expire_day_orders(chain.session, reports);
  }
  if (working_.empty()) return;
  for (WorkingOrder& order : working_.on(chain.underlying)) match(order, chain, reports);
  sweep();
}

void Venue::expire_day_orders(Date session, Reports& reports) {
  working_.for_each([&](WorkingOrder& order) {
    if (order.request.time_in_force == TimeInForce::gtc || order.session == WorkingOrder::no_session) return;
    if (session > order.session) end(order, RejectReason::session_ended, reports);
  });
  sweep();
}

bool Venue::loses_answer(std::uint64_t order) const {
  if (!(rules_.faults.lose_answers > 0)) return false;
  const std::uint64_t stream = rules_.stream ^ stream_of("lost answers");
  return draw_uniform(rules_.seed, stream, order) < rules_.faults.lose_answers;
}

void Venue::on_order(const OrderRequest& order, Reports& reports) {
  if (!past_.use_id(order.order)) {
    // Sent twice: the first counts, and what became of it is told before the second is refused.
    lost_.find_out(order.order, reports);
    return say(OrderRejected{order.order, order.position, order.intent, RejectReason::bad_request,
                             "order " + std::to_string(order.order) + " was sent before"},
               reports);
  }
  const auto defect = request_defect(order, market_.instruments());
  if (loses_answer(order.order)) {
    say(OrderUnknown{order.order, order.position, order.intent, "no answer from the venue"}, reports);
    const Symbol underlying = defect ? Symbol{} : terms_of(order.legs.front(), market_.instruments()).underlying;
    lost_.lose(order.order, underlying, rules_.faults.resolve_after);
  }
  if (defect) return reject(order, defect->reason, defect->detail, reports);
  if (killed_ && order.intent == OrderIntent::open)
    return reject(order, RejectReason::kill_switch, "the kill switch is engaged: nothing opens", reports);
  place(working_order(order, market_.instruments()), reports);
  sweep();
}

void Venue::sweep() {
  if (!some_ended_) return;
  working_.sweep();
  some_ended_ = false;
}

void Venue::reject(const OrderRequest& order, RejectReason reason, std::string detail, Reports& reports) {
  past_.ended({order.order, order.position, order.oco, OrderState::rejected, 0, 0});
  say(OrderRejected{order.order, order.position, order.intent, reason, std::move(detail)}, reports);
}

void Venue::place(WorkingOrder order, Reports& reports) {
  const OrderRequest& request = order.request;
  const auto refuse = [&](RejectReason reason, const OrderLeg& leg, std::string_view missing = {}) {
    reject(request, reason, refusal_detail(reason, leg, missing, market_), reports);
  };
  const ChainSnapshot* chain = market_.chain(order.legs.front().underlying);
  for (std::size_t i = 0; i < order.legs.size(); ++i) {
    const ChainSnapshot* of_leg = market_.chain(order.legs[i].underlying);
    if (!of_leg) return refuse(RejectReason::no_quote, request.legs[i]);
    if (of_leg->time > order.legs[i].last_trade) return refuse(RejectReason::market_closed, request.legs[i]);
  }
  if (rules_.check_ticks)
    if (auto defect = tick_defect(request, rules_.fills, chain->session, market_.instruments()))
      return reject(request, defect->reason, defect->detail, reports);
  order.placed = chain->time;
  order.snapshot = snapshots_;
  const bool now = rules_.fill_on == FillOn::same_snapshot;
  if (now) order.session = chain->session;
  const std::int64_t asked = order.remaining();
  if (!link(order, reports)) return;
  matching_.line_up(order, market_);

  const bool waits = order.waits_for_parent || order.is_stop();
  const bool held = waits || request.parent != 0;
  order.state = waits ? OrderState::waiting : OrderState::working;
  bool accepted = held;
  if (accepted) say(OrderAccepted{request.order, request.position}, reports);
  if (order.remaining() != asked)
    say(OrderReplaced{request.order, request.position, request.limit, request.stop, order.remaining()}, reports);
  if (held && !waits) say(OrderTriggered{request.order, request.position, Decimal::none()}, reports);
  Decimal cost;
  if (now && order.state == OrderState::waiting && !order.waits_for_parent && goes_live(order, cost))
    say(OrderTriggered{request.order, request.position, cost}, reports);

  Matching::Outcome outcome{RejectReason::unfilled, order.legs.front().contract, {}};
  if (now && order.state == OrderState::working) outcome = try_now(order, false);
  const bool all_done = order.remaining() == 0;
  const bool quote_refused =
      outcome.refused != RejectReason::none && (outcome.refused != RejectReason::unfilled || !outcome.missing.empty());
  if (!accepted && quote_refused && !order.has_limit()) {
    const auto named = std::find_if(request.legs.begin(), request.legs.end(),
                                    [&](const OrderLeg& leg) { return leg.contract == outcome.contract; });
    return refuse(outcome.refused, *named, outcome.missing);
  }
  const bool over = now && order.immediate() && order.state == OrderState::working;
  if (!accepted && !all_done && !over) say(OrderAccepted{request.order, request.position}, reports);
  report_fills(order, reports);
  if (order.ended()) return;
  if (over)
    return end(order, outcome.refused == RejectReason::none ? RejectReason::unfilled : outcome.refused, reports);
  working_.add(std::move(order));
}

Matching::Outcome Venue::try_now(WorkingOrder& order, bool resting) {
  if (const RejectReason closed = market_.closed_for(order); closed != RejectReason::none)
    return {closed, order.legs.front().contract, {}};
  return matching_.trade(order, resting, market_, fills_);
}

bool Venue::goes_live(WorkingOrder& order, Decimal& cost) {
  if (market_.closed_for(order) != RejectReason::none) return false;
  const auto now = matching_.net_cost(order, order.request.trigger, market_);
  if (!now) return false;
  const bool trails = order.request.type == OrderType::trailing_stop;
  if (trails && (order.lowest.is_none() || *now < order.lowest)) order.lowest = *now;
  const Decimal stop = trails ? order.lowest + order.request.trail : order.request.stop;
  if (*now < stop) return false;
  order.state = OrderState::working;
  cost = *now;
  return true;
}

void Venue::match(WorkingOrder& order, const ChainSnapshot& chain, Reports& reports) {
  if (order.ended() || order.snapshot == snapshots_) return;
  if (rules_.fill_on == FillOn::next_snapshot && chain.time <= order.placed) return;
  if (order.session == WorkingOrder::no_session) order.session = chain.session;
  if (market_.past_last_trade(order)) return end(order, RejectReason::market_closed, reports);
  if (order.waits_for_parent) return;
  bool resting = true;
  if (order.state == OrderState::waiting) {
    Decimal cost;
    if (!goes_live(order, cost)) return;
    say(OrderTriggered{order.request.order, order.request.position, cost}, reports);
    resting = false;
  }
  const Matching::Outcome outcome = try_now(order, resting);
  report_fills(order, reports);
  if (!order.ended() && order.immediate())
    end(order, outcome.refused == RejectReason::none ? RejectReason::unfilled : outcome.refused, reports);
}

void Venue::report_fills(WorkingOrder& order, Reports& reports) {
  if (fills_.empty()) return;
  std::vector<Fill> fills = std::exchange(fills_, {});
  for (Fill& fill : fills) {
    order.state = fill.remaining == 0 ? OrderState::filled : OrderState::partially_filled;
    std::int64_t traded = 0;
    for (const FillLeg& leg : fill.legs) traded += leg.quantity < 0 ? -std::int64_t{leg.quantity} : leg.quantity;
    const std::int64_t left = fill.remaining;
    say(std::move(fill), reports);
    if (order.request.oco != 0) after_fill(order, traded, left, reports);
  }
  if (order.ended()) after_end(order, reports);
  fills.clear();
  fills_ = std::move(fills);  // keeps its memory
}

void Venue::end(WorkingOrder& order, RejectReason reason, Reports& reports) {
  order.state = reason == RejectReason::session_ended ? OrderState::expired : OrderState::cancelled;
  if (reason != RejectReason::none && order.legged() && !order.balanced()) {
    reason = RejectReason::leg_risk;
    order.state = OrderState::cancelled;
  }
  say(OrderCancelled{order.request.order, order.request.position, order.request.intent, reason}, reports);
  after_end(order, reports);
}

void Venue::on_cancel(const OrderCancel& cancel, Reports& reports) {
  if (WorkingOrder* order = working_.find(cancel.order)) {
    end(*order, RejectReason::none, reports);
    sweep();
    return;
  }
  say(OrderRejected{cancel.order, 0, OrderIntent::open, RejectReason::unknown_order,
                    "there is no working order with this id"},
      reports);
}

void Venue::on_replace(const OrderReplace& change, Reports& reports) {
  WorkingOrder* order = working_.find(change.order);
  const auto refuse = [&](const Refusal& refusal) {
    const OrderIntent intent = order ? order->request.intent : OrderIntent::open;
    say(OrderRejected{change.order, order ? order->request.position : 0, intent, refusal.reason, refusal.detail},
        reports);
  };
  if (!order) return refuse({RejectReason::unknown_order, "there is no working order with this id"});
  if (auto defect = replace_defect(change, *order)) return refuse(*defect);
  OrderRequest changed = order->request;
  if (!change.limit.is_none()) changed.limit = change.limit;
  if (!change.stop.is_none()) changed.stop = change.stop;
  if (!change.trail.is_none()) changed.trail = change.trail;
  const ChainSnapshot& chain = *market_.chain(order->legs.front().underlying);
  if (rules_.check_ticks)
    if (auto defect = tick_defect(changed, rules_.fills, chain.session, market_.instruments())) return refuse(*defect);

  order = working_.move_last(change.order);
  order->request = std::move(changed);
  if (change.units != 0) order->resize(change.units);
  order->placed = chain.time;
  order->snapshot = snapshots_;
  matching_.line_up(*order, market_);
  const OrderRequest& request = order->request;
  const bool trails = request.type == OrderType::trailing_stop && !order->lowest.is_none();
  say(OrderReplaced{request.order, request.position, request.limit,
                    trails ? order->lowest + request.trail : request.stop, order->remaining()},
      reports);
  if (rules_.fill_on != FillOn::same_snapshot || order->waits_for_parent) return;
  Decimal cost;
  if (order->state == OrderState::waiting) {
    if (!goes_live(*order, cost)) return;
    say(OrderTriggered{request.order, request.position, cost}, reports);
  }
  const Matching::Outcome outcome = try_now(*order, false);
  report_fills(*order, reports);
  if (!order->ended() && order->immediate())
    end(*order, outcome.refused == RejectReason::none ? RejectReason::unfilled : outcome.refused, reports);
  sweep();
}

void Venue::on_query(const OrderQuery& query, Reports& reports) {
  lost_.find_out(query.order, reports);
  OrderStatus status;
  status.order = query.order;
  if (const WorkingOrder* order = working_.find(query.order)) {
    status = {query.order, order->request.position, order->state, order->filled(), order->remaining()};
  } else if (const PastOrder* past = past_.find(query.order)) {
    status = {query.order, past->position, past->state, past->filled, 0};
  }
  reports.push_back(make_message(status));
}

void Venue::on_exercise(const MessageRef& instruction, Reports& reports) {
  const auto& wish = instruction.get<ExerciseInstruction>();
  if (auto defect = exercise_defect(wish, market_)) {
    reports.push_back(
        make_message(OrderRejected{0, wish.position, OrderIntent::close, defect->reason, defect->detail}));
    return;
  }
  reports.push_back(instruction);
}

void Venue::on_kill_switch(const KillSwitch& change, Reports& reports) {
  killed_ = change.engaged;
  if (!killed_) return;
  working_.for_each([&](WorkingOrder& order) {
    if (order.request.intent == OrderIntent::open) end(order, RejectReason::kill_switch, reports);
  });
  sweep();
}

void Venue::on_adjusted(const ContractsAdjusted& adjusted, Reports& reports) {
  working_.for_each([&](WorkingOrder& order) {
    for (const WorkingLeg& leg : order.legs)
      if (std::find(adjusted.from.begin(), adjusted.from.end(), leg.contract) != adjusted.from.end())
        return end(order, RejectReason::adjusted, reports);
  });
  sweep();
}

void Venue::on_split(const SplitNotice& split, Reports& reports) {
  working_.for_each([&](WorkingOrder& order) {
    for (const WorkingLeg& leg : order.legs)
      if (is_shares(leg.contract) && leg.underlying == split.underlying)
        return end(order, RejectReason::adjusted, reports);
  });
  sweep();
}

Venue::State Venue::state() const {
  return {market_.state(), working_.saved(), past_.state(), lost_.orders(), snapshots_, session_, killed_};
}

void Venue::restore(State state) {
  market_.restore(std::move(state.market));
  working_.restore(std::move(state.working));
  past_.restore(std::move(state.past));
  lost_.restore(std::move(state.lost));
  snapshots_ = state.snapshots;
  session_ = state.session;
  killed_ = state.killed;
}

}  // namespace optix
