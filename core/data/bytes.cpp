#include "core/data/bytes.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

namespace optix {
namespace {

// Compressed or plain bytes as they are stored.
class RawBytes {
 public:
  virtual ~RawBytes() = default;
  virtual Result<std::size_t> read(char* into, std::size_t capacity) = 0;
};

class FileBytes final : public RawBytes {
 public:
  FileBytes(std::FILE* file, std::string path) : file_(file), path_(std::move(path)) {}
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  ~FileBytes() override { std::fclose(file_); }
  Result<std::size_t> read(char* into, std::size_t capacity) override {
    const std::size_t n = std::fread(into, 1, capacity, file_);
    if (n == 0 && std::ferror(file_)) return Error{std::string("cannot be read: ") + std::strerror(errno), path_, ""};
    return n;
  }

 private:
  std::FILE* file_;
  std::string path_;
};

class MemoryBytes final : public RawBytes {
 public:
  explicit MemoryBytes(std::string_view bytes) : rest_(bytes) {}
  Result<std::size_t> read(char* into, std::size_t capacity) override {
    const std::size_t n = std::min(capacity, rest_.size());
    if (n != 0) std::memcpy(into, rest_.data(), n);
    rest_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view rest_;
};

class Inflater final : public ByteSource {
 public:
  Inflater(std::unique_ptr<RawBytes> raw, std::string name)
      : raw_(std::move(raw)), name_(std::move(name)), in_(input_size) {}
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() override {
    if (kind_ == Kind::gzip) inflateEnd(&z_);
  }

  Result<std::size_t> read(char* into, std::size_t capacity) override {
    if (kind_ == Kind::unknown) {
      if (auto detected = detect(); !detected) return detected.error();
    }
    return kind_ == Kind::plain ? read_plain(into, capacity) : read_gzip(into, capacity);
  }

 private:
  enum class Kind : std::uint8_t { unknown, plain, gzip };
  static constexpr std::size_t input_size = 128 * 1024;

  Status detect() {
    while (available_ < 2) {
      if (auto more = refill(); !more) return more.error();
      if (ended_) break;
    }
    const auto* b = reinterpret_cast<const unsigned char*>(in_.data());
    const bool gzip = available_ >= 2 && b[0] == 0x1f && b[1] == 0x8b;
    if (gzip && inflateInit2(&z_, 15 + 16) != Z_OK) return Error{"zlib cannot start: out of memory", name_, ""};
    kind_ = gzip ? Kind::gzip : Kind::plain;
    return {};
  }

  // Moves what is left to the front and appends what the file gives.
  Status refill() {
    if (available_ != 0 && begin_ != 0) std::memmove(in_.data(), in_.data() + begin_, available_);
    begin_ = 0;
    auto n = raw_->read(in_.data() + available_, in_.size() - available_);
    if (!n) return n.error();
    if (*n == 0) ended_ = true;
    available_ += *n;
    return {};
  }

  Result<std::size_t> read_plain(char* into, std::size_t capacity) {
    if (available_ == 0) return raw_->read(into, capacity);
    const std::size_t n = std::min(capacity, available_);
    std::memcpy(into, in_.data() + begin_, n);
    begin_ += n;
    available_ -= n;
    return n;
  }

  Result<std::size_t> read_gzip(char* into, std::size_t capacity) {
    if (failed_) return *failed_;
    capacity = std::min<std::size_t>(capacity, 1u << 30);
    z_.next_out = reinterpret_cast<Bytef*>(into);
    z_.avail_out = static_cast<uInt>(capacity);
    while (z_.avail_out != 0) {
      if (available_ == 0 && !ended_) {
        if (auto more = refill(); !more) return fail(more.error(), capacity);
      }
      if (available_ == 0 && ended_) {
        if (between_members_) break;
        return fail({"the gzip data ends in the middle of the stream, at byte " + std::to_string(consumed_), name_,
                     "the file is cut short: copy or download it again"},
                    capacity);
      }
      if (between_members_) {  // another member follows
        if (inflateReset(&z_) != Z_OK) return fail({"zlib cannot restart", name_, ""}, capacity);
        between_members_ = false;
      }
      z_.next_in = reinterpret_cast<Bytef*>(in_.data() + begin_);
      z_.avail_in = static_cast<uInt>(available_);
      const int code = inflate(&z_, Z_NO_FLUSH);
      const std::size_t used = available_ - z_.avail_in;
      begin_ += used;
      consumed_ += used;
      available_ -= used;
      if (code == Z_STREAM_END) {
        between_members_ = true;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return fail({std::string("the gzip data is corrupt at byte ") + std::to_string(consumed_) + ": " +
                         (z_.msg ? z_.msg : "bad data"),
                     name_, "copy or download the file again and check it with `gzip -t`"},
                    capacity);
      }
    }
    return capacity - z_.avail_out;
  }

  // What was inflated before the fault is delivered first.
  Result<std::size_t> fail(Error error, std::size_t capacity) {
    failed_ = std::move(error);
    const std::size_t produced = capacity - z_.avail_out;
    if (produced != 0) return produced;
    return *failed_;
  }

  std::unique_ptr<RawBytes> raw_;
  std::string name_;
  std::vector<char> in_;
  std::size_t begin_ = 0;
  std::size_t available_ = 0;
  std::uint64_t consumed_ = 0;
  bool ended_ = false;
  bool between_members_ = false;
  Kind kind_ = Kind::unknown;
  z_stream z_{};
  std::optional<Error> failed_;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (!file)
    return Error{std::string("cannot be opened: ") + std::strerror(errno), path,
                 "check the path; it is relative to the file that names it"};
  std::unique_ptr<ByteSource> source = std::make_unique<Inflater>(std::make_unique<FileBytes>(file, path), path);
  return source;
}

std::unique_ptr<ByteSource> open_memory(std::string name, std::string_view bytes) {
  return std::make_unique<Inflater>(std::make_unique<MemoryBytes>(bytes), std::move(name));
}

}  // namespace optix
