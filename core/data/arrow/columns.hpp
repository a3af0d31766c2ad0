#pragma once
// From the buffers of one record batch to columns: views where the bytes lie as we want them, copies
// where they are compressed, misaligned or in other units.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/arrow/schema_codec.hpp"

namespace optix::arrow {

// The texts of one dictionary; a null entry makes the rows that name it null.
struct DictionaryTexts {
  std::vector<std::string_view> texts;
  Validity valid;
};

class ColumnReader {
 public:
  // `batch` must be verified and, with `body` and `storage`, outlive the reader. `where` names the
  // file and the batch.
  ColumnReader(std::string where, const format::RecordBatch& batch, std::span<const std::byte> body,
               std::shared_ptr<const void> keeper)
      : where_(std::move(where)), batch_(batch), body_(body), keeper_(std::move(keeper)) {}

  // Checks row, node and buffer counts against the schema; must succeed first.
  std::optional<Error> start(std::span<const Storage> storage);
  std::size_t rows() const { return rows_; }
  // Column `i` of the schema. `dictionary` is null for columns that are not dictionaries.
  Result<ColumnData> column(std::size_t i, const Field& field, const DictionaryTexts* dictionary);

 private:
  struct Owned;
  struct Layout {
    std::size_t first = 0;     // its first buffer
    std::size_t variadic = 0;  // buffers of text, for views
  };
  using Bytes = std::span<const std::byte>;

  Error fail(const std::string& what) const;
  // Buffer `number`, inflated if need be; at least `needed` bytes.
  Result<Bytes> buffer(std::size_t number, std::uint64_t needed);
  Result<Bytes> inflate(Bytes stored);
  std::span<std::byte> allocate(std::size_t bytes);

  std::optional<Error> read_validity(std::size_t i, ColumnData& out);
  std::optional<Error> read_fixed(std::size_t i, const Field& field, ColumnData& out);
  std::optional<Error> read_bits(std::size_t i, ColumnData& out);
  std::optional<Error> convert(const Storage& storage, ColumnData& out);
  template <class T>
  std::optional<Error> read_texts(std::size_t i, ColumnData& out);
  std::optional<Error> read_views(std::size_t i, ColumnData& out);
  std::optional<Error> read_indices(std::size_t i, const DictionaryTexts& dictionary, ColumnData& out);

  std::string where_, column_;
  const format::RecordBatch& batch_;
  Bytes body_;
  std::shared_ptr<const void> keeper_;
  std::span<const Storage> storage_;
  std::vector<Layout> layout_;
  std::shared_ptr<Owned> owned_;  // bytes of the column being read that are not in the file
  std::size_t rows_ = 0;
};

}  // namespace optix::arrow
