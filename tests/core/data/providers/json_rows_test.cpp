#include "core/data/providers/json_rows.hpp"

#include <catch2/catch.hpp>

#include "core/data/providers/sql_text.hpp"

using namespace optix;

namespace {

const std::vector<std::string> fields{"bid", "ask", "greeks.delta"};

// Rows as "a|b|c;", then the next link, or the error.
std::string page(const std::string& json, const JsonShape& shape, const JsonLimits& limits = {}) {
  const JsonResult result = read_json_page("page 1", json, shape, fields, limits);
  if (!result.page) return (result.problem->truncated ? "truncated: " : "error: ") + result.problem->error.to_string();
  std::string out;
  for (std::size_t r = 0; r < result.page->rows(); ++r) {
    for (std::size_t c = 0; c < result.page->width(); ++c) (out += c ? "|" : "") += result.page->field(r, c);
    out += ";";
  }
  return out + (result.page->next().empty() ? "" : " next " + result.page->next());
}

}  // namespace

TEST_CASE("pages of JSON become rows of text, digit for digit", "[data][json]") {
  const JsonShape top, results{.rows = "results", .next = "next_url"}, deep{.rows = "a.b", .next = "a.next"};
  const JsonShape columns{.form = JsonForm::columns, .next = "cursor"},
      inner{.rows = "data", .form = JsonForm::columns};
  struct Case {
    const char* json;
    const JsonShape& shape;
    const char* expected;
  };
  const Case cases[] = {
      {"[]", top, ""},
      {R"([{"bid":0.1,"ask":0.10,"greeks":{"delta":-0.5}}])", top, "0.1|0.10|-0.5;"},
      {R"([{"bid":12345678901234567890123456789,"ask":18446744073709551615}])", top,
       "12345678901234567890123456789|18446744073709551615|;"},
      {R"([{"bid":1e-05,"ask":1.50E2,"greeks":{"delta":-2.5e-3}}])", top, "0.00001|150|-0.0025;"},
      {R"([{"bid":null,"ask":"1.1"},{"ask":true,"other":[1,[2],{"bid":3}]},{}])", top, "|1.1|;|true|;||;"},
      {R"([{"greeks":null,"bid":-0},{"x":{"bid":5}}])", top, "0||;||;"},
      {R"([{"greeks.delta":0.25}])", top, "||0.25;"},
      {R"({"results":[{"bid":1}],"next_url":"/p?c=2"})", results, "1||; next /p?c=2"},
      {R"({"next_url":null,"count":3,"meta":{"results":[{"bid":9}]},"results":[]})", results, ""},
      {R"({"a":{"next":77,"b":[{"bid":"\u00e9"}]},"b":[1]})", deep, "\xC3\xA9||; next 77"},
      {R"({"s":"ok","bid":[1.10,null],"ask":[2,3],"greeks":{"delta":[0.1,0.2]},"cursor":"x"})", columns,
       "1.10|2|0.1;|3|0.2; next x"},
      {R"({"bid":[],"other":[[1],{"bid":[5]}]})", columns, ""},
      {R"({"data":{"ask":["7"]},"bid":[1,2,3]})", inner, "|7|;"},
      {"\xEF\xBB\xBF[{\"bid\":1}]", top, "1||;"},
  };
  for (const Case& c : cases) {
    INFO(c.json);
    CHECK(page(c.json, c.shape) == c.expected);
  }
}

TEST_CASE("what is wrong with a page is said with item and field", "[data][json]") {
  const JsonShape top, results{.rows = "results"}, columns{.form = JsonForm::columns};
  const JsonLimits small{.bytes = 200, .depth = 4, .rows = 3};
  struct Case {
    std::string json;
    const JsonShape& shape;
    const char* expected;
  };
  const Case cases[] = {
      {R"([{"bid":1},{"bid":[2]}])", top, "error: page 1 item 2 field bid: the field is an array"},
      {R"([{"bid":{"x":2}}])", top, "error: page 1 item 1 field bid: the field is an object"},
      {R"([{"bid":1,"bid":1}])", top, "error: page 1 item 1 field bid: the row has the field twice"},
      {R"([{"bid":1},5])", top, "error: page 1 item 2: the row is not an object"},
      {R"([[1]])", top, "error: page 1 item 1: the row is not an object"},
      {R"({"result":[]})", results, "error: page 1: there is no array of rows at 'results'"},
      {R"({"results":{}})", results, "error: page 1: there is no array of rows at 'results'"},
      {R"({"results":[],"results":[]})", results, "error: page 1: the rows are there twice"},
      {"5", top, "error: page 1: there is no array of rows at the top"},
      {"[]", columns, "error: page 1: there is no object of columns at the top"},
      {R"({"bid":[1],"ask":[1,2]})", columns,
       "error: page 1: the columns differ in length: bid has 1 values, ask has 2"},
      {R"({"bid":5})", columns, "error: page 1 field bid: the field is not an array of values"},
      {R"({"bid":{}})", columns, "error: page 1 field bid: the field is not an array of values"},
      {R"({"bid":[[1]]})", columns, "error: page 1 field bid: the column holds arrays or objects"},
      {R"({"bid":[1],"bid":[2]})", columns, "error: page 1 field bid: the column is there twice"},
      {R"([{},{},{},{}])", top, "error: page 1: the page has more than 3 rows"},
      {R"({"bid":[1,2,3,4]})", columns, "error: page 1: the page has more than 3 rows"},
      {R"([{"x":[[[1]]]}])", top, "error: page 1: arrays and objects more than 4 deep"},
      {"[" + std::string(300, ' ') + "]", top, "error: page 1: the body has 302 bytes; 200 is the limit"},
      {"[1e999]", top, "error: page 1: not JSON at byte 6"},
      {"[\"\xff\"]", top, "error: page 1: not JSON at byte 3"},
      {"[{\"bid\":01}]", top, "error: page 1: not JSON at byte 10"},
      {"[{}]]", top, "error: page 1: not JSON at byte 5"},
      {"", top, "truncated: page 1: not JSON at byte 1"},
      {"[{\"bid\":1},", top, "truncated: page 1: not JSON at byte 12"},
      {"[{\"bi", top, "truncated: page 1: not JSON at byte 6"},
  };
  for (const Case& c : cases) {
    INFO(c.json);
    const std::string said = page(c.json, c.shape, small);
    CHECK(said.substr(0, std::string(c.expected).size()) == c.expected);
  }
}

TEST_CASE("numbers of databases and services as plain decimals", "[data][sql]") {
  const std::pair<const char*, const char*> cases[] = {
      {"0.1", "0.1"},
      {"12.50000000", "12.5"},
      {"1e-05", "0.00001"},
      {"-2.5E+03", "-2500"},
      {"1.5e1", "15"},
      {"100", "100"},
      {"1.0", "1"},
      {"0e0", "0"},
      {"1e41", "1e41"},
      {"1e-41", "1e-41"},
      {"NaN", "NaN"},
      {"", ""},
      {"e5", "e5"},
      {"1.", "1."},
      {".5", ".5"},
      {"1e", "1e"},
      {"1e+", "1e+"},
      {"--1", "--1"},
      {"007.10", "7.1"},
      {"1e5x", "1e5x"},
      {"1e-+5", "1e-+5"},
      {"-0.000e3", "-0"},
      {"Infinity", "Infinity"},
      {"123.456e2", "12345.6"},
      {"0.00001234e5", "1.234"},
  };
  for (const auto& [text, expected] : cases) CHECK(plain_decimal_text(text) == expected);
  CHECK(shortest_text(0.1) == "0.1");
  CHECK(shortest_text(0.1 + 0.2) == "0.30000000000000004");
  CHECK(shortest_text(2930) == "2930");
  CHECK(shortest_text(1e-5) == "0.00001");
  CHECK(shortest_text(1e300) == "1e+300");
  CHECK(shortest_text(-0.25) == "-0.25");
  CHECK(date_text("2019-04-25", DateOrder::month_day_year) == "04/25/2019");
  CHECK(date_text("2019-04-25 15:45:00-04", DateOrder::compact) == "20190425");
  CHECK(date_text("2019-04-25T00:00:00", DateOrder::iso) == "2019-04-25");
  CHECK(date_text("infinity", DateOrder::iso) == "infinity");
  CHECK(date_text("0044-03-15 BC", DateOrder::iso) == "0044-03-15 BC");
  CHECK(date_time_text("2019-04-25 15:45:00.000-04", DateOrder::month_day_year) == "04/25/2019 15:45:00");
  CHECK(date_time_text("2019-04-25 15:45:00.25", DateOrder::iso) == "2019-04-25 15:45:00.25");
  CHECK(date_time_text("2019-04-25", DateOrder::iso) == "2019-04-25");
}
