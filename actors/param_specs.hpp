#pragma once
// How node types write their parameter tables and read choices from them.
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/schema.hpp"
#include "config/value.hpp"
#include "messages/field.hpp"

namespace optix {

inline ParamSpec param(std::string name, ParamKind kind, std::string doc) {
  ParamSpec spec;
  spec.name = std::move(name);
  spec.kind = kind;
  spec.doc = std::move(doc);
  return spec;
}

inline ParamSpec required(ParamSpec spec) {
  spec.required = true;
  return spec;
}

inline ParamSpec number(std::string name, std::string doc, std::optional<std::string> fallback, double min,
                        double max) {
  ParamSpec spec = param(std::move(name), ParamKind::number, std::move(doc));
  spec.default_text = std::move(fallback);
  spec.min = min;
  spec.max = max;
  return spec;
}

inline ParamSpec count(std::string name, std::string doc, std::optional<std::string> fallback, double min, double max) {
  ParamSpec spec = number(std::move(name), std::move(doc), std::move(fallback), min, max);
  spec.kind = ParamKind::integer;
  return spec;
}

// The names of an enumeration, as choices of a parameter.
template <NamedEnum E>
std::vector<std::string> choices_of() {
  std::vector<std::string> out;
  for (const std::string_view name : enum_names(E{})) out.emplace_back(name);
  return out;
}

// A choice among the names of an enumeration, without a default or with one.
template <NamedEnum E>
ParamSpec choice(std::string name, std::string doc) {
  ParamSpec spec = param(std::move(name), ParamKind::choice, std::move(doc));
  spec.choices = choices_of<E>();
  return spec;
}
template <NamedEnum E>
ParamSpec choice(std::string name, std::string doc, E fallback) {
  ParamSpec spec = choice<E>(std::move(name), std::move(doc));
  spec.default_text = std::string(enum_name(fallback));
  return spec;
}

// The value of a choice that the checker has passed.
template <NamedEnum E>
E choice_value(std::string_view name) {
  const auto names = enum_names(E{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<E>(i);
  throw std::logic_error("'" + std::string(name) + "' is not a choice");
}

// The same for a key that may be absent: then `out` stays as it is.
template <NamedEnum E>
void read_choice(const Value& map, std::string_view key, E& out) {
  if (map.has(key)) out = choice_value<E>(map.at(key).text());
}

}  // namespace optix
