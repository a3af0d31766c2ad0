#include "core/data/csv.hpp"

#include <immintrin.h>

namespace optix {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

bool CsvLines::next() {
  if (!problem_.empty()) return false;
  for (;;) {
    const Line found = scan();
    if (found == Line::empty) continue;
    if (found == Line::row && trim_)
      for (auto& field : fields_) field = trimmed(field);
    return found == Line::row;
  }
}

// Finds the delimiters of one line with vector compares.
CsvLines::Line CsvLines::scan() {
  const __m256i delimiter = _mm256_set1_epi8(delimiter_), line_feed = _mm256_set1_epi8('\n'),
                quote = _mm256_set1_epi8('"');
  fields_.clear();
  const char* const start = at_;
  const char* field = start;
  bool quoted = false;
  for (const char* p = start; p < end_; p += 32) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const __m256i found =
        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, line_feed),
                        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, delimiter), _mm256_cmpeq_epi8(bytes, quote)));
    for (auto marks = static_cast<std::uint32_t>(_mm256_movemask_epi8(found)); marks != 0; marks &= marks - 1) {
      const char* const mark = p + __builtin_ctz(marks);
      if (mark >= end_) return Line::end;
      if (*mark == '"') {
        quoted = true;
      } else if (*mark != '\n') {
        fields_.emplace_back(field, static_cast<std::size_t>(mark - field));
        field = mark + 1;
      } else {
        ++line_;
        at_ = mark + 1;
        const char* stop = mark;
        if (stop > start && stop[-1] == '\r') --stop;
        if (stop == start) return Line::empty;
        text_ = {start, static_cast<std::size_t>(stop - start)};
        if (text_.size() > longest_line) {
          problem_ = "the line is longer than " + std::to_string(longest_line) + " characters";
          return Line::end;
        }
        if (quoted) return split_quoted() ? Line::row : Line::end;
        fields_.emplace_back(field, static_cast<std::size_t>(stop - field));
        return Line::row;
      }
    }
  }
  return Line::end;
}

// The rare line with quotes, character by character.
bool CsvLines::split_quoted() {
  unquoted_.clear();
  std::string field;
  bool inside = false;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const char c = text_[i];
    if (inside) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text_.size() && text_[i + 1] == '"') {
        field += '"';
        ++i;
      } else {
        inside = false;
      }
    } else if (c == '"') {
      inside = true;
    } else if (c == delimiter_) {
      unquoted_.push_back(std::move(field));
      field.clear();
    } else {
      field += c;
    }
  }
  if (inside) {
    problem_ = "a quote is not closed on its line";
    return false;
  }
  unquoted_.push_back(std::move(field));
  fields_.assign(unquoted_.begin(), unquoted_.end());
  return true;
}

}  // namespace optix
