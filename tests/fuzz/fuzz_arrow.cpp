// Any bytes as an Arrow IPC file: an error, or columns that lie in memory we own and that come back
// the same when they are written again, with and without compression.
#include <cstdint>
#include <memory>
#include <vector>

#include "core/data/arrow/ipc.hpp"
#include "tests/fuzz/check.hpp"

using namespace optix;
using namespace optix::arrow;

namespace {

constexpr std::size_t most_batches = 16, most_cells = 1u << 20;

// Reads every byte that a column gives out; a sanitizer speaks up when one is not ours.
std::uint64_t touch(const ColumnData& column, std::size_t rows) {
  std::uint64_t sum = column.valid.nulls();
  for (const std::byte b : column.values) sum += std::to_integer<unsigned>(b);
  for (const std::string_view text : column.texts)
    for (const char c : text) sum += static_cast<unsigned char>(c);
  for (std::size_t r = 0; r < rows; ++r) sum += column.valid[r];
  return sum;
}

struct Flags {
  explicit Flags(const Batch& batch) {
    for (const ColumnData& column : batch.columns) {
      flags.emplace_back(column.valid.empty() ? nullptr : new bool[batch.rows]);
      for (std::size_t r = 0; flags.back() && r < batch.rows; ++r) flags.back()[r] = column.valid[r];
    }
  }
  std::vector<std::unique_ptr<bool[]>> flags;
};

std::string write(const Schema& schema, const std::vector<Batch>& batches, Compression compression) {
  FileWriter writer(schema, compression);
  for (const Batch& batch : batches) {
    const Flags flags(batch);
    std::vector<FileWriter::Column> columns;
    for (std::size_t c = 0; c < batch.columns.size(); ++c) {
      columns.push_back({.values = batch.columns[c].values, .texts = batch.columns[c].texts, .valid = {}});
      if (flags.flags[c]) columns.back().valid = {flags.flags[c].get(), batch.rows};
    }
    writer.write(batch.rows, columns);
  }
  return writer.finish();
}

void check_same(const ColumnData& a, const ColumnData& b, std::size_t rows, const std::string& what) {
  fuzz::check(std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end()), what + ": values");
  for (std::size_t r = 0; r < rows; ++r) {
    fuzz::check(a.valid[r] == b.valid[r], what + ": a null");
    if (!a.texts.empty() && a.valid[r]) fuzz::check(a.texts[r] == b.texts[r], what + ": a text");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto file = FileReader::open("fuzz.arrow", bytes, nullptr);
  if (!file) {
    fuzz::check(!file.error().what.empty() && !file.error().where.empty(), "an error says nothing");
    return 0;
  }
  Schema schema = file->schema();
  for (Field& field : schema.fields) field.nullable = true;  // a file may have nulls where it promised none
  std::vector<Batch> batches;
  std::size_t cells = 0;
  for (std::size_t i = 0; i < file->batches() && i < most_batches && cells < most_cells; ++i) {
    auto batch = file->batch(i);
    if (!batch) continue;
    for (std::size_t c = 0; c < batch->columns.size(); ++c) {
      const std::size_t width = type_width(schema.fields[c].type);
      fuzz::check(width == 0 || batch->columns[c].values.size() == batch->rows * width, "a column of another length");
      fuzz::check(width != 0 || batch->columns[c].texts.size() == batch->rows, "texts of another length");
      static_cast<void>(touch(batch->columns[c], batch->rows));
      cells += batch->rows;
    }
    if (batch->columns.empty()) batch->rows = 0;
    batches.push_back(std::move(*batch));
  }
  for (const Compression compression : {Compression::none, Compression::zstd}) {
    const std::string again = write(schema, batches, compression);
    const auto copy = FileReader::open("again.arrow", std::as_bytes(std::span<const char>(again)), nullptr);
    fuzz::check(copy.ok() && copy->schema() == schema && copy->batches() == batches.size(), "does not read back");
    for (std::size_t i = 0; i < batches.size(); ++i) {
      const auto batch = copy->batch(i);
      fuzz::check(batch.ok() && batch->rows == batches[i].rows, "a batch does not read back");
      for (std::size_t c = 0; c < batch->columns.size(); ++c)
        check_same(batches[i].columns[c], batch->columns[c], batch->rows, schema.fields[c].name);
    }
  }
  return 0;
}
