#include "core/execution/orders/order_tracker.hpp"

#include <algorithm>
#include <stdexcept>

namespace optix {
namespace {

std::int64_t size_of(const OrderLegs& legs) {
  std::int64_t sum = 0;
  for (const OrderLeg& leg : legs) sum += leg.quantity < 0 ? -std::int64_t{leg.quantity} : leg.quantity;
  return sum;
}
std::int64_t size_of(const FillLegs& legs) {
  std::int64_t sum = 0;
  for (const FillLeg& leg : legs) sum += leg.quantity < 0 ? -std::int64_t{leg.quantity} : leg.quantity;
  return sum;
}

bool waits_for_something(const OrderRequest& order) {
  return order.parent != 0 || order.type == OrderType::stop || order.type == OrderType::stop_limit ||
         order.type == OrderType::trailing_stop;
}

bool before(const TrackedOrder& order, std::uint64_t id) { return order.order < id; }

}  // namespace

void OrderTracker::sent(const OrderRequest& order) {
  const auto at = std::lower_bound(orders_.begin(), orders_.end(), order.order, before);
  if (at != orders_.end() && at->order == order.order)
    throw std::logic_error("order " + std::to_string(order.order) + " was sent before");
  TrackedOrder tracked;
  tracked.order = order.order;
  tracked.position = order.position;
  tracked.intent = order.intent;
  tracked.remaining = size_of(order.legs);
  tracked.waits = waits_for_something(order);
  orders_.insert(at, tracked);
}

TrackedOrder* OrderTracker::find_mutable(std::uint64_t order) {
  const auto at = std::lower_bound(orders_.begin(), orders_.end(), order, before);
  return at != orders_.end() && at->order == order ? &*at : nullptr;
}

const TrackedOrder* OrderTracker::find(std::uint64_t order) const {
  return const_cast<OrderTracker*>(this)->find_mutable(order);
}

void OrderTracker::forget(std::uint64_t order) {
  const auto at = std::lower_bound(orders_.begin(), orders_.end(), order, before);
  if (at != orders_.end() && at->order == order) orders_.erase(at);
}

void OrderTracker::forget_ended() {
  orders_.erase(std::remove_if(orders_.begin(), orders_.end(), [](const TrackedOrder& o) { return is_final(o.state); }),
                orders_.end());
}

std::optional<std::string> OrderTracker::apply(TrackedOrder& order, OrderEvent event, std::string_view what) {
  const auto next = next_state(order.state, event);
  if (!next) return impossible_event(order.order, order.state, what);
  // What was unknown and turns out to work may have traded in part before.
  const bool resumed = order.state == OrderState::unknown && *next == OrderState::working && order.filled > 0;
  order.state = resumed ? OrderState::partially_filled : *next;
  if (is_final(order.state)) order.remaining = 0;
  return std::nullopt;
}

std::optional<std::string> OrderTracker::timed_out(std::uint64_t order) {
  TrackedOrder* tracked = find_mutable(order);
  return tracked ? apply(*tracked, OrderEvent::timed_out, "a time-out") : std::nullopt;
}

std::optional<std::string> OrderTracker::on_fill(TrackedOrder& order, const Fill& fill) {
  const std::int64_t traded = size_of(fill.legs);
  const auto wrong = [&](const std::string& why) {
    return "order " + std::to_string(order.order) + ": fill " + std::to_string(fill.execution) + " of " +
           std::to_string(traded) + " that leaves " + std::to_string(fill.remaining) + ": " + why;
  };
  if (traded <= 0) return wrong("nothing traded");
  if (fill.remaining < 0) return wrong("less than nothing is left");
  if (fill.execution != order.executions + 1)
    return wrong("fill " + std::to_string(order.executions + 1) + " was expected");
  if (order.remaining - traded != fill.remaining)
    return wrong(std::to_string(order.remaining) + " were left before it");
  const OrderEvent event = fill.remaining == 0 ? OrderEvent::fill : OrderEvent::partial_fill;
  if (auto defect = apply(order, event, fill.remaining == 0 ? "a fill" : "a partial fill")) return defect;
  order.filled += traded;
  order.remaining = fill.remaining;
  ++order.executions;
  return std::nullopt;
}

std::optional<std::string> OrderTracker::on_status(TrackedOrder& order, const OrderStatus& status) {
  const auto resolved = resolved_state(order.state, status.state);
  const std::string told = "status " + std::string(enum_name(status.state));
  if (!resolved) return impossible_event(order.order, order.state, told);
  if (status.state != OrderState::unknown) {
    const bool ended = is_final(status.state);
    if (status.filled != order.filled || status.remaining != (ended ? 0 : order.remaining))
      return "order " + std::to_string(order.order) + ": " + told + " with " + std::to_string(status.filled) +
             " filled and " + std::to_string(status.remaining) + " remaining; the reports before it say " +
             std::to_string(order.filled) + " and " + std::to_string(order.remaining);
  } else if (*resolved == OrderState::rejected && order.filled > 0) {
    return impossible_event(order.order, order.state, told + " after a fill");
  }
  order.state = *resolved;
  if (is_final(order.state)) order.remaining = 0;
  return std::nullopt;
}

std::optional<std::string> OrderTracker::on_report(const MessageRef& report) {
  const auto simple = [&](std::uint64_t id, OrderEvent event, std::string_view what) -> std::optional<std::string> {
    TrackedOrder* order = find_mutable(id);
    return order ? apply(*order, event, what) : std::nullopt;
  };
  switch (report.id()) {
    case OrderAccepted::info.id: {
      TrackedOrder* order = find_mutable(report.get<OrderAccepted>().order);
      if (!order) return std::nullopt;
      return apply(*order, order->waits ? OrderEvent::held : OrderEvent::accepted, "acceptance");
    }
    case OrderTriggered::info.id: return simple(report.get<OrderTriggered>().order, OrderEvent::triggered, "a trigger");
    case OrderUnknown::info.id: return simple(report.get<OrderUnknown>().order, OrderEvent::timed_out, "a time-out");
    case OrderCancelled::info.id: {
      const auto& cancelled = report.get<OrderCancelled>();
      const bool expired = cancelled.reason == RejectReason::session_ended;
      return simple(cancelled.order, expired ? OrderEvent::expired : OrderEvent::cancelled,
                    expired ? "expiry" : "cancellation");
    }
    case OrderRejected::info.id: {
      const auto& rejected = report.get<OrderRejected>();
      TrackedOrder* order = find_mutable(rejected.order);
      if (!order) return std::nullopt;
      const bool unanswered = order->state == OrderState::pending || order->state == OrderState::unknown;
      const bool of_order = unanswered && order->filled == 0 && rejected.reason != RejectReason::unknown_order;
      return apply(*order, of_order ? OrderEvent::rejected : OrderEvent::request_refused, "rejection");
    }
    case OrderReplaced::info.id: {
      const auto& replaced = report.get<OrderReplaced>();
      TrackedOrder* order = find_mutable(replaced.order);
      if (!order) return std::nullopt;
      if (auto defect = apply(*order, OrderEvent::replaced, "a replacement")) return defect;
      order->remaining = replaced.remaining;
      return std::nullopt;
    }
    case Fill::info.id: {
      TrackedOrder* order = find_mutable(report.get<Fill>().order);
      return order ? on_fill(*order, report.get<Fill>()) : std::nullopt;
    }
    case OrderStatus::info.id: {
      TrackedOrder* order = find_mutable(report.get<OrderStatus>().order);
      return order ? on_status(*order, report.get<OrderStatus>()) : std::nullopt;
    }
    default: return std::nullopt;
  }
}

}  // namespace optix
