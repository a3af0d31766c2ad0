#include "core/store/file_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace optix {
namespace {

Error io_error(const std::string& doing, const std::filesystem::path& file, int number) {
  std::string hint;
  if (number == ENOSPC) hint = "free some space, or choose another folder for the results";
  if (number == EACCES || number == EROFS) hint = "choose a folder you may write to";
  if (number == ENOENT) hint = "the folder does not exist";
  return {"cannot " + doing + ": " + std::generic_category().message(number), file.string(), hint};
}

// 0, or the error number.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

}  // namespace

Status write_file(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::path partial = file;
  partial += ".partial";
  const int descriptor = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return io_error("create", partial, errno);
  int failed = write_all(descriptor, bytes);
  if (::close(descriptor) != 0 && failed == 0) failed = errno;
  if (failed != 0) {
    ::unlink(partial.c_str());
    return io_error("write", partial, failed);
  }
  if (std::rename(partial.c_str(), file.c_str()) != 0) {
    const int number = errno;
    ::unlink(partial.c_str());
    return io_error("rename " + partial.string() + " to this", file, number);
  }
  return {};
}

}  // namespace optix
