#pragma once
// One CSV table under construction.
#include <initializer_list>
#include <string>
#include <string_view>

namespace optix {

class CsvText {
 public:
  explicit CsvText(std::string_view header) : text_(header) { text_ += '\n'; }

  void row(std::initializer_list<std::string_view> cells) {
    bool first = true;
    for (const std::string_view cell : cells) {
      if (!first) text_ += ',';
      first = false;
      add(cell);
    }
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  void add(std::string_view cell) {
    if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
      text_ += cell;
      return;
    }
    text_ += '"';
    for (const char c : cell) text_.append(c == '"' ? 2 : 1, c);
    text_ += '"';
  }
  std::string text_;
};

}  // namespace optix
