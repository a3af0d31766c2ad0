#include "actors/risk_pretrade.hpp"

#include "messages/codec/state.hpp"

namespace optix {
namespace {

// Output ports by RiskOutput::Stream.
constexpr std::uint16_t approved_port = 0, rejected_port = 1;

}  // namespace

void PretradeRisk::on_order(const MessageRef& message, Context& out) {
  if (const auto* order = message.get_if<OrderRequest>()) {
    if (auto refusal = gate_.check(*order))
      out.emit(rejected_port, OrderRejected{order->order, order->position, order->intent, refusal->reason,
                                            std::move(refusal->detail)});
    else
      out.emit(approved_port, message);
    return;
  }
  if (const auto* replace = message.get_if<OrderReplace>()) {
    if (auto refusal = gate_.check(*replace)) {
      OrderRejected rejected;
      rejected.order = replace->order;
      for (const PendingOrder& order : gate_.holdings().orders()) {
        if (order.request.order != replace->order) continue;
        rejected.position = order.request.position;
        rejected.intent = order.request.intent;
      }
      rejected.reason = refusal->reason;
      rejected.detail = "the replacement is refused, the order stays as it was: " + refusal->detail;
      out.emit(rejected_port, std::move(rejected));
      return;
    }
  }
  out.emit(approved_port, message);  // cancellations, queries and instructions pass
}

void PretradeRisk::flush(Context& out) {
  for (RiskOutput& output : outputs_) out.emit(output.stream, std::move(output.message));
  outputs_.clear();
}

void PretradeRisk::on_wave(const Wave& wave, Context& out) {
  bool step = false;
  for (const WaveEvent& event : wave.events) {
    switch (event.message->id()) {
      case ChainSnapshot::info.id: gate_.on_snapshot(*event.message); break;
      case OrderRequest::info.id:
      case OrderCancel::info.id:
      case OrderReplace::info.id:
      case OrderQuery::info.id: on_order(*event.message, out); break;
      case ExerciseInstruction::info.id:
        // The venue passes instructions on as reports: only a strategy's is for the venue.
        if (event.input == InputPort::first_declared) on_order(*event.message, out);
        break;
      case Fill::info.id: gate_.on_fill(event.get<Fill>()); break;
      case OrderAccepted::info.id:
      case OrderRejected::info.id:
      case OrderCancelled::info.id:
      case OrderReplaced::info.id:
      case OrderTriggered::info.id:
      case OrderUnknown::info.id:
      case OrderStatus::info.id: gate_.on_report(*event.message); break;
      case ContractSettled::info.id: gate_.on_settled(event.get<ContractSettled>()); break;
      case HoldingAdjusted::info.id: gate_.on_adjusted(event.get<HoldingAdjusted>()); break;
      case CashChanged::info.id: gate_.on_cash(event.get<CashChanged>()); break;
      case Equity::info.id:
        gate_.on_equity(event.get<Equity>());
        step = true;
        break;
      case KillSwitch::info.id:
        gate_.on_kill_switch(event.get<KillSwitch>(), outputs_);
        step = true;
        break;
      case InstrumentBatch::info.id: gate_.on_instruments(*event.message); break;
      case FeedState::info.id: gate_.on_feed(event.get<FeedState>()); break;
      default: break;
    }
  }
  if (!step) return;
  gate_.step(out.self(), outputs_);
  flush(out);
}

void PretradeRisk::save(std::string& out) const { encode_state(gate_.state(), out); }
void PretradeRisk::load(std::string_view bytes) { gate_.restore(decode_state<RiskGate::State>(bytes)); }

}  // namespace optix
