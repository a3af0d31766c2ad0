#include "core/store/run_collector.hpp"

#include "messages/all.hpp"

namespace optix {

bool RunCollector::is_first_port(const Event& event) {
  const MessageId id = event.message.id();
  for (const Seen& s : seen_)
    if (s.message == id && s.source == event.source) return s.port == event.port;
  seen_.push_back({id, event.source, event.port});
  return true;
}

// Whether another node sent this kind for the same instant before.
bool RunCollector::is_passed_on(const Event& event, Symbol underlying, Timestamp time) {
  Instant* own = nullptr;
  for (Instant& known : instants_) {
    if (known.message != event.message.id() || known.underlying != underlying) continue;
    if (known.source == event.source)
      own = &known;
    else if (known.time == time)
      return true;
  }
  if (own != nullptr)
    own->time = time;
  else
    instants_.push_back({event.message.id(), event.source, underlying, time});
  return false;
}

bool RunCollector::is_new_batch(const MessageRef& batch) const {
  for (const MessageRef& known : results_.instruments)
    if (known.same_object(batch) || (known.get<InstrumentBatch>().first_id == batch.get<InstrumentBatch>().first_id &&
                                     known.hash() == batch.hash()))
      return false;
  return true;
}

void RunCollector::on_events(Tag, std::span<const Event> events) {
  for (const Event& event : events) {
    std::vector<MessageRef>* into = nullptr;
    switch (event.message.id()) {
      case ChainSnapshot::info.id:
        if (const auto& chain = event.message.get<ChainSnapshot>();
            is_first_port(event) && !is_passed_on(event, chain.underlying, chain.time))
          ++results_.snapshots;
        continue;
      case InstrumentBatch::info.id:
        if (is_first_port(event) && is_new_batch(event.message)) results_.instruments.push_back(event.message);
        continue;
      case UnderlyingPrice::info.id:
        if (const auto& price = event.message.get<UnderlyingPrice>();
            is_first_port(event) && !is_passed_on(event, price.underlying, price.time))
          results_.prices.push_back(event.message);
        continue;
      case Fill::info.id: into = &results_.fills; break;
      case TradeClosed::info.id: into = &results_.trades; break;
      case Equity::info.id: into = &results_.equity; break;
      case MetricValue::info.id: into = &results_.metrics; break;
      case OrderRejected::info.id: into = &results_.rejections; break;
      case OrderCancelled::info.id: into = &results_.cancelled; break;
      case ContractSettled::info.id: into = &results_.settlements; break;
      case Attribution::info.id: into = &results_.attribution; break;
      case MarginState::info.id: into = &results_.margin; break;
      case MarginCall::info.id:
      case KillSwitch::info.id: into = &results_.alarms; break;
      case CashChanged::info.id:
        if (event.message.get<CashChanged>().cause == CashCause::deposit) into = &results_.deposits;
        break;
      default: break;
    }
    if (into != nullptr && is_first_port(event)) into->push_back(event.message);
  }
}

}  // namespace optix
