#include "core/data/arrow/columns.hpp"

#include <bit>
#include <cstring>
#include <limits>

#include "core/data/arrow/compression.hpp"

namespace optix::arrow {
namespace {

using Kind = Storage::Kind;

// More rows than memory can hold; keeps rows × width from overflowing.
constexpr std::int64_t max_rows = std::int64_t{1} << 48;
// No zstd or LZ4 frame inflates to more than this many times its size: bounds what a damaged length
// can make us allocate.
constexpr std::uint64_t max_inflation = 40'000;

template <class T>
T load(const std::byte* at) {
  T out;
  std::memcpy(&out, at, sizeof out);
  return out;
}

std::size_t buffers_of(const Storage& storage) {
  if (storage.dictionary) return 2;
  return storage.kind == Kind::text || storage.kind == Kind::large_text ? 3 : 2;
}

std::string_view text_in(std::span<const std::byte> bytes, std::size_t begin, std::size_t length) {
  return {reinterpret_cast<const char*>(bytes.data()) + begin, length};
}

}  // namespace

// What columns of a batch point into besides the file.
struct ColumnReader::Owned {
  std::shared_ptr<const void> file;
  std::vector<std::unique_ptr<std::byte[]>> blocks;
};

Error ColumnReader::fail(const std::string& what) const {
  return {what, where_ + (column_.empty() ? "" : ", column " + column_),
          "the file is damaged or not written to Arrow's format; write it again"};
}

std::span<std::byte> ColumnReader::allocate(std::size_t bytes) {
  if (!owned_) owned_ = std::make_shared<Owned>(Owned{keeper_, {}});
  owned_->blocks.emplace_back(new std::byte[bytes]);  // aligned for every scalar, not initialized
  return {owned_->blocks.back().get(), bytes};
}

std::optional<Error> ColumnReader::start(std::span<const Storage> storage) {
  storage_ = storage;
  if (batch_.length() < 0 || batch_.length() > max_rows)
    return fail("the batch says it has " + std::to_string(batch_.length()) + " rows");
  rows_ = static_cast<std::size_t>(batch_.length());
  if (format::size_of(batch_.nodes()) != storage.size())
    return fail("the batch has " + std::to_string(format::size_of(batch_.nodes())) + " columns, the schema " +
                std::to_string(storage.size()));
  std::size_t next = 0, views = 0;
  for (const Storage& column : storage) {
    Layout layout{next, 0};
    if (column.kind == Kind::view_text && !column.dictionary) {
      const std::int64_t count = views < batch_.variadic_count() ? batch_.variadic(views++) : -1;
      if (count < 0 || count > static_cast<std::int64_t>(format::size_of(batch_.buffers())))
        return fail("the batch does not say how many buffers its text has");
      layout.variadic = static_cast<std::size_t>(count);
    }
    next += buffers_of(column) + layout.variadic;
    layout_.push_back(layout);
  }
  if (format::size_of(batch_.buffers()) != next)
    return fail("the batch has " + std::to_string(format::size_of(batch_.buffers())) + " buffers, its columns need " +
                std::to_string(next));
  if (const format::BodyCompression* c = batch_.compression();
      c && (c->method() != 0 || (c->codec() != format::Codec::zstd && c->codec() != format::Codec::lz4_frame)))
    return fail("the batch is compressed in an unknown way");
  return std::nullopt;
}

Result<ColumnReader::Bytes> ColumnReader::inflate(Bytes stored) {
  if (stored.empty()) return stored;
  if (stored.size() < 8) return fail("a compressed buffer is too short");
  const auto claimed = load<std::int64_t>(stored.data());
  const Bytes packed = stored.subspan(8);
  if (claimed == -1) return packed;
  if (claimed < 0 || static_cast<std::uint64_t>(claimed) > packed.size() * max_inflation)
    return fail("a compressed buffer says that it holds " + std::to_string(claimed) + " bytes");
  const std::span<std::byte> into = allocate(static_cast<std::size_t>(claimed));
  const bool whole =
      batch_.compression()->codec() == format::Codec::zstd ? zstd_inflate(packed, into) : lz4_inflate(packed, into);
  if (!whole) return fail("a compressed buffer is damaged");
  return Bytes(into);
}

Result<ColumnReader::Bytes> ColumnReader::buffer(std::size_t number, std::uint64_t needed) {
  const auto at = format::element(batch_.buffers(), number);
  const auto size = static_cast<std::int64_t>(body_.size());
  if (at.offset < 0 || at.length < 0 || at.offset > size || at.length > size - at.offset)
    return fail("a buffer lies outside the batch");
  Bytes bytes = body_.subspan(static_cast<std::size_t>(at.offset), static_cast<std::size_t>(at.length));
  if (batch_.compression()) {
    auto inflated = inflate(bytes);
    if (!inflated) return inflated;
    bytes = *inflated;
  }
  if (bytes.size() < needed)
    return fail("a buffer has " + std::to_string(bytes.size()) + " bytes, its rows need " + std::to_string(needed));
  return bytes;
}

std::optional<Error> ColumnReader::read_validity(std::size_t i, ColumnData& out) {
  const auto node = format::element(batch_.nodes(), i);
  if (node.length != batch_.length())
    return fail("the column has " + std::to_string(node.length) + " rows, its batch " + std::to_string(rows_));
  if (node.nulls < 0 || node.nulls > node.length)
    return fail("the column says it has " + std::to_string(node.nulls) + " nulls");
  if (node.nulls == 0) return std::nullopt;
  const auto bits = buffer(layout_[i].first, (rows_ + 7) / 8);
  if (!bits) return bits.error();
  out.valid = Validity(bits->data(), rows_);
  return std::nullopt;
}

std::optional<Error> ColumnReader::read_bits(std::size_t i, ColumnData& out) {
  const auto bits = buffer(layout_[i].first + 1, (rows_ + 7) / 8);
  if (!bits) return bits.error();
  const Validity set(bits->data(), rows_);
  const auto values = allocate(rows_);
  for (std::size_t row = 0; row < rows_; ++row) values[row] = std::byte{set[row]};
  out.values = values;
  return std::nullopt;
}

std::optional<Error> ColumnReader::read_fixed(std::size_t i, const Field& field, ColumnData& out) {
  const Storage& storage = storage_[i];
  const std::size_t bytes = rows_ * storage.width;
  const auto values = buffer(layout_[i].first + 1, bytes);
  if (!values) return values.error();
  out.values = values->first(bytes);
  if (storage.multiply != 1 || storage.days_in_milliseconds) return convert(storage, out);
  if (reinterpret_cast<std::uintptr_t>(out.values.data()) % type_width(field.type) != 0) {
    const auto copy = allocate(bytes);
    std::memcpy(copy.data(), out.values.data(), bytes);
    out.values = copy;
  }
  return std::nullopt;
}

// Other units of time; what lies beneath nulls becomes 0.
std::optional<Error> ColumnReader::convert(const Storage& storage, ColumnData& out) {
  constexpr std::int64_t day = 86'400'000;
  const std::byte* from = out.values.data();
  const auto to = allocate(rows_ * (storage.days_in_milliseconds ? sizeof(std::int32_t) : sizeof(std::int64_t)));
  for (std::size_t row = 0; row < rows_; ++row) {
    const std::int64_t value = out.valid[row] ? load<std::int64_t>(from + row * sizeof(std::int64_t)) : 0;
    if (storage.days_in_milliseconds) {
      const std::int64_t days = value / day - (value % day < 0 ? 1 : 0);
      if (days < std::numeric_limits<std::int32_t>::min() || days > std::numeric_limits<std::int32_t>::max())
        return fail("row " + std::to_string(row + 1) + " has a date out of range: " + std::to_string(value) + " ms");
      const auto narrow = static_cast<std::int32_t>(days);
      std::memcpy(to.data() + row * sizeof narrow, &narrow, sizeof narrow);
    } else {
      std::int64_t nanos = 0;
      if (__builtin_mul_overflow(value, storage.multiply, &nanos))
        return fail("row " + std::to_string(row + 1) +
                    " has a timestamp that does not fit nanoseconds: " + std::to_string(value));
      std::memcpy(to.data() + row * sizeof nanos, &nanos, sizeof nanos);
    }
  }
  out.values = to;
  return std::nullopt;
}

template <class T>
std::optional<Error> ColumnReader::read_texts(std::size_t i, ColumnData& out) {
  if (rows_ == 0) return std::nullopt;  // then even the offsets may be left out
  const auto offsets = buffer(layout_[i].first + 1, (rows_ + 1) * sizeof(T));
  if (!offsets) return offsets.error();
  const auto bytes = buffer(layout_[i].first + 2, 0);
  if (!bytes) return bytes.error();
  out.texts.resize(rows_);
  T begin = load<T>(offsets->data());
  for (std::size_t row = 0; row < rows_; ++row) {
    const T end = load<T>(offsets->data() + (row + 1) * sizeof(T));
    if (begin < 0 || end < begin || static_cast<std::uint64_t>(end) > bytes->size())
      return fail("row " + std::to_string(row + 1) + " has a text outside its buffer");
    out.texts[row] = text_in(*bytes, static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    begin = end;
  }
  return std::nullopt;
}

std::optional<Error> ColumnReader::read_views(std::size_t i, ColumnData& out) {
  constexpr std::size_t width = 16, longest_inline = 12;
  const auto views = buffer(layout_[i].first + 1, rows_ * width);
  if (!views) return views.error();
  std::vector<Bytes> data;
  for (std::size_t k = 0; k < layout_[i].variadic; ++k) {
    const auto bytes = buffer(layout_[i].first + 2 + k, 0);
    if (!bytes) return bytes.error();
    data.push_back(*bytes);
  }
  out.texts.resize(rows_);
  for (std::size_t row = 0; row < rows_; ++row) {
    if (!out.valid[row]) continue;
    const std::byte* view = views->data() + row * width;
    const auto length = load<std::uint32_t>(view);
    if (length <= longest_inline) {
      out.texts[row] = {reinterpret_cast<const char*>(view) + 4, length};
      continue;
    }
    const auto number = load<std::uint32_t>(view + 8), begin = load<std::uint32_t>(view + 12);
    if (number >= data.size() || begin > data[number].size() || length > data[number].size() - begin)
      return fail("row " + std::to_string(row + 1) + " has a text outside its buffer");
    out.texts[row] = text_in(data[number], begin, length);
  }
  return std::nullopt;
}

std::optional<Error> ColumnReader::read_indices(std::size_t i, const DictionaryTexts& dictionary, ColumnData& out) {
  const Storage& storage = storage_[i];
  const auto indices = buffer(layout_[i].first + 1, rows_ * storage.index_width);
  if (!indices) return indices.error();
  out.texts.resize(rows_);
  std::span<std::byte> valid;  // a bitmap of our own, once an entry of the dictionary is null
  for (std::size_t row = 0; row < rows_; ++row) {
    if (!out.valid[row]) continue;
    std::uint64_t index = 0;
    std::memcpy(&index, indices->data() + row * storage.index_width, storage.index_width);
    // A negative index has its top bit set at its own width: larger than any dictionary.
    if (storage.signed_index && index >> (8 * storage.index_width - 1) != 0) index = dictionary.texts.size();
    if (index >= dictionary.texts.size())
      return fail("row " + std::to_string(row + 1) + " names a text that the dictionary does not have");
    if (dictionary.valid[index]) {
      out.texts[row] = dictionary.texts[index];
      continue;
    }
    if (valid.empty()) {
      valid = allocate((rows_ + 7) / 8);
      for (std::size_t k = 0; k < valid.size(); ++k) valid[k] = std::byte{0xFF};
      for (std::size_t k = 0; k < rows_; ++k)
        if (!out.valid[k]) valid[k / 8] &= ~(std::byte{1} << (k % 8));
      out.valid = Validity(valid.data(), rows_);
    }
    valid[row / 8] &= ~(std::byte{1} << (row % 8));
  }
  return std::nullopt;
}

Result<ColumnData> ColumnReader::column(std::size_t i, const Field& field, const DictionaryTexts* dictionary) {
  column_ = field.name;
  owned_ = nullptr;
  ColumnData out;
  auto error = read_validity(i, out);
  if (!error) {
    if (dictionary) {
      error = read_indices(i, *dictionary, out);
    } else {
      switch (storage_[i].kind) {
        case Kind::fixed: error = read_fixed(i, field, out); break;
        case Kind::bits: error = read_bits(i, out); break;
        case Kind::text: error = read_texts<std::int32_t>(i, out); break;
        case Kind::large_text: error = read_texts<std::int64_t>(i, out); break;
        case Kind::view_text: error = read_views(i, out); break;
      }
    }
  }
  if (error) return std::move(*error);
  if (owned_)
    out.keeper = owned_;
  else
    out.keeper = keeper_;
  return out;
}

}  // namespace optix::arrow
