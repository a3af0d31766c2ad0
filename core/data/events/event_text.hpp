#pragma once
// Members of event rows as text and back, by their types.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "core/data/events/event_rows.hpp"
#include "core/data/numbers.hpp"

namespace optix {

inline std::string event_value_text(Symbol v) { return v.to_string(); }
inline std::string event_value_text(Date v) { return v == no_date ? "" : v.to_string(); }
inline std::string event_value_text(Timestamp v) { return v == no_time ? "" : v.to_string(); }
inline std::string event_value_text(Decimal v) { return v.is_none() ? "" : v.to_string(); }
inline std::string event_value_text(std::int64_t v) { return std::to_string(v); }
inline std::string event_value_text(double v) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, v).ptr};
}
template <class E>
requires(std::is_enum_v<E>) std::string event_value_text(E v) { return std::string(enum_name(v)); }

// False with what is expected when the text is not a value of the type. Empty text is for the caller.
inline const char* read_event_value(std::string_view text, Symbol& out) {
  const auto v = Symbol::from(text);
  if (!v) return "not a symbol of one to eight characters";
  out = *v;
  return nullptr;
}
inline const char* read_event_value(std::string_view text, Date& out) {
  const auto v = Date::parse(text);
  if (!v) return "not a date (yyyy-mm-dd)";
  out = *v;
  return nullptr;
}
inline const char* read_event_value(std::string_view text, Timestamp& out) {
  const auto v = text.size() > 10 ? Timestamp::parse(text) : std::nullopt;
  if (!v) return "not an instant (2019-04-25T20:00:00Z)";
  out = *v;
  return nullptr;
}
inline const char* read_event_value(std::string_view text, Decimal& out) {
  const auto v = read_decimal(text);
  if (!v) return "not a number of at most six decimals";
  out = *v;
  return nullptr;
}
inline const char* read_event_value(std::string_view text, std::int64_t& out) {
  // Whole numbers are often written "4750181.0".
  const auto v = Decimal::parse(text);
  if (!v || v->raw() % Decimal::scale != 0) return "not a whole number";
  out = v->raw() / Decimal::scale;
  return nullptr;
}
inline const char* read_event_value(std::string_view text, double& out) {
  double v = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(v)) return "not a number";
  out = v;
  return nullptr;
}
template <class E>
requires(std::is_enum_v<E>) const char* read_event_value(std::string_view text, E& out) {
  const auto names = enum_names(E{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == text) {
      out = static_cast<E>(i);
      return nullptr;
    }
  return "not one of the known names";
}

// f(column) for each column of a row type, in order.
template <class Row, class F>
void for_each_event_column(F&& f) {
  std::apply([&](const auto&... column) { (f(column), ...); }, Row::columns());
}

// "underlying=VOO ex=2017-03-22 …"
template <class Row>
std::string event_text(const Row& row) {
  std::string out;
  for_each_event_column<Row>([&](const auto& column) {
    out += (out.empty() ? "" : " ") + std::string(column.name) + "=" + event_value_text(row.*column.member);
  });
  return out;
}
// The parts of the key, as text.
template <class Row>
std::string event_key_text(const Row& row) {
  std::string out;
  std::apply([&](const auto&... part) { ((out += (out.empty() ? "" : " ") + event_value_text(part)), ...); },
             row.key());
  return out;
}

}  // namespace optix
