// An opened dataset folder as what a replay reads. Sessions stay mapped for the next run over them:
// a mapping is the page cache's memory, which it takes back when it needs it; what is ours is bounded.
#include <algorithm>
#include <list>

#include "core/data/replay/dataset_source.hpp"

namespace optix {
namespace {

// About 4 KB of tables a snapshot: 32 MB.
constexpr std::size_t most_snapshots = 8'192;

class FolderStore final : public ReplayStore {
 public:
  explicit FolderStore(std::shared_ptr<const DatasetFolder> folder)
      : folder_(std::move(folder)), kept_(folder_->manifest().partitions.size()) {}

  const Manifest& manifest() const override { return folder_->manifest(); }

  Result<std::shared_ptr<const SessionView>> session(std::size_t partition) const override {
    if (partition >= kept_.size()) return folder_->session(partition);
    {
      const std::lock_guard lock(mutex_);
      if (kept_[partition]) return kept_[partition];
    }
    auto view = folder_->session(partition);  // mapped and verified outside the lock
    if (!view) return view;
    const std::lock_guard lock(mutex_);
    if (kept_[partition]) return kept_[partition];
    kept_[partition] = *view;
    order_.push_back(partition);
    snapshots_ += (*view)->snapshots();
    while (snapshots_ > most_snapshots && order_.size() > 1) {
      std::shared_ptr<const SessionView>& oldest = kept_[order_.front()];
      snapshots_ -= oldest->snapshots();
      oldest.reset();
      order_.pop_front();
    }
    return view;
  }

  bool is_open(std::size_t partition) const override {
    const std::lock_guard lock(mutex_);
    return partition < kept_.size() && kept_[partition];
  }

  Result<InstrumentBatch> instruments(Symbol underlying, std::uint32_t first, std::uint32_t last) const override {
    return folder_->instruments(underlying, first, last);
  }

 private:
  std::shared_ptr<const DatasetFolder> folder_;
  mutable std::mutex mutex_;                                      // guards what follows
  mutable std::vector<std::shared_ptr<const SessionView>> kept_;  // by partition
  mutable std::list<std::size_t> order_;                          // in which they were opened
  mutable std::size_t snapshots_ = 0;
};

}  // namespace

std::shared_ptr<const ReplayStore> replay_store(std::shared_ptr<const DatasetFolder> folder) {
  return std::make_shared<FolderStore>(std::move(folder));
}

}  // namespace optix
