#include "core/data/lookahead_source.hpp"

#include <stdexcept>

namespace optix {

LookaheadSource::LookaheadSource(std::shared_ptr<const SnapshotSource> source, Prepare prepare, Options options)
    : source_(std::move(source)), prepare_(std::move(prepare)), options_(std::move(options)) {
  if (!source_ || !prepare_) throw std::invalid_argument("a source and a function are needed");
  if (options_.ahead == 0) return;
  if (options_.threads == 0) throw std::invalid_argument("preparing ahead needs a thread");
  if (!options_.pool) options_.pool = thread_prefetch_pool(options_.threads, options_.ahead + options_.threads);
  const std::lock_guard lock(mutex_);
  begin_more();
}

LookaheadSource::~LookaheadSource() {
  std::unique_lock lock(mutex_);
  cancelled_ = true;
  changed_.wait(lock, [&] { return jobs_ == 0; });
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

void LookaheadSource::begin_more() const {
  while (started_ < source_->steps() && started_ < wanted_ + options_.ahead) {
    if (!options_.pool->submit([this, step = started_, sequence = sequence_] { work(step, sequence); })) return;
    ++started_;
    ++jobs_;
  }
}

void LookaheadSource::work(std::size_t step, std::size_t sequence) const {
  Prepared prepared;
  std::unique_lock lock(mutex_);
  if (!cancelled_ && sequence == sequence_) {
    lock.unlock();
    prepared = prepare(step);
    lock.lock();
    if (sequence == sequence_) ready_.emplace(step, std::move(prepared));
  }
  --jobs_;
  changed_.notify_all();  // with the lock held: afterwards this object may be gone
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
    begin_more();
    if (started_ == index) {  // the pool took nothing
      started_ = wanted_ = index + 1;
      lock.unlock();
      found = prepare(index);
    } else {
      changed_.wait(lock, [&] { return ready_.contains(index); });
      found = std::move(ready_.extract(index).mapped());
      wanted_ = index + 1;
      begin_more();
    }
  }
  if (found.failure) std::rethrow_exception(found.failure);
  return std::move(found.step);
}

}  // namespace optix
