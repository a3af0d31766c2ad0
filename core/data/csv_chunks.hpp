#pragma once
// Cuts a byte stream into chunks of whole lines, so that several threads can parse them.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/bytes.hpp"
#include "core/data/csv.hpp"

namespace optix {

struct TextChunk {
  std::vector<char> bytes;  // the text, then CsvLines::padding readable bytes
  std::size_t size = 0;
  std::string_view text() const { return {bytes.data(), size}; }
};

class ChunkReader {
 public:
  static constexpr std::size_t usual_size = 256 * 1024;

  explicit ChunkReader(std::unique_ptr<ByteSource> source, std::size_t size = usual_size);

  // Fills `chunk` with whole lines, each with its line break (the last line of the stream gets one if
  // it has none). False at the end. A fault of the stream is the error once every whole line before
  // it was delivered; so is a line that does not fit a chunk (`where` is empty then).
  Result<bool> next(TextChunk& chunk);
  double share() const { return source_->share(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::size_t size_;
  std::string tail_;  // the unfinished line of the last chunk
  bool ended_ = false;
  std::optional<Error> error_;
};

}  // namespace optix
