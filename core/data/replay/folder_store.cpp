// An opened dataset folder as what a replay reads.
#include "core/data/replay/dataset_source.hpp"

namespace optix {
namespace {

class FolderStore final : public ReplayStore {
 public:
  explicit FolderStore(std::shared_ptr<const DatasetFolder> folder) : folder_(std::move(folder)) {}
  const Manifest& manifest() const override { return folder_->manifest(); }
  Result<std::shared_ptr<const SessionView>> session(std::size_t partition) const override {
    return folder_->session(partition);
  }
  Result<InstrumentBatch> instruments(Symbol underlying, std::uint32_t first, std::uint32_t last) const override {
    return folder_->instruments(underlying, first, last);
  }

 private:
  std::shared_ptr<const DatasetFolder> folder_;
};

}  // namespace

std::shared_ptr<const ReplayStore> replay_store(std::shared_ptr<const DatasetFolder> folder) {
  return std::make_shared<FolderStore>(std::move(folder));
}

}  // namespace optix
