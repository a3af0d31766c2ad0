#include "core/data/arrow/schema_codec.hpp"

#include <array>
#include <limits>

namespace optix::arrow {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using format::slot;
using format::TypeId;

struct TypeRow {
  Type type;
  std::string_view name;
  std::size_t width;
  TypeId id;
  bool is_signed = false;
};
constexpr std::array types{
    TypeRow{Type::int8, "int8", 1, TypeId::integer, true},
    TypeRow{Type::uint8, "uint8", 1, TypeId::integer},
    TypeRow{Type::int16, "int16", 2, TypeId::integer, true},
    TypeRow{Type::uint16, "uint16", 2, TypeId::integer},
    TypeRow{Type::int32, "int32", 4, TypeId::integer, true},
    TypeRow{Type::uint32, "uint32", 4, TypeId::integer},
    TypeRow{Type::int64, "int64", 8, TypeId::integer, true},
    TypeRow{Type::uint64, "uint64", 8, TypeId::integer},
    TypeRow{Type::float32, "float32", 4, TypeId::floating_point},
    TypeRow{Type::float64, "float64", 8, TypeId::floating_point},
    TypeRow{Type::boolean, "boolean", 1, TypeId::boolean},
    TypeRow{Type::date32, "date32", 4, TypeId::date},
    TypeRow{Type::timestamp_ns, "timestamp_ns", 8, TypeId::timestamp},
    TypeRow{Type::utf8, "utf8", 0, TypeId::utf8},
    TypeRow{Type::dictionary, "dictionary", 0, TypeId::utf8},
};
constexpr const TypeRow& row_of(Type type) { return types[static_cast<std::size_t>(type)]; }
static_assert([] {
  for (std::size_t i = 0; i < types.size(); ++i)
    if (static_cast<std::size_t>(types[i].type) != i) return false;
  return true;
}());

constexpr std::array<std::string_view, 27> foreign_names{"none",
                                                         "null",
                                                         "integer",
                                                         "floating point",
                                                         "binary",
                                                         "utf8",
                                                         "boolean",
                                                         "decimal",
                                                         "date",
                                                         "time",
                                                         "timestamp",
                                                         "interval",
                                                         "list",
                                                         "struct",
                                                         "union",
                                                         "fixed-size binary",
                                                         "fixed-size list",
                                                         "map",
                                                         "duration",
                                                         "large binary",
                                                         "large utf8",
                                                         "large list",
                                                         "run-end encoded",
                                                         "binary view",
                                                         "utf8 view",
                                                         "list view",
                                                         "large list view"};

Offset<flatbuffers::Vector<Offset<format::KeyValue>>> write_metadata(FlatBufferBuilder& b, const Metadata& metadata) {
  if (metadata.empty()) return {};
  std::vector<Offset<format::KeyValue>> pairs;
  for (const auto& [key, value] : metadata) {
    const auto key_at = b.CreateString(key), value_at = b.CreateString(value);
    const auto start = b.StartTable();
    b.AddOffset(slot(0), key_at);
    b.AddOffset(slot(1), value_at);
    pairs.emplace_back(b.EndTable(start));
  }
  return b.CreateVector(pairs);
}

Offset<format::TypeTable> write_int(FlatBufferBuilder& b, std::size_t width, bool is_signed) {
  const auto start = b.StartTable();
  b.AddElement<std::int32_t>(slot(0), static_cast<std::int32_t>(width * 8), 0);
  b.AddElement<std::uint8_t>(slot(1), is_signed ? 1 : 0, 0);
  return b.EndTable(start);
}

Offset<format::TypeTable> write_type(FlatBufferBuilder& b, const Field& field) {
  const TypeRow& type = row_of(field.type);
  if (type.id == TypeId::integer) return write_int(b, type.width, type.is_signed);
  const auto zone =
      type.id == TypeId::timestamp && !field.zone.empty() ? b.CreateString(field.zone) : Offset<flatbuffers::String>();
  const auto start = b.StartTable();
  if (type.id == TypeId::floating_point)
    b.AddElement<std::int16_t>(
        slot(0), static_cast<std::int16_t>(type.width == 4 ? format::Precision::single : format::Precision::double_),
        0);
  if (type.id == TypeId::date) b.AddElement<std::int16_t>(slot(0), static_cast<std::int16_t>(format::DateUnit::day), 1);
  if (type.id == TypeId::timestamp) {
    b.AddElement<std::int16_t>(slot(0), static_cast<std::int16_t>(format::TimeUnit::nanosecond), 0);
    b.AddOffset(slot(1), zone);
  }
  return b.EndTable(start);
}

Offset<format::DictionaryEncoding> write_dictionary(FlatBufferBuilder& b, std::int64_t id) {
  const auto index = write_int(b, sizeof(std::int16_t), true);
  const auto start = b.StartTable();
  b.AddElement<std::int64_t>(slot(0), id, 0);
  b.AddOffset(slot(1), index);
  return b.EndTable(start);
}

Metadata read_metadata(const flatbuffers::Vector<Offset<format::KeyValue>>* pairs) {
  Metadata out;
  for (std::size_t i = 0; i < format::size_of(pairs); ++i) {
    const format::KeyValue* pair = pairs->Get(static_cast<flatbuffers::uoffset_t>(i));
    out.insert_or_assign(std::string(format::text_of(pair->key())), std::string(format::text_of(pair->value())));
  }
  return out;
}

std::optional<Type> integer_of(std::int32_t bits, bool is_signed) {
  for (const TypeRow& row : types)
    if (row.id == TypeId::integer && static_cast<std::int32_t>(row.width * 8) == bits && row.is_signed == is_signed)
      return row.type;
  return std::nullopt;
}

// Fills `field.type`, its zone and `storage`; false when we do not read such columns.
bool read_type(const format::Field& table, Field& field, Storage& storage) {
  const format::TypeTable& type = *table.type();
  switch (table.type_id()) {
    case TypeId::integer: {
      const auto integer = integer_of(type.bits(), type.is_signed());
      if (!integer) return false;
      field.type = *integer;
      break;
    }
    case TypeId::floating_point:
      if (type.precision() == format::Precision::half) return false;
      field.type = type.precision() == format::Precision::single ? Type::float32 : Type::float64;
      break;
    case TypeId::boolean:
      field.type = Type::boolean;
      storage.kind = Storage::Kind::bits;
      return true;
    case TypeId::date:
      field.type = Type::date32;
      storage.days_in_milliseconds = type.date_unit() != format::DateUnit::day;
      storage.width = storage.days_in_milliseconds ? 8 : 4;
      return true;
    case TypeId::timestamp: {
      constexpr std::int64_t units[] = {1'000'000'000, 1'000'000, 1'000, 1};
      const auto unit = static_cast<std::size_t>(type.time_unit());
      if (unit >= std::size(units)) return false;
      field.type = Type::timestamp_ns;
      field.zone = format::text_of(type.zone());
      storage.multiply = units[unit];
      break;
    }
    case TypeId::utf8:
    case TypeId::large_utf8:
    case TypeId::utf8_view:
      field.type = Type::utf8;
      storage.kind = table.type_id() == TypeId::utf8         ? Storage::Kind::text
                     : table.type_id() == TypeId::large_utf8 ? Storage::Kind::large_text
                                                             : Storage::Kind::view_text;
      return true;
    default: return false;
  }
  storage.width = static_cast<std::uint8_t>(type_width(field.type));
  return true;
}

std::string refused_name(const format::Field& table) {
  const auto id = static_cast<std::size_t>(table.type_id());
  std::string name(id < foreign_names.size() ? foreign_names[id] : "unknown");
  if (table.type_id() == TypeId::floating_point) name = "float16";
  if (table.type_id() == TypeId::integer && table.type())
    name = "int of " + std::to_string(table.type()->bits()) + " bits";
  return name;
}

std::optional<Error> read_field(const std::string& file, const format::Field& table, StoredSchema& out) {
  Field field;
  Storage storage;
  field.name = format::text_of(table.name());
  field.nullable = table.nullable();
  field.metadata = read_metadata(table.metadata());
  const std::string where = file + ": column " + field.name;
  if (!table.type() || !read_type(table, field, storage))
    return Error{"the column has the type " + refused_name(table) + ", which is not read", where,
                 "leave the column out or cast it to an integer, float32, float64, boolean, utf8, date or timestamp"};
  if (const format::DictionaryEncoding* dictionary = table.dictionary()) {
    if (field.type != Type::utf8)
      return Error{"the column is a dictionary of " + std::string(type_name(field.type)) + "; only text is read", where,
                   "store the values themselves"};
    storage.dictionary = true;
    storage.dictionary_id = dictionary->id();
    if (const format::TypeTable* index = dictionary->index_type()) {
      const auto type = integer_of(index->bits(), index->is_signed());
      if (!type)
        return Error{"the column's dictionary has indices of " + std::to_string(index->bits()) + " bits", where,
                     "write the file again with plain text columns"};
      storage.index_width = static_cast<std::uint8_t>(type_width(*type));
      storage.signed_index = index->is_signed();
    }
    field.type = Type::dictionary;
  }
  out.schema.fields.push_back(std::move(field));
  out.storage.push_back(storage);
  return std::nullopt;
}

}  // namespace

std::string_view type_name(Type type) { return row_of(type).name; }
std::size_t type_width(Type type) { return row_of(type).width; }

int Schema::find(std::string_view name) const {
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == name) return static_cast<int>(i);
  return -1;
}

Offset<format::Schema> write_schema(FlatBufferBuilder& b, const Schema& schema) {
  std::vector<Offset<format::Field>> fields;
  std::int64_t dictionary_id = 0;
  for (const Field& field : schema.fields) {
    const auto name = b.CreateString(field.name);
    const auto type = write_type(b, field);
    const auto metadata = write_metadata(b, field.metadata);
    const auto dictionary =
        field.type == Type::dictionary ? write_dictionary(b, dictionary_id++) : Offset<format::DictionaryEncoding>();
    const auto children = b.CreateVector(std::vector<Offset<format::Field>>());  // some readers want it present
    const auto start = b.StartTable();
    b.AddOffset(slot(0), name);
    b.AddElement<std::uint8_t>(slot(1), field.nullable ? 1 : 0, 0);
    b.AddElement<std::uint8_t>(slot(2), static_cast<std::uint8_t>(row_of(field.type).id), 0);
    b.AddOffset(slot(3), type);
    b.AddOffset(slot(4), dictionary);
    b.AddOffset(slot(5), children);
    b.AddOffset(slot(6), metadata);
    fields.emplace_back(b.EndTable(start));
  }
  const auto all = b.CreateVector(fields);
  const auto metadata = write_metadata(b, schema.metadata);
  const auto start = b.StartTable();
  b.AddElement<std::int16_t>(slot(0), 0, 0);  // little endian
  b.AddOffset(slot(1), all);
  b.AddOffset(slot(2), metadata);
  return b.EndTable(start);
}

Result<StoredSchema> read_schema(const std::string& file, const format::Schema& table) {
  if (table.big_endian())
    return Error{"the file was written in big-endian order, which is not read", file,
                 "write it again on a little-endian machine"};
  StoredSchema out;
  out.schema.metadata = read_metadata(table.metadata());
  for (std::size_t i = 0; i < format::size_of(table.fields()); ++i)
    if (auto error = read_field(file, *table.fields()->Get(static_cast<flatbuffers::uoffset_t>(i)), out))
      return std::move(*error);
  return out;
}

}  // namespace optix::arrow
