#pragma once
// One's own orders and where they stand, kept up to date from the reports that come back. For whoever
// sends orders (strategies, risk): it refuses reports that cannot be, with the text of what came.
#include <optional>
#include <string>
#include <vector>

#include "core/execution/orders/order_state.hpp"
#include "messages/ref.hpp"

namespace optix {

struct TrackedOrder {
  std::uint64_t order = 0;
  std::uint64_t position = 0;
  OrderIntent intent = OrderIntent::open;
  OrderState state = OrderState::pending;
  std::int64_t filled = 0;     // contracts and shares, summed over legs
  std::int64_t remaining = 0;  // still to trade; 0 once it ended
  std::uint32_t executions = 0;
  bool waits = false;  // is accepted as waiting: it has a stop or a parent
  static constexpr auto fields() {
    using M = TrackedOrder;
    return std::tuple(field("order", &M::order, "order id"), field("position", &M::position, "position id"),
                      field("intent", &M::intent, "open or close"), field("state", &M::state, "where it stands"),
                      field("filled", &M::filled, "contracts and shares traded"),
                      field("remaining", &M::remaining, "contracts and shares still to trade"),
                      field("executions", &M::executions, "fills so far"),
                      field("waits", &M::waits, "waits for a stop or a parent once accepted"));
  }
};

class OrderTracker {
 public:
  // An order that is on its way. Throws std::logic_error when the id is tracked already.
  void sent(const OrderRequest& order);
  // No answer within the time allowed.
  std::optional<std::string> timed_out(std::uint64_t order);

  // Takes a report (any message of report_messages; others and other people's orders are ignored).
  // nullopt, or why it cannot be: the state then stays as it was.
  //
  // OrderRejected ends an order that is pending or unknown, except with the reason unknown_order; in
  // any other state it answers a cancel or a replace.
  std::optional<std::string> on_report(const MessageRef& report);

  // nullptr for an order that is not tracked.
  const TrackedOrder* find(std::uint64_t order) const;
  // Stops tracking orders that ended.
  void forget_ended();
  void forget(std::uint64_t order);

  // By order id. This is all of its state.
  const std::vector<TrackedOrder>& orders() const { return orders_; }
  void restore(std::vector<TrackedOrder> orders) { orders_ = std::move(orders); }

 private:
  TrackedOrder* find_mutable(std::uint64_t order);
  std::optional<std::string> apply(TrackedOrder& order, OrderEvent event, std::string_view what);
  std::optional<std::string> on_fill(TrackedOrder& order, const Fill& fill);
  std::optional<std::string> on_status(TrackedOrder& order, const OrderStatus& status);

  std::vector<TrackedOrder> orders_;
};

}  // namespace optix
