// Arrow IPC files: what is written reads back, lies where it should, and damage is an error.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/data/arrow/ipc.hpp"

using namespace optix;
using namespace optix::arrow;

namespace {

constexpr std::size_t rows = 13;

std::span<const std::byte> bytes_in(const std::string& text) { return std::as_bytes(std::span<const char>(text)); }

FileReader reopen(const std::string& file) {
  auto reader = FileReader::open("t.arrow", bytes_in(file), nullptr);
  if (!reader) FAIL(reader.error().to_string());
  return *reader;
}

Schema every_type() {
  Schema schema;
  for (int i = 0; i <= static_cast<int>(Type::dictionary); ++i) {
    const auto type = static_cast<Type>(i);
    for (const bool nullable : {false, true})
      schema.fields.push_back(
          {std::string(type_name(type)) + (nullable ? "?" : ""), type, nullable, {{"unit", "USD"}, {"a", ""}}});
  }
  schema.metadata = {{"written by", "a test"}};
  return schema;
}

// Values that tell columns, rows and batches apart.
struct Table {
  std::vector<std::vector<std::byte>> values;
  std::vector<std::vector<std::string>> texts;
  std::vector<std::vector<std::string_view>> views;
  std::array<bool, rows> valid{};

  Table(const Schema& schema, int batch) : values(schema.fields.size()), texts(values.size()), views(values.size()) {
    for (std::size_t r = 0; r < rows; ++r) valid[r] = (r + static_cast<std::size_t>(batch)) % 3 != 0;
    for (std::size_t c = 0; c < values.size(); ++c) {
      const Type type = schema.fields[c].type;
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t b = 0; b < type_width(type); ++b)
          values[c].push_back(type == Type::boolean
                                  ? std::byte{r % 2 == 0}
                                  : static_cast<std::byte>(c * 31 + r * 7 + b + static_cast<std::size_t>(batch)));
        texts[c].push_back(r % 5 == 4 ? "" : "text " + std::to_string(batch) + " " + std::to_string(r % 4));
      }
      views[c].assign(texts[c].begin(), texts[c].end());
    }
  }
  std::vector<FileWriter::Column> columns(const Schema& schema) const {
    std::vector<FileWriter::Column> out;
    for (std::size_t c = 0; c < values.size(); ++c) {
      FileWriter::Column column;
      column.values = values[c];
      if (type_width(schema.fields[c].type) == 0) column.texts = views[c];
      if (schema.fields[c].nullable) column.valid = valid;
      out.push_back(column);
    }
    return out;
  }
};

std::string file_of(const Schema& schema, int batches, Compression compression) {
  FileWriter writer(schema, compression);
  for (int i = 0; i < batches; ++i) {
    const Table table(schema, i);
    writer.write(rows, table.columns(schema));
  }
  return writer.finish();
}

void check_batch(const Schema& schema, const Batch& batch, int number) {
  const Table table(schema, number);
  REQUIRE(batch.rows == rows);
  for (std::size_t c = 0; c < schema.fields.size(); ++c) {
    INFO("batch " << number << ", column " << schema.fields[c].name);
    const ColumnData& column = batch.columns[c];
    const bool fixed = type_width(schema.fields[c].type) > 0;
    CHECK(column.keeper != nullptr);
    CHECK(column.valid.empty() == !schema.fields[c].nullable);
    const auto nulls = std::count(table.valid.begin(), table.valid.end(), false);
    CHECK(column.valid.nulls() == (schema.fields[c].nullable ? static_cast<std::size_t>(nulls) : 0));
    if (fixed)
      CHECK(std::equal(column.values.begin(), column.values.end(), table.values[c].begin(), table.values[c].end()));
    if (!fixed) REQUIRE(column.texts.size() == rows);
    for (std::size_t r = 0; r < rows; ++r) {
      const bool valid = !schema.fields[c].nullable || table.valid[r];
      CHECK(column.valid[r] == valid);
      if (!fixed && valid) CHECK(column.texts[r] == table.texts[c][r]);
    }
  }
}

}  // namespace

TEST_CASE("every Arrow type reads back as written, in any compression", "[arrow]") {
  const auto compression = GENERATE(Compression::none, Compression::zstd);
  const int batches = GENERATE(0, 1, 3);
  const Schema schema = every_type();
  const std::string file = file_of(schema, batches, compression);
  CHECK(file == file_of(schema, batches, compression));
  const FileReader reader = reopen(file);
  CHECK(reader.schema() == schema);
  REQUIRE(reader.batches() == static_cast<std::size_t>(batches));
  for (int i = 0; i < batches; ++i) {
    const auto batch = reader.batch(static_cast<std::size_t>(i));
    if (!batch) FAIL(batch.error().to_string());
    check_batch(schema, *batch, i);
  }
  CHECK(reader.batch(static_cast<std::size_t>(batches)).error().what.find("has only") != std::string::npos);
}

TEST_CASE("uncompressed columns are views on 64-byte boundaries of the file", "[arrow]") {
  const Schema schema = every_type();
  const std::string file = file_of(schema, 2, Compression::none);
  const auto inside = [](const std::string& bytes, const std::byte* p) {
    return p >= bytes_in(bytes).data() && p < bytes_in(bytes).data() + bytes.size();
  };
  const FileReader reader = reopen(file);
  for (std::size_t i = 0; i < 2; ++i) {
    const Batch batch = *reader.batch(i);
    for (std::size_t c = 0; c < schema.fields.size(); ++c) {
      const auto values = batch.columns[c].values;
      if (values.empty() || schema.fields[c].type == Type::boolean) continue;
      INFO(schema.fields[c].name);
      CHECK(inside(file, values.data()));
      CHECK((values.data() - bytes_in(file).data()) % 64 == 0);
    }
  }
  // The same bytes one further in memory: columns are then copied, and the same.
  const std::string shifted = "x" + file;
  const auto moved = FileReader::open("t.arrow", bytes_in(shifted).subspan(1), nullptr);
  REQUIRE(moved);
  for (std::size_t i = 0; i < 2; ++i) {
    const Batch batch = *moved->batch(i);
    check_batch(schema, batch, static_cast<int>(i));
    for (std::size_t c = 0; c < schema.fields.size(); ++c)
      if (const std::size_t width = type_width(schema.fields[c].type); width > 0)
        CHECK(reinterpret_cast<std::uintptr_t>(batch.columns[c].values.data()) % width == 0);
  }
}

TEST_CASE("columns outlive the reader, and only those asked for are read", "[arrow]") {
  const auto compression = GENERATE(Compression::none, Compression::zstd);
  const Schema schema = every_type();
  auto file = std::make_shared<const std::string>(file_of(schema, 1, compression));
  const std::weak_ptr<const std::string> watch = file;
  const std::size_t wanted[] = {static_cast<std::size_t>(schema.find("dictionary")),
                                static_cast<std::size_t>(schema.find("int64"))};
  ColumnData kept;
  {
    const auto reader = FileReader::open("t.arrow", bytes_in(*file), file);
    REQUIRE(reader);
    file.reset();
    const Batch batch = *reader->batch(0, wanted);
    for (std::size_t c = 0; c < schema.fields.size(); ++c)
      CHECK((batch.columns[c].keeper != nullptr) == (c == wanted[0] || c == wanted[1]));
    kept = batch.columns[wanted[0]];
  }
  REQUIRE(!watch.expired());
  CHECK(kept.texts[1] == "text 0 1");
  kept = {};
  CHECK(watch.expired());
}

TEST_CASE("a file taken in pieces is the same file", "[arrow]") {
  Schema schema = every_type();
  std::erase_if(schema.fields, [](const Field& field) { return field.type == Type::dictionary; });
  FileWriter writer(schema);
  std::string file;
  for (int i = 0; i < 5; ++i) {
    const Table table(schema, i);
    writer.write(rows, table.columns(schema));
    if (i % 2 == 0) file += writer.take();
  }
  file += writer.finish();
  CHECK(file == file_of(schema, 5, Compression::none));
  CHECK_THROWS_AS(writer.finish(), std::logic_error);
  CHECK_THROWS_AS(FileWriter(every_type()).take(), std::logic_error);
}

TEST_CASE("columns that do not fit the schema are refused", "[arrow]") {
  const Schema schema{{{"n", Type::int32}, {"t", Type::utf8, true}, {"d", Type::dictionary}}, {}};
  const std::int32_t numbers[] = {1, 2};
  const std::string_view texts[] = {"a", "b"};
  const bool valid[] = {true, false};
  const FileWriter::Column n{.values = std::as_bytes(std::span(numbers))}, t{.texts = texts}, none;
  const FileWriter::Column null_n{.values = n.values, .valid = valid};
  struct Case {
    std::size_t count;
    std::vector<FileWriter::Column> columns;
    const char* message;
  };
  const Case cases[] = {
      {2, {n, t}, "columns for a schema"},
      {3, {n, t, t}, "values for another number of rows"},
      {2, {n, none, t}, "column t: texts"},
      {2, {n, t, none}, "column d: texts"},
      {2, {null_n, t, t}, "not nullable"},
      {1, {FileWriter::Column{.values = n.values.first(4), .valid = valid}, t, t}, "validity"},
  };
  for (const Case& c : cases)
    CHECK_THROWS_WITH(FileWriter(schema).write(c.count, c.columns), Catch::Contains(c.message));
}

TEST_CASE("a dictionary holds at most 32,767 texts", "[arrow]") {
  FileWriter writer({{{"d", Type::dictionary}}, {}});
  std::vector<std::string> texts;
  for (int i = 0; i < 32'767; ++i) texts.push_back(std::to_string(i));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const FileWriter::Column column{.texts = views};
  writer.write(views.size(), {&column, 1});
  const std::string_view one_more[] = {"x"};
  const FileWriter::Column extra{.texts = one_more};
  CHECK_THROWS_AS(writer.write(1, {&extra, 1}), std::invalid_argument);
  const std::string file = writer.finish();
  const Batch batch = *reopen(file).batch(0);
  CHECK(std::equal(views.begin(), views.end(), batch.columns[0].texts.begin(), batch.columns[0].texts.end()));
}

TEST_CASE("damage is an error or other values, never a crash", "[arrow]") {
  const auto compression = GENERATE(Compression::none, Compression::zstd);
  const Schema schema = every_type();
  const std::string whole = file_of(schema, 2, compression);
  for (std::size_t size = 0; size < whole.size(); size += 1 + size / 300) {
    const std::string cut = whole.substr(0, size);
    const auto reader = FileReader::open("t.arrow", bytes_in(cut), nullptr);
    REQUIRE(!reader);
    CHECK(!reader.error().what.empty());
    CHECK(reader.error().where == "t.arrow");
  }
  std::size_t refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    const auto reader = FileReader::open("t.arrow", bytes_in(flipped), nullptr);
    refused += !reader;
    for (std::size_t i = 0; reader && i < reader->batches(); ++i) static_cast<void>(reader->batch(i).ok());
  }
  CHECK(refused > 100);
}

TEST_CASE("what is not an Arrow file is told by name", "[arrow]") {
  using namespace std::string_literals;
  struct Case {
    std::string bytes;
    const char* message;
  };
  const Case cases[] = {
      {"", "is empty"},
      {"FEA1............FEA1", "Feather file of version 1"},
      {"PAR1............PAR1", "Parquet"},
      {"\xff\xff\xff\xff\x10\x00\x00\x00................"s, "IPC stream"},
      {"date,strike,bid\n", "not an Arrow IPC file"},
      {"ARROW1\0\0ARROW1"s, "the end of the Arrow file is missing"},
      {"ARROW1\0\0\xff\xff\xff\x7f"
       "ARROW1"s,
       "footer's length is wrong"},
      {"ARROW1\0\0\0\0\0\0\0\0\0\0\x08\0\0\0"
       "ARROW1"s,
       "the footer is damaged"},
  };
  for (const Case& c : cases) {
    const auto reader = FileReader::open("x.bin", bytes_in(c.bytes), nullptr);
    REQUIRE(!reader);
    CHECK_THAT(reader.error().what, Catch::Contains(c.message));
  }
}

TEST_CASE("files of polars read, whatever their compression", "[arrow]") {
  const std::string folder = OPTIX_SOURCE_DIR "/tests/fuzz/corpus/arrow/polars_";
  for (const char* compression : {"uncompressed", "lz4", "zstd"}) {
    INFO(compression);
    std::ifstream stream(folder + compression + ".arrow", std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(stream), {}};
    const FileReader reader = reopen(file);
    const Type types[] = {Type::utf8, Type::float64, Type::timestamp_ns, Type::dictionary, Type::date32};
    REQUIRE(reader.schema().fields.size() == std::size(types));
    for (std::size_t c = 0; c < std::size(types); ++c) CHECK(reader.schema().fields[c].type == types[c]);
    CHECK(reader.schema().fields[2].zone.empty());
    const Batch batch = *reader.batch(0);
    REQUIRE(batch.rows == 40);
    for (std::size_t r = 0; r < batch.rows; ++r) {
      CHECK(batch.columns[0].valid[r] == (r % 7 != 0));
      CHECK(batch.columns[1].valid[r] == (r % 5 != 0));
      const std::string text = r % 2 ? "a text of more than twelve bytes " : "s";
      if (r % 7 != 0) CHECK(batch.columns[0].texts[r] == text + std::to_string(r));
      if (r % 5 != 0) CHECK(batch.columns[1].as<double>()[r] == static_cast<double>(r) / 100);
      CHECK(batch.columns[2].as<std::int64_t>()[r] == (1556222400 + static_cast<std::int64_t>(r) * 60) * 1'000'000'000);
      CHECK(batch.columns[3].texts[r] == (r % 2 ? "SPXW" : "SPX"));
      CHECK(batch.columns[4].as<std::int32_t>()[r] == 18011);
    }
  }
}
