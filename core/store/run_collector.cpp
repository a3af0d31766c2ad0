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

void RunCollector::on_events(Tag, std::span<const Event> events) {
  for (const Event& event : events) {
    std::vector<MessageRef>* into = nullptr;
    switch (event.message.id()) {
      case ChainSnapshot::info.id:
        if (is_first_port(event)) ++results_.snapshots;
        continue;
      case InstrumentBatch::info.id: into = &results_.instruments; break;
      case Fill::info.id: into = &results_.fills; break;
      case TradeClosed::info.id: into = &results_.trades; break;
      case Equity::info.id: into = &results_.equity; break;
      case UnderlyingPrice::info.id: into = &results_.prices; break;
      case MetricValue::info.id: into = &results_.metrics; break;
      case OrderRejected::info.id: into = &results_.rejections; break;
      case ContractSettled::info.id: into = &results_.settlements; break;
      case CashChanged::info.id:
        if (event.message.get<CashChanged>().cause == CashCause::deposit) into = &results_.deposits;
        break;
      default: break;
    }
    if (into != nullptr && is_first_port(event)) into->push_back(event.message);
  }
}

}  // namespace optix
