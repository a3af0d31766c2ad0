#include "core/execution/orders/order_state.hpp"

#include <array>

namespace optix {
namespace {

using S = OrderState;
using Row = std::array<std::optional<S>, 10>;  // by OrderEvent, without request_refused
constexpr std::optional<S> none;

// Rows by OrderState; columns: accepted, held, triggered, partial_fill, fill, cancelled, rejected,
// expired, replaced, timed_out.
constexpr std::array<Row, 9> table{{
    {S::working, S::waiting, none, S::partially_filled, S::filled, S::cancelled, S::rejected, S::expired, none,
     S::unknown},
    {none, none, S::working, none, none, S::cancelled, none, S::expired, S::waiting, S::unknown},
    {none, none, none, S::partially_filled, S::filled, S::cancelled, none, S::expired, S::working, S::unknown},
    {none, none, none, S::partially_filled, S::filled, S::cancelled, none, S::expired, S::partially_filled, S::unknown},
    {},
    {},
    {},
    {},
    {S::working, S::waiting, S::working, S::partially_filled, S::filled, S::cancelled, S::rejected, S::expired,
     S::working, S::unknown},
}};
static_assert(table.size() == enum_names(OrderState{}).size());
static_assert(Row{}.size() + 1 == enum_names(OrderEvent{}).size());

}  // namespace

std::optional<OrderState> next_state(OrderState state, OrderEvent event) {
  if (event == OrderEvent::request_refused) return state;
  return table.at(static_cast<std::size_t>(state)).at(static_cast<std::size_t>(event));
}

std::optional<OrderState> resolved_state(OrderState state, OrderState told) {
  const bool open = state == S::unknown || state == S::pending;
  if (told == S::unknown) {
    if (open) return S::rejected;
    return is_final(state) ? std::optional<S>(state) : std::nullopt;
  }
  if (open || state == told) return told;
  return std::nullopt;
}

std::string impossible_event(std::uint64_t order, OrderState state, std::string_view what) {
  return "order " + std::to_string(order) + ": " + std::string(what) + " cannot happen to an order that is " +
         std::string(enum_name(state));
}

}  // namespace optix
