#include "core/data/arrow/compression.hpp"

#include <zstd.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace optix::arrow {
namespace {

// Takes bytes off the front; an attempt to take more than there is sets `failed` and gives nothing.
class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes) : bytes_(bytes) {}
  bool failed() const { return failed_; }
  std::size_t left() const { return bytes_.size(); }
  std::span<const std::byte> take(std::size_t count) {
    if (count > bytes_.size()) {
      failed_ = true;
      return {};
    }
    const auto out = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return out;
  }
  template <class T>
  T number() {
    T out{};
    if (const auto bytes = take(sizeof out); !failed_) std::memcpy(&out, bytes.data(), sizeof out);
    return out;
  }

 private:
  std::span<const std::byte> bytes_;
  bool failed_ = false;
};

// A length of LZ4: four bits, continued by bytes of 255 and a last one below.
std::size_t length_of(unsigned nibble, Cursor& in) {
  std::size_t length = nibble;
  if (nibble < 15) return length;
  for (std::uint8_t more = 255; more == 255 && !in.failed();) length += more = in.number<std::uint8_t>();
  return length;
}

// One LZ4 block into `into` from `at`; matches may reach back to its first byte. The new end.
std::optional<std::size_t> inflate_block(std::span<const std::byte> block, std::span<std::byte> into, std::size_t at) {
  Cursor in(block);
  while (in.left() > 0) {
    const unsigned token = in.number<std::uint8_t>();
    const std::size_t literals = length_of(token >> 4, in);
    const auto bytes = in.take(literals);
    if (in.failed() || literals > into.size() - at) return std::nullopt;
    if (literals > 0) std::memcpy(into.data() + at, bytes.data(), literals);
    at += literals;
    if (in.left() == 0) return at;  // the last sequence has no match
    const std::size_t back = in.number<std::uint16_t>();
    const std::size_t length = length_of(token & 15, in) + 4;
    if (in.failed() || back == 0 || back > at || length > into.size() - at) return std::nullopt;
    for (std::size_t i = 0; i < length; ++i, ++at) into[at] = into[at - back];  // the ranges may overlap
  }
  return at;
}

}  // namespace

std::string zstd_compress(std::span<const std::byte> bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3);
  if (ZSTD_isError(size)) throw std::runtime_error(std::string("zstd: ") + ZSTD_getErrorName(size));
  out.resize(size);
  return out;
}

bool zstd_inflate(std::span<const std::byte> frame, std::span<std::byte> into) {
  return ZSTD_decompress(into.data(), into.size(), frame.data(), frame.size()) == into.size();
}

bool lz4_inflate(std::span<const std::byte> frame, std::span<std::byte> into) {
  constexpr std::uint32_t frame_magic = 0x184D2204, stored_raw = 0x80000000;
  Cursor in(frame);
  if (in.number<std::uint32_t>() != frame_magic) return false;
  const std::byte* const header = frame.data() + 4;
  const unsigned flags = in.number<std::uint8_t>();
  in.number<std::uint8_t>();  // the largest block, for those who allocate by it
  const bool block_checksums = flags & 0x10, has_size = flags & 0x08, checksum = flags & 0x04,
             has_dictionary = flags & 1;
  if (flags >> 6 != 1 || has_dictionary) return false;
  if (has_size && in.number<std::uint64_t>() != into.size()) return false;
  const std::size_t header_bytes = has_size ? 10 : 2;
  const unsigned header_check = in.number<std::uint8_t>();
  if (in.failed() || (XXH32(header, header_bytes, 0) >> 8 & 0xFF) != header_check) return false;
  std::size_t at = 0;
  for (;;) {
    const std::uint32_t word = in.number<std::uint32_t>();
    if (in.failed()) return false;
    if (word == 0) break;
    const auto block = in.take(word & ~stored_raw);
    if (block_checksums && in.number<std::uint32_t>() != XXH32(block.data(), block.size(), 0)) return false;
    if (in.failed()) return false;
    if (word & stored_raw) {
      if (block.size() > into.size() - at) return false;
      if (!block.empty()) std::memcpy(into.data() + at, block.data(), block.size());
      at += block.size();
    } else if (const auto end = inflate_block(block, into, at)) {
      at = *end;
    } else {
      return false;
    }
  }
  return at == into.size() && (!checksum || in.number<std::uint32_t>() == XXH32(into.data(), into.size(), 0)) &&
         !in.failed();
}

}  // namespace optix::arrow
