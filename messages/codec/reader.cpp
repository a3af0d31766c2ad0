#include "messages/codec/reader.hpp"

#include <array>
#include <cmath>

#include "messages/codec/kinds.hpp"

namespace optix::codec {
namespace {

std::string hex(unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'0', 'x', digits[byte >> 4], digits[byte & 15]};
}

std::string_view form(unsigned char marker) {
  switch (marker) {
    case 0xc2: return "a boolean";
    case 0xc4: return "a blob";
    case 0xcb: return "a 64-bit float";
    case 0xcc: return "an unsigned 8-bit integer";
    case 0xcd: return "an unsigned 16-bit integer";
    case 0xce: return "an unsigned 32-bit integer";
    case 0xcf: return "an unsigned 64-bit integer";
    case 0xd0: return "a signed 8-bit integer";
    case 0xd1: return "a signed 16-bit integer";
    case 0xd2: return "a signed 32-bit integer";
    case 0xd3: return "a signed 64-bit integer";
    case 0xd9: return "a text";
    default: return "an array";
  }
}

}  // namespace

bool padded_with_zeros(const Symbol& symbol) {
  // Bytes lie in memory order, the first in the lowest: once one is zero, all above must be.
  const auto bits = std::bit_cast<std::uint64_t>(symbol.chars);
  const std::size_t used = symbol.view().size();
  return used == 8 || bits >> (8 * used) == 0;
}

bool Reader::boolean(bool& value) {
  const unsigned char byte = remaining() > 0 ? static_cast<unsigned char>(*at_) : 0;
  if (byte != 0xc2 && byte != 0xc3) return fail_marker(0xc2);
  value = byte == 0xc3;
  ++at_;
  return true;
}

bool Reader::float64(double& value) {
  std::uint64_t bits = 0;
  if (!fixed(0xcb, bits)) return fail_marker(0xcb);
  value = std::bit_cast<double>(bits);
  return !std::isnan(value) || bits == canonical_nan || fail("a NaN that is not the canonical one");
}

bool Reader::symbol(Symbol& value) {
  std::string_view bytes;
  if (!blob(bytes, sizeof value.chars)) return false;
  if (bytes.size() != sizeof value.chars)
    return fail("a symbol of " + std::to_string(bytes.size()) + " bytes instead of 8");
  std::memcpy(value.chars.data(), bytes.data(), bytes.size());
  return padded_with_zeros(value) || fail("a symbol has bytes after its end");
}

std::size_t Reader::length(std::size_t bytes) {
  std::size_t value = 0;
  for (std::size_t i = 1; i <= bytes; ++i) value = value << 8 | static_cast<unsigned char>(at_[i]);
  return value;
}

bool Reader::text(std::string_view& value, std::size_t most) {
  const unsigned char marker = remaining() > 0 ? static_cast<unsigned char>(*at_) : 0;
  std::size_t header = 0, shortest = 0;
  if ((marker & 0xe0) == 0xa0) {
    ++at_;
    return body(value, marker & 0x1f, most);
  }
  if (marker == 0xd9) header = 1, shortest = 32;
  if (marker == 0xda) header = 2, shortest = 0x100;
  if (marker == 0xdb) header = 4, shortest = 0x10000;
  if (header == 0 || remaining() < 1 + header) return fail_marker(0xd9);
  const std::size_t size = length(header);
  if (size < shortest) return fail("a length is not in its shortest form");
  at_ += 1 + header;
  return body(value, size, most);
}

bool Reader::blob(std::string_view& value, std::size_t most) {
  const unsigned char marker = remaining() > 0 ? static_cast<unsigned char>(*at_) : 0;
  std::size_t header = 0, shortest = 0;
  if (marker == 0xc4) header = 1;
  if (marker == 0xc5) header = 2, shortest = 0x100;
  if (marker == 0xc6) header = 4, shortest = 0x10000;
  if (header == 0 || remaining() < 1 + header) return fail_marker(0xc4);
  const std::size_t size = length(header);
  if (size < shortest) return fail("a length is not in its shortest form");
  at_ += 1 + header;
  return body(value, size, most);
}

bool Reader::body(std::string_view& value, std::size_t size, std::size_t most) {
  if (size > most) return fail(std::to_string(size) + " bytes exceed the limit of " + std::to_string(most));
  if (size > remaining())
    return fail("cut off: " + std::to_string(size) + " bytes announced, " + std::to_string(remaining()) + " left");
  value = {at_, size};
  at_ += size;
  return true;
}

bool Reader::array(std::size_t& count, std::size_t most, std::size_t fewest) {
  const unsigned char marker = remaining() > 0 ? static_cast<unsigned char>(*at_) : 0;
  std::size_t header = 0, shortest = 0;
  if ((marker & 0xf0) == 0x90) {
    count = marker & 0x0f;
  } else {
    if (marker == 0xdc) header = 2, shortest = 16;
    if (marker == 0xdd) header = 4, shortest = 0x10000;
    if (header == 0 || remaining() < 1 + header) return fail_marker(0x90);
    count = length(header);
    if (count < shortest) return fail("a length is not in its shortest form");
  }
  if (count > most) return fail(std::to_string(count) + " elements exceed the limit of " + std::to_string(most));
  if (count > (remaining() - 1 - header) / fewest)
    return fail("cut off: " + std::to_string(count) + " elements announced, " +
                std::to_string(remaining() - 1 - header) + " bytes left");
  at_ += 1 + header;
  return true;
}

bool Reader::array_of(std::size_t count) {
  std::size_t found = 0;
  const char* header = at_;
  if (!array(found, UINT32_MAX, 1)) return false;
  if (found == count) return true;
  at_ = header;
  return fail(std::to_string(found) + " fields instead of " + std::to_string(count));
}

bool Reader::at_end() { return at_ == end_ || fail(std::to_string(remaining()) + " bytes follow the last field"); }

bool Reader::fail(std::string what) {
  what_ = std::move(what);
  failed_at_ = offset();
  return false;
}

bool Reader::fail_enum(std::size_t value, std::size_t names) {
  return fail("enumeration value " + std::to_string(value) + " is not in 0…" + std::to_string(names - 1));
}

bool Reader::fail_marker(unsigned char expected) {
  if (remaining() == 0) return fail("cut off: expected " + std::string(form(expected)));
  return fail("expected " + std::string(form(expected)) + ", found a value that starts with " +
              hex(static_cast<unsigned char>(*at_)) + " and has " + std::to_string(remaining()) + " bytes left");
}

bool Reader::inside(std::string_view field) {
  path_ = std::string(field) + (path_.empty() || path_.front() == '[' ? "" : ".") + path_;
  return false;
}

bool Reader::inside(std::size_t index) {
  path_ = "[" + std::to_string(index) + "]" + (path_.empty() || path_.front() == '[' ? "" : ".") + path_;
  return false;
}

Error Reader::error(std::string_view name) const {
  std::string where(name);
  if (!path_.empty()) where += " field " + path_;
  return {what_, where + " at byte " + std::to_string(failed_at_),
          "the bytes are damaged or come from a program with other message definitions"};
}

}  // namespace optix::codec
