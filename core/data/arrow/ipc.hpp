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
  boolean,       // one bit a row in the file; written from and read into bytes 0 and 1
  date32,        // days since 1970-01-01, int32
  timestamp_ns,  // int64 since 1970-01-01T00:00:00Z; see Field::zone
  utf8,          // text; written from and read into strings
  dictionary,    // text kept once, rows hold an int16 index: read like utf8
};
// "int64", "date32", … for messages.
std::string_view type_name(Type type);
// Bytes of one row in ColumnData::values; 0 for utf8 and dictionary.
std::size_t type_width(Type type);

using Metadata = std::map<std::string, std::string>;

struct Field {
  std::string name;
  Type type = Type::int64;
  bool nullable = false;
  Metadata metadata;         // unit, scale, meaning
  std::string zone = "UTC";  // of a timestamp_ns; the values are UTC instants. Empty: a clock without a stated zone
  bool operator==(const Field&) const = default;
};

struct Schema {
  std::vector<Field> fields;
  Metadata metadata;
  bool operator==(const Schema&) const = default;
  // Index of the first field of that name, -1 when there is none.
  int find(std::string_view name) const;
};

// Which rows are not null, as a view of the file's bits.
class Validity {
 public:
  Validity() = default;  // every row is valid
  Validity(const std::byte* bits, std::size_t rows) : bits_(bits), rows_(rows) {}
  bool empty() const { return bits_ == nullptr; }  // every row is valid
  std::size_t size() const { return rows_; }       // 0 when empty()
  bool operator[](std::size_t row) const {
    return empty() || (std::to_integer<unsigned>(bits_[row / 8]) >> (row % 8) & 1u) != 0;
  }
  std::size_t nulls() const;

 private:
  const std::byte* bits_ = nullptr;
  std::size_t rows_ = 0;
};

// One column of one record batch. Fixed width: `values` points at rows × width bytes, aligned to the
// width. utf8 and dictionary: `texts`, one per row. All of it is valid while `keeper` lives, which is
// never null for a column that was read.
struct ColumnData {
  std::span<const std::byte> values;
  std::vector<std::string_view> texts;
  Validity valid;
  std::shared_ptr<const void> keeper;

  template <class T>
  std::span<const T> as() const {
    return {reinterpret_cast<const T*>(values.data()), values.size() / sizeof(T)};
  }
};

// Columns that were not asked for are empty.
struct Batch {
  std::size_t rows = 0;
  std::vector<ColumnData> columns;  // as many as the schema has fields
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
  // One record batch; throws std::invalid_argument when the columns do not fit the schema, when a
  // utf8 column holds 2 GiB or a dictionary more than 32,767 texts.
  void write(std::size_t rows, std::span<const Column> columns);
  // What was written since the last take(), for files that should not be held in memory whole; throws
  // std::logic_error for schemas with dictionary columns, whose texts stand before the batches.
  std::string take();
  // The whole file, or what is left of it after take(); nothing can be written after it.
  std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Bytes of plain values for FileWriter::Column.
template <class T>
std::span<const std::byte> bytes_of(std::span<const T> values) {
  return std::as_bytes(values);
}

// Reads a file that lies in memory (mapped, or a string): every offset and length is checked before
// it is used, so that no input can make it read outside. `name` is what errors call the file. Cheap to
// copy; safe from several threads at once.
//
// Files of other programs: text as utf8, large_utf8, utf8_view or a dictionary of them (indices of any
// integer type) reads as above; timestamps of seconds, milli- and microseconds become nanoseconds,
// dates in milliseconds days; bodies compressed with zstd or LZ4 are inflated. Everything else is
// refused with the name of the column and its type.
class FileReader {
 public:
  // `keeper` (may be null) keeps `bytes` alive; every column holds it.
  static Result<FileReader> open(std::string name, std::span<const std::byte> bytes,
                                 std::shared_ptr<const void> keeper);

  const Schema& schema() const;
  std::size_t batches() const;
  // Only the columns asked for (indices into the schema); empty: all. Every column of a batch has
  // Batch::rows rows.
  Result<Batch> batch(std::size_t number, std::span<const std::size_t> columns = {}) const;

 private:
  struct Impl;
  explicit FileReader(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace optix::arrow
