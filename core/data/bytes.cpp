#include "core/data/bytes.hpp"

#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

namespace optix {
namespace {

// Compressed or plain bytes as they are stored.
class RawBytes {
 public:
  virtual ~RawBytes() = default;
  virtual Result<std::size_t> read(char* into, std::size_t capacity) = 0;
  virtual std::uint64_t size() const = 0;  // 0: not known
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
  std::uint64_t size() const override {
    struct stat info {};
    return ::fstat(fileno(file_), &info) == 0 && S_ISREG(info.st_mode) ? static_cast<std::uint64_t>(info.st_size) : 0;
  }

 private:
  std::FILE* file_;
  std::string path_;
};

class MemoryBytes final : public RawBytes {
 public:
  explicit MemoryBytes(std::string_view bytes) : rest_(bytes), size_(bytes.size()) {}
  Result<std::size_t> read(char* into, std::size_t capacity) override {
    const std::size_t n = std::min(capacity, rest_.size());
    if (n != 0) std::memcpy(into, rest_.data(), n);
    rest_.remove_prefix(n);
    return n;
  }
  std::uint64_t size() const override { return size_; }

 private:
  std::string_view rest_;
  std::uint64_t size_;
};

class Inflater final : public ByteSource {
 public:
  Inflater(std::unique_ptr<RawBytes> raw, std::string name)
      : raw_(std::move(raw)), name_(std::move(name)), in_(input_size), size_(raw_->size()) {}
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() override {
    if (kind_ == Kind::gzip) inflateEnd(&z_);
    ZSTD_freeDStream(zstd_);
  }

  Result<std::size_t> read(char* into, std::size_t capacity) override {
    if (kind_ == Kind::unknown) {
      if (auto detected = detect(); !detected) return detected.error();
    }
    if (kind_ == Kind::plain) return read_plain(into, capacity);
    return kind_ == Kind::gzip ? read_gzip(into, capacity) : read_zstd(into, capacity);
  }
  double share() const override {
    if (size_ == 0) return std::numeric_limits<double>::quiet_NaN();
    return std::min(1.0, static_cast<double>(stored_ - available_) / static_cast<double>(size_));
  }

 private:
  enum class Kind : std::uint8_t { unknown, plain, gzip, zstd };
  static constexpr std::size_t input_size = 128 * 1024;

  Status detect() {
    while (available_ < 4) {
      if (auto more = refill(); !more) return more.error();
      if (ended_) break;
    }
    const auto* b = reinterpret_cast<const unsigned char*>(in_.data());
    const bool gzip = available_ >= 2 && b[0] == 0x1f && b[1] == 0x8b;
    if (gzip && inflateInit2(&z_, 15 + 16) != Z_OK) return Error{"zlib cannot start: out of memory", name_, ""};
    const bool zstd = available_ >= 4 && b[0] == 0x28 && b[1] == 0xb5 && b[2] == 0x2f && b[3] == 0xfd;
    if (zstd && !(zstd_ = ZSTD_createDStream())) return Error{"zstd cannot start: out of memory", name_, ""};
    kind_ = gzip ? Kind::gzip : zstd ? Kind::zstd : Kind::plain;
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
    stored_ += *n;
    return {};
  }

  Result<std::size_t> read_plain(char* into, std::size_t capacity) {
    if (available_ == 0) {
      auto n = raw_->read(into, capacity);
      if (n) stored_ += *n;
      return n;
    }
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
        if (auto more = refill(); !more) return fail(more.error(), capacity - z_.avail_out);
      }
      if (available_ == 0 && ended_ && between_members_) break;
      if (between_members_) {  // another member follows
        if (inflateReset(&z_) != Z_OK) return fail({"zlib cannot restart", name_, ""}, capacity - z_.avail_out);
        between_members_ = false;
      }
      z_.next_in = reinterpret_cast<Bytef*>(in_.data() + begin_);
      z_.avail_in = static_cast<uInt>(available_);
      const uInt room = z_.avail_out;
      const int code = inflate(&z_, Z_NO_FLUSH);
      const std::size_t used = available_ - z_.avail_in;
      begin_ += used;
      consumed_ += used;
      available_ -= used;
      if (code == Z_STREAM_END) {
        between_members_ = true;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return fail(corrupt("gzip", z_.msg ? z_.msg : "bad data"), capacity - z_.avail_out);
      } else if (ended_ && available_ == 0 && used == 0 && z_.avail_out == room) {
        return fail(cut_short("gzip"), capacity - z_.avail_out);  // nothing is left inside zlib either
      }
    }
    return capacity - z_.avail_out;
  }

  Result<std::size_t> read_zstd(char* into, std::size_t capacity) {
    if (failed_) return *failed_;
    ZSTD_outBuffer out{into, capacity, 0};
    while (out.pos < out.size) {
      if (available_ == 0 && !ended_) {
        if (auto more = refill(); !more) return fail(more.error(), out.pos);
      }
      ZSTD_inBuffer in{in_.data() + begin_, available_, 0};
      const std::size_t before = out.pos;
      const std::size_t hint = available_ == 0 && between_members_ ? 0 : ZSTD_decompressStream(zstd_, &out, &in);
      begin_ += in.pos;
      consumed_ += in.pos;
      available_ -= in.pos;
      if (ZSTD_isError(hint)) return fail(corrupt("zstd", ZSTD_getErrorName(hint)), out.pos);
      if (in.pos != 0 || out.pos != before) between_members_ = hint == 0;
      if (ended_ && available_ == 0 && in.pos == 0 && out.pos == before) {
        if (between_members_) break;
        return fail(cut_short("zstd"), out.pos);
      }
    }
    return out.pos;
  }

  Error cut_short(const std::string& kind) const {
    return {"the " + kind + " data ends in the middle of the stream, at byte " + std::to_string(consumed_), name_,
            "the file is cut short: copy or download it again"};
  }
  Error corrupt(const std::string& kind, const char* why) const {
    return {"the " + kind + " data is corrupt at byte " + std::to_string(consumed_) + ": " + why, name_,
            "copy or download the file again and check it with `" + kind + " -t`"};
  }

  // What was inflated before the fault is delivered first.
  Result<std::size_t> fail(Error error, std::size_t produced) {
    failed_ = std::move(error);
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
  std::uint64_t size_;
  std::uint64_t stored_ = 0;  // bytes taken from raw_
  z_stream z_{};
  ZSTD_DStream* zstd_ = nullptr;
  std::optional<Error> failed_;
};

}  // namespace

double ByteSource::share() const { return std::numeric_limits<double>::quiet_NaN(); }

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
