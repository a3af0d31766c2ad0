#pragma once
// The types of fields by name: what the schema hash covers and the reference page shows.
#include <string>

#include "messages/codec/kinds.hpp"

namespace optix::codec {

// "u32", "decimal", "enum(call,put)", "column<date>", "list<struct(contract: u32, quantity: i32)>".
template <class T>
std::string type_text() {
  if constexpr (std::same_as<T, bool>) {
    return "bool";
  } else if constexpr (Integer<T>) {
    return (std::signed_integral<T> ? "i" : "u") + std::to_string(8 * sizeof(T));
  } else if constexpr (std::same_as<T, double>) {
    return "f64";
  } else if constexpr (std::same_as<T, Decimal>) {
    return "decimal";
  } else if constexpr (std::same_as<T, Timestamp>) {
    return "timestamp";
  } else if constexpr (std::same_as<T, Date>) {
    return "date";
  } else if constexpr (std::same_as<T, Symbol>) {
    return "symbol";
  } else if constexpr (NamedEnum<T>) {
    std::string out = "enum(";
    for (const std::string_view name : enum_names(T{}))
      out += std::string(out.back() == '(' ? "" : ",") + std::string(name);
    return out + ")";
  } else if constexpr (std::same_as<T, std::string>) {
    return "text";
  } else if constexpr (Column<T>) {
    return "column<" + type_text<typename T::value_type>() + ">";
  } else if constexpr (Rows<T>) {
    return "list<" + type_text<typename T::value_type>() + ">";
  } else {
    static_assert(Tabled<T>, "not a type of message fields");
    std::string out = "struct(";
    for_each_field<T>([&]<class F>(const F& row) {
      out += (out.back() == '(' ? "" : ", ") + std::string(row.name) + ": " + type_text<typename F::Type>();
    });
    return out + ")";
  }
}

// One message's table as text, without the docs: "11 1 market.chain\n  underlying: symbol\n…".
template <Message M>
std::string schema_text() {
  std::string out =
      std::to_string(M::info.id) + " " + std::to_string(M::info.version) + " " + std::string(M::info.name) + "\n";
  for_each_field<M>([&]<class F>(const F& row) {
    out += "  " + std::string(row.name) + ": " + type_text<typename F::Type>() + "\n";
  });
  return out;
}

}  // namespace optix::codec
