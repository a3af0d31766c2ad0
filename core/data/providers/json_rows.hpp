#pragma once
// One page of a service's JSON as rows of text. Numbers keep the digits they were written with: 0.1
// never becomes a double. The bytes come from outside, so depth, size and number of rows are bounded.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/field.hpp"
#include "messages/values/result.hpp"

namespace optix {

enum class JsonForm : std::uint8_t {
  objects,  // [{"bid": 1.1, "greeks": {"delta": 0.5}}, …]: one object a row
  columns,  // {"bid": [1.1, …], "ask": [1.2, …]}: one array a column
};
constexpr auto enum_names(JsonForm) { return std::to_array<std::string_view>({"objects", "columns"}); }

// Paths are names joined by dots ("results", "data.options"); empty: the body itself. The names of
// fields are paths too, from the row: "greeks.delta".
struct JsonShape {
  std::string rows;  // where the rows are
  JsonForm form = JsonForm::objects;
  std::string next;  // where the link to the next page or the cursor is; empty: none
};

struct JsonLimits {
  std::size_t bytes = 64u << 20;
  std::size_t depth = 16;
  std::size_t rows = 500'000;  // a page
};

class JsonPage {
 public:
  std::size_t rows() const { return rows_; }
  std::size_t width() const { return width_; }
  // Columns in the order asked for; empty when the field is null or absent.
  std::string_view field(std::size_t row, std::size_t column) const {
    const Span s = cells_[row * width_ + column];
    return {text_.data() + s.begin, s.size};
  }
  // Whether any row has the field, be it null.
  bool seen(std::size_t column) const { return seen_[column]; }
  // The text at JsonShape::next; empty when it is null or absent.
  const std::string& next() const { return next_; }

 private:
  friend class JsonPageReader;
  struct Span {
    std::uint32_t begin = 0, size = 0;
  };
  std::size_t rows_ = 0;
  std::size_t width_ = 0;
  std::string text_;  // of all cells
  std::vector<Span> cells_;
  std::vector<bool> seen_;
  std::string next_;
};

struct JsonProblem {
  Error error;             // where: name, item and field
  bool truncated = false;  // the text ends too early: perhaps it will be whole the next time
};

// `name` is what errors call the page. Strings are taken as they are; true and false as those words;
// whole numbers and decimals without an exponent digit for digit, others as plain decimals of the
// same value. A wanted field that is an array or an object, a field twice in one row, columns of
// unequal length: an error.
struct JsonResult {
  std::optional<JsonPage> page;
  std::optional<JsonProblem> problem;  // when there is no page
};
JsonResult read_json_page(const std::string& name, std::string_view json, const JsonShape& shape,
                          const std::vector<std::string>& fields, const JsonLimits& limits);

}  // namespace optix
