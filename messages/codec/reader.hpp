#pragma once
// Reads the few MessagePack forms of the canonical encoding (see msgpack.hpp) and refuses every
// other. Methods return false on failure and keep what went wrong, where; the input is never
// copied here.
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "messages/values/result.hpp"
#include "messages/values/symbol.hpp"

namespace optix::codec {

bool padded_with_zeros(const Symbol& symbol);

class Reader {
 public:
  explicit Reader(std::string_view bytes) : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()) {}

  template <std::integral T>
  bool integer(T& value) {
    // uint8…64 are 0xcc…0xcf, int8…64 are 0xd0…0xd3.
    constexpr unsigned char marker =
        static_cast<unsigned char>((std::signed_integral<T> ? 0xd0 : 0xcc) + std::countr_zero(sizeof(T)));
    std::make_unsigned_t<T> bits = 0;
    if (!fixed(marker, bits)) return fail_marker(marker);
    value = static_cast<T>(bits);
    return true;
  }
  bool boolean(bool& value);
  bool float64(double& value);
  bool symbol(Symbol& value);
  // Views into the input; `most` is the largest size allowed, in bytes.
  bool text(std::string_view& value, std::size_t most);
  bool blob(std::string_view& value, std::size_t most);
  // An array header. Refused when the rest of the input cannot hold `count` elements of `fewest`
  // bytes, so that the caller may allocate `count` of them.
  bool array(std::size_t& count, std::size_t most, std::size_t fewest);
  bool array_of(std::size_t count);
  // Whether everything was consumed.
  bool at_end();

  // Each records or extends the error and returns false.
  bool fail(std::string what);
  bool fail_enum(std::size_t value, std::size_t names);
  bool inside(std::string_view field);
  bool inside(std::size_t index);

  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
  Error error(std::string_view name) const;

 private:
  template <class U>
  bool fixed(unsigned char marker, U& bits) {
    if (remaining() < 1 + sizeof(U) || static_cast<unsigned char>(*at_) != marker) return false;
    std::memcpy(&bits, at_ + 1, sizeof(U));
    if constexpr (sizeof(U) == 2) bits = __builtin_bswap16(bits);
    if constexpr (sizeof(U) == 4) bits = __builtin_bswap32(bits);
    if constexpr (sizeof(U) == 8) bits = __builtin_bswap64(bits);
    at_ += 1 + sizeof(U);
    return true;
  }
  std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
  bool fail_marker(unsigned char expected);
  // Reads a header with a length of `bytes` bytes after its marker.
  std::size_t length(std::size_t bytes);
  bool body(std::string_view& value, std::size_t size, std::size_t most);

  const char* begin_;
  const char* at_;
  const char* end_;
  std::string what_;
  std::string path_;
  std::size_t failed_at_ = 0;
};

}  // namespace optix::codec
