#pragma once
// Files of an import under way: they lie in a folder of their own until all are complete, then take
// their places, and the manifest that names them comes last.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/data/store/files.hpp"

namespace optix::stored {

class Staging {
 public:
  // Locks the folder (created when it is not there) and removes what a killed import left behind:
  // staged files, and files of ours that the manifest does not name. An error when the folder holds
  // something else than a dataset.
  // `sync`: publish() returns when all of it is on the disk.
  static Result<std::unique_ptr<Staging>> open(std::filesystem::path folder, bool sync);
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  // Removes what is staged, and the folder when there was none before and nothing was published.
  ~Staging();

  const std::filesystem::path& folder() const { return folder_; }
  // The manifest's text when there is one.
  const std::string& manifest_text() const { return manifest_text_; }
  const Manifest& manifest() const { return manifest_; }

  // Writes a file; returns its staged path.
  Result<std::filesystem::path> add(std::string_view bytes);
  void drop(const std::filesystem::path& staged);

  // One staged file and its path in the dataset.
  using Move = std::pair<std::filesystem::path, std::string>;
  // Everything at once, as readers see it. Files that only the manifest before named are removed; after
  // an error it is the others that are.
  Status publish(const std::vector<Move>& moves, const Manifest& manifest, const std::string& text);

 private:
  Staging(std::filesystem::path folder, bool created, bool sync, FolderLock lock)
      : folder_(std::move(folder)), created_(created), sync_(sync), lock_(std::move(lock)) {}
  Status read_manifest();
  // All but the manifest's last step.
  Status move_all(const std::vector<Move>& moves, const std::filesystem::path& staged_manifest,
                  const std::string& text);
  void remove_unnamed();

  std::filesystem::path folder_;
  bool created_;  // by us, and nothing published yet
  bool sync_;
  FolderLock lock_;
  std::string manifest_text_;
  Manifest manifest_;
  std::uint64_t number_ = 0;
};

}  // namespace optix::stored
