#include "core/data/store/staging.hpp"

#include <algorithm>
#include <set>
#include <system_error>

#include "core/data/store/layout.hpp"

namespace optix::stored {
namespace {

namespace fs = std::filesystem;

// A folder without a manifest may hold only what an import that never finished leaves.
Status check_unused(const fs::path& folder) {
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    if (name == staging_name || name == lock_name ||
        std::find(std::begin(file_folders), std::end(file_folders), name) != std::end(file_folders))
      continue;
    return Error{"holds other files (" + name + ") and is not a dataset", folder.string(),
                 "name a folder that is empty or not there yet"};
  }
  if (failed) return Error{"cannot list the folder: " + failed.message(), folder.string(), ""};
  return {};
}

}  // namespace

Result<std::unique_ptr<Staging>> Staging::open(fs::path folder, bool sync) {
  if (!folder.has_filename()) folder = folder.parent_path();  // written with a slash at its end
  if (folder.empty()) return Error{"no folder was named", "", "name a folder for the dataset"};
  std::error_code failed;
  const bool created = !fs::exists(folder, failed);
  if (!created && !fs::is_directory(folder, failed))
    return Error{"is not a folder", folder.string(), "name a folder for the dataset"};
  if (Status status = make_folder(folder); !status) return status.error();
  auto lock = FolderLock::take(folder);
  if (!lock) return lock.error();
  std::unique_ptr<Staging> staging(new Staging(folder, created, sync, *std::move(lock)));
  if (Status status = staging->read_manifest(); !status) return status.error();
  fs::remove_all(folder / staging_name, failed);
  if (failed)
    return Error{"cannot remove what an earlier import left: " + failed.message(), (folder / staging_name).string(),
                 "remove the folder by hand"};
  staging->remove_unnamed();
  if (Status status = make_folder(folder / staging_name); !status) return status.error();
  return staging;
}

Staging::~Staging() {
  std::error_code ignored;
  fs::remove_all(folder_ / staging_name, ignored);
  if (!created_) return;
  fs::remove(folder_ / lock_name, ignored);  // held until the end of this object
  fs::remove(folder_, ignored);              // fails, as it should, when somebody put something there
}

Status Staging::read_manifest() {
  const fs::path file = folder_ / manifest_name;
  std::error_code failed;
  if (!fs::exists(file, failed)) return check_unused(folder_);
  auto text = read_file(file);
  if (!text) return text.error();
  auto manifest = manifest_from_json(file.string(), *text);
  if (!manifest) return manifest.error();
  manifest_text_ = *std::move(text);
  manifest_ = *std::move(manifest);
  return {};
}

void Staging::remove_unnamed() {
  std::set<std::string> named;
  for (const StoredFile* file : files_of(manifest_)) named.insert(file->path);
  for (const std::string_view top : file_folders) {
    std::error_code failed;
    std::vector<fs::path> doomed;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / top, failed)) {
      std::error_code ignored;
      if (!entry.is_regular_file(ignored) || !is_ours(entry.path().filename().string())) continue;
      if (!named.contains(entry.path().lexically_relative(folder_).generic_string())) doomed.push_back(entry.path());
    }
    for (const fs::path& path : doomed) fs::remove(path, failed);
  }
}

Result<fs::path> Staging::add(std::string_view bytes) {
  fs::path path = folder_ / staging_name / (std::to_string(number_++) + ".arrow");
  if (Status status = write_file(path, bytes, sync_); !status) return status.error();
  return path;
}

void Staging::drop(const fs::path& staged) {
  std::error_code ignored;
  if (!staged.empty()) fs::remove(staged, ignored);
}

Status Staging::publish(const std::vector<Move>& moves, const Manifest& manifest, const std::string& text) {
  const fs::path staged_manifest = folder_ / staging_name / manifest_name;
  Status status = move_all(moves, staged_manifest, text);
  if (status) status = rename_file(staged_manifest, folder_ / manifest_name);
  if (!status) {
    remove_unnamed();
    return status;
  }
  created_ = false;
  manifest_ = manifest;
  manifest_text_ = text;
  // Readers see the new dataset now. Until the rename is on the disk, a power cut may bring back the
  // old one, whose files are then still needed.
  if (sync_)
    if (status = sync_path(folder_); !status) return status;
  remove_unnamed();
  return {};
}

Status Staging::move_all(const std::vector<Move>& moves, const fs::path& staged_manifest, const std::string& text) {
  // Each waits for the disk once: from some number of files on it is quicker to wait for all there is.
  constexpr std::size_t many = 64;
  const bool one_by_one = sync_ && moves.size() < many;
  std::set<fs::path> folders{folder_};
  if (created_) folders.insert(fs::absolute(folder_).parent_path());
  for (const auto& [staged, name] : moves) {
    if (one_by_one)
      if (Status status = sync_path(staged); !status) return status;
    const fs::path path = folder_ / name;
    for (fs::path above = path.parent_path(); folders.insert(above).second;) above = above.parent_path();
    if (Status status = make_folder(path.parent_path()); !status) return status;
    if (Status status = rename_file(staged, path); !status) return status;
  }
  if (Status status = write_file(staged_manifest, text); !status) return status;
  if (!sync_) return {};
  if (!one_by_one) return sync_all(folder_);
  if (Status status = sync_path(staged_manifest); !status) return status;
  for (const fs::path& path : folders)
    if (Status status = sync_path(path); !status) return status;
  return {};
}

}  // namespace optix::stored
