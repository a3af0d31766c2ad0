// Orders that depend on others: children on their parent, groups on each other.
#include <algorithm>

#include "core/execution/venue/venue.hpp"

namespace optix {
namespace {

// What is left of `lots` when of `before` contracts `left` are: rounded down.
std::int64_t share_left(std::int64_t lots, std::int64_t left, std::int64_t before) {
  return static_cast<std::int64_t>(int128{lots} * left / before);
}

}  // namespace

bool Venue::link(WorkingOrder& order, Reports& reports) {
  const OrderRequest& request = order.request;
  if (request.oco != 0) {
    if (const PastOrder* other = past_.filled_in_group(request.oco, order.source())) {
      reject(request, RejectReason::oco_filled, "order " + std::to_string(other->order) + " of its group has traded",
             reports);
      return false;
    }
  }
  if (request.parent == 0) return true;
  if (working_.find(request.parent)) {
    order.waits_for_parent = true;
    return true;
  }
  const PastOrder* parent = past_.find(request.parent);
  const std::string name = "order " + std::to_string(request.parent);
  if (!parent) {
    reject(request, RejectReason::unknown_order, name + ", which it is to follow, is not known", reports);
    return false;
  }
  if (parent->state == OrderState::filled) return true;
  const std::int64_t lots = parent->filled == 0 ? 0 : share_left(order.units.lots, parent->filled, parent->ordered);
  if (lots == 0) {
    reject(request, RejectReason::parent_ended,
           name + ", which it is to follow, ended with " + std::to_string(parent->filled) + " of " +
               std::to_string(parent->ordered) + " traded",
           reports);
    return false;
  }
  order.resize(lots);
  return true;
}

void Venue::after_fill(const WorkingOrder& order, std::int64_t traded, std::int64_t left, Reports& reports) {
  working_.for_each([&](WorkingOrder& other) {
    if (other.request.oco != order.request.oco || other.source() != order.source() ||
        other.request.order == order.request.order)
      return;
    set_lots(other, other.lots_begun() + share_left(other.lots_left(), left, left + traded), RejectReason::oco_filled,
             reports);
  });
}

void Venue::after_end(const WorkingOrder& order, Reports& reports) {
  some_ended_ = true;
  const std::uint64_t id = order.request.order;
  const std::int64_t filled = order.filled(), ordered = filled + order.remaining();
  past_.ended({id, order.request.position, order.request.oco, order.state, filled, ordered});
  working_.for_each([&](WorkingOrder& child) {
    if (!child.waits_for_parent || child.request.parent != id) return;
    child.waits_for_parent = false;
    if (filled < ordered)
      set_lots(child, share_left(child.units.lots, filled, ordered), RejectReason::parent_ended, reports);
    if (child.ended()) return;
    child.snapshot = snapshots_;
    child.placed = market_.chain(child.legs.front().underlying)->time;
    if (child.is_stop()) return;
    child.state = OrderState::working;
    say(OrderTriggered{child.request.order, child.request.position, Decimal::none()}, reports);
  });
}

void Venue::set_lots(WorkingOrder& order, std::int64_t lots, RejectReason none_left, Reports& reports) {
  if (lots <= order.lots_begun()) return end(order, none_left, reports);
  if (lots == order.units.lots) return;
  order.resize(lots);
  const OrderRequest& request = order.request;
  say(OrderReplaced{request.order, request.position, request.limit, request.stop, order.remaining()}, reports);
}

}  // namespace optix
