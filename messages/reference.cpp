#include "messages/reference.hpp"

#include "messages/all.hpp"
#include "messages/codec/limits.hpp"
#include "messages/codec/schema.hpp"
#include "messages/ref.hpp"

namespace optix {
namespace {

constexpr std::string_view introduction = R"(# Messages

Generated from the field tables in `messages/` by `optix docs messages > docs/messages.md`; do not edit.

Everything that happens in OPTIX is one of these messages. Each is declared once, as a struct with a permanent id and a table of its fields; the codecs, the schema hash and this page come from that table. Fields are only ever appended; ids are never reused.

## Types

| type | meaning | binary (MessagePack) | JSON |
| --- | --- | --- | --- |
| `u8` … `u64`, `i8` … `i64` | whole number | the fixed form of that width | number |
| `f64` | model value | float64; one NaN only | number; NaN is `null` |
| `bool` | | true, false | `true`, `false` |
| `decimal` | exact, in millionths | int64 of millionths; missing is the smallest int64 | string, `"19.20"`; missing is `null` |
| `timestamp` | UTC nanoseconds since 1970 | int64 | `"2019-04-25T20:00:00Z"` |
| `date` | days since 1970-01-01 | int32 | `"2019-04-25"` |
| `symbol` | at most eight bytes | bin of 8 bytes, zero padded | string |
| `text` | bytes, usually UTF-8 | str | string; other bytes `{"hex": "…"}` |
| `enum(…)` | one of the names, numbered from 0 | uint8 | name |
| `column<…>` | one value per row | one bin, little-endian, values one after another; symbols 8 bytes, enums 1 | array |
| `list<…>` | rows of a struct | array of arrays | array of objects |

A message is a MessagePack array of exactly its fields, in the order below. There is one byte sequence for each value; a decoder refuses every other.
)";

void add_row(std::string& out, const std::string& name, const std::string& type, std::string_view doc) {
  out += "| `" + name + "` | `" + type + "` | " + std::string(doc) + " |\n";
}

template <Tabled T>
void add_fields(std::string& out, const std::string& prefix) {
  for_each_field<T>([&]<class F>(const F& row) {
    using V = typename F::Type;
    const std::string name = prefix + std::string(row.name);
    if constexpr (codec::Rows<V>) {
      add_row(out, name, "list", row.doc);
      if constexpr (Tabled<typename V::value_type>) add_fields<typename V::value_type>(out, name + "[].");
    } else if constexpr (Tabled<V>) {
      add_row(out, name, "struct", row.doc);
      add_fields<V>(out, name + ".");
    } else {
      add_row(out, name, codec::type_text<V>(), row.doc);
    }
  });
}

std::string mebibytes(std::size_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

}  // namespace

std::string message_reference_markdown() {
  std::string out(introduction);
  out += "\nLimits: a message " + mebibytes(limits::message_bytes) + ", a text " +
         mebibytes(limits::string_bytes<Start>) + " (the body of `feed.frame` " +
         mebibytes(limits::string_bytes<FeedFrame>) + "), a column " + std::to_string(limits::column_rows) +
         " rows, a list " + std::to_string(limits::legs) + " rows.\n";
  out += "\n## All messages\n\n| id | version | name | |\n| --- | --- | --- | --- |\n";
  for_each_message(AllMessages{}, [&]<class M>() {
    out += "| " + std::to_string(M::info.id) + " | " + std::to_string(M::info.version) + " | `" +
           std::string(M::info.name) + "` | " + std::string(M::info.doc) + " |\n";
  });
  for_each_message(AllMessages{}, [&]<class M>() {
    out += "\n## " + std::string(M::info.name) + "\n\n" + std::string(M::info.doc) + ". Id " +
           std::to_string(M::info.id) + ", version " + std::to_string(M::info.version) +
           ".\n\n| field | type | |\n| --- | --- | --- |\n";
    add_fields<M>(out, "");
  });
  return out;
}

}  // namespace optix
