#pragma once
// Blocks of a ByteSource, read ahead by a helper thread (inflating and parsing overlap) or in the
// caller's own. The blocks are the same either way.
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/data/bytes.hpp"

namespace optix {

// A block has room before its data for the unfinished line of the block before it, and readable
// padding behind for vector loads.
struct Block {
  static constexpr std::size_t headroom = 64 * 1024;
  static constexpr std::size_t capacity = 256 * 1024;
  static constexpr std::size_t padding = 64;

  std::unique_ptr<char[]> bytes{new char[headroom + capacity + padding]};
  std::size_t size = 0;

  char* data() { return bytes.get() + headroom; }
};

class BlockReader {
 public:
  BlockReader(std::unique_ptr<ByteSource> source, bool read_ahead);
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;
  ~BlockReader();

  // The next block, nullptr at the end. It stays valid until the next call.
  Result<Block*> next();

 private:
  static constexpr std::size_t depth = 8;

  Status fill(Block& block);
  void work();

  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<Block> current_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Block>> ready_;
  std::deque<std::unique_ptr<Block>> free_;
  std::optional<Error> error_;
  bool finished_ = false;
  bool cancelled_ = false;
  std::thread thread_;
};

}  // namespace optix
