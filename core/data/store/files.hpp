#pragma once
// Files of a dataset folder: mapped for reading, written so that a crash leaves nothing half done,
// and the lock that keeps a second import out.
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/data/store/manifest.hpp"
#include "messages/values/result.hpp"

namespace optix::stored {

// XXH3-128 as 32 lower-case hexadecimal digits, most significant first.
std::string content_hash(std::span<const std::byte> bytes);
std::string content_hash(std::string_view bytes);

// A whole file, mapped read-only for as long as the object lives; deleting the file meanwhile does
// no harm, changing it in place does.
class MappedFile {
 public:
  static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(data_), size_}; }

 private:
  MappedFile(const void* data, std::size_t size) : data_(data), size_(size) {}
  const void* data_;
  std::size_t size_;
};

// Maps a file of the dataset. Its size must be the manifest's; with `check` its hash as well.
Result<std::shared_ptr<const MappedFile>> map_stored(const std::filesystem::path& folder, const StoredFile& file,
                                                     bool check);
// Whether the file is there with the size and the hash it should have.
bool is_intact(const std::filesystem::path& folder, const StoredFile& file);

// A whole file into memory.
Result<std::string> read_file(const std::filesystem::path& path);
// A new file; its bytes may still be on their way to the disk (`soon`: they are sent on it). An
// existing file is replaced.
Status write_file(const std::filesystem::path& path, std::string_view bytes, bool soon = false);
// Returns when the file's (or folder's) contents are on the disk.
Status sync_path(const std::filesystem::path& path);
// The same for everything on the file system that has this path: for thousands of files one wait
// instead of thousands.
Status sync_all(const std::filesystem::path& path);
Status rename_file(const std::filesystem::path& from, const std::filesystem::path& to);
// A folder and those above it.
Status make_folder(const std::filesystem::path& path);

// The folder's lock, held until destruction or the end of the process, however it ends.
class FolderLock {
 public:
  static Result<FolderLock> take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& o) noexcept : path_(std::move(o.path_)), descriptor_(std::exchange(o.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  FolderLock(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::filesystem::path path_;
  int descriptor_;
};

}  // namespace optix::stored
