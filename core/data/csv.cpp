#include "core/data/csv.hpp"

#include <immintrin.h>

#include <cstring>

namespace optix {

CsvReader::CsvReader(std::unique_ptr<ByteSource> source, std::string name, char delimiter, bool read_ahead)
    : blocks_(std::move(source), read_ahead), name_(std::move(name)), delimiter_(delimiter) {
  fields_.reserve(64);
}

// Puts the unfinished line of the last block in front of the next one.
Status CsvReader::next_block() {
  std::string carry(at_ ? std::string_view(at_, static_cast<std::size_t>(end_ - at_)) : std::string_view());
  auto block = blocks_.next();
  if (!block) return block.error();
  if (*block == nullptr) {
    at_end_ = true;
    tail_ = std::move(carry);
    if (!tail_.empty()) tail_ += '\n';
    const std::size_t size = tail_.size();
    tail_.append(Block::padding, '\0');
    at_ = tail_.data();
    end_ = at_ + size;
    return {};
  }
  if (carry.size() > Block::headroom)
    return Error{"the line is longer than " + std::to_string(Block::headroom) + " characters",
                 name_ + ":" + std::to_string(line_ + 1), "this does not look like a CSV file"};
  if (!carry.empty()) std::memcpy((*block)->data() - carry.size(), carry.data(), carry.size());
  at_ = (*block)->data() - carry.size();
  end_ = (*block)->data() + (*block)->size;
  return {};
}

bool CsvReader::next_row() {
  for (;;) {
    const Line found = problem_ ? Line::incomplete : scan_line();
    if (found != Line::empty) return found == Line::row;
  }
}

// Finds the delimiters of one line with vector compares.
CsvReader::Line CsvReader::scan_line() {
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
      if (mark >= end_) return Line::incomplete;
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
        if (quoted) return split_quoted({start, static_cast<std::size_t>(stop - start)}) ? Line::row : Line::incomplete;
        fields_.emplace_back(field, static_cast<std::size_t>(stop - field));
        return Line::row;
      }
    }
  }
  return Line::incomplete;
}

// The rare line with quotes, character by character.
bool CsvReader::split_quoted(std::string_view text) {
  unquoted_.clear();
  std::string field;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inside) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
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
    problem_ = Error{"a quote is not closed on its line", name_ + ":" + std::to_string(line_),
                     "quoted fields must not contain line breaks"};
    return false;
  }
  unquoted_.push_back(std::move(field));
  fields_.assign(unquoted_.begin(), unquoted_.end());
  return true;
}

}  // namespace optix
