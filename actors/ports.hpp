#pragma once
// Message sets that several node types share on their ports.
#include <vector>

#include "actors/param_specs.hpp"
#include "messages/control.hpp"
#include "messages/feed.hpp"
#include "messages/market.hpp"
#include "messages/orders.hpp"
#include "messages/portfolio.hpp"
#include "messages/risk.hpp"

namespace optix {

template <Message... M>
std::vector<MessageId> ids_of() {
  return {M::info.id...};
}

inline std::vector<MessageId> market_messages() {
  return ids_of<InstrumentBatch, ChainSnapshot, UnderlyingPrice, EndOfData, FeedState, DividendNotice, SplitNotice,
                ContractsAdjusted, SettlementPublished, RatesPublished>();
}
inline std::vector<MessageId> report_messages() {
  return ids_of<OrderAccepted, OrderRejected, OrderCancelled, Fill, OrderReplaced, OrderTriggered, OrderUnknown,
                OrderStatus, ExerciseInstruction>();
}
inline std::vector<MessageId> order_messages() {
  return ids_of<OrderRequest, OrderCancel, OrderReplace, OrderQuery, ExerciseInstruction>();
}
inline std::vector<MessageId> account_messages() {
  return ids_of<Equity, CashChanged, PositionChanged, HoldingAdjusted>();
}
// For people and checkers; no node of the decision loop needs them.
inline std::vector<MessageId> ledger_messages() { return ids_of<LedgerEntry, Attribution, LotClosed>(); }
inline std::vector<MessageId> risk_messages() { return ids_of<KillSwitch, MarginState, MarginCall>(); }

}  // namespace optix
