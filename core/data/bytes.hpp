#pragma once
// Bytes of a file or of memory, inflated on the way when they are gzip or zstd. Files of several gzip
// members or zstd frames are read to the end; anything else is passed on as it is.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "messages/values/result.hpp"

namespace optix {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to `capacity` (> 0) bytes; 0 at the end. Truncated or corrupt input is an Error naming the
  // file and the byte offset in it, once everything before it has been delivered.
  virtual Result<std::size_t> read(char* into, std::size_t capacity) = 0;
  // How much of the stored bytes was read, 0 to 1; NaN when their number is not known.
  virtual double share() const;
};

Result<std::unique_ptr<ByteSource>> open_file(const std::string& path);
// For tests and fuzzers: `bytes` must outlive the source; `name` stands in for the path.
std::unique_ptr<ByteSource> open_memory(std::string name, std::string_view bytes);

}  // namespace optix
