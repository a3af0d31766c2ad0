#pragma once
// The sessions a replay has mapped: those in use, a few more, and those opened ahead of their use.
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "core/data/prefetch_pool.hpp"
#include "core/data/store/dataset_folder.hpp"

namespace optix {

class ReplayStore;

class OpenSessions : public std::enable_shared_from_this<OpenSessions> {
 public:
  // Keeps up to `most` sessions, the latest used.
  OpenSessions(std::shared_ptr<const ReplayStore> store, std::size_t most) : store_(std::move(store)), most_(most) {}

  // Maps it when it is not. Throws std::runtime_error when its files are not what they should be.
  std::shared_ptr<const SessionView> view(std::size_t partition);
  // Begins to map it in the pool. What goes wrong there goes wrong again in view().
  void prefetch(std::size_t partition, PrefetchPool& pool);
  // Nothing more is begun.
  void cancel() { cancelled_ = true; }

 private:
  struct Open {
    std::size_t partition = 0;
    std::shared_ptr<const SessionView> view;
  };
  std::shared_ptr<const SessionView> find(std::size_t partition);  // with the lock held

  std::shared_ptr<const ReplayStore> store_;
  std::size_t most_;
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;        // guards what follows; files are mapped outside it
  std::vector<Open> open_;  // the latest used last
};

}  // namespace optix
