#pragma once
// Message sets that several node types share on their ports.
#include <vector>

#include "actors/param_specs.hpp"
#include "messages/control.hpp"
#include "messages/feed.hpp"
#include "messages/market.hpp"
#include "messages/orders.hpp"
#include "messages/portfolio.hpp"

namespace optix {

inline std::vector<MessageId> market_messages() {
  return {InstrumentBatch::info.id, ChainSnapshot::info.id, UnderlyingPrice::info.id, EndOfData::info.id,
          FeedState::info.id};
}
inline std::vector<MessageId> report_messages() {
  return {OrderAccepted::info.id, OrderRejected::info.id, OrderCancelled::info.id, Fill::info.id};
}
inline std::vector<MessageId> order_messages() { return {OrderRequest::info.id, OrderCancel::info.id}; }
inline std::vector<MessageId> account_messages() {
  return {Equity::info.id, CashChanged::info.id, PositionChanged::info.id};
}

}  // namespace optix
