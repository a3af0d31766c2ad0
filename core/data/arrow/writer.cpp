// Arrow IPC files, writing side: messages one after the other, each buffer on a 64-byte boundary of
// the file, a footer that says where the messages are.
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <list>
#include <stdexcept>

#include "core/data/arrow/compression.hpp"
#include "core/data/arrow/schema_codec.hpp"

namespace optix::arrow {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using format::slot;

constexpr std::size_t alignment = 64;
constexpr std::size_t max_dictionary = 32'767;

std::size_t padding_after(std::size_t size) { return (alignment - size % alignment) % alignment; }

template <class T>
void append_number(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append(std::string& out, std::span<const std::byte> bytes) {
  out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

[[noreturn]] void misfit(const Field& field, const std::string& what) {
  throw std::invalid_argument("arrow column " + field.name + ": " + what);
}

// The body of a record batch, as pieces that still lie where they were given.
class Body {
 public:
  explicit Body(Compression compression) : compression_(compression) {}

  void add_node(std::size_t rows, std::size_t nulls) {
    nodes_.push_back({static_cast<std::int64_t>(rows), static_cast<std::int64_t>(nulls)});
  }
  void add(std::span<const std::byte> bytes) {
    if (compression_ == Compression::zstd && !bytes.empty()) {
      const std::string packed = zstd_compress(bytes);
      const bool smaller = packed.size() < bytes.size();
      std::string framed;
      append_number(framed, smaller ? static_cast<std::int64_t>(bytes.size()) : std::int64_t{-1});
      if (smaller)
        framed += packed;
      else
        append(framed, bytes);
      bytes = keep(std::move(framed));
    }
    buffers_.push_back({static_cast<std::int64_t>(size_), static_cast<std::int64_t>(bytes.size())});
    pieces_.push_back(bytes);
    size_ += bytes.size() + padding_after(bytes.size());
  }
  std::span<const std::byte> keep(std::string bytes) {
    owned_.push_back(std::move(bytes));
    return std::as_bytes(std::span<const char>(owned_.back()));
  }

  std::size_t size() const { return size_; }
  void append_to(std::string& out) const {
    for (const auto piece : pieces_) {
      append(out, piece);
      out.append(padding_after(piece.size()), '\0');
    }
  }
  Offset<format::RecordBatch> table(FlatBufferBuilder& b, std::size_t rows) const {
    const auto nodes = b.CreateVectorOfStructs(nodes_.data(), nodes_.size());
    const auto buffers = b.CreateVectorOfStructs(buffers_.data(), buffers_.size());
    Offset<format::BodyCompression> compression;
    if (compression_ == Compression::zstd) {
      const auto start = b.StartTable();
      b.AddElement<std::int8_t>(slot(0), static_cast<std::int8_t>(format::Codec::zstd), 0);
      compression = b.EndTable(start);
    }
    const auto start = b.StartTable();
    b.AddElement<std::int64_t>(slot(0), static_cast<std::int64_t>(rows), 0);
    b.AddOffset(slot(1), nodes);
    b.AddOffset(slot(2), buffers);
    b.AddOffset(slot(3), compression);
    return b.EndTable(start);
  }

 private:
  Compression compression_;
  std::vector<format::FieldNode> nodes_;
  std::vector<format::Buffer> buffers_;
  std::vector<std::span<const std::byte>> pieces_;
  std::list<std::string> owned_;  // addresses stay
  std::size_t size_ = 0;
};

std::string packed_bits(std::size_t rows, auto&& is_set) {
  std::string bits((rows + 7) / 8, '\0');
  for (std::size_t i = 0; i < rows; ++i)
    if (is_set(i)) bits[i / 8] = static_cast<char>(static_cast<unsigned char>(bits[i / 8]) | 1u << (i % 8));
  return bits;
}

void add_texts(Body& body, std::span<const std::string_view> texts, const Field& field) {
  std::string offsets, bytes;
  offsets.reserve((texts.size() + 1) * sizeof(std::int32_t));
  append_number(offsets, std::int32_t{0});
  for (const std::string_view text : texts) {
    bytes += text;
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
      misfit(field, "more than 2 GiB of text in one batch");
    append_number(offsets, static_cast<std::int32_t>(bytes.size()));
  }
  body.add(body.keep(std::move(offsets)));
  body.add(body.keep(std::move(bytes)));
}

}  // namespace

struct FileWriter::Impl {
  // Texts of a dictionary column in order of first appearance.
  struct Dictionary {
    std::vector<std::string> texts;
    std::map<std::string, std::int16_t, std::less<>> index;
    std::int16_t of(std::string_view text, const Field& field) {
      for (std::size_t i = 0; i < texts.size() && i < scanned; ++i)
        if (texts[i] == text) return static_cast<std::int16_t>(i);
      const auto found = index.find(text);
      if (found != index.end()) return found->second;
      if (texts.size() == max_dictionary) misfit(field, "a dictionary holds at most 32,767 different texts");
      texts.emplace_back(text);
      return index[texts.back()] = static_cast<std::int16_t>(texts.size() - 1);
    }
    static constexpr std::size_t scanned = 4;  // the first few are found without a search
  };

  Schema schema;
  Compression compression;
  bool finished = false;
  bool has_dictionaries = false;
  std::size_t taken = 0;  // bytes handed out, the head included
  std::string head;       // magic and schema, a multiple of the alignment
  std::string out;        // batches, not yet taken
  std::vector<format::Block> blocks, dictionary_blocks;
  std::vector<Dictionary> dictionaries;  // per field

  // A message whose body starts on a boundary; the block's offset is that in `to`.
  format::Block append_message(std::string& to, std::size_t position, FlatBufferBuilder& b, format::HeaderId id,
                               flatbuffers::uoffset_t header, const Body* body) const {
    const std::size_t body_bytes = body ? body->size() : 0;
    const auto start = b.StartTable();
    b.AddElement<std::int64_t>(slot(3), static_cast<std::int64_t>(body_bytes), 0);
    b.AddOffset(slot(2), Offset<void>(header));
    b.AddElement<std::int16_t>(slot(0), format::version_5, 0);
    b.AddElement<std::uint8_t>(slot(1), static_cast<std::uint8_t>(id), 0);
    b.Finish(Offset<void>(b.EndTable(start)));
    const std::size_t prefix = 2 * sizeof(std::uint32_t);
    const std::size_t padding = padding_after(position + prefix + b.GetSize());
    append_number(to, format::continuation);
    append_number(to, static_cast<std::int32_t>(b.GetSize() + padding));
    to.append(reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize());
    to.append(padding, '\0');
    if (body) body->append_to(to);
    return {static_cast<std::int64_t>(position), static_cast<std::int32_t>(prefix + b.GetSize() + padding), 0,
            static_cast<std::int64_t>(body_bytes)};
  }

  void add_column(Body& body, std::size_t number, std::size_t rows, const Column& column) {
    const Field& field = schema.fields[number];
    if (!column.valid.empty() && column.valid.size() != rows) misfit(field, "validity for another number of rows");
    const auto nulls = static_cast<std::size_t>(std::count(column.valid.begin(), column.valid.end(), false));
    if (nulls > 0 && !field.nullable) misfit(field, "null in a column that is not nullable");
    body.add_node(rows, nulls);
    if (nulls > 0)
      body.add(body.keep(packed_bits(rows, [&](std::size_t i) { return column.valid[i]; })));
    else
      body.add({});
    if (const std::size_t width = type_width(field.type)) {
      if (column.values.size() != rows * width) misfit(field, "values for another number of rows");
      if (field.type == Type::boolean)
        body.add(body.keep(packed_bits(rows, [&](std::size_t i) { return column.values[i] != std::byte{0}; })));
      else
        body.add(column.values);
      return;
    }
    if (column.texts.size() != rows) misfit(field, "texts for another number of rows");
    if (field.type == Type::utf8) return add_texts(body, column.texts, field);
    std::string indices(rows * sizeof(std::int16_t), '\0');
    for (std::size_t i = 0; i < rows; ++i) {
      if (!column.valid.empty() && !column.valid[i]) continue;
      const std::int16_t index = dictionaries[number].of(column.texts[i], field);
      std::memcpy(indices.data() + i * sizeof index, &index, sizeof index);
    }
    body.add(body.keep(std::move(indices)));
  }

  // Messages with the texts of the dictionary columns, after the head.
  std::string dictionary_messages() {
    std::string to;
    std::int64_t id = 0;
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
      if (schema.fields[i].type != Type::dictionary) continue;
      const std::vector<std::string_view> texts(dictionaries[i].texts.begin(), dictionaries[i].texts.end());
      Body body(Compression::none);
      body.add_node(texts.size(), 0);
      body.add({});
      add_texts(body, texts, schema.fields[i]);
      FlatBufferBuilder b;
      const auto data = body.table(b, texts.size());
      const auto start = b.StartTable();
      b.AddElement<std::int64_t>(slot(0), id++, 0);
      b.AddOffset(slot(1), data);
      const auto header = b.EndTable(start);
      dictionary_blocks.push_back(
          append_message(to, head.size() + to.size(), b, format::HeaderId::dictionary_batch, header, &body));
    }
    return to;
  }

  std::string footer() const {
    FlatBufferBuilder b;
    const auto table = write_schema(b, schema);
    const auto dictionaries_at = b.CreateVectorOfStructs(dictionary_blocks.data(), dictionary_blocks.size());
    const auto blocks_at = b.CreateVectorOfStructs(blocks.data(), blocks.size());
    const auto start = b.StartTable();
    b.AddOffset(slot(1), table);
    b.AddOffset(slot(2), dictionaries_at);
    b.AddOffset(slot(3), blocks_at);
    b.AddElement<std::int16_t>(slot(0), format::version_5, 0);
    b.Finish(Offset<format::Footer>(b.EndTable(start)));
    std::string out_bytes;
    append_number(out_bytes, format::continuation);  // the end of the stream of messages
    append_number(out_bytes, std::int32_t{0});
    out_bytes.append(reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize());
    append_number(out_bytes, static_cast<std::int32_t>(b.GetSize()));
    out_bytes += format::magic;
    return out_bytes;
  }
};

FileWriter::FileWriter(Schema schema, Compression compression) : impl_(std::make_unique<Impl>()) {
  impl_->schema = std::move(schema);
  impl_->compression = compression;
  impl_->dictionaries.resize(impl_->schema.fields.size());
  for (const Field& field : impl_->schema.fields) impl_->has_dictionaries |= field.type == Type::dictionary;
  impl_->head.append(format::magic).append(2, '\0');
  FlatBufferBuilder b;
  const auto header = write_schema(b, impl_->schema);
  impl_->append_message(impl_->head, impl_->head.size(), b, format::HeaderId::schema, header.o, nullptr);
}

FileWriter::~FileWriter() = default;

void FileWriter::write(std::size_t rows, std::span<const Column> columns) {
  Impl& w = *impl_;
  if (w.finished) throw std::logic_error("arrow: the file is finished");
  if (columns.size() != w.schema.fields.size())
    throw std::invalid_argument("arrow: " + std::to_string(columns.size()) + " columns for a schema of " +
                                std::to_string(w.schema.fields.size()));
  Body body(w.compression);
  for (std::size_t i = 0; i < columns.size(); ++i) w.add_column(body, i, rows, columns[i]);
  FlatBufferBuilder b;
  const auto header = body.table(b, rows);
  const std::size_t position = (w.taken == 0 ? w.head.size() : w.taken) + w.out.size();
  w.blocks.push_back(w.append_message(w.out, position, b, format::HeaderId::record_batch, header.o, &body));
}

std::string FileWriter::take() {
  Impl& w = *impl_;
  if (w.has_dictionaries) throw std::logic_error("arrow: a file with dictionary columns comes whole");
  if (w.finished) throw std::logic_error("arrow: the file is finished");
  std::string bytes = std::move(w.out);
  if (w.taken == 0) bytes.insert(0, w.head);
  w.out.clear();
  w.taken += bytes.size();
  return bytes;
}

std::string FileWriter::finish() {
  Impl& w = *impl_;
  if (w.finished) throw std::logic_error("arrow: the file is finished");
  w.finished = true;
  const std::string texts = w.dictionary_messages();
  for (auto& block : w.blocks) block.offset += static_cast<std::int64_t>(texts.size());
  const std::string footer = w.footer();
  std::string bytes = std::move(w.out);
  bytes.reserve(bytes.size() + w.head.size() + texts.size() + footer.size());
  if (w.taken == 0) bytes.insert(0, w.head + texts);
  bytes += footer;
  return bytes;
}

}  // namespace optix::arrow
