#include "core/data/zip.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

namespace optix {
namespace {

// Layouts: PKWARE APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16; little endian.
constexpr std::size_t local_size = 30, central_size = 46, end_size = 22;
constexpr std::uint32_t local_mark = 0x04034b50, central_mark = 0x02014b50, end_mark = 0x06054b50;

std::uint32_t u32(const char* p) {
  std::uint32_t v = 0;
  std::memcpy(&v, p, 4);
  return v;
}
std::uint16_t u16(const char* p) {
  std::uint16_t v = 0;
  std::memcpy(&v, p, 2);
  return v;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

bool read_at(std::FILE* file, std::int64_t offset, char* into, std::size_t size) {
  return ::fseeko(file, offset, SEEK_SET) == 0 && std::fread(into, 1, size, file) == size;
}

Error damaged(const std::string& path, const std::string& what) {
  return {what, path, "copy or download the file again and check it with `unzip -t`"};
}

class ZipBytes final : public ByteSource {
 public:
  ZipBytes(File file, std::string name, const ZipEntry& entry)
      : file_(std::move(file)), name_(std::move(name)), entry_(entry), left_(entry.packed), in_(64 * 1024) {}
  ZipBytes(const ZipBytes&) = delete;
  ZipBytes& operator=(const ZipBytes&) = delete;
  ~ZipBytes() override {
    if (started_) inflateEnd(&z_);
  }

  Result<std::size_t> read(char* into, std::size_t capacity) override {
    if (failed_) return *failed_;
    capacity = std::min<std::size_t>(capacity, 1u << 30);
    auto n = entry_.method == 0 ? stored(into, capacity) : inflated(into, capacity);
    if (!n) {
      failed_ = n.error();
      return n;
    }
    crc_ = crc32(crc_, reinterpret_cast<const Bytef*>(into), static_cast<uInt>(*n));
    produced_ += *n;
    if (*n == 0 && (produced_ != entry_.size || crc_ != entry_.crc)) {
      failed_ = damaged(name_, "the zip entry does not have the size and checksum that the archive states");
      return *failed_;
    }
    return n;
  }

 private:
  Result<std::size_t> stored(char* into, std::size_t capacity) {
    const std::size_t n = std::fread(into, 1, std::min(capacity, left_), file_.get());
    left_ -= n;
    if (n == 0 && left_ != 0) return damaged(name_, "the zip entry is cut short");
    return n;
  }

  Result<std::size_t> inflated(char* into, std::size_t capacity) {
    if (!started_ && inflateInit2(&z_, -15) != Z_OK) return Error{"zlib cannot start: out of memory", name_, ""};
    started_ = true;
    z_.next_out = reinterpret_cast<Bytef*>(into);
    z_.avail_out = static_cast<uInt>(capacity);
    while (z_.avail_out != 0 && !done_) {
      if (z_.avail_in == 0 && left_ != 0) {
        const std::size_t n = std::fread(in_.data(), 1, std::min(in_.size(), left_), file_.get());
        if (n == 0) break;
        left_ -= n;
        z_.next_in = reinterpret_cast<Bytef*>(in_.data());
        z_.avail_in = static_cast<uInt>(n);
      }
      const uInt before = z_.avail_out;
      const int code = inflate(&z_, Z_NO_FLUSH);
      done_ = code == Z_STREAM_END;
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
        return damaged(name_, std::string("the zip entry is corrupt: ") + (z_.msg ? z_.msg : "bad data"));
      if (code == Z_BUF_ERROR && before == z_.avail_out && z_.avail_in == 0 && left_ == 0) break;
    }
    return capacity - z_.avail_out;
  }

  File file_;
  std::string name_;
  ZipEntry entry_;
  std::size_t left_;
  std::vector<char> in_;
  z_stream z_{};
  bool started_ = false, done_ = false;
  uLong crc_ = 0;
  std::uint64_t produced_ = 0;
  std::optional<Error> failed_;
};

}  // namespace

bool is_zip(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"));
  char mark[4];
  return file && std::fread(mark, 1, 4, file.get()) == 4 && (u32(mark) == local_mark || u32(mark) == end_mark);
}

Result<std::vector<ZipEntry>> zip_entries(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return Error{std::string("cannot be opened: ") + std::strerror(errno), path, "check the path"};
  if (::fseeko(file.get(), 0, SEEK_END) != 0) return Error{"cannot be read", path, ""};
  const std::int64_t size = ::ftello(file.get());
  // The directory's end is the last 22 bytes and a comment of at most 64 KiB.
  const auto tail_size = static_cast<std::size_t>(std::min<std::int64_t>(size, end_size + 65535));
  std::vector<char> tail(tail_size);
  if (!read_at(file.get(), size - static_cast<std::int64_t>(tail_size), tail.data(), tail_size) || tail_size < end_size)
    return damaged(path, "not a zip archive");
  std::size_t at = tail_size - end_size + 1;
  while (at > 0 && u32(tail.data() + at - 1) != end_mark) --at;
  if (at == 0) return damaged(path, "the zip archive has no directory");
  const char* end = tail.data() + at - 1;
  const std::uint32_t count = u16(end + 10), directory_size = u32(end + 12), directory_at = u32(end + 16);
  if (std::int64_t{directory_at} + directory_size > size)
    return damaged(path, "the zip archive's directory is cut off");
  std::vector<char> directory(directory_size);
  if (!read_at(file.get(), directory_at, directory.data(), directory_size))
    return damaged(path, "the zip archive's directory cannot be read");
  std::vector<ZipEntry> out;
  std::size_t p = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (directory_size - p < central_size || u32(directory.data() + p) != central_mark)
      return damaged(path, "the zip archive's directory is damaged");
    const char* entry = directory.data() + p;
    const std::size_t name_size = u16(entry + 28), rest = std::size_t{u16(entry + 30)} + u16(entry + 32);
    if (directory_size - p - central_size < name_size + rest)
      return damaged(path, "the zip archive's directory is damaged");
    ZipEntry e;
    e.name.assign(entry + central_size, name_size);
    e.method = u16(entry + 10);
    e.crc = u32(entry + 16);
    e.packed = u32(entry + 20);
    e.size = u32(entry + 24);
    e.offset = u32(entry + 42);
    const bool encrypted = (u16(entry + 8) & 1) != 0;
    p += central_size + name_size + rest;
    if (e.name.empty() || e.name.back() == '/') continue;
    if (encrypted || (e.method != 0 && e.method != 8) || e.size == UINT32_MAX || e.packed == UINT32_MAX)
      return Error{"the zip entry " + e.name + " is encrypted, larger than 4 GB or packed in another way", path,
                   "unpack the archive and import its files"};
    out.push_back(std::move(e));
  }
  std::sort(out.begin(), out.end(), [](const ZipEntry& a, const ZipEntry& b) { return a.name < b.name; });
  return out;
}

Result<std::unique_ptr<ByteSource>> open_zip_entry(const std::string& path, const ZipEntry& entry) {
  const std::string name = path + "#" + entry.name;
  File file(std::fopen(path.c_str(), "rb"));
  if (!file) return Error{std::string("cannot be opened: ") + std::strerror(errno), path, "check the path"};
  char header[local_size];
  if (!read_at(file.get(), entry.offset, header, local_size) || u32(header) != local_mark)
    return damaged(name, "the zip entry's header is damaged");
  const std::int64_t data = std::int64_t{entry.offset} + std::int64_t{local_size} + u16(header + 26) + u16(header + 28);
  if (::fseeko(file.get(), data, SEEK_SET) != 0) return damaged(name, "the zip entry is cut off");
  std::unique_ptr<ByteSource> source = std::make_unique<ZipBytes>(std::move(file), name, entry);
  return source;
}

}  // namespace optix
