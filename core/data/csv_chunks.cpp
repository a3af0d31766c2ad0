#include "core/data/csv_chunks.hpp"

#include <algorithm>
#include <cstring>

namespace optix {

ChunkReader::ChunkReader(std::unique_ptr<ByteSource> source, std::size_t size)
    : source_(std::move(source)), size_(std::max(size, CsvLines::longest_line + 2)) {}

Result<bool> ChunkReader::next(TextChunk& chunk) {
  chunk.size = 0;
  if (error_) return *error_;
  if (ended_) return false;
  chunk.bytes.resize(size_ + 1 + CsvLines::padding);
  char* const data = chunk.bytes.data();
  std::memcpy(data, tail_.data(), tail_.size());
  std::size_t filled = tail_.size();
  tail_.clear();
  while (filled < size_ && !ended_ && !error_) {
    auto n = source_->read(data + filled, size_ - filled);
    if (!n)
      error_ = n.error();
    else if (*n == 0)
      ended_ = true;
    else
      filled += *n;
  }
  if (ended_ && filled != 0 && data[filled - 1] != '\n') data[filled++] = '\n';
  const void* last = filled == 0 ? nullptr : ::memrchr(data, '\n', filled);
  const std::size_t whole = last ? static_cast<std::size_t>(static_cast<const char*>(last) - data) + 1 : 0;
  if (whole == 0 && !error_ && !ended_)
    error_ = Error{"the line is longer than " + std::to_string(CsvLines::longest_line) + " characters", "",
                   "this does not look like a CSV file"};
  if (whole == 0 && error_) return *error_;
  tail_.assign(data + whole, filled - whole);
  chunk.size = whole;
  std::memset(data + whole, 0, CsvLines::padding);
  return whole != 0;
}

}  // namespace optix
