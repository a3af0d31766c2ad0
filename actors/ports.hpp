#pragma once
// Message sets that several node types share on their ports.
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

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

// The names of an enumeration, as choices of a parameter.
template <NamedEnum E>
std::vector<std::string> choices_of() {
  std::vector<std::string> out;
  for (const std::string_view name : enum_names(E{})) out.emplace_back(name);
  return out;
}
// The value of a choice that the checker has passed.
template <NamedEnum E>
E choice_value(std::string_view name) {
  const auto names = enum_names(E{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<E>(i);
  throw std::logic_error("'" + std::string(name) + "' is not a choice");
}

}  // namespace optix
