#pragma once
// Columns on their way into and out of the dataset's Arrow files.
#include <cmath>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/arrow/ipc.hpp"
#include "messages/market.hpp"

namespace optix::stored {

inline arrow::Field plain(std::string name, arrow::Type type, arrow::Metadata metadata = {}) {
  return {std::move(name), type, false, std::move(metadata)};
}
inline arrow::Field maybe(std::string name, arrow::Type type, arrow::Metadata metadata = {}) {
  return {std::move(name), type, true, std::move(metadata)};
}
// Prices are whole numbers of 1e-6 USD.
inline arrow::Metadata price_metadata() { return {{"unit", "USD"}, {"scale", "1000000"}}; }

// Values as they lie in memory: Decimal as int64, Date as int32, Timestamp as int64.
template <class T>
std::span<const std::byte> raw(const Series<T>& values) {
  return std::as_bytes(std::span<const T>(values));
}
template <class T>
std::span<const std::byte> raw(const std::vector<T>& values) {
  return std::as_bytes(std::span<const T>(values));
}

// Which rows are there; empty while all are.
class Present {
 public:
  void resize(std::size_t rows) {
    if (rows > capacity_) {
      flags_.reset(new bool[rows]);
      capacity_ = rows;
    }
  }
  // f(row): whether the row is there.
  template <class F>
  std::span<const bool> fill(std::size_t rows, F&& f) {
    resize(rows);
    bool all = true;
    for (std::size_t r = 0; r < rows; ++r) {
      flags_[r] = f(r);
      all = all && flags_[r];
    }
    return all ? std::span<const bool>() : std::span<const bool>(flags_.get(), rows);
  }

 private:
  std::unique_ptr<bool[]> flags_;
  std::size_t capacity_ = 0;
};

// The column as a series of T, which has the column's width and form.
template <class T>
Series<T> view(const arrow::ColumnData& column) {
  return Series<T>::view({reinterpret_cast<const T*>(column.values.data()), column.values.size() / sizeof(T)},
                         column.keeper);
}

// nullopt when a text is no name of the enumeration; names are those given, in its order.
template <class E>
std::optional<Series<E>> enums(const arrow::ColumnData& column, std::span<const std::string_view> names) {
  std::vector<E> values;
  values.reserve(column.texts.size());
  for (const std::string_view text : column.texts) {
    std::size_t i = 0;
    while (i < names.size() && names[i] != text) ++i;
    if (i == names.size()) return std::nullopt;
    values.push_back(static_cast<E>(i));
  }
  return Series<E>(std::move(values));
}
inline std::optional<Series<Symbol>> symbols(const arrow::ColumnData& column) {
  std::vector<Symbol> values;
  values.reserve(column.texts.size());
  for (const std::string_view text : column.texts) {
    const auto symbol = Symbol::from(text);
    if (!symbol) return std::nullopt;
    values.push_back(*symbol);
  }
  return Series<Symbol>(std::move(values));
}

inline constexpr std::string_view right_names[] = {"C", "P"};
inline constexpr std::string_view settlement_names[] = {"am", "pm"};
inline constexpr std::string_view exercise_names[] = {"european", "american"};

// Opens a file of this format: the first `fields.size()` columns must be these, by name and type.
inline Result<arrow::FileReader> open_columns(const std::string& name, std::span<const std::byte> bytes,
                                              const std::shared_ptr<const void>& keeper,
                                              const std::vector<arrow::Field>& fields) {
  auto reader = arrow::FileReader::open(name, bytes, keeper);
  if (!reader) return reader;
  const auto& found = reader->schema().fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto is_text = [](arrow::Type t) { return t == arrow::Type::utf8 || t == arrow::Type::dictionary; };
    if (i >= found.size() || found[i].name != fields[i].name ||
        (found[i].type != fields[i].type && !(is_text(found[i].type) && is_text(fields[i].type))))
      return Error{"column " + std::to_string(i + 1) + " is not `" + fields[i].name + "` of this format", name,
                   "the file was not written by this program's import: import again"};
  }
  return reader;
}

}  // namespace optix::stored
