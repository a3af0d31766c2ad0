#pragma once
// A message is declared once: a plain aggregate with
//   static constexpr MessageInfo info{id, version, "family.name", "one line of doc"};
//   static constexpr auto fields() { return std::tuple(field("name", &M::name, "doc, units"), …); }
// Everything else (binary and JSON codecs, schema hash, CAF registration, reference page) is
// derived from that table. Fields are only ever appended; ids are never reused.
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

namespace optix {

using MessageId = std::uint16_t;

struct MessageInfo {
  MessageId id;
  std::uint16_t version;
  std::string_view name;
  std::string_view doc;
};

template <class M, class T>
struct Field {
  using Type = T;
  std::string_view name;
  T M::*member;
  std::string_view doc;
};

template <class M, class T>
constexpr Field<M, T> field(std::string_view name, T M::*member, std::string_view doc) {
  return {name, member, doc};
}

namespace detail {

struct AnyField {
  template <class T>
  operator T() const;  // never called
};

template <class M, std::size_t... I>
constexpr bool constructible_from(std::index_sequence<I...>) {
  return requires { M{(static_cast<void>(I), AnyField{})...}; };
}

template <class M, std::size_t N = 40>
constexpr std::size_t aggregate_arity() {
  if constexpr (constructible_from<M>(std::make_index_sequence<N>{}))
    return N;
  else
    return aggregate_arity<M, N - 1>();
}

}  // namespace detail

// An aggregate with a field table (a message, or a struct nested in one).
template <class M>
concept Tabled = requires {
  M::fields();
};

// A Tabled aggregate whose table names every member, with an identity.
template <class M>
concept Message = Tabled<M> && requires {
  { M::info } -> std::convertible_to<MessageInfo>;
};

template <Tabled M>
inline constexpr std::size_t field_count = std::tuple_size_v<decltype(M::fields())>;

// Compile-time completeness: every member of the aggregate is in the table. Put
// `static_assert(table_is_complete<M>);` after each struct.
template <Tabled M>
inline constexpr bool table_is_complete = detail::aggregate_arity<M>() == field_count<M>;

// Calls f(field) for each row of the table, in order.
template <Tabled M, class F>
constexpr void for_each_field(F&& f) {
  std::apply([&](const auto&... row) { (f(row), ...); }, M::fields());
}

// Enumerations in messages list their names once: `constexpr auto enum_names(Right) { return
// std::array<std::string_view, 2>{"call", "put"}; }`, found by argument-dependent lookup. Values
// must be 0…n−1 in that order; a decoder refuses anything else.
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) {
  enum_names(e).size();
};

template <NamedEnum E>
constexpr std::string_view enum_name(E value) {
  const auto names = enum_names(value);
  const auto index = static_cast<std::size_t>(value);
  return index < names.size() ? names[index] : std::string_view("?");
}

}  // namespace optix
