#pragma once
// The FlatBuffers tables of Arrow's metadata, as views of bytes: which field has which number, and
// how a table is checked before anything of it is read. Numbers and defaults are those of Arrow's
// Schema.fbs, Message.fbs and File.fbs (format 1.0 and later).
#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace optix::arrow::format {

using flatbuffers::Offset;
using flatbuffers::String;
using flatbuffers::Vector;
using flatbuffers::Verifier;

inline constexpr std::string_view magic = "ARROW1";
inline constexpr std::uint32_t continuation = 0xFFFFFFFF;
inline constexpr std::int16_t version_4 = 3, version_5 = 4;

enum class TypeId : std::uint8_t {
  none,
  null,
  integer,
  floating_point,
  binary,
  utf8,
  boolean,
  decimal,
  date,
  time,
  timestamp,
  interval,
  list,
  structure,
  tagged_union,
  fixed_size_binary,
  fixed_size_list,
  map,
  duration,
  large_binary,
  large_utf8,
  large_list,
  run_end_encoded,
  binary_view,
  utf8_view,
  list_view,
  large_list_view,
};
enum class HeaderId : std::uint8_t { none, schema, dictionary_batch, record_batch };
enum class Precision : std::int16_t { half, single, double_ };
enum class DateUnit : std::int16_t { day, millisecond };
enum class TimeUnit : std::int16_t { second, millisecond, microsecond, nanosecond };
enum class Codec : std::int8_t { lz4_frame, zstd };

// Structs, laid out as in the file.
struct Block {
  std::int64_t offset = 0;  // of the message's first byte in the file
  std::int32_t metadata_bytes = 0;
  std::int32_t padding = 0;
  std::int64_t body_bytes = 0;
};
struct FieldNode {
  std::int64_t length = 0;
  std::int64_t nulls = 0;
};
struct Buffer {
  std::int64_t offset = 0;  // from the body's first byte
  std::int64_t length = 0;
};

// Element `i` of a checked vector of structs, which need not be aligned.
template <class Struct>
Struct element(const Vector<const Struct*>* vector, std::size_t i) {
  Struct out;
  std::memcpy(&out, vector->Data() + i * sizeof(Struct), sizeof(Struct));
  return out;
}
template <class T>
std::size_t size_of(const Vector<T>* vector) {
  return vector ? vector->size() : 0;
}
inline std::string_view text_of(const String* text) {
  return text ? std::string_view(text->c_str(), text->size()) : std::string_view();
}

constexpr flatbuffers::voffset_t slot(int field) { return static_cast<flatbuffers::voffset_t>(4 + 2 * field); }

// What every table view offers; `Verify` is the name FlatBuffers' Verifier calls.
struct View : private flatbuffers::Table {
  template <class T>
  T scalar(int field, T otherwise) const {
    return GetField<T>(slot(field), otherwise);
  }
  template <class P>
  const P* pointer(int field) const {
    return GetPointer<const P*>(slot(field));
  }

 protected:
  bool start(Verifier& v) const { return VerifyTableStart(v); }
  template <class T>
  bool has_scalar(const Verifier& v, int field) const {
    return VerifyField<T>(v, slot(field), sizeof(T));
  }
  bool has_text(const Verifier& v, int field) const {
    return VerifyOffset(v, slot(field)) && v.VerifyString(pointer<String>(field));
  }
  template <class T>
  bool has_table(Verifier& v, int field) const {
    return VerifyOffset(v, slot(field)) && v.VerifyTable(pointer<T>(field));
  }
  template <class T>
  bool has_tables(Verifier& v, int field) const {
    return has_vector<Offset<T>>(v, field) && v.VerifyVectorOfTables(pointer<Vector<Offset<T>>>(field));
  }
  template <class T>
  bool has_vector(const Verifier& v, int field) const {
    return VerifyOffset(v, slot(field)) && v.VerifyVector(pointer<Vector<T>>(field));
  }
};

struct KeyValue : View {
  const String* key() const { return pointer<String>(0); }
  const String* value() const { return pointer<String>(1); }
  bool Verify(Verifier& v) const { return start(v) && has_text(v, 0) && has_text(v, 1) && v.EndTable(); }
};

// The parameters of a type; which numbers mean something depends on the type.
struct TypeTable : View {
  // Int
  std::int32_t bits() const { return scalar<std::int32_t>(0, 0); }
  bool is_signed() const { return scalar<std::uint8_t>(1, 0) != 0; }
  // FloatingPoint, Date, Timestamp
  Precision precision() const { return static_cast<Precision>(scalar<std::int16_t>(0, 0)); }
  DateUnit date_unit() const { return static_cast<DateUnit>(scalar<std::int16_t>(0, 1)); }
  TimeUnit time_unit() const { return static_cast<TimeUnit>(scalar<std::int16_t>(0, 0)); }
  const String* zone() const { return pointer<String>(1); }

  bool verify(Verifier& v, TypeId id) const {
    if (!start(v)) return false;
    bool ok = true;
    if (id == TypeId::integer) ok = has_scalar<std::int32_t>(v, 0) && has_scalar<std::uint8_t>(v, 1);
    if (id == TypeId::floating_point || id == TypeId::date) ok = has_scalar<std::int16_t>(v, 0);
    if (id == TypeId::timestamp) ok = has_scalar<std::int16_t>(v, 0) && has_text(v, 1);
    return ok && v.EndTable();
  }
  bool Verify(Verifier& v) const { return verify(v, TypeId::integer); }  // where only an Int can stand
};

struct DictionaryEncoding : View {
  std::int64_t id() const { return scalar<std::int64_t>(0, 0); }
  const TypeTable* index_type() const { return pointer<TypeTable>(1); }  // null: int32
  bool Verify(Verifier& v) const {
    return start(v) && has_scalar<std::int64_t>(v, 0) && has_table<TypeTable>(v, 1) && v.EndTable();
  }
};

struct Field : View {
  const String* name() const { return pointer<String>(0); }
  bool nullable() const { return scalar<std::uint8_t>(1, 0) != 0; }
  TypeId type_id() const { return static_cast<TypeId>(scalar<std::uint8_t>(2, 0)); }
  const TypeTable* type() const { return pointer<TypeTable>(3); }
  const DictionaryEncoding* dictionary() const { return pointer<DictionaryEncoding>(4); }
  const Vector<Offset<KeyValue>>* metadata() const { return pointer<Vector<Offset<KeyValue>>>(6); }
  bool Verify(Verifier& v) const {
    return start(v) && has_text(v, 0) && has_scalar<std::uint8_t>(v, 1) && has_scalar<std::uint8_t>(v, 2) &&
           has_type(v) && has_table<DictionaryEncoding>(v, 4) && has_tables<KeyValue>(v, 6) && v.EndTable();
  }

 private:
  bool has_type(Verifier& v) const {
    struct AnyType : View {
      bool Verify(Verifier& w) const { return start(w) && w.EndTable(); }
    };
    return has_table<AnyType>(v, 3) && (!type() || type()->verify(v, type_id()));
  }
};

struct Schema : View {
  bool big_endian() const { return scalar<std::int16_t>(0, 0) != 0; }
  const Vector<Offset<Field>>* fields() const { return pointer<Vector<Offset<Field>>>(1); }
  const Vector<Offset<KeyValue>>* metadata() const { return pointer<Vector<Offset<KeyValue>>>(2); }
  bool Verify(Verifier& v) const {
    return start(v) && has_scalar<std::int16_t>(v, 0) && has_tables<Field>(v, 1) && has_tables<KeyValue>(v, 2) &&
           v.EndTable();
  }
};

struct BodyCompression : View {
  Codec codec() const { return static_cast<Codec>(scalar<std::int8_t>(0, 0)); }
  std::int8_t method() const { return scalar<std::int8_t>(1, 0); }
  bool Verify(Verifier& v) const {
    return start(v) && has_scalar<std::int8_t>(v, 0) && has_scalar<std::int8_t>(v, 1) && v.EndTable();
  }
};

struct RecordBatch : View {
  std::int64_t length() const { return scalar<std::int64_t>(0, 0); }
  const Vector<const FieldNode*>* nodes() const { return pointer<Vector<const FieldNode*>>(1); }
  const Vector<const Buffer*>* buffers() const { return pointer<Vector<const Buffer*>>(2); }
  const BodyCompression* compression() const { return pointer<BodyCompression>(3); }
  // Per column of views: how many buffers of text it has. Elements need not be aligned.
  std::size_t variadic_count() const { return size_of(pointer<Vector<std::int64_t>>(4)); }
  std::int64_t variadic(std::size_t i) const {
    std::int64_t out = 0;
    std::memcpy(&out, pointer<Vector<std::int64_t>>(4)->Data() + i * sizeof out, sizeof out);
    return out;
  }
  bool Verify(Verifier& v) const {
    return start(v) && has_scalar<std::int64_t>(v, 0) && has_vector<const FieldNode*>(v, 1) &&
           has_vector<const Buffer*>(v, 2) && has_table<BodyCompression>(v, 3) && has_vector<std::int64_t>(v, 4) &&
           v.EndTable();
  }
};

struct DictionaryBatch : View {
  std::int64_t id() const { return scalar<std::int64_t>(0, 0); }
  const RecordBatch* data() const { return pointer<RecordBatch>(1); }
  bool is_delta() const { return scalar<std::uint8_t>(2, 0) != 0; }
  bool Verify(Verifier& v) const {
    return start(v) && has_scalar<std::int64_t>(v, 0) && has_table<RecordBatch>(v, 1) &&
           has_scalar<std::uint8_t>(v, 2) && v.EndTable();
  }
};

struct Message : View {
  std::int16_t version() const { return scalar<std::int16_t>(0, 0); }
  HeaderId header_id() const { return static_cast<HeaderId>(scalar<std::uint8_t>(1, 0)); }
  const RecordBatch* record_batch() const { return pointer<RecordBatch>(2); }
  const DictionaryBatch* dictionary_batch() const { return pointer<DictionaryBatch>(2); }
  std::int64_t body_bytes() const { return scalar<std::int64_t>(3, 0); }
  bool Verify(Verifier& v) const {
    if (!start(v) || !has_scalar<std::int16_t>(v, 0) || !has_scalar<std::uint8_t>(v, 1) ||
        !has_scalar<std::int64_t>(v, 3))
      return false;
    bool ok = true;
    if (header_id() == HeaderId::dictionary_batch) ok = has_table<DictionaryBatch>(v, 2);
    if (header_id() == HeaderId::record_batch) ok = has_table<RecordBatch>(v, 2);
    return ok && v.EndTable();
  }
};

struct Footer : View {
  std::int16_t version() const { return scalar<std::int16_t>(0, 0); }
  const Schema* schema() const { return pointer<Schema>(1); }
  const Vector<const Block*>* dictionaries() const { return pointer<Vector<const Block*>>(2); }
  const Vector<const Block*>* batches() const { return pointer<Vector<const Block*>>(3); }
  bool Verify(Verifier& v) const {
    return start(v) && has_scalar<std::int16_t>(v, 0) && has_table<Schema>(v, 1) && has_vector<const Block*>(v, 2) &&
           has_vector<const Block*>(v, 3) && v.EndTable();
  }
};

}  // namespace optix::arrow::format
