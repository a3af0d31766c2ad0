#pragma once
// Splits delimited text that lies in memory into rows of fields, 32 bytes per step. A field may be
// quoted ("a,b", with "" for a quote); a line break inside quotes is refused with the line.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optix {

class CsvLines {
 public:
  static constexpr std::size_t padding = 64;              // readable bytes that must follow the text
  static constexpr std::size_t longest_line = 64 * 1024;  // characters

  // `text`: whole lines, the last with its line break too. Lines count from 1.
  // `trim`: blanks around fields are left out.
  CsvLines(std::string_view text, char delimiter, bool trim = false)
      : at_(text.data()), end_(text.data() + text.size()), delimiter_(delimiter), trim_(trim) {
    fields_.reserve(64);
  }

  // Moves to the next line that is not empty. False at the end and at a problem.
  bool next();
  // Valid until the next call of next().
  const std::vector<std::string_view>& fields() const { return fields_; }
  std::uint64_t line() const { return line_; }
  // The line as it stands, without its line break.
  std::string_view text() const { return text_; }
  // What ended the reading; empty at the end of the text. line() is where.
  const std::string& problem() const { return problem_; }

 private:
  enum class Line : std::uint8_t { row, empty, end };
  Line scan();
  bool split_quoted();

  const char* at_;
  const char* end_;
  char delimiter_;
  bool trim_;
  std::uint64_t line_ = 0;
  std::string_view text_;
  std::vector<std::string_view> fields_;
  std::vector<std::string> unquoted_;
  std::string problem_;
};

}  // namespace optix
