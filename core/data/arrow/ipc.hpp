#pragma once
// Arrow IPC files ("Feather V2"): the part of the format that tables of plain columns need. Written
// and read through FlatBuffers; the tables' layout follows Message.fbs, Schema.fbs and File.fbs of
// the Apache Arrow format, version 1.0 (metadata V5). Little endian, 64-byte aligned buffers.
//
// Other programs (pandas, polars, DuckDB, R) read the files as they are. Columns of fixed width come
// back as views of the mapped file, without a copy, unless they were compressed.
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/values/result.hpp"

namespace optix::arrow {

enum class Type : std::uint8_t {
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float32,
  float64,
  boolean,       // one bit a row; read as bytes 0 and 1
  date32,        // days since 1970-01-01, int32
  timestamp_ns,  // int64 since 1970-01-01T00:00:00Z; zone "UTC"
  utf8,          // text; written from and read into strings
  dictionary,    // text behind int8, int16 or int32 indices: read as utf8
};

using Metadata = std::map<std::string, std::string>;

struct Field {
  std::string name;
  Type type = Type::int64;
  bool nullable = false;
  Metadata metadata;  // unit, scale, meaning
  bool operator==(const Field&) const = default;
};

struct Schema {
  std::vector<Field> fields;
  Metadata metadata;
  bool operator==(const Schema&) const = default;
};

// One column of one record batch. Fixed width: `values` points at rows × width bytes; valid while
// `keeper` lives. utf8: `texts`, one per row, valid while `keeper` lives.
struct ColumnData {
  std::span<const std::byte> values;
  std::vector<std::string_view> texts;
  std::vector<bool> valid;  // empty: every row is valid
  std::shared_ptr<const void> keeper;

  template <class T>
  std::span<const T> as() const {
    return {reinterpret_cast<const T*>(values.data()), values.size() / sizeof(T)};
  }
};

struct Batch {
  std::size_t rows = 0;
  std::vector<ColumnData> columns;
};

enum class Compression : std::uint8_t { none, zstd };

// Appends to a growing byte string; the caller writes it to where it should lie. Deterministic: the
// same calls give the same bytes.
class FileWriter {
 public:
  explicit FileWriter(Schema schema, Compression compression = Compression::none);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  // What write() takes for one column. Rows whose `valid` is false are null; the bytes beneath stay
  // as they are given.
  struct Column {
    std::span<const std::byte> values;        // fixed width
    std::span<const std::string_view> texts;  // utf8, dictionary
    std::span<const bool> valid;              // empty: every row
  };
  // One record batch; throws std::invalid_argument when the columns do not fit the schema.
  void write(std::size_t rows, std::span<const Column> columns);
  // The whole file; nothing can be written after it.
  std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Reads a file that lies in memory (mapped, or a string): every offset and length is checked before
// it is used, so that no input can make it read outside. `name` is what errors call the file.
class FileReader {
 public:
  static Result<FileReader> open(std::string name, std::span<const std::byte> bytes,
                                 std::shared_ptr<const void> keeper);

  const Schema& schema() const { return schema_; }
  std::size_t batches() const { return blocks_.size(); }
  // Only the columns asked for (indices into the schema); empty: all.
  Result<Batch> batch(std::size_t number, std::span<const std::size_t> columns = {}) const;

 private:
  struct Block {
    std::uint64_t offset = 0, metadata_bytes = 0, body_bytes = 0;
  };
  std::string name_;
  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> keeper_;
  Schema schema_;
  std::vector<Block> blocks_;
  std::vector<std::vector<std::string_view>> dictionaries_;  // per field
};

}  // namespace optix::arrow
