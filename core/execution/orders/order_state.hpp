#pragma once
// The states of an order and what leads from one to another:
//
//   state             accepted  held     triggered  partial_fill      fill    cancelled  rejected  expired  replaced
//   timed_out pending           working   waiting  –          partially_filled  filled  cancelled  rejected  expired  –
//   unknown waiting           –         –        working    –                 –       cancelled  –         expired
//   waiting           unknown working           –         –        –          partially_filled  filled  cancelled  –
//   expired  working           unknown partially_filled  –         –        –          partially_filled  filled
//   cancelled  –         expired  partially_filled  unknown unknown           working   waiting  working
//   partially_filled  filled  cancelled  rejected  expired  working           unknown filled, cancelled, rejected,
//   expired: the end, nothing leads out
//
// Two events are possible in every state. request_refused: a cancel or replace was refused, the order
// stays what it was. An OrderStatus says the state itself: see resolved_state.
#include <optional>
#include <string>
#include <string_view>

#include "messages/orders.hpp"

namespace optix {

enum class OrderEvent : std::uint8_t {
  accepted,         // it is live
  held,             // it is accepted and waits for its stop or its parent
  triggered,        // what it waited for happened
  partial_fill,     // a fill that leaves something
  fill,             // the fill that leaves nothing
  cancelled,        // by request, by the venue, or because ioc and fok do not rest
  rejected,         // the order was refused: nothing happened
  expired,          // a day order at the end of its session
  replaced,         // price or size were changed
  timed_out,        // no answer within the time allowed
  request_refused,  // a cancel or replace was refused
};
constexpr auto enum_names(OrderEvent) {
  return std::to_array<std::string_view>({"accepted", "held", "triggered", "partial_fill", "fill", "cancelled",
                                          "rejected", "expired", "replaced", "timed_out", "request_refused"});
}

// nullopt: this event cannot happen to an order in this state.
std::optional<OrderState> next_state(OrderState state, OrderEvent event);

// No event but request_refused leads out of these.
constexpr bool is_final(OrderState state) {
  return state == OrderState::filled || state == OrderState::cancelled || state == OrderState::rejected ||
         state == OrderState::expired;
}

// What an order known to be in `state` is after the venue said `told`. An unknown or pending order takes the
// venue's word; `told` unknown (the venue has no such order) then means it never arrived: rejected.
// An order whose state is known must be told the same; a finished one may have been forgotten by the
// venue. nullopt: the two contradict each other.
std::optional<OrderState> resolved_state(OrderState state, OrderState told);

// "order 1099511627777: a fill cannot happen to an order that is cancelled".
std::string impossible_event(std::uint64_t order, OrderState state, std::string_view what);

}  // namespace optix
