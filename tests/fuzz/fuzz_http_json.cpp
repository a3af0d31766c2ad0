// One byte that chooses shape and limits, then a service's body: rows or a clean error. What is
// accepted, written again as JSON texts, gives the same rows; a number keeps its value.
#include <nlohmann/json.hpp>

#include "core/data/numbers.hpp"
#include "core/data/providers/http_client.hpp"
#include "core/data/providers/json_rows.hpp"
#include "core/data/providers/sql_text.hpp"
#include "tests/fuzz/check.hpp"

using namespace optix;

namespace {

void check_number(std::string_view text) {
  const std::string plain = plain_decimal_text(text);
  fuzz::check(plain_decimal_text(plain) == plain, "a plain number changed again: " + plain);
  // The parser of doubles takes forms that are no decimals ("nan"); those stay as they are.
  const auto before = read_double(text), after = read_double(plain);
  if (before && *before == *before) fuzz::check(after && *after == *before, std::string(text) + " became " + plain);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  static const std::vector<std::string> fields{"bid", "a.b", "s"};
  static const char* const places[] = {"", "r", "a", "a.r"};
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  JsonShape shape;
  shape.form = data[0] & 1 ? JsonForm::columns : JsonForm::objects;
  shape.rows = places[data[0] >> 1 & 3];
  shape.next = data[0] & 8 ? "n" : "";
  JsonLimits limits;
  if (data[0] & 16) limits = {.bytes = 4096, .depth = 5, .rows = 10};

  const JsonResult result = read_json_page("page 1", body, shape, fields, limits);
  fuzz::check(result.page.has_value() != result.problem.has_value(), "neither page nor problem, or both");
  if (result.problem) {
    fuzz::check(!result.problem->error.what.empty() && result.problem->error.where.compare(0, 6, "page 1") == 0,
                "an error without place: " + result.problem->error.to_string());
    return 0;
  }
  const JsonPage& page = *result.page;
  fuzz::check(page.rows() <= limits.rows && page.width() == fields.size(), "more rows than allowed");
  nlohmann::json rows = nlohmann::json::array();
  for (std::size_t r = 0; r < page.rows(); ++r) {
    nlohmann::json row = nlohmann::json::object();
    for (std::size_t c = 0; c < page.width(); ++c) {
      row[fields[c]] = std::string(page.field(r, c));
      check_number(page.field(r, c));
    }
    rows.push_back(row);
  }
  const JsonResult again = read_json_page("page 2", rows.dump(), {}, fields, JsonLimits{.rows = limits.rows});
  fuzz::check(again.page && again.page->rows() == page.rows(), "own rows are refused");
  for (std::size_t r = 0; r < page.rows(); ++r)
    for (std::size_t c = 0; c < page.width(); ++c)
      fuzz::check(again.page->field(r, c) == page.field(r, c), "a field changed: " + std::string(page.field(r, c)));

  // Where a page would lead is an address of http on some host, or nothing.
  const std::string next = url_resolved("https://example.com/a/b?c=d", page.next());
  if (!next.empty()) {
    fuzz::check(!url_origin(next).empty(), "a link leads nowhere: " + next);
    fuzz::check(url_resolved(next, next) == next, "a link changed: " + next);
  }
  fuzz::check(
      url_origin(url_with_parameter("https://example.com/?p=1&q=2", "p", page.next())) == "https://example.com:443",
      "a cursor changed the host: " + page.next());
  return 0;
}
