#pragma once
// JSON text of tabled structs, written directly. The form is described in json.hpp.
#include <string>
#include <string_view>

#include "messages/codec/kinds.hpp"

namespace optix::codec {

// A JSON string; bytes that are not UTF-8 become {"hex":"…"}.
void write_json_text(std::string& out, std::string_view text);
void write_json_double(std::string& out, double value);
void write_json_date(std::string& out, Date value);

template <class T>
void write_json(std::string& out, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (Integer<T>) {
    out += std::to_string(value);
  } else if constexpr (std::same_as<T, double>) {
    write_json_double(out, value);
  } else if constexpr (std::same_as<T, Decimal>) {
    out += value.is_none() ? "null" : "\"" + value.to_string() + "\"";
  } else if constexpr (std::same_as<T, Timestamp>) {
    out += "\"" + value.to_string() + "\"";
  } else if constexpr (std::same_as<T, Date>) {
    write_json_date(out, value);
  } else if constexpr (std::same_as<T, Symbol>) {
    write_json_text(out, value.view());
  } else if constexpr (NamedEnum<T>) {
    out.append("\"").append(enum_name(value)).append("\"");
  } else if constexpr (std::same_as<T, std::string>) {
    write_json_text(out, value);
  } else if constexpr (detail::is_sequence<T>) {
    out += '[';
    bool first = true;
    for (const auto& element : value) {
      if (!first) out += ',';
      first = false;
      write_json(out, element);
    }
    out += ']';
  } else {
    static_assert(Tabled<T>, "no JSON form for this type of field");
    out += '{';
    bool first = true;
    for_each_field<T>([&](const auto& row) {
      if (!first) out += ',';
      first = false;
      out.append("\"").append(row.name).append("\":");
      write_json(out, value.*row.member);
    });
    out += '}';
  }
}

}  // namespace optix::codec
