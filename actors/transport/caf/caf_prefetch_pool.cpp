#include "actors/transport/caf/caf_prefetch_pool.hpp"

#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

namespace optix {
namespace {

using JobAtom = caf::atom_constant<caf::atom("job")>;

struct Config : caf::actor_system_config {
  explicit Config(std::size_t threads) {
    set("scheduler.max-threads", threads);
    set("scheduler.policy", caf::atom("sharing"));  // a worker that waits uses no processor
    set("logger.console", caf::atom("none"));
    set("logger.file-verbosity", caf::atom("quiet"));
  }
};

// Every actor is told that there is a job; one that is free takes the oldest, until there is none.
class CafPool final : public PrefetchPool {
 public:
  CafPool(std::size_t threads, std::size_t waiting)
      : waiting_(std::max<std::size_t>(waiting, 1)), config_(threads), system_(config_) {
    for (std::size_t i = 0; i < threads; ++i)
      // The pool is an argument, not a capture: without arguments CAF dereferences a null pointer to none.
      actors_.push_back(
          system_.spawn([](caf::event_based_actor*,
                           CafPool* pool) -> caf::behavior { return {[pool](JobAtom) { pool->run_jobs(); }}; },
                        this));
  }

  ~CafPool() override {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return jobs_.empty() && running_ == 0; });
    lock.unlock();
    for (const caf::actor& actor : actors_) caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    actors_.clear();  // the system waits for its actors
  }

  bool submit(Job job) override {
    {
      const std::lock_guard lock(mutex_);
      if (jobs_.size() >= waiting_) return false;
      jobs_.push_back(std::move(job));
    }
    for (const caf::actor& actor : actors_) caf::anon_send(actor, JobAtom::value);
    return true;
  }

 private:
  void run_jobs() {
    std::unique_lock lock(mutex_);
    while (!jobs_.empty()) {
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      ++running_;
      lock.unlock();
      job();
      job = nullptr;
      lock.lock();
      --running_;
    }
    done_.notify_all();
  }

  const std::size_t waiting_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable done_;
  std::deque<Job> jobs_;
  std::size_t running_ = 0;

  Config config_;
  caf::actor_system system_;
  std::vector<caf::actor> actors_;
};

}  // namespace

std::shared_ptr<PrefetchPool> caf_prefetch_pool(std::size_t threads, std::size_t waiting) {
  return std::make_shared<CafPool>(std::max<std::size_t>(threads, 1), waiting);
}

}  // namespace optix
