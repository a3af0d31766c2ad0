#include "tests/live/watcher.hpp"

#include "messages/market.hpp"
#include "messages/orders.hpp"

namespace optix::testing {

void Watcher::on_events(Tag tag, std::span<const Event> events) {
  // A message that goes to several nodes is one emission: one sequence number of its source.
  for (const Event& event : events) {
    if (event.source != feed) continue;
    if (const auto* state = event.message.get_if<FeedState>(); state && event.sequence != last_said_) {
      last_said_ = event.sequence;
      stale = state->stale;
      said.push_back({tag.time(), *state});
    }
    if (event.message.get_if<ChainSnapshot>() && event.sequence != last_chain_) {
      last_chain_ = event.sequence;
      ++chains;
    }
  }
  for (const Event& event : events) {
    const MessageId id = event.message.id();
    if (id != OrderRequest::info.id && id != OrderCancel::info.id && id != OrderAccepted::info.id &&
        id != OrderRejected::info.id && id != OrderCancelled::info.id && id != Fill::info.id)
      continue;
    orders.push_back({tag, event.port, event.source, event.sequence, event.message.hash()});
    if (const auto* fill = event.message.get_if<Fill>()) fills.insert(fill->order);
    const auto* request = event.message.get_if<OrderRequest>();
    if (!request || request->intent != OrderIntent::open) continue;
    // Seen first when the strategy decides. On its way to a venue with latency it may outlive the market
    // it was meant for, which nobody can take back.
    if (opening_orders.insert(request->order).second && stale) opening_on_stale.insert(request->order);
  }
}

}  // namespace optix::testing
