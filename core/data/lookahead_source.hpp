#pragma once
// Prepares snapshots ahead of their use: another source whose snapshots go through a function, the
// next few of them in a pool. What comes out is the same as without one.
//
// Memory: at most `ahead` prepared steps besides the one handed out.
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "core/data/dataset.hpp"
#include "core/data/prefetch_pool.hpp"

namespace optix {

class LookaheadSource final : public SnapshotSource {
 public:
  // A pure function from a ChainSnapshot to the one that takes its place, safe to call from several
  // threads at once.
  using Prepare = std::function<MessageRef(const MessageRef& snapshot)>;
  struct Options {
    std::size_t ahead = 8;    // steps prepared before they are asked for; 0: none, in the caller's thread
    std::size_t threads = 2;  // of a pool of its own; not read when ahead is 0
    std::shared_ptr<PrefetchPool> pool = nullptr;  // instead of its own; jobs it does not take are done by the caller
  };

  // step() of `source` must be safe to call from several threads, as it is for all of this folder.
  LookaheadSource(std::shared_ptr<const SnapshotSource> source, Prepare prepare, Options options);
  LookaheadSource(const LookaheadSource&) = delete;
  LookaheadSource& operator=(const LookaheadSource&) = delete;
  ~LookaheadSource() override;

  std::size_t steps() const override { return source_->steps(); }
  Timestamp time(std::size_t step) const override { return source_->time(step); }
  const QualityReport& quality() const override { return source_->quality(); }
  std::size_t warm_up_steps() const override { return source_->warm_up_steps(); }
  // In any order; the order 0, 1, 2, … is the one that is prepared for. Rethrows what `prepare` threw
  // for this step; std::out_of_range for a step that is not there.
  DatasetStep step(std::size_t step) const override;

 private:
  struct Prepared {
    DatasetStep step;
    std::exception_ptr failure;
  };

  Prepared prepare(std::size_t step) const;
  // With the lock held: hands the pool what may be begun.
  void begin_more() const;
  void work(std::size_t step, std::size_t sequence) const;

  std::shared_ptr<const SnapshotSource> source_;
  Prepare prepare_;
  Options options_;

  mutable std::mutex callers_;  // one step() at a time
  mutable std::mutex mutex_;    // guards what follows
  mutable std::condition_variable changed_;
  mutable std::map<std::size_t, Prepared> ready_;
  mutable std::size_t wanted_ = 0;    // the step to be asked for next; later ones up to wanted_ + ahead may start
  mutable std::size_t started_ = 0;   // the next step that nobody has begun
  mutable std::size_t jobs_ = 0;      // taken by the pool and not done
  mutable std::size_t sequence_ = 0;  // counts jumps: what was begun before a jump is not kept
  mutable bool cancelled_ = false;
};

}  // namespace optix
