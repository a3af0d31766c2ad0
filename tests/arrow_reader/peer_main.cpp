// Our side of the comparison with Apache Arrow's own library.
//   arrow_peer write FOLDER   plain.arrow and zstd.arrow: every type, nulls, three record batches
//   arrow_peer read FILE...   one line of JSON for each file, as read.mjs prints it
#include <bit>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/data/arrow/ipc.hpp"

using namespace optix;
using namespace optix::arrow;
using Json = nlohmann::ordered_json;

namespace {

class Checksum {
 public:
  void add(std::string_view text) {
    for (const char c : text) step(static_cast<unsigned char>(c));
    step('\n');
  }
  std::string text() const {
    char out[16];
    std::snprintf(out, sizeof out, "%08x", value_);
    return out;
  }

 private:
  void step(unsigned byte) { value_ = (value_ ^ byte) * 0x01000193u; }
  std::uint32_t value_ = 0x811c9dc5;
};

std::string bits_of(double value) {
  char out[24];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(std::bit_cast<std::uint64_t>(value)));
  return out;
}

std::string value_text(Type type, const ColumnData& column, std::size_t row) {
  switch (type) {
    case Type::int8: return std::to_string(column.as<std::int8_t>()[row]);
    case Type::uint8:
    case Type::boolean: return std::to_string(column.as<std::uint8_t>()[row]);
    case Type::int16: return std::to_string(column.as<std::int16_t>()[row]);
    case Type::uint16: return std::to_string(column.as<std::uint16_t>()[row]);
    case Type::int32:
    case Type::date32: return std::to_string(column.as<std::int32_t>()[row]);
    case Type::uint32: return std::to_string(column.as<std::uint32_t>()[row]);
    case Type::int64:
    case Type::timestamp_ns: return std::to_string(column.as<std::int64_t>()[row]);
    case Type::uint64: return std::to_string(column.as<std::uint64_t>()[row]);
    case Type::float32: return bits_of(column.as<float>()[row]);
    case Type::float64: return bits_of(column.as<double>()[row]);
    case Type::utf8:
    case Type::dictionary: break;
  }
  return std::string(column.texts[row]);
}

Result<Json> describe(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  const auto reader = FileReader::open(path, std::as_bytes(std::span<const char>(bytes)), nullptr);
  if (!reader) return reader.error();
  const std::vector<Field>& fields = reader->schema().fields;
  std::vector<Checksum> sums(fields.size());
  std::vector<std::size_t> nulls(fields.size());
  std::size_t rows = 0;
  for (std::size_t b = 0; b < reader->batches(); ++b) {
    const auto batch = reader->batch(b);
    if (!batch) return batch.error();
    rows += batch->rows;
    for (std::size_t c = 0; c < fields.size(); ++c) {
      nulls[c] += batch->columns[c].valid.nulls();
      for (std::size_t r = 0; r < batch->rows; ++r)
        sums[c].add(batch->columns[c].valid[r] ? value_text(fields[c].type, batch->columns[c], r) : "null");
    }
  }
  Json out{{"rows", rows}, {"batches", reader->batches()}, {"metadata", Json(reader->schema().metadata)}};
  for (std::size_t c = 0; c < fields.size(); ++c) {
    Json column{{"name", fields[c].name},
                {"type", type_name(fields[c].type)},
                {"nullable", fields[c].nullable},
                {"nulls", nulls[c]},
                {"checksum", sums[c].text()}};
    if (fields[c].type == Type::timestamp_ns) column["zone"] = fields[c].zone;
    column["metadata"] = fields[c].metadata;
    out["columns"].push_back(std::move(column));
  }
  return out;
}

// Values over the whole range of each type.
template <class T>
T sample(std::size_t i) {
  if constexpr (std::is_floating_point_v<T>) {
    constexpr T special[] = {0,
                             T(-0.0),
                             std::numeric_limits<T>::infinity(),
                             std::numeric_limits<T>::denorm_min(),
                             std::numeric_limits<T>::max(),
                             T(0.1)};
    return i % 10 < std::size(special) ? special[i % 10] : static_cast<T>(i) / T(7);
  } else {
    return static_cast<T>(i % 9 == 0   ? std::numeric_limits<T>::min()
                          : i % 9 == 1 ? std::numeric_limits<T>::max()
                                       : static_cast<T>(i * 2654435761u));
  }
}

template <class T>
std::string sample_bytes(std::size_t rows, std::size_t from) {
  std::vector<T> values(rows);
  for (std::size_t i = 0; i < rows; ++i) values[i] = sample<T>(from + i);
  return {reinterpret_cast<const char*>(values.data()), rows * sizeof(T)};
}

std::string fixed_bytes(Type type, std::size_t rows, std::size_t from) {
  switch (type) {
    case Type::int8: return sample_bytes<std::int8_t>(rows, from);
    case Type::uint8: return sample_bytes<std::uint8_t>(rows, from);
    case Type::int16: return sample_bytes<std::int16_t>(rows, from);
    case Type::uint16: return sample_bytes<std::uint16_t>(rows, from);
    case Type::int32:
    case Type::date32: return sample_bytes<std::int32_t>(rows, from);
    case Type::uint32: return sample_bytes<std::uint32_t>(rows, from);
    case Type::int64:
    case Type::timestamp_ns: return sample_bytes<std::int64_t>(rows, from);
    case Type::uint64: return sample_bytes<std::uint64_t>(rows, from);
    case Type::float32: return sample_bytes<float>(rows, from);
    case Type::float64: return sample_bytes<double>(rows, from);
    case Type::boolean: {
      std::string out(rows, '\0');
      for (std::size_t i = 0; i < rows; ++i) out[i] = (from + i) % 3 == 0;
      return out;
    }
    case Type::utf8:
    case Type::dictionary: break;
  }
  return {};
}

std::string sample_file(Compression compression) {
  Schema schema;
  schema.metadata = {{"program", "optix"}, {"empty", ""}};
  for (int i = 0; i <= static_cast<int>(Type::dictionary); ++i)
    for (const bool nullable : {false, true}) {
      const auto type = static_cast<Type>(i);
      schema.fields.push_back({std::string(type_name(type)) + (nullable ? " or null" : ""), type, nullable, {}});
      if (nullable) schema.fields.back().metadata = {{"unit", "USD"}, {"scale", "1000000"}};
    }
  FileWriter writer(schema, compression);
  std::size_t from = 0;
  for (const std::size_t rows : {1000u, 1u, 777u}) {
    const auto valid = std::make_unique<bool[]>(rows);
    for (std::size_t r = 0; r < rows; ++r) valid[r] = (from + r) % 5 != 0;
    std::vector<std::string> texts(rows), values(schema.fields.size());
    for (std::size_t r = 0; r < rows; ++r) texts[r] = "text \xc3\xa4 " + std::string((from + r) % 17, 'x');
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    std::vector<FileWriter::Column> columns(schema.fields.size());
    for (std::size_t c = 0; c < columns.size(); ++c) {
      values[c] = fixed_bytes(schema.fields[c].type, rows, from);
      columns[c].values = std::as_bytes(std::span<const char>(values[c]));
      if (type_width(schema.fields[c].type) == 0) columns[c].texts = views;
      if (schema.fields[c].nullable) columns[c].valid = {valid.get(), rows};
    }
    writer.write(rows, columns);
    from += rows;
  }
  return writer.finish();
}

}  // namespace

int main(int count, char** arguments) {
  const std::string command = count > 2 ? arguments[1] : "";
  if (command == "write") {
    const std::string folder = arguments[2];
    std::ofstream(folder + "/plain.arrow", std::ios::binary) << sample_file(Compression::none);
    std::ofstream(folder + "/zstd.arrow", std::ios::binary) << sample_file(Compression::zstd);
    return 0;
  }
  if (command != "read") {
    std::cerr << "usage: arrow_peer write FOLDER | read FILE...\n";
    return 2;
  }
  for (int i = 2; i < count; ++i) {
    const auto json = describe(arguments[i]);
    std::cout << (json ? *json : Json{{"error", json.error().what}, {"where", json.error().where}}).dump() << '\n';
  }
}
