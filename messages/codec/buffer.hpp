#pragma once
// A growing byte buffer that msgpack-c packs into. Appending a few bytes is a bounds check and a
// copy of known size; capacity is kept across clear().
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace optix {

class Buffer {
 public:
  void write(const char* data, std::size_t size) {
    if (size > capacity_ - size_) grow(size);
    std::memcpy(bytes_.get() + size_, data, size);
    size_ += size;
  }
  // Makes room for `more` bytes after the end; writes there become part of the buffer with
  // end_at().
  void reserve(std::size_t more) {
    if (more > capacity_ - size_) grow(more);
  }
  void end_at(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }
  void clear() { size_ = 0; }
  void resize_down(std::size_t size) { size_ = size; }
  const char* data() const { return bytes_.get(); }
  char* data() { return bytes_.get(); }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  // Out of line: keeps write() small enough to be inlined.
  [[gnu::noinline]] void grow(std::size_t more) {
    std::size_t wanted = capacity_ * 2 < 256 ? 256 : capacity_ * 2;
    while (wanted - size_ < more) wanted *= 2;
    std::unique_ptr<char[]> larger(new char[wanted]);
    if (size_ != 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
    capacity_ = wanted;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace optix
