#pragma once
// Where work is done ahead of its use: mapping and verifying the next session, computing the next
// snapshot's volatilities. Who does it, and in which order, cannot be seen in what comes out.
#include <cstddef>
#include <functional>
#include <memory>

namespace optix {

class PrefetchPool {
 public:
  using Job = std::function<void()>;

  // Returns when every job that was taken has run.
  virtual ~PrefetchPool() = default;
  // Runs `job`, which must not throw, in another thread. False when too many jobs wait: it was not
  // taken. Safe from several threads; not from a job.
  virtual bool submit(Job job) = 0;
};

// Plain threads, at least one; they start with the first job. At most `waiting` jobs wait.
std::shared_ptr<PrefetchPool> thread_prefetch_pool(std::size_t threads, std::size_t waiting);

// How a node gets a pool: it does not know what it is made of.
using MakePrefetchPool = std::function<std::shared_ptr<PrefetchPool>(std::size_t threads, std::size_t waiting)>;

}  // namespace optix
