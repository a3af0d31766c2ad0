#pragma once
// The list of every message. Adding one here is all it takes to give it codecs, a place in the
// schema hash, CAF registration and a row in the reference page.
#include "messages/control.hpp"
#include "messages/feed.hpp"
#include "messages/market.hpp"
#include "messages/metrics.hpp"
#include "messages/orders.hpp"
#include "messages/portfolio.hpp"
#include "messages/risk.hpp"

namespace optix {

template <class... M>
struct TypeList {};

using AllMessages = TypeList<Start, Stop, Timer, EndOfData,                                                        //
                             InstrumentBatch, ChainSnapshot, UnderlyingPrice, SessionEvent, ExpiryEvent,           //
                             DividendNotice, SplitNotice, ContractsAdjusted, SettlementPublished, RatesPublished,  //
                             OrderRequest, OrderAccepted, OrderRejected, OrderCancel, OrderCancelled, Fill,        //
                             OrderReplace, OrderReplaced, OrderTriggered, OrderUnknown, OrderQuery, OrderStatus,
                             ExerciseInstruction,                                                 //
                             PositionChanged, CashChanged, Equity, ContractSettled, TradeClosed,  //
                             LedgerEntry, Attribution, HoldingAdjusted, LotClosed,                //
                             KillSwitch, MarginState, MarginCall,                                 //
                             MetricValue,                                                         //
                             FeedFrame, SnapshotRequest, FeedState>;

template <class... M, class F>
constexpr void for_each_message(TypeList<M...>, F&& f) {
  (f.template operator()<M>(), ...);
}

namespace detail {
template <class... M>
constexpr bool ids_are_unique(TypeList<M...>) {
  const MessageId ids[] = {M::info.id...};
  for (std::size_t i = 0; i < sizeof...(M); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (ids[i] == ids[j]) return false;
  return true;
}
}  // namespace detail
static_assert(detail::ids_are_unique(AllMessages{}), "a message id is used twice");

}  // namespace optix
