#include "core/data/replay/open_sessions.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/data/replay/dataset_source.hpp"

namespace optix {

std::shared_ptr<const SessionView> OpenSessions::find(std::size_t partition) {
  const auto known = std::find_if(open_.begin(), open_.end(), [&](const Open& o) { return o.partition == partition; });
  if (known == open_.end()) return nullptr;
  std::rotate(known, known + 1, open_.end());
  return open_.back().view;
}

std::shared_ptr<const SessionView> OpenSessions::view(std::size_t partition) {
  {
    const std::lock_guard lock(mutex_);
    if (auto known = find(partition)) return known;
  }
  auto opened = store_->session(partition);
  if (!opened) throw std::runtime_error(opened.error().to_string());
  const std::lock_guard lock(mutex_);
  if (auto known = find(partition)) return known;
  if (open_.size() >= most_) open_.erase(open_.begin());
  open_.push_back({partition, *std::move(opened)});
  return open_.back().view;
}

void OpenSessions::prefetch(std::size_t partition, PrefetchPool& pool) {
  if (store_->is_open(partition)) return;
  pool.submit([self = shared_from_this(), partition] {
    if (self->cancelled_) return;
    try {
      self->view(partition);
    } catch (const std::exception&) {
      // Told to the caller who needs the session, if there ever is one.
    }
  });
}

}  // namespace optix
