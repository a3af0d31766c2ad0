// Arrow IPC files, reading side: footer, blocks and dictionaries. Buffers are columns.cpp's business.
#include <algorithm>
#include <cstring>
#include <mutex>

#include "core/data/arrow/columns.hpp"
#include "core/data/arrow/schema_codec.hpp"

namespace optix::arrow {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t max_metadata = std::size_t{1} << 28;  // FlatBuffers' own limit is 2 GiB

template <class T>
T load(Bytes bytes, std::size_t at) {
  T out;
  std::memcpy(&out, bytes.data() + at, sizeof out);
  return out;
}

bool starts_with(Bytes bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

// A table of metadata, checked; the bytes are copied when they do not lie as FlatBuffers need them.
template <class Table>
class Checked {
 public:
  explicit Checked(Bytes bytes) {
    if (bytes.size() < 8 || bytes.size() > max_metadata) return;
    const auto* start = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (reinterpret_cast<std::uintptr_t>(start) % 8 != 0) {
      copy_.reset(new std::uint64_t[bytes.size() / 8 + 1]);
      std::memcpy(copy_.get(), start, bytes.size());
      start = reinterpret_cast<const std::uint8_t*>(copy_.get());
    }
    flatbuffers::Verifier verifier(start, bytes.size());
    if (verifier.VerifyBuffer<Table>(nullptr)) table_ = flatbuffers::GetRoot<Table>(start);
  }
  explicit operator bool() const { return table_ != nullptr; }
  const Table* operator->() const { return table_; }

 private:
  std::unique_ptr<std::uint64_t[]> copy_;
  const Table* table_ = nullptr;
};

// One message of the file and its body.
struct MessageBytes {
  Bytes metadata, body;
};

Error damaged(const std::string& name, const std::string& what) {
  return {what, name, "the file is damaged or was cut short; write or copy it again"};
}

// What is not an Arrow IPC file: says what it looks like.
Error not_a_file(const std::string& name, Bytes bytes) {
  if (bytes.empty()) return {"the file is empty", name, ""};
  if (starts_with(bytes, "FEA1"))
    return {"this is a Feather file of version 1", name, "write it as Arrow IPC (Feather version 2)"};
  if (starts_with(bytes, "PAR1")) return {"this is a Parquet file", name, "write it as an Arrow IPC file"};
  if (bytes.size() >= 4 && load<std::uint32_t>(bytes, 0) == format::continuation)
    return {"this is an Arrow IPC stream", name, "write it as an Arrow IPC file, which has a footer"};
  if (starts_with(bytes, format::magic)) return damaged(name, "the end of the Arrow file is missing");
  return {"this is not an Arrow IPC file", name, "it should begin and end with ARROW1"};
}

}  // namespace

struct FileReader::Impl {
  std::string name;
  Bytes bytes;
  std::shared_ptr<const void> keeper;
  StoredSchema stored;
  std::vector<format::Block> blocks;
  std::vector<DictionaryTexts> dictionaries;  // per field
  std::vector<ColumnData> dictionary_data;    // what their texts point into

  std::optional<Error> read_footer();
  std::optional<Error> read_dictionary(const format::Block& block, std::vector<std::int64_t>& seen);
  bool inside(const format::Block& block, std::size_t end) const;
  std::optional<MessageBytes> message(const format::Block& block) const;
};

// Whether the message lies between the first magic and the footer.
bool FileReader::Impl::inside(const format::Block& block, std::size_t end) const {
  const auto limit = static_cast<std::int64_t>(end);
  return block.offset >= static_cast<std::int64_t>(format::magic.size()) && block.metadata_bytes >= 8 &&
         block.body_bytes >= 0 && block.offset <= limit && block.metadata_bytes <= limit - block.offset &&
         block.body_bytes <= limit - block.offset - block.metadata_bytes;
}

std::optional<MessageBytes> FileReader::Impl::message(const format::Block& block) const {
  const auto offset = static_cast<std::size_t>(block.offset);
  const auto metadata_bytes = static_cast<std::size_t>(block.metadata_bytes);
  const Bytes framed = bytes.subspan(offset, metadata_bytes);
  // Before format 0.15 the length stood alone, without the mark.
  const std::size_t prefix = load<std::uint32_t>(framed, 0) == format::continuation ? 8 : 4;
  const auto length = load<std::int32_t>(framed, prefix - 4);
  if (length <= 0 || static_cast<std::size_t>(length) > framed.size() - prefix) return std::nullopt;
  return MessageBytes{framed.subspan(prefix, static_cast<std::size_t>(length)),
                      bytes.subspan(offset + metadata_bytes, static_cast<std::size_t>(block.body_bytes))};
}

std::optional<Error> FileReader::Impl::read_footer() {
  constexpr std::size_t head = 8;
  const std::size_t tail = sizeof(std::int32_t) + format::magic.size();
  if (!starts_with(bytes, format::magic) || bytes.size() < head + tail ||
      !starts_with(bytes.last(format::magic.size()), format::magic))
    return not_a_file(name, bytes);
  const auto length = load<std::int32_t>(bytes, bytes.size() - tail);
  if (length <= 0 || static_cast<std::size_t>(length) > bytes.size() - head - tail)
    return damaged(name, "the footer's length is wrong: " + std::to_string(length));
  const std::size_t begin = bytes.size() - tail - static_cast<std::size_t>(length);
  const Checked<format::Footer> footer(bytes.subspan(begin, static_cast<std::size_t>(length)));
  if (!footer || !footer->schema()) return damaged(name, "the footer is damaged");
  if (footer->version() != format::version_4 && footer->version() != format::version_5)
    return Error{
        "the file has metadata of version " + std::to_string(footer->version() + 1) + ", only 4 and 5 are read", name,
        "write it again with a current version of Arrow"};
  auto schema = read_schema(name, *footer->schema());
  if (!schema) return schema.error();
  stored = std::move(*schema);
  dictionaries.resize(stored.storage.size());
  for (std::size_t i = 0; i < format::size_of(footer->batches()); ++i) {
    blocks.push_back(format::element(footer->batches(), i));
    if (!inside(blocks.back(), begin))
      return damaged(name, "record batch " + std::to_string(i + 1) + " lies outside the file");
  }
  std::vector<std::int64_t> seen;
  for (std::size_t i = 0; i < format::size_of(footer->dictionaries()); ++i) {
    const auto block = format::element(footer->dictionaries(), i);
    if (!inside(block, begin))
      return damaged(name, "dictionary batch " + std::to_string(i + 1) + " lies outside the file");
    if (auto error = read_dictionary(block, seen)) return error;
  }
  return std::nullopt;
}

std::optional<Error> FileReader::Impl::read_dictionary(const format::Block& block, std::vector<std::int64_t>& seen) {
  const auto at = message(block);
  if (!at) return damaged(name, "a dictionary batch is damaged");
  const Checked<format::Message> checked(at->metadata);
  if (!checked || checked->header_id() != format::HeaderId::dictionary_batch || !checked->dictionary_batch() ||
      !checked->dictionary_batch()->data())
    return damaged(name, "a dictionary batch is damaged");
  const format::DictionaryBatch& batch = *checked->dictionary_batch();
  std::vector<std::size_t> users;
  for (std::size_t i = 0; i < stored.storage.size(); ++i)
    if (stored.storage[i].dictionary && stored.storage[i].dictionary_id == batch.id()) users.push_back(i);
  if (users.empty()) return std::nullopt;  // nobody's
  const std::string& column = stored.schema.fields[users[0]].name;
  if (batch.is_delta() || std::find(seen.begin(), seen.end(), batch.id()) != seen.end())
    return Error{"the column's dictionary comes in several parts, which is not read", name + ": column " + column,
                 "unify the dictionaries before writing, or write plain text columns"};
  seen.push_back(batch.id());
  Storage texts = stored.storage[users[0]];
  texts.dictionary = false;
  const Field field{.name = column, .type = Type::utf8};
  ColumnReader reader(name + ": dictionary of column " + column, *batch.data(), at->body, keeper);
  if (auto error = reader.start({&texts, 1})) return error;
  auto data = reader.column(0, field, nullptr);
  if (!data) return data.error();
  for (const std::size_t user : users) dictionaries[user] = {data->texts, data->valid};
  dictionary_data.push_back(std::move(*data));
  return std::nullopt;
}

FileReader::FileReader(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<FileReader> FileReader::open(std::string name, std::span<const std::byte> bytes,
                                    std::shared_ptr<const void> keeper) {
  auto impl = std::make_shared<Impl>();
  impl->name = std::move(name);
  impl->bytes = bytes;
  impl->keeper = std::move(keeper);
  if (auto error = impl->read_footer()) return std::move(*error);
  return FileReader(std::move(impl));
}

const Schema& FileReader::schema() const { return impl_->stored.schema; }
std::size_t FileReader::batches() const { return impl_->blocks.size(); }

Result<Batch> FileReader::batch(std::size_t number, std::span<const std::size_t> columns) const {
  const Impl& file = *impl_;
  const std::string where = file.name + ": record batch " + std::to_string(number + 1);
  if (number >= file.blocks.size())
    return Error{"the file has only " + std::to_string(file.blocks.size()) + " record batches", where, ""};
  const auto at = file.message(file.blocks[number]);
  if (!at) return damaged(where, "the batch's message is damaged");
  const Checked<format::Message> checked(at->metadata);
  if (!checked || checked->header_id() != format::HeaderId::record_batch || !checked->record_batch())
    return damaged(where, "the batch's message is damaged");
  ColumnReader reader(where, *checked->record_batch(), at->body, impl_);  // the file, its keeper, its dictionaries
  if (auto error = reader.start(file.stored.storage)) return std::move(*error);
  Batch out;
  out.rows = reader.rows();
  out.columns.resize(file.stored.storage.size());
  const std::size_t count = columns.empty() ? out.columns.size() : columns.size();
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t i = columns.empty() ? k : columns[k];
    if (i >= out.columns.size()) throw std::out_of_range("arrow: no column " + std::to_string(i) + " in " + where);
    auto column = reader.column(i, file.stored.schema.fields[i],
                                file.stored.storage[i].dictionary ? &file.dictionaries[i] : nullptr);
    if (!column) return column.error();
    out.columns[i] = std::move(*column);
  }
  return out;
}

std::size_t Validity::nulls() const {
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows_; ++row) count += !(*this)[row];
  return count;
}

}  // namespace optix::arrow
