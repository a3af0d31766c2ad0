#pragma once
// The canonical binary form: one byte sequence per value, in MessagePack.
//
//   message, struct    array of exactly its fields, in table order
//   integers           the fixed form of their C++ type (int64 -> 0xd3 + 8 bytes), never shorter
//   double             float64; every NaN is written as the same quiet NaN
//   bool, enum         true/false; uint8
//   Decimal, Timestamp, Date   int64 raw, int64 ns, int32 days
//   Symbol             bin of 8 bytes, zero padded
//   std::string        str (any bytes)
//   column             one bin: little-endian values one after another (ColumnValue, kinds.hpp)
//   rows               array of structs (or of anything that is not a column value)
//   map, optional      array of [key, value], keys ascending; array of none or one   (node state)
//   MessageRef         [id, bin of the message's own form], empty is [0, ""]         (node state)
//
// Arrays, strings and blobs use the shortest header that fits.
//
// Encoding goes through msgpack-c's packer. Decoding is written by hand: the forms above are few,
// a general unpacker accepts many spellings of one value and needs a second pass to refuse them,
// and this one never allocates before it has checked a size. The test suite reads our bytes with
// msgpack-c's own unpacker as well.
//
// The templates are meant for registry.cpp and state.hpp; everyone else encodes through
// MessageRef (messages/ref.hpp).
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <msgpack/pack.hpp>
#include <stdexcept>

#include "messages/codec/buffer.hpp"
#include "messages/codec/kinds.hpp"
#include "messages/codec/limits.hpp"
#include "messages/codec/reader.hpp"
#include "messages/ref.hpp"

namespace optix::codec {

static_assert(std::endian::native == std::endian::little, "columns are stored as they lie in memory");

// Sizes that a value may have; node state is bounded by what it was decoded from alone.
struct Bounds {
  std::size_t string_bytes = limits::message_bytes;
  std::size_t column_rows = limits::column_rows;
  std::size_t rows = limits::column_rows;
};
template <Message M>
inline constexpr Bounds message_bounds{limits::string_bytes<M>, limits::column_rows, limits::legs};
inline constexpr Bounds state_bounds{};

// Where the packer writes: the free end of a buffer, kept in registers while a message is encoded
// (appending to the buffer itself would reload and store its size for every field). What was
// written counts once finish() is called.
class Cursor {
 public:
  explicit Cursor(Buffer& buffer)
      : buffer_(&buffer), at_(buffer.data() + buffer.size()), limit_(buffer.data() + buffer.capacity()) {}
  void write(const char* data, std::size_t size) { std::memcpy(extend(size), data, size); }
  // Place for `size` bytes, for the caller to fill in.
  char* extend(std::size_t size) {
    if (size > static_cast<std::size_t>(limit_ - at_)) {
      at_ = make_room(*buffer_, at_, size);
      limit_ = buffer_->data() + buffer_->capacity();
    }
    char* place = at_;
    at_ += size;
    return place;
  }
  void finish() { buffer_->end_at(at_); }

 private:
  static char* make_room(Buffer& buffer, char* at, std::size_t size);

  Buffer* buffer_;
  char* at_;
  char* limit_;
};

using Packer = msgpack::packer<Cursor>;

[[noreturn]] void throw_too_large(const char* kind, std::size_t size, std::size_t limit);

// ---- encoding ------------------------------------------------------------------------------

template <Integer T>
void pack_integer(Packer& out, T value) {
  if constexpr (std::signed_integral<T>) {
    if constexpr (sizeof(T) == 1) out.pack_fix_int8(value);
    if constexpr (sizeof(T) == 2) out.pack_fix_int16(value);
    if constexpr (sizeof(T) == 4) out.pack_fix_int32(value);
    if constexpr (sizeof(T) == 8) out.pack_fix_int64(value);
  } else {
    if constexpr (sizeof(T) == 1) out.pack_fix_uint8(value);
    if constexpr (sizeof(T) == 2) out.pack_fix_uint16(value);
    if constexpr (sizeof(T) == 4) out.pack_fix_uint32(value);
    if constexpr (sizeof(T) == 8) out.pack_fix_uint64(value);
  }
}

inline std::uint64_t bits_of(double value) {
  return std::isnan(value) ? canonical_nan : std::bit_cast<std::uint64_t>(value);
}

// Not pack_double: msgpack-c 4 turns whole numbers into integers, which loses the sign of -0.0.
inline void pack_float64(Cursor& cursor, double value) {
  char* bytes = cursor.extend(9);
  bytes[0] = static_cast<char>(0xcb);
  const std::uint64_t big_endian = __builtin_bswap64(bits_of(value));
  std::memcpy(bytes + 1, &big_endian, 8);
}

void pack_message_ref(Packer& out, const MessageRef& ref);

template <class T>
void encode_value(Packer& out, Cursor& cursor, const T& value, const Bounds& bounds) {
  if constexpr (std::same_as<T, bool>) {
    value ? out.pack_true() : out.pack_false();
  } else if constexpr (Integer<T>) {
    pack_integer(out, value);
  } else if constexpr (std::same_as<T, double>) {
    pack_float64(cursor, value);
  } else if constexpr (std::same_as<T, Decimal>) {
    out.pack_fix_int64(value.raw());
  } else if constexpr (std::same_as<T, Timestamp>) {
    out.pack_fix_int64(value.ns);
  } else if constexpr (std::same_as<T, Date>) {
    out.pack_fix_int32(value.days);
  } else if constexpr (std::same_as<T, Symbol>) {
    out.pack_bin(sizeof value.chars).pack_bin_body(value.chars.data(), sizeof value.chars);
  } else if constexpr (NamedEnum<T>) {
    out.pack_fix_uint8(static_cast<std::uint8_t>(value));
  } else if constexpr (std::same_as<T, std::string>) {
    if (value.size() > bounds.string_bytes) throw_too_large("text", value.size(), bounds.string_bytes);
    const auto size = static_cast<std::uint32_t>(value.size());
    out.pack_str(size).pack_str_body(value.data(), size);
  } else if constexpr (Column<T>) {
    using V = typename T::value_type;
    static_assert(std::same_as<V, double> ||
                  (std::is_trivially_copyable_v<V> && std::has_unique_object_representations_v<V>));
    if (value.size() > bounds.column_rows) throw_too_large("column", value.size(), bounds.column_rows);
    const auto size = static_cast<std::uint32_t>(value.size() * sizeof(V));
    out.pack_bin(size);
    if constexpr (std::same_as<V, double>) {
      char* place = cursor.extend(size);
      for (const double x : value) {
        const std::uint64_t bits = bits_of(x);
        std::memcpy(place, &bits, 8);
        place += 8;
      }
    } else if (size != 0) {
      out.pack_bin_body(reinterpret_cast<const char*>(value.data()), size);
    }
  } else if constexpr (Rows<T>) {
    if (value.size() > bounds.rows) throw_too_large("list", value.size(), bounds.rows);
    out.pack_array(static_cast<std::uint32_t>(value.size()));
    for (const auto& row : value) encode_value(out, cursor, row, bounds);
  } else if constexpr (Map<T>) {
    if (value.size() > bounds.rows) throw_too_large("map", value.size(), bounds.rows);
    out.pack_array(static_cast<std::uint32_t>(value.size()));
    for (const auto& [key, mapped] : value) {
      out.pack_array(2);
      encode_value(out, cursor, key, bounds);
      encode_value(out, cursor, mapped, bounds);
    }
  } else if constexpr (Optional<T>) {
    out.pack_array(value ? 1 : 0);
    if (value) encode_value(out, cursor, *value, bounds);
  } else if constexpr (std::same_as<T, MessageRef>) {
    pack_message_ref(out, value);
  } else {
    static_assert(Tabled<T>, "no canonical form for this type of field");
    out.pack_array(static_cast<std::uint32_t>(field_count<T>));
    for_each_field<T>([&](const auto& row) { encode_value(out, cursor, value.*row.member, bounds); });
  }
}

// Appends the canonical form of `value`. Throws std::length_error, the buffer unchanged, when a part
// of it exceeds its limit.
template <Tabled T>
void encode(const T& value, Buffer& buffer, const Bounds& bounds) {
  Cursor cursor(buffer);
  Packer out(cursor);
  encode_value(out, cursor, value, bounds);
  cursor.finish();
}

// ---- decoding ------------------------------------------------------------------------------

// Fewest bytes a value can take: bounds what a forged count can make us allocate.
template <class T>
constexpr std::size_t fewest_bytes() {
  if constexpr (std::same_as<T, bool>) {
    return 1;
  } else if constexpr (std::same_as<T, Symbol>) {
    return 10;
  } else if constexpr (ColumnValue<T>) {
    return 1 + sizeof(T);
  } else if constexpr (Tabled<T>) {
    return []<class... F>(std::type_identity<std::tuple<F...>>) {
      return 1 + (fewest_bytes<typename F::Type>() + ... + 0);
    }(std::type_identity<decltype(T::fields())>{});
  } else {
    return Column<T> ? 2 : 1;
  }
}

bool read_message_ref(Reader& in, MessageRef& ref);

template <class T>
bool valid_column(Reader& in, const T& column) {
  using V = typename T::value_type;
  if constexpr (std::same_as<V, double>) {
    for (const double x : column)
      if (std::isnan(x) && std::bit_cast<std::uint64_t>(x) != canonical_nan)
        return in.fail("a NaN that is not the canonical one");
  } else if constexpr (std::same_as<V, Symbol>) {
    for (const Symbol& s : column)
      if (!padded_with_zeros(s)) return in.fail("a symbol has bytes after its end");
  } else if constexpr (NamedEnum<V>) {
    for (const V x : column)
      if (static_cast<std::size_t>(x) >= enum_size<V>) return in.fail_enum(static_cast<std::size_t>(x), enum_size<V>);
  }
  return true;
}

template <class T>
bool decode_value(Reader& in, T& value, const Bounds& bounds) {
  if constexpr (std::same_as<T, bool>) {
    return in.boolean(value);
  } else if constexpr (Integer<T>) {
    return in.integer(value);
  } else if constexpr (std::same_as<T, double>) {
    return in.float64(value);
  } else if constexpr (std::same_as<T, Decimal>) {
    std::int64_t raw = 0;
    if (!in.integer(raw)) return false;
    value = Decimal::from_raw(raw);
    return true;
  } else if constexpr (std::same_as<T, Timestamp>) {
    return in.integer(value.ns);
  } else if constexpr (std::same_as<T, Date>) {
    return in.integer(value.days);
  } else if constexpr (std::same_as<T, Symbol>) {
    return in.symbol(value);
  } else if constexpr (NamedEnum<T>) {
    static_assert(sizeof(T) == 1);
    std::uint8_t number = 0;
    if (!in.integer(number)) return false;
    if (number >= enum_size<T>) return in.fail_enum(number, enum_size<T>);
    value = static_cast<T>(number);
    return true;
  } else if constexpr (std::same_as<T, std::string>) {
    std::string_view text;
    if (!in.text(text, bounds.string_bytes)) return false;
    value.assign(text);
    return true;
  } else if constexpr (Column<T>) {
    using V = typename T::value_type;
    std::string_view blob;
    if (!in.blob(blob, bounds.column_rows * sizeof(V))) return false;
    if (blob.size() % sizeof(V) != 0) return in.fail("a column does not end with a whole value");
    value.resize(blob.size() / sizeof(V));
    if (!blob.empty()) std::memcpy(static_cast<void*>(value.data()), blob.data(), blob.size());
    return valid_column(in, value);
  } else if constexpr (Rows<T>) {
    std::size_t count = 0;
    if (!in.array(count, bounds.rows, fewest_bytes<typename T::value_type>())) return false;
    value.clear();
    value.resize(count);
    for (std::size_t i = 0; i < count; ++i)
      if (!decode_value(in, value[i], bounds)) return in.inside(i);
    return true;
  } else if constexpr (Map<T>) {
    using K = typename T::key_type;
    using V = typename T::mapped_type;
    std::size_t count = 0;
    if (!in.array(count, bounds.rows, 1 + fewest_bytes<K>() + fewest_bytes<V>())) return false;
    value.clear();
    for (std::size_t i = 0; i < count; ++i) {
      K key{};
      V mapped{};
      if (!in.array_of(2) || !decode_value(in, key, bounds) || !decode_value(in, mapped, bounds)) return in.inside(i);
      if (!value.empty() && !(std::prev(value.end())->first < key)) return in.fail("map keys are not ascending");
      value.emplace_hint(value.end(), std::move(key), std::move(mapped));
    }
    return true;
  } else if constexpr (Optional<T>) {
    std::size_t count = 0;
    if (!in.array(count, 1, 1)) return false;
    value.reset();
    return count == 0 || decode_value(in, value.emplace(), bounds);
  } else if constexpr (std::same_as<T, MessageRef>) {
    return read_message_ref(in, value);
  } else {
    static_assert(Tabled<T>, "no canonical form for this type of field");
    if (!in.array_of(field_count<T>)) return false;
    return std::apply(
        [&](const auto&... row) {
          return ((decode_value(in, value.*row.member, bounds) || in.inside(row.name)) && ...);
        },
        T::fields());
  }
}

// Decodes exactly `bytes` into `value`; nullopt is success. `name` is what the error calls it.
template <Tabled T>
std::optional<Error> decode(std::string_view bytes, T& value, std::string_view name, const Bounds& bounds) {
  Reader in(bytes);
  if (bytes.size() > limits::message_bytes) {
    in.fail("larger than the limit of " + std::to_string(limits::message_bytes) + " bytes");
    return in.error(name);
  }
  if (!decode_value(in, value, bounds) || !in.at_end()) return in.error(name);
  return std::nullopt;
}

}  // namespace optix::codec
