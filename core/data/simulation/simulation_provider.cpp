#include "core/data/simulation/simulation_provider.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

namespace optix::simulation {
namespace {

// Makes items 0, 1, 2, … in helper threads and hands them out in order.
template <class Make>
class Ahead {
 public:
  Ahead(std::size_t count, int threads, Make make) : count_(count), ahead_(2 * threads + 2), make_(std::move(make)) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;
  ~Ahead() {
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  SessionQuotes next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failure_ || ready_.contains(taken_); });
    if (failure_) std::rethrow_exception(failure_);
    auto node = ready_.extract(taken_++);
    lock.unlock();
    changed_.notify_all();
    return std::move(node.mapped());
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] {
        return cancelled_ || failure_ || begun_ == count_ || begun_ < taken_ + static_cast<std::size_t>(ahead_);
      });
      if (cancelled_ || failure_ || begun_ == count_) return;
      const std::size_t item = begun_++;
      lock.unlock();
      try {
        SessionQuotes made = make_(item);
        lock.lock();
        ready_.emplace(item, std::move(made));
      } catch (...) {
        if (!lock.owns_lock()) lock.lock();
        failure_ = std::current_exception();
      }
      changed_.notify_all();
    }
  }

  std::size_t count_;
  int ahead_;
  Make make_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::map<std::size_t, SessionQuotes> ready_;
  std::size_t begun_ = 0, taken_ = 0;
  bool cancelled_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace

Result<std::unique_ptr<SimulationProvider>> SimulationProvider::make(const Setup& setup, ProviderOptions options) {
  auto markets = make_markets(setup);
  if (!markets) return markets.error();
  return std::unique_ptr<SimulationProvider>(new SimulationProvider(std::move(*markets), std::move(options)));
}

std::uint64_t SimulationProvider::rows() const {
  std::uint64_t sum = 0;
  for (const auto& market : markets_)
    for (std::size_t s = 0; s < market->sessions(); ++s) sum += market->rows(s) * market->clock().per_session;
  return sum;
}

Status SimulationProvider::read(QuoteSink& sink, QualityReport& report) {
  report.source = options_.description;
  report.layout = "generated";
  const std::size_t n = markets_.size(), count = n * markets_.front()->sessions();
  const auto make = [this, n](std::size_t item) { return markets_[item % n]->session(item / n); };
  if (options_.threads <= 1) {
    for (std::size_t i = 0; i < count; ++i)
      if (auto ok = sink.take(make(i)); !ok) return ok;
    return {};
  }
  Ahead ahead(count, options_.threads, make);
  for (std::size_t i = 0; i < count; ++i)
    if (auto ok = sink.take(ahead.next()); !ok) return ok;
  return {};
}

}  // namespace optix::simulation
