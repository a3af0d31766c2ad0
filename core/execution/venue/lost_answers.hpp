#pragma once
// Orders whose answers got lost on the way, and what the venue would have said of them since.
#include <cstdint>
#include <vector>

#include "messages/orders.hpp"
#include "messages/ref.hpp"

namespace optix {

using Reports = std::vector<MessageRef>;

struct LostOrder {
  std::uint64_t order = 0;
  Symbol underlying;
  std::int64_t left = 0;
  std::vector<MessageRef> held;
  static constexpr auto fields() {
    return std::tuple(field("order", &LostOrder::order, "order id"),
                      field("underlying", &LostOrder::underlying, "whose snapshots count; empty: all"),
                      field("left", &LostOrder::left, "snapshots until the truth comes out by itself"),
                      field("held", &LostOrder::held, "reports kept back"));
  }
};

class LostAnswers {
 public:
  bool empty() const { return orders_.empty(); }
  // From now on the order's reports are kept back.
  void lose(std::uint64_t order, Symbol underlying, std::int64_t snapshots);
  // Sends the report, or keeps it.
  void say(std::uint64_t order, MessageRef report, Reports& out);
  // Sends what was kept of the order, if anything is lost.
  void find_out(std::uint64_t order, Reports& out);
  // A snapshot of the underlying came.
  void on_snapshot(Symbol underlying, Reports& out);

  const std::vector<LostOrder>& orders() const { return orders_; }
  void restore(std::vector<LostOrder> orders) { orders_ = std::move(orders); }

 private:
  std::vector<LostOrder> orders_;
};

}  // namespace optix
