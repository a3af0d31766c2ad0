#include "core/data/providers/json_rows.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/data/providers/sql_text.hpp"

namespace optix {

// Called by the parser for each value in order. It keeps the path to where it is as text, "a.b", and
// an element of an array has its array's path.
class JsonPageReader {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  JsonPageReader(std::string name, const JsonShape& shape, const std::vector<std::string>& fields,
                 const JsonLimits& limits)
      : name_(std::move(name)), shape_(shape), fields_(fields), limits_(limits), columns_(fields.size()) {
    for (std::size_t i = 0; i < fields.size(); ++i) index_.emplace(fields[i], i);
    page_.width_ = fields.size();
    page_.seen_.resize(fields.size());
  }

  bool null() { return scalar({}, false); }
  bool boolean(bool value) { return scalar(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) { return scalar(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) { return scalar(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) {
    return scalar(text.find_first_of("eE") == std::string::npos ? text : plain_decimal_text(text));
  }
  bool string(string_t& value) { return scalar(value); }
  bool binary(binary_t&) { return fail("binary data"); }  // not in JSON text
  bool start_object(std::size_t) { return open(false); }
  bool end_object() { return close(); }
  bool start_array(std::size_t) { return open(true); }
  bool end_array() { return close(); }

  bool key(string_t& name) {
    Level& level = levels_.back();
    path_.resize(level.path);
    if (!path_.empty()) path_ += '.';
    path_ += name;
    if (path_.size() > 1000) return fail("a name of more than 1000 characters");
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/, const nlohmann::detail::exception& e) {
    std::string what = e.what();  // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error …"
    if (const auto at = what.find(": "); at != std::string::npos) what.erase(0, at + 2);
    for (char& c : what)
      if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') c = '?';
    truncated_ = what.find("unexpected end of input") != std::string::npos ||
                 what.find("missing closing quote") != std::string::npos;
    return fail("not JSON at byte " + std::to_string(position) + ": " + what.substr(0, 200));
  }

  JsonResult read(std::string_view json) {
    if (json.size() > limits_.bytes)
      return problem("the body has " + std::to_string(json.size()) + " bytes; " + std::to_string(limits_.bytes) +
                     " is the limit");
    const bool parsed = nlohmann::json::sax_parse(json.begin(), json.end(), this);
    if (!parsed) return problem(problem_);
    if (!found_)
      return problem(
          (shape_.form == JsonForm::objects ? "there is no array of rows at " : "there is no object of columns at ") +
          (shape_.rows.empty() ? std::string("the top") : "'" + shape_.rows + "'"));
    if (shape_.form == JsonForm::columns && !transpose()) return problem(problem_);
    return {std::move(page_), std::nullopt};
  }

 private:
  enum class Role : std::uint8_t {
    outside,  // on the way, or beside
    rows,     // the array of rows, or the object of columns
    row,      // an object of the former, or an object within a row
    column,   // an array of the latter
  };
  struct Level {
    Role role = Role::outside;
    bool array = false;
    std::size_t path = 0;  // length of path_ here
  };

  JsonResult problem(std::string what) const {
    JsonProblem out;
    out.truncated = truncated_;
    out.error = {std::move(what), name_ + place_,
                 "check the paths of the rows and fields against what the service sends"};
    return {std::nullopt, out};
  }
  bool fail(std::string what, std::string place = {}) {
    problem_ = std::move(what);
    place_ = std::move(place);
    return false;
  }
  std::string at_row(std::string_view field) const {
    return " item " + std::to_string(page_.rows_) +
           (field.empty() ? "" : " field " + std::string(field.substr(0, 100)));
  }
  // The path from the row, or from the object of columns.
  std::string_view relative() const {
    const std::string_view rest = std::string_view(path_).substr(std::min(base_, path_.size()));
    return rest.substr(0, 1) == "." ? rest.substr(1) : rest;
  }
  std::optional<std::size_t> wanted() const {
    const auto found = index_.find(relative());
    return found == index_.end() ? std::nullopt : std::optional(found->second);
  }
  Role role() const { return levels_.empty() ? Role::outside : levels_.back().role; }

  JsonPage::Span store(std::string_view text) {
    const JsonPage::Span span{static_cast<std::uint32_t>(page_.text_.size()), static_cast<std::uint32_t>(text.size())};
    page_.text_ += text;
    return span;
  }

  bool scalar(std::string_view text, bool value = true) {
    switch (role()) {
      case Role::outside:
        // An element of an array has its array's path; a cursor is not one of several.
        if (!shape_.next.empty() && path_ == shape_.next && value && !(levels_.empty() || levels_.back().array))
          page_.next_ = text;
        return true;
      case Role::rows:
        if (shape_.form == JsonForm::columns) return beside(text, value);
        ++page_.rows_;
        return fail("the row is not an object", at_row({}));
      case Role::row: return cell(text);
      case Role::column: return element(text);
    }
    return true;
  }

  // A value among the columns that is none: a status, the cursor.
  bool beside(std::string_view text, bool value) {
    if (!shape_.next.empty() && path_ == shape_.next) {
      if (value) page_.next_ = text;
      return true;
    }
    if (value && wanted()) return fail("the field is not an array of values", " field " + std::string(relative()));
    return true;
  }

  bool cell(std::string_view text) {
    const auto column = wanted();
    if (!column) return true;
    JsonPage::Span& span = page_.cells_[(page_.rows_ - 1) * page_.width_ + *column];
    if (has_[*column]) return fail("the row has the field twice", at_row(relative()));
    has_[*column] = true;
    page_.seen_[*column] = true;
    span = store(text);
    return true;
  }

  bool element(std::string_view text) {
    std::vector<JsonPage::Span>& cells = columns_[column_];
    if (cells.size() >= limits_.rows) return fail(too_many());
    cells.push_back(store(text));
    return true;
  }

  std::string too_many() const { return "the page has more than " + std::to_string(limits_.rows) + " rows"; }

  bool open(bool array) {
    if (levels_.size() >= limits_.depth)
      return fail("arrays and objects more than " + std::to_string(limits_.depth) + " deep");
    Level level{Role::outside, array, path_.size()};
    const bool objects = shape_.form == JsonForm::objects;
    switch (role()) {
      case Role::outside: {
        // Arrays within arrays have the same path: the rows are the outermost there.
        const bool nested = !levels_.empty() && levels_.back().array;
        if (array == objects && path_ == shape_.rows && !nested) {
          if (std::exchange(found_, true)) return fail("the rows are there twice");
          level.role = Role::rows;
          base_ = path_.size();
        }
        break;
      }
      case Role::rows:
        if (objects) {
          if (++page_.rows_ > limits_.rows) return fail(too_many());
          if (array) return fail("the row is not an object", at_row({}));
          level.role = Role::row;
          page_.cells_.resize(page_.rows_ * page_.width_);
          has_.assign(page_.width_, false);
        } else if (const auto column = wanted(); column && array) {
          if (page_.seen_[*column]) return fail("the column is there twice", " field " + std::string(relative()));
          page_.seen_[*column] = true;
          column_ = *column;
          level.role = Role::column;
        } else if (column) {
          return fail("the field is not an array of values", " field " + std::string(relative()));
        } else if (!array) {
          level.role = Role::rows;  // columns may be grouped: "greeks": {"delta": […]}
        }
        break;
      case Role::row:
        if (wanted()) return fail(array ? "the field is an array" : "the field is an object", at_row(relative()));
        level.role = array ? Role::outside : Role::row;
        break;
      case Role::column: return fail("the column holds arrays or objects", " field " + std::string(relative()));
    }
    levels_.push_back(level);
    return true;
  }

  bool close() {
    path_.resize(levels_.back().path);
    levels_.pop_back();
    return true;
  }

  bool transpose() {
    std::optional<std::size_t> first;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (!page_.seen_[c]) continue;
      if (!first) first = c;
      if (columns_[c].size() != columns_[*first].size())
        return fail("the columns differ in length: " + fields_[*first] + " has " +
                    std::to_string(columns_[*first].size()) + " values, " + fields_[c] + " has " +
                    std::to_string(columns_[c].size()));
    }
    page_.rows_ = first ? columns_[*first].size() : 0;
    page_.cells_.resize(page_.rows_ * page_.width_);
    for (std::size_t c = 0; c < columns_.size(); ++c)
      for (std::size_t r = 0; r < columns_[c].size(); ++r) page_.cells_[r * page_.width_ + c] = columns_[c][r];
    return true;
  }

  std::string name_;
  const JsonShape& shape_;
  const std::vector<std::string>& fields_;
  JsonLimits limits_;
  std::map<std::string, std::size_t, std::less<>> index_;
  JsonPage page_;
  std::vector<Level> levels_;
  std::string path_;
  std::size_t base_ = 0;  // length of the path to the rows
  bool found_ = false;
  std::vector<bool> has_;                             // fields of the row at hand
  std::vector<std::vector<JsonPage::Span>> columns_;  // of the form columns
  std::size_t column_ = 0;
  std::string problem_, place_;
  bool truncated_ = false;
};

JsonResult read_json_page(const std::string& name, std::string_view json, const JsonShape& shape,
                          const std::vector<std::string>& fields, const JsonLimits& limits) {
  JsonLimits bounded = limits;
  bounded.bytes = std::min(bounded.bytes, std::size_t{1} << 30);  // positions in the text are 32 bits
  return JsonPageReader(name, shape, fields, bounded).read(json);
}

}  // namespace optix
