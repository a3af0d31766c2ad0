#include "core/data/store/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "core/data/store/layout.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace optix::stored {
namespace {

namespace fs = std::filesystem;

Error io_error(const std::string& doing, const fs::path& path, int number) {
  std::string hint;
  if (number == ENOSPC || number == EDQUOT) hint = "free some space, or choose another folder";
  if (number == EACCES || number == EROFS || number == EPERM) hint = "choose a folder you may use";
  if (number == EMFILE || number == ENFILE) hint = "too many files are open: raise the limit (ulimit -n)";
  return {"cannot " + doing + ": " + std::generic_category().message(number), path.string(), hint};
}

// An open file; closed at the end of its life.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  bool ok() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }
  // 0, or the error number: a file system may report a failed write only now.
  int close() { return ::close(std::exchange(number_, -1)) == 0 ? 0 : errno; }

 private:
  int number_;
};

}  // namespace

std::string content_hash(std::span<const std::byte> bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  std::string out;
  for (const unsigned char byte : canonical.digest) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

std::string content_hash(std::string_view bytes) { return content_hash(std::as_bytes(std::span(bytes))); }

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return io_error("open", path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io_error("examine", path, errno);
  if (!S_ISREG(status.st_mode)) return Error{"is not a file", path.string(), ""};
  const auto size = static_cast<std::size_t>(status.st_size);
  const void* data = nullptr;
  if (size != 0) {
    void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
    if (mapped == MAP_FAILED) return io_error("map", path, errno);
    data = mapped;
  }
  return std::shared_ptr<const MappedFile>(new MappedFile(data, size));
}

MappedFile::~MappedFile() {
  if (size_ != 0) ::munmap(const_cast<void*>(data_), size_);
}

Result<std::shared_ptr<const MappedFile>> map_stored(const fs::path& folder, const StoredFile& file, bool check) {
  const fs::path path = folder / file.path;
  auto mapped = MappedFile::open(path);
  if (!mapped) {
    Error error = mapped.error();
    error.hint =
        "the dataset's manifest names this file: open the dataset again if it was just imported into, else import it "
        "again";
    return error;
  }
  const std::size_t size = (*mapped)->bytes().size();
  if (size != file.bytes)
    return Error{"has " + std::to_string(size) + " bytes; the manifest says " + std::to_string(file.bytes),
                 path.string(), "the file was cut or changed: import it again, or restore it from a copy"};
  if (check && content_hash((*mapped)->bytes()) != file.hash)
    return Error{"its content is not what was imported: its hash differs from the manifest's", path.string(),
                 "the file was damaged or changed: import it again, or restore it from a copy"};
  return mapped;
}

bool is_intact(const fs::path& folder, const StoredFile& file) { return map_stored(folder, file, true).ok(); }

Result<std::string> read_file(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return io_error("open", path, errno);
  std::string bytes;
  char block[64 * 1024];
  for (;;) {
    const ssize_t got = ::read(file.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error("read", path, errno);
    if (got == 0) return bytes;
    bytes.append(block, static_cast<std::size_t>(got));
  }
}

Status write_file(const fs::path& path, std::string_view bytes, bool soon) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file.ok()) return io_error("create", path, errno);
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  // Only a start: sync_path() and sync_all() wait for it and report errors.
  if (soon) ::sync_file_range(file.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
  if (const int failed = file.close(); failed != 0) return io_error("write", path, failed);
  return {};
}

Status sync_path(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return io_error("open", path, errno);
  if (::fsync(file.get()) != 0) return io_error("write to the disk", path, errno);
  return {};
}

Status sync_all(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return io_error("open", path, errno);
  if (::syncfs(file.get()) != 0) return io_error("write to the disk", path, errno);
  return {};
}

Status rename_file(const fs::path& from, const fs::path& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return io_error("rename to this", to, errno);
  return {};
}

Status make_folder(const fs::path& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) return io_error("create the folder", path, failed.value());
  return {};
}

Result<FolderLock> FolderLock::take(const fs::path& folder) {
  const fs::path path = folder / lock_name;
  for (;;) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!file.ok()) return io_error("create", path, errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK)
        return Error{"another import is writing into this dataset", folder.string(), "wait until it has ended"};
      return io_error("lock", path, errno);
    }
    // The import before may have deleted the file between the two calls: then the lock is of a file
    // that nobody else can find.
    struct stat ours {
    }, there{};
    if (::fstat(file.get(), &ours) == 0 && ::stat(path.c_str(), &there) == 0 && ours.st_ino == there.st_ino &&
        ours.st_dev == there.st_dev)
      return FolderLock(path, file.release());
  }
}

FolderLock::~FolderLock() {
  if (descriptor_ < 0) return;
  ::unlink(path_.c_str());  // while it is locked: see take()
  ::close(descriptor_);
}

}  // namespace optix::stored
