#pragma once
// An observer of a paper session: what the feed node said, which orders went where, and whether
// one of them opened a position while the market was stale.
#include <cstdint>
#include <set>
#include <vector>

#include "core/sequencer/plan.hpp"
#include "core/sequencer/sequencer.hpp"
#include "messages/feed.hpp"

namespace optix::testing {

struct Watcher final : Observer {
  Watcher(const Plan& run_plan, NodeRank feed_rank) : plan(&run_plan), feed(feed_rank) {}

  void on_events(Tag tag, std::span<const Event> events) override;

  const Plan* plan;
  NodeRank feed;
  struct OrderEvent {
    Tag tag;
    std::uint16_t port, source;
    std::uint64_t sequence, hash;
    bool operator==(const OrderEvent&) const = default;
  };
  std::vector<OrderEvent> orders;  // requests, cancels and everything the venue answered
  std::set<std::uint64_t> opening_orders, opening_on_stale, fills;  // order ids
  std::uint64_t chains = 0;
  struct Said {
    Timestamp at;
    FeedState state;
  };
  std::vector<Said> said;
  bool stale = false;

 private:
  std::uint64_t last_said_ = UINT64_MAX;
  std::uint64_t last_chain_ = UINT64_MAX;
};

}  // namespace optix::testing
