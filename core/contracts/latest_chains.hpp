#pragma once
#include <vector>

#include "messages/market.hpp"
#include "messages/ref.hpp"

namespace optix {

// The latest snapshot of each underlying, shared. A run has few underlyings: a list is enough.
class LatestChains {
 public:
  LatestChains() = default;
  explicit LatestChains(std::vector<MessageRef> snapshots) : snapshots_(std::move(snapshots)) {}

  // `snapshot` must hold a ChainSnapshot.
  void update(const MessageRef& snapshot) {
    const Symbol underlying = snapshot.get<ChainSnapshot>().underlying;
    for (MessageRef& known : snapshots_) {
      if (known.get<ChainSnapshot>().underlying != underlying) continue;
      known = snapshot;
      return;
    }
    snapshots_.push_back(snapshot);
  }
  // nullptr before the first snapshot of the underlying.
  const ChainSnapshot* find(Symbol underlying) const {
    for (const MessageRef& known : snapshots_)
      if (const auto& chain = known.get<ChainSnapshot>(); chain.underlying == underlying) return &chain;
    return nullptr;
  }
  // Node state: in order of first appearance.
  const std::vector<MessageRef>& snapshots() const { return snapshots_; }

 private:
  std::vector<MessageRef> snapshots_;
};

}  // namespace optix
