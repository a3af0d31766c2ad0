#pragma once
// Orders that the venue has seen: whether an id was used, and how recent orders ended.
#include <cstdint>
#include <vector>

#include "core/execution/venue/working_order.hpp"

namespace optix {

struct PastOrder {
  std::uint64_t order = 0;
  std::uint64_t position = 0;
  std::uint64_t oco = 0;
  OrderState state = OrderState::filled;
  std::int64_t filled = 0;   // contracts and shares
  std::int64_t ordered = 0;  // in all
  static constexpr auto fields() {
    using M = PastOrder;
    return std::tuple(field("order", &M::order, "order id"), field("position", &M::position, "position id"),
                      field("oco", &M::oco, "group, 0 for none"), field("state", &M::state, "how it ended"),
                      field("filled", &M::filled, "contracts and shares traded"),
                      field("ordered", &M::ordered, "contracts and shares ordered"));
  }
};

class PastOrders {
 public:
  // How many ended orders are remembered with how they ended; ids are remembered for ever.
  static constexpr std::size_t remembered = 1024;

  // False when the id was used before.
  bool use_id(std::uint64_t order);
  bool used(std::uint64_t order) const;
  void ended(PastOrder order);
  // nullptr when it did not end, or too long ago.
  const PastOrder* find(std::uint64_t order) const;
  // An order of the same source's group that traded; nullptr for none.
  const PastOrder* filled_in_group(std::uint64_t oco, std::uint64_t source) const;

  struct Run {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    static constexpr auto fields() {
      return std::tuple(field("first", &Run::first, "id"), field("last", &Run::last, "id"));
    }
  };
  struct State {
    std::vector<Run> ids;
    std::vector<PastOrder> orders;
    std::uint64_t next = 0;
    static constexpr auto fields() {
      return std::tuple(field("ids", &State::ids, "runs of ids used, ascending"),
                        field("orders", &State::orders, "orders that ended, a ring"),
                        field("next", &State::next, "place in the ring of the next one"));
    }
  };
  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  State state_;
};

}  // namespace optix
