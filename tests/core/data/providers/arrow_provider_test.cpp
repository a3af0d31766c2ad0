#include "core/data/providers/arrow_provider.hpp"

#include <catch2/catch.hpp>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "core/data/arrow/ipc.hpp"
#include "core/data/numbers.hpp"
#include "tests/core/data/providers/quote_table.hpp"

using namespace optix;
using arrow::Type;
using test::Collect;
using test::TextRow;

namespace {

struct TempFile {
  explicit TempFile(const std::string& bytes) {
    std::string pattern = (std::filesystem::temp_directory_path() / "optix-arrow-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()));
    folder = pattern;
    path = folder + "/quotes.arrow";
    std::ofstream(path, std::ios::binary) << bytes;
  }
  ~TempFile() { std::filesystem::remove_all(folder); }
  std::string folder, path;
};

template <class T>
void append(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// The value of a text, as the field stores it.
void append_value(std::string& out, const arrow::Field& field, const std::string& text) {
  const auto real = [&] { return text.empty() ? std::numeric_limits<double>::quiet_NaN() : read_double(text).value(); };
  switch (field.type) {
    case Type::float64: return append(out, real());
    case Type::float32: return append(out, static_cast<float>(real()));
    case Type::int64:
      return append(out, field.metadata.contains("scale") ? read_decimal(text).value_or(Decimal::none()).raw()
                                                          : read_count(text).value_or(0));
    case Type::int32: return append(out, read_count(text).value_or(0));
    case Type::int16: return append(out, static_cast<std::int16_t>(read_count(text).value_or(0)));
    case Type::date32: return append(out, Date::parse(text).value().days);
    case Type::timestamp_ns: return append(out, Timestamp::parse(text).value().ns);
    default: FAIL("no such column in these tests");
  }
}

// Two record batches of the rows; empty texts are null in nullable columns.
std::string arrow_file(const std::vector<arrow::Field>& fields, const std::vector<TextRow>& rows,
                       arrow::Compression compression = arrow::Compression::none) {
  arrow::FileWriter writer({fields, {}}, compression);
  const std::size_t half = rows.size() / 2;
  for (const auto& [begin, end] : {std::pair{std::size_t{0}, half}, std::pair{half, rows.size()}}) {
    const std::size_t count = end - begin;
    std::vector<std::string> values(fields.size());
    std::vector<std::vector<std::string_view>> texts(fields.size());
    std::vector<std::unique_ptr<bool[]>> valid;
    std::vector<arrow::FileWriter::Column> columns(fields.size());
    for (std::size_t c = 0; c < fields.size(); ++c) {
      valid.emplace_back(new bool[count]);
      for (std::size_t r = 0; r < count; ++r) {
        const std::string& text = rows[begin + r][c];
        valid[c][r] = !text.empty();
        if (arrow::type_width(fields[c].type) == 0)
          texts[c].push_back(text);
        else
          append_value(values[c], fields[c], text);
      }
      columns[c].values = std::as_bytes(std::span<const char>(values[c]));
      columns[c].texts = texts[c];
      if (fields[c].nullable) columns[c].valid = {valid[c].get(), count};
    }
    writer.write(count, columns);
  }
  return writer.finish();
}

struct Reading {
  Status status;
  Collect quotes;
  QualityReport report;
};

Reading read(const std::string& bytes, CsvLayout layout, const DefectPolicy& policy = {}) {
  const TempFile file(bytes);
  Reading out;
  ArrowProvider provider({{file.path}, std::move(layout), policy});
  out.status = provider.read(out.quotes, out.report);
  return out;
}

std::string outcome(const Reading& r) { return r.status ? "ok" : r.status.error().to_string(); }
CsvLayout plain_layout() { return *csv_layout_preset("optix"); }

// The columns of quote_columns() with one type for dates, prices, greeks, counts and names each.
std::vector<arrow::Field> fields_of(Type dates, Type prices, Type greeks, Type counts, Type names, bool nullable) {
  std::vector<arrow::Field> out;
  for (const std::string& name : test::quote_columns()) {
    const bool price = name == "underlying_price" || name == "strike" || name == "bid" || name == "ask";
    const bool greek = name == "iv" || name == "delta" || name == "gamma";
    const bool count = name == "volume" || name == "open_interest";
    const bool date = name == "session" || name == "expiration";
    arrow::Field field{name, date ? dates : price ? prices : greek ? greeks : count ? counts : names, nullable};
    if (price && prices == Type::int64) field.metadata = {{"unit", "USD"}, {"scale", "1000000"}};
    if (date && dates == Type::timestamp_ns) field.zone = nullable ? "" : "UTC";
    out.push_back(std::move(field));
  }
  return out;
}

}  // namespace

TEST_CASE("a table in Arrow gives the quotes of the CSV file it came from", "[arrow][provider]") {
  const std::vector<TextRow> rows = test::quote_rows();
  const auto expected = test::quotes_of_csv(test::csv_text(test::quote_columns(), rows), plain_layout());
  REQUIRE(expected.size() == rows.size());
  struct Case {
    const char* name;
    Type dates, prices, greeks, counts, names;
    bool nullable;
  };
  const Case cases[] = {
      {"text only", Type::utf8, Type::utf8, Type::utf8, Type::utf8, Type::utf8, true},
      {"doubles", Type::date32, Type::float64, Type::float64, Type::int32, Type::dictionary, true},
      {"doubles, NaN for what is missing", Type::date32, Type::float64, Type::float64, Type::int64, Type::utf8, false},
      {"decimals", Type::timestamp_ns, Type::int64, Type::float64, Type::int16, Type::dictionary, true},
      {"time stamps in UTC", Type::timestamp_ns, Type::float64, Type::float64, Type::float64, Type::utf8, false},
      {"prices in floats", Type::date32, Type::float32, Type::utf8, Type::float32, Type::dictionary, true},
  };
  for (const Case& c : cases)
    for (const auto compression : {arrow::Compression::none, arrow::Compression::zstd}) {
      INFO(c.name);
      const auto fields = fields_of(c.dates, c.prices, c.greeks, c.counts, c.names, c.nullable);
      const Reading got = read(arrow_file(fields, rows, compression), plain_layout());
      REQUIRE(outcome(got) == "ok");
      CHECK(got.quotes.lines == expected);
      CHECK(got.report.lines == rows.size());
      CHECK(got.report.layout == "optix");
    }
}

TEST_CASE("a column of instants says when the quotes stood", "[arrow][provider]") {
  auto fields = fields_of(Type::date32, Type::float64, Type::float64, Type::int32, Type::utf8, true);
  const TextRow first = test::quote_rows()[0];
  struct Case {
    const char* zone;
    const char* stored;
    const char* instant;
  };
  const Case cases[] = {{"UTC", "2019-04-25T15:45:00.25Z", "2019-04-25T15:45:00.25Z"},
                        {"America/New_York", "2019-04-25T19:45:00Z", "2019-04-25T19:45:00Z"},
                        {"", "2019-04-25T15:45:00Z", "2019-04-25T19:45:00Z"}};
  for (const Case& c : cases) {
    INFO(c.zone);
    auto timed = fields;
    timed.push_back({"time", Type::timestamp_ns, true, {}, c.zone});
    TextRow row = first;
    row.push_back(c.stored);
    const Reading got = read(arrow_file(timed, {row, row}), plain_layout());
    REQUIRE(outcome(got) == "ok");
    REQUIRE(got.quotes.lines.size() == 2);
    CHECK_THAT(got.quotes.lines[0], Catch::Contains(c.instant));
  }
}

TEST_CASE("errors of Arrow quotes name file, record batch, row and column", "[arrow][provider]") {
  const auto fields = fields_of(Type::date32, Type::float64, Type::float64, Type::int32, Type::utf8, true);
  const auto changed = [&](const char* column, auto&& change) {
    auto out = fields;
    for (arrow::Field& field : out)
      if (field.name == column) change(field);
    return out;
  };
  const auto rows = [](const char* column, const char* text) {
    auto out = test::quote_rows();
    out.resize(8);
    for (std::size_t c = 0; column && c < test::quote_columns().size(); ++c)
      if (test::quote_columns()[c] == column) out[6][c] = text;
    return out;
  };
  CsvLayout scaled = plain_layout();
  scaled.price_decimals = 4;
  struct Case {
    std::vector<arrow::Field> fields;
    std::vector<TextRow> rows;
    CsvLayout layout;
    std::vector<std::string> parts;  // of the error
  };
  const Case cases[] = {
      {fields,
       rows("bid", "0.30000000000000004"),
       plain_layout(),
       {"quotes.arrow record batch 2 row 3 column bid", "more than six decimals", "0.30000000000000004"}},
      {fields, rows("ask", "-1.5"), plain_layout(), {"record batch 2 row 3 column ask", "is negative: -1.5"}},
      {fields, rows("right", "X"), plain_layout(), {"record batch 2 row 3 column right", "neither call nor put"}},
      {fields, rows("expiration", "1999-01-15"), plain_layout(), {"row 3 column expiration", "outside the exchange"}},
      {changed("ask", [](arrow::Field& f) { f.name = "offer"; }),
       rows(nullptr, ""),
       plain_layout(),
       {"quotes.arrow", "missing column: ask", "offer"}},
      {changed("bid",
               [](arrow::Field& f) {
                 f = {f.name, Type::int64, true, {{"scale", "50"}}};
               }),
       rows(nullptr, ""),
       plain_layout(),
       {"quotes.arrow column bid", "`scale: 50`"}},
      {changed("bid",
               [](arrow::Field& f) {
                 f = {f.name, Type::int64, true, {{"scale", "100"}}};
               }),
       rows(nullptr, ""),
       scaled,
       {"quotes.arrow column bid", "in which unit"}},
  };
  for (const Case& c : cases) {
    const Reading got = read(arrow_file(c.fields, c.rows), c.layout);
    for (const std::string& part : c.parts) CHECK_THAT(outcome(got), Catch::Contains(part));
  }
  CHECK_THAT(outcome(read("not an Arrow file", plain_layout())), Catch::Contains("this is not an Arrow IPC file"));
}

TEST_CASE("broken rows in Arrow files follow the policy", "[arrow][provider]") {
  const auto fields = fields_of(Type::date32, Type::float64, Type::float64, Type::int32, Type::utf8, true);
  auto rows = test::quote_rows();
  rows[5][7] = "0.1234567";
  rows[200][6] = "0";
  DefectPolicy policy;
  policy.rows = BrokenRow::drop;
  policy.quotes = BrokenValue::flag;
  const Reading got = read(arrow_file(fields, rows), plain_layout(), policy);
  REQUIRE(outcome(got) == "ok");
  CHECK(got.quotes.rows == rows.size() - 1);
  CHECK(got.report.defects[static_cast<std::size_t>(Defect::quote)] == 1);
  CHECK(got.report.defects[static_cast<std::size_t>(Defect::contract)] == 1);
  REQUIRE(got.report.examples.size() == 2);
  CHECK_THAT(got.report.examples[0].where, Catch::Contains("record batch 1 row 6 column bid"));
  CHECK_THAT(got.report.examples[1].where, Catch::Contains("record batch 2 row 21 column strike"));
}
