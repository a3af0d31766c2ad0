#include "core/data/lookahead_source.hpp"

#include <stdexcept>

namespace optix {

LookaheadSource::LookaheadSource(std::shared_ptr<const SnapshotSource> source, Prepare prepare, Options options)
    : source_(std::move(source)), prepare_(std::move(prepare)), options_(options) {
  if (!source_ || !prepare_) throw std::invalid_argument("a source and a function are needed");
  if (options_.ahead == 0) return;
  if (options_.threads == 0) throw std::invalid_argument("preparing ahead needs a thread");
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
}

LookaheadSource::~LookaheadSource() {
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

LookaheadSource::Prepared LookaheadSource::prepare(std::size_t step) const {
  Prepared out;
  try {
    out.step = source_->step(step);
    out.step.snapshot = prepare_(out.step.snapshot);
  } catch (...) {
    out.failure = std::current_exception();
  }
  return out;
}

void LookaheadSource::work() const {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock,
                  [&] { return cancelled_ || (started_ < source_->steps() && started_ < wanted_ + options_.ahead); });
    if (cancelled_) return;
    const std::size_t step = started_++, sequence = sequence_;
    lock.unlock();
    Prepared prepared = prepare(step);
    lock.lock();
    if (sequence == sequence_) ready_.emplace(step, std::move(prepared));
    changed_.notify_all();
  }
}

DatasetStep LookaheadSource::step(std::size_t index) const {
  if (index >= source_->steps()) throw std::out_of_range("there is no step " + std::to_string(index));
  const std::lock_guard one_at_a_time(callers_);
  Prepared found;
  if (options_.ahead == 0) {
    found = prepare(index);
  } else {
    std::unique_lock lock(mutex_);
    if (index != wanted_) {  // a jump: begin again from there
      ready_.clear();
      ++sequence_;
      wanted_ = started_ = index;
    }
    changed_.notify_all();
    changed_.wait(lock, [&] { return ready_.contains(index); });
    found = std::move(ready_.extract(index).mapped());
    wanted_ = index + 1;
    changed_.notify_all();
  }
  if (found.failure) std::rethrow_exception(found.failure);
  return std::move(found.step);
}

}  // namespace optix
