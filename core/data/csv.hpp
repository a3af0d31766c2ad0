#pragma once
// Splits delimited text into rows of fields, a block at a time, 32 bytes per step. A field may be
// quoted ("a,b", with "" for a quote); a line break inside quotes is refused with the line.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/block_reader.hpp"

namespace optix {

class CsvReader {
 public:
  // `name` is what errors call the file.
  CsvReader(std::unique_ptr<ByteSource> source, std::string name, char delimiter, bool read_ahead);

  // Calls f(fields, line) for each non-empty line, in order; lines count from 1 and the header is
  // one of them. f returns a Status; the first error ends the reading. Fields stay valid during the
  // call only.
  template <class F>
  Status for_each_row(F&& f) {
    for (;;) {
      if (auto more = next_block(); !more) return more.error();
      while (next_row())
        if (Status status = f(static_cast<const std::vector<std::string_view>&>(fields_), line_); !status)
          return status;
      if (problem_) return *problem_;
      if (at_end_) return {};
    }
  }

 private:
  Status next_block();
  bool next_row();
  enum class Line : std::uint8_t { row, empty, incomplete };
  Line scan_line();
  bool split_quoted(std::string_view text);

  BlockReader blocks_;
  std::string name_;
  char delimiter_;
  const char* at_ = nullptr;   // start of the line being read
  const char* end_ = nullptr;  // end of the bytes at hand
  bool at_end_ = false;        // no further block
  std::uint64_t line_ = 0;
  std::vector<std::string_view> fields_;
  std::vector<std::string> unquoted_;
  std::string tail_;  // a last line without its line break
  std::optional<Error> problem_;
};

}  // namespace optix
