#include "core/data/prefetch_pool.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace optix {
namespace {

class ThreadPool final : public PrefetchPool {
 public:
  ThreadPool(std::size_t threads, std::size_t waiting)
      : wanted_(std::max<std::size_t>(threads, 1)), waiting_(std::max<std::size_t>(waiting, 1)) {}
  ~ThreadPool() override {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  bool submit(Job job) override {
    {
      const std::lock_guard lock(mutex_);
      if (jobs_.size() >= waiting_) return false;
      jobs_.push_back(std::move(job));
      if (idle_ < jobs_.size() && threads_.size() < wanted_) threads_.emplace_back([this] { work(); });
    }
    changed_.notify_one();
    return true;
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
      --idle_;
      if (jobs_.empty()) return;
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      job = nullptr;  // what it holds is given up outside the lock
      lock.lock();
    }
  }

  const std::size_t wanted_, waiting_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  std::size_t idle_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

std::shared_ptr<PrefetchPool> thread_prefetch_pool(std::size_t threads, std::size_t waiting) {
  return std::make_shared<ThreadPool>(threads, waiting);
}

}  // namespace optix
