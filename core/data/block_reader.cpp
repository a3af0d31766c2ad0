#include "core/data/block_reader.hpp"

#include <cstring>

namespace optix {

BlockReader::BlockReader(std::unique_ptr<ByteSource> source, bool read_ahead) : source_(std::move(source)) {
  if (!read_ahead) {
    current_ = std::make_unique<Block>();
    return;
  }
  for (std::size_t i = 0; i < depth; ++i) free_.push_back(std::make_unique<Block>());
  thread_ = std::thread([this] { work(); });
}

BlockReader::~BlockReader() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

// A whole block, or the rest of the source. Bytes before an error are kept: block.size says how many.
Status BlockReader::fill(Block& block) {
  block.size = 0;
  while (block.size < Block::capacity) {
    auto n = source_->read(block.data() + block.size, Block::capacity - block.size);
    if (!n) return n.error();
    if (*n == 0) break;
    block.size += *n;
  }
  std::memset(block.data() + block.size, 0, Block::padding);
  return {};
}

void BlockReader::work() {
  for (;;) {
    std::unique_ptr<Block> block;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return cancelled_ || !free_.empty(); });
      if (cancelled_) return;
      block = std::move(free_.front());
      free_.pop_front();
    }
    const Status status = fill(*block);
    const bool last = !status || block->size == 0;
    {
      const std::lock_guard lock(mutex_);
      if (block->size != 0) ready_.push_back(std::move(block));
      if (!status) error_ = status.error();
      finished_ = last;
    }
    changed_.notify_all();
    if (last) return;
  }
}

Result<Block*> BlockReader::next() {
  if (!thread_.joinable()) {
    if (error_) return *error_;
    if (Status status = fill(*current_); !status) {
      error_ = status.error();
      if (current_->size == 0) return *error_;
    }
    return current_->size != 0 ? current_.get() : nullptr;
  }
  std::unique_lock lock(mutex_);
  if (current_) {
    free_.push_back(std::move(current_));
    changed_.notify_all();
  }
  changed_.wait(lock, [&] { return finished_ || !ready_.empty(); });
  if (!ready_.empty()) {
    current_ = std::move(ready_.front());
    ready_.pop_front();
    return current_.get();
  }
  if (error_) return *error_;
  return nullptr;
}

}  // namespace optix
