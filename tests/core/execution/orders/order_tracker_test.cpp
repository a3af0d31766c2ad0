#include "core/execution/orders/order_tracker.hpp"

#include <catch2/catch.hpp>

#include "core/sequencer/random.hpp"
#include "messages/codec/state.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

OrderRequest request(std::uint64_t id, int quantity, OrderType type = OrderType::limit, std::uint64_t parent = 0) {
  OrderRequest order;
  order.order = id;
  order.position = 100 + id;
  order.type = type;
  order.parent = parent;
  order.legs.push_back({0, quantity});
  order.legs.push_back({1, -quantity});
  return order;
}
MessageRef fill(std::uint64_t id, int quantity, std::int64_t remaining, std::uint32_t execution) {
  Fill f;
  f.order = id;
  f.legs.push_back({0, quantity});
  f.legs.push_back({1, -quantity});
  f.remaining = remaining;
  f.execution = execution;
  return make_message(f);
}
MessageRef accepted(std::uint64_t id) { return make_message(OrderAccepted{id, 0}); }
MessageRef cancelled(std::uint64_t id, RejectReason reason = RejectReason::none) {
  return make_message(OrderCancelled{id, 0, OrderIntent::open, reason});
}
MessageRef rejected(std::uint64_t id, RejectReason reason) {
  return make_message(OrderRejected{id, 0, OrderIntent::open, reason, ""});
}
MessageRef replaced(std::uint64_t id, std::int64_t remaining) {
  return make_message(OrderReplaced{id, 0, Decimal{}, Decimal::none(), remaining});
}
MessageRef unknown(std::uint64_t id) { return make_message(OrderUnknown{id, 0, OrderIntent::open, ""}); }
MessageRef triggered(std::uint64_t id) { return make_message(OrderTriggered{id, 0, Decimal{}}); }
MessageRef status(std::uint64_t id, OrderState state, std::int64_t filled, std::int64_t remaining) {
  return make_message(OrderStatus{id, 0, state, filled, remaining});
}

std::string told(const TrackedOrder* order) {
  if (!order) return "-";
  return std::string(enum_name(order->state)) + " " + std::to_string(order->filled) + "/" +
         std::to_string(order->remaining);
}

}  // namespace

TEST_CASE("the tracker follows the reports of an order", "[trading][orders]") {
  struct Case {
    const char* what;
    OrderType type;
    std::vector<MessageRef> reports;
    const char* state;  // filled/remaining
    const char* defect;
  };
  const OrderType limit = OrderType::limit, stop = OrderType::stop;
  const Case cases[] = {
      {"sent", limit, {}, "pending 0/6", ""},
      {"resting", limit, {accepted(1)}, "working 0/6", ""},
      {"a stop waits", stop, {accepted(1)}, "waiting 0/6", ""},
      {"and goes live", stop, {accepted(1), triggered(1)}, "working 0/6", ""},
      {"filled at once", limit, {fill(1, 3, 0, 1)}, "filled 6/0", ""},
      {"in parts", limit, {accepted(1), fill(1, 1, 4, 1), fill(1, 2, 0, 2)}, "filled 6/0", ""},
      {"the rest is cancelled", limit, {fill(1, 1, 4, 1), cancelled(1)}, "cancelled 2/0", ""},
      {"the day is over", limit, {accepted(1), cancelled(1, RejectReason::session_ended)}, "expired 0/0", ""},
      {"refused", limit, {rejected(1, RejectReason::no_bid)}, "rejected 0/0", ""},
      {"too late to cancel", limit, {fill(1, 3, 0, 1), rejected(1, RejectReason::unknown_order)}, "filled 6/0", ""},
      {"a bad replace", limit, {accepted(1), rejected(1, RejectReason::bad_request)}, "working 0/6", ""},
      {"replaced", limit, {accepted(1), fill(1, 1, 4, 1), replaced(1, 8)}, "partially_filled 2/8", ""},
      {"unknown, then the truth", limit, {unknown(1), accepted(1), fill(1, 1, 4, 1)}, "partially_filled 2/4", ""},
      {"unknown after a part",
       limit,
       {accepted(1), fill(1, 1, 4, 1), unknown(1), replaced(1, 4)},
       "partially_filled 2/4",
       ""},
      {"unknown, answered", limit, {unknown(1), status(1, OrderState::working, 0, 6)}, "working 0/6", ""},
      {"never arrived", limit, {unknown(1), status(1, OrderState::unknown, 0, 0)}, "rejected 0/0", ""},
      {"a cancel of what is unknown", limit, {unknown(1), rejected(1, RejectReason::unknown_order)}, "unknown 0/6", ""},
      {"status of what ended", limit, {fill(1, 3, 0, 1), status(1, OrderState::filled, 6, 0)}, "filled 6/0", ""},
      {"forgotten by the venue", limit, {fill(1, 3, 0, 1), status(1, OrderState::unknown, 0, 0)}, "filled 6/0", ""},
      {"somebody else's", limit, {fill(2, 3, 0, 1), make_message(Equity{})}, "pending 0/6", ""},

      {"a fill after the end",
       limit,
       {accepted(1), cancelled(1), fill(1, 3, 0, 1)},
       "cancelled 0/0",
       "order 1: fill 1 of 6 that leaves 0: 0 were left before it"},
      {"more than was left",
       limit,
       {accepted(1), fill(1, 4, 0, 1)},
       "working 0/6",
       "order 1: fill 1 of 8 that leaves 0: 6 were left before it"},
      {"a fill is missing",
       limit,
       {accepted(1), fill(1, 1, 4, 2)},
       "working 0/6",
       "order 1: fill 2 of 2 that leaves 4: fill 1 was expected"},
      {"nothing traded",
       limit,
       {accepted(1), fill(1, 0, 6, 1)},
       "working 0/6",
       "order 1: fill 1 of 0 that leaves 6: nothing traded"},
      {"less than nothing",
       limit,
       {accepted(1), fill(1, 4, -2, 1)},
       "working 0/6",
       "order 1: fill 1 of 8 that leaves -2: less than nothing is left"},
      {"accepted twice",
       limit,
       {accepted(1), accepted(1)},
       "working 0/6",
       "order 1: acceptance cannot happen to an order that is working"},
      {"a stop that fills unseen",
       stop,
       {accepted(1), fill(1, 3, 0, 1)},
       "waiting 0/6",
       "order 1: a fill cannot happen to an order that is waiting"},
      {"the venue contradicts",
       limit,
       {accepted(1), status(1, OrderState::filled, 6, 0)},
       "working 0/6",
       "order 1: status filled cannot happen to an order that is working"},
      {"and so do the numbers",
       limit,
       {accepted(1), status(1, OrderState::working, 2, 4)},
       "working 0/6",
       "order 1: status working with 2 filled and 4 remaining; the reports before it say 0 and 6"},
      {"lost after a fill",
       limit,
       {fill(1, 1, 4, 1), unknown(1), status(1, OrderState::unknown, 0, 0)},
       "unknown 2/4",
       "order 1: status unknown after a fill cannot happen to an order that is unknown"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    OrderTracker tracker;
    tracker.sent(request(1, 3, c.type));
    std::string defect;
    for (const MessageRef& report : c.reports) {
      CHECK(defect.empty());  // only the last report may be one that cannot be
      defect = tracker.on_report(report).value_or("");
    }
    CHECK(told(tracker.find(1)) == c.state);
    CHECK(defect == c.defect);
  }
}

TEST_CASE("the tracker's list", "[trading][orders]") {
  OrderTracker tracker;
  tracker.sent(request(5, 1));
  tracker.sent(request(2, 1, OrderType::limit, 5));
  CHECK_THROWS_WITH(tracker.sent(request(5, 1)), "order 5 was sent before");
  CHECK(tracker.find(2)->waits);
  CHECK(tracker.find(3) == nullptr);
  CHECK(tracker.orders().front().order == 2);
  CHECK(!tracker.timed_out(5));
  CHECK(told(tracker.find(5)) == "unknown 0/2");
  CHECK(!tracker.on_report(fill(5, 1, 0, 1)));
  CHECK(tracker.timed_out(5) == "order 5: a time-out cannot happen to an order that is filled");
  CHECK(!tracker.timed_out(99));
  tracker.forget_ended();
  CHECK(tracker.orders().size() == 1);
  tracker.forget(2);
  CHECK(tracker.orders().empty());
}

TEST_CASE("a hundred thousand random reports", "[trading][orders]") {
  OrderTracker tracker;
  std::uint64_t draws = 0, sent = 0;
  const auto pick = [&](std::uint64_t n) { return draw(7, 1, ++draws) % n; };
  std::int64_t taken = 0, refused = 0;
  for (int i = 0; i < 100'000; ++i) {
    if (tracker.orders().size() < 5)
      tracker.sent(request(++sent, static_cast<int>(1 + pick(4)), pick(2) ? OrderType::stop : OrderType::limit));
    const TrackedOrder before = tracker.orders()[pick(tracker.orders().size())];
    const std::uint64_t id = before.order;
    const auto part = static_cast<int>(pick(4));
    // Half the fills are true to what is left.
    const bool honest = pick(2) == 0;
    const std::int64_t left = honest ? before.remaining - 2 * part : static_cast<std::int64_t>(pick(9)) - 1;
    OrderEvent event{};
    MessageRef report;
    switch (pick(9)) {
      case 0: report = accepted(id), event = before.waits ? OrderEvent::held : OrderEvent::accepted; break;
      case 1: report = triggered(id), event = OrderEvent::triggered; break;
      case 2: report = cancelled(id), event = OrderEvent::cancelled; break;
      case 3: report = cancelled(id, RejectReason::session_ended), event = OrderEvent::expired; break;
      case 4: report = unknown(id), event = OrderEvent::timed_out; break;
      case 5: report = replaced(id, before.remaining), event = OrderEvent::replaced; break;
      case 6: report = rejected(id, RejectReason::unknown_order), event = OrderEvent::request_refused; break;
      default:
        report = fill(id, part, left, before.executions + 1);
        event = left == 0 ? OrderEvent::fill : OrderEvent::partial_fill;
        break;
    }
    const bool is_fill = report.id() == Fill::info.id;
    const bool sizes_fit = !is_fill || (part > 0 && left >= 0 && before.remaining - 2 * part == left);
    const auto next = next_state(before.state, event);
    const auto defect = tracker.on_report(report);
    const TrackedOrder after = *tracker.find(id);
    INFO("draw " << draws << ": " << enum_name(before.state) << " + " << enum_name(event));
    REQUIRE(defect.has_value() == !(next && sizes_fit));
    if (defect) {
      ++refused;
      REQUIRE(told(&after) == told(&before));
      REQUIRE(!defect->empty());
    } else {
      ++taken;
      const bool resumed = before.state == OrderState::unknown && *next == OrderState::working && before.filled > 0;
      REQUIRE(after.state == (resumed ? OrderState::partially_filled : *next));
      REQUIRE(after.filled == before.filled + (is_fill ? 2 * part : 0));
      REQUIRE(after.remaining == (is_final(after.state) ? 0 : is_fill ? left : before.remaining));
    }
    if (pick(5) == 0) tracker.forget_ended();
    if (i % 10'000 == 0) {
      OrderTracker copy;
      copy.restore(tracker.orders());
      REQUIRE(copy.orders().size() == tracker.orders().size());
    }
  }
  CHECK(taken > 20'000);
  CHECK(refused > 20'000);
}
