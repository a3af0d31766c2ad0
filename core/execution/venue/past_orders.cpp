#include "core/execution/venue/past_orders.hpp"

#include <algorithm>
#include <iterator>

namespace optix {

bool PastOrders::used(std::uint64_t order) const {
  const auto after = std::upper_bound(state_.ids.begin(), state_.ids.end(), order,
                                      [](std::uint64_t id, const Run& run) { return id < run.first; });
  return after != state_.ids.begin() && order <= std::prev(after)->last;
}

bool PastOrders::use_id(std::uint64_t order) {
  auto& ids = state_.ids;
  const auto after =
      std::upper_bound(ids.begin(), ids.end(), order, [](std::uint64_t id, const Run& run) { return id < run.first; });
  const bool has_before = after != ids.begin();
  if (has_before && order <= std::prev(after)->last) return false;
  const bool joins_before = has_before && std::prev(after)->last + 1 == order;
  const bool joins_after = after != ids.end() && order + 1 == after->first;
  if (joins_before && joins_after) {
    std::prev(after)->last = after->last;
    ids.erase(after);
  } else if (joins_before) {
    std::prev(after)->last = order;
  } else if (joins_after) {
    after->first = order;
  } else {
    ids.insert(after, {order, order});
  }
  return true;
}

void PastOrders::ended(PastOrder order) {
  if (state_.orders.size() < remembered) {
    state_.orders.push_back(order);
    return;
  }
  state_.orders[state_.next] = order;
  state_.next = (state_.next + 1) % remembered;
}

const PastOrder* PastOrders::find(std::uint64_t order) const {
  for (const PastOrder& past : state_.orders)
    if (past.order == order) return &past;
  return nullptr;
}

const PastOrder* PastOrders::filled_in_group(std::uint64_t oco, std::uint64_t source) const {
  for (const PastOrder& past : state_.orders)
    if (past.oco == oco && past.order >> 40 == source && past.filled > 0) return &past;
  return nullptr;
}

}  // namespace optix
