#pragma once
// Schemas between our types and Arrow's tables, and how each column of a file lies in its buffers.
#include <cstdint>
#include <string>
#include <vector>

#include "core/data/arrow/format.hpp"
#include "core/data/arrow/ipc.hpp"

namespace optix::arrow {

// How the values of one column are stored.
struct Storage {
  enum class Kind : std::uint8_t {
    fixed,       // validity, values
    bits,        // validity, one bit a row
    text,        // validity, int32 offsets, bytes
    large_text,  // validity, int64 offsets, bytes
    view_text,   // validity, 16-byte views, any number of byte buffers
  };
  Kind kind = Kind::fixed;
  std::uint8_t width = 0;     // of a value in the file, for fixed
  std::int64_t multiply = 1;  // a timestamp's unit in nanoseconds
  bool days_in_milliseconds = false;
  // Dictionary columns: the batches hold indices, `kind` is that of the dictionary's texts.
  bool dictionary = false;
  bool signed_index = true;
  std::uint8_t index_width = 4;
  std::int64_t dictionary_id = 0;
};

struct StoredSchema {
  Schema schema;
  std::vector<Storage> storage;  // per field
};

// The offset of the Schema table in `builder`. Dictionary columns get ids 0, 1, … in order.
flatbuffers::Offset<format::Schema> write_schema(flatbuffers::FlatBufferBuilder& builder, const Schema& schema);

// `table` must be verified. An unsupported type is an Error that names the column.
Result<StoredSchema> read_schema(const std::string& file, const format::Schema& table);

}  // namespace optix::arrow
