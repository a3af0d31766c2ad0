#include "config/check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "config/scalar.hpp"
#include "config/suggest.hpp"
#include "config/yaml.hpp"

namespace optix {
namespace {

// A bound or value as people write it: no exponent for what fits, no trailing zeros.
std::string number_text(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.15g", value);
  return text;
}

std::string describe(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null: return "nothing";
    case Value::Kind::scalar: return "\"" + printable(value.text(), 60) + "\"";
    case Value::Kind::list: return "a list";
    case Value::Kind::map: return "a map";
  }
  return {};
}

std::vector<std::string> names_of(const std::vector<ParamSpec>& specs) {
  std::vector<std::string> names;
  for (const ParamSpec& spec : specs) names.push_back(spec.name);
  return names;
}

void wrong_kind(const Value& in, const ParamSpec& spec, const std::string& path, Diagnostics& errors) {
  std::string hint = spec.hint;
  if (spec.kind == ParamKind::boolean && in.kind() == Value::Kind::scalar) {
    const std::string& t = in.text();
    if (t == "yes" || t == "on" || t == "True" || t == "TRUE" || t == "1") hint = "did you mean true?";
    if (t == "no" || t == "off" || t == "False" || t == "FALSE" || t == "0") hint = "did you mean false?";
  }
  if (hint.empty() && spec.kind == ParamKind::map) hint = "keys: " + join_names(names_of(spec.children));
  if (hint.empty() && spec.kind == ParamKind::list && in.kind() == Value::Kind::scalar)
    hint = "write [" + printable(in.text(), 40) + "]";
  errors.add(code::wrong_kind, in.where(), path,
             "expected " + std::string(kind_name(spec.kind)) + ", got " + describe(in), hint);
}

// A fraction written as a percentage: 30 where at most 1 is allowed.
std::string fraction_guess(double value, const ParamSpec& spec) {
  const double guess = value / 100;
  if (spec.max > 1 || spec.min < -1 || std::abs(value) <= 1 || guess < spec.min || guess > spec.max) return {};
  std::string text = number_text(guess);
  const std::size_t point = text.find('.');
  if (point != std::string::npos && text.size() - point == 2) text += '0';
  return "did you mean " + text + "?";
}

void check_range(const Value& in, double value, const ParamSpec& spec, const std::string& path, Diagnostics& errors) {
  if (value >= spec.min && value <= spec.max) return;
  const bool low = std::isfinite(spec.min), high = std::isfinite(spec.max);
  std::string message = printable(in.text(), 60);
  if (low && high)
    message += " is outside [" + number_text(spec.min) + ", " + number_text(spec.max) + "]";
  else if (low)
    message += " is less than " + number_text(spec.min);
  else
    message += " is more than " + number_text(spec.max);
  std::string hint = spec.hint;
  if (const std::string guess = fraction_guess(value, spec); !guess.empty()) hint += (hint.empty() ? "" : "; ") + guess;
  errors.add(code::out_of_range, in.where(), path, message, hint);
}

// True when the text reads as the kind; numbers are range-checked on the way.
bool check_scalar(const Value& in, const ParamSpec& spec, const std::string& path, Diagnostics& errors) {
  const std::string& text = in.text();
  const auto ranged = [&](std::optional<double> value) {
    if (value) check_range(in, *value, spec, path, errors);
    return value.has_value();
  };
  switch (spec.kind) {
    case ParamKind::boolean: return parse_boolean(text).has_value();
    case ParamKind::integer: {
      const auto value = parse_integer(text);
      return ranged(value ? std::optional(static_cast<double>(*value)) : std::nullopt);
    }
    case ParamKind::number: return ranged(parse_number(text));
    case ParamKind::decimal: {
      const auto value = Decimal::parse(text);
      return ranged(value ? std::optional(value->to_double()) : std::nullopt);
    }
    case ParamKind::date: return Date::parse(text).has_value();
    case ParamKind::timestamp: return Timestamp::parse(text).has_value();
    case ParamKind::path: return !text.empty();
    default: return true;
  }
}

Value check_default(const ParamSpec& spec, const std::string& path, Diagnostics& errors) {
  if (spec.kind == ParamKind::text && spec.default_text->empty()) return Value::scalar({}, default_position());
  const auto value = parse_yaml_value(*spec.default_text, default_position());
  if (!value) throw std::logic_error("the default of " + path + " is not YAML: " + *spec.default_text);
  // `default_text` "~" means: absent is fine and reads as null.
  return value->is_null() ? *value : check_value(*value, spec, path, errors);
}

}  // namespace

std::string_view kind_name(ParamKind kind) {
  switch (kind) {
    case ParamKind::boolean: return "true or false";
    case ParamKind::integer: return "a whole number";
    case ParamKind::number: return "a number";
    case ParamKind::decimal: return "an amount with at most six decimals";
    case ParamKind::text: return "text";
    case ParamKind::date: return "a date like 2019-04-25";
    case ParamKind::timestamp: return "a date like 2019-04-25 or an instant like 2019-04-25T13:30:00Z";
    case ParamKind::choice: return "one word";
    case ParamKind::path: return "a file or folder";
    case ParamKind::list: return "a list";
    case ParamKind::map: return "a map";
    case ParamKind::any_map: return "a map";
    case ParamKind::any: return "any value";
  }
  return {};
}

std::string join_path(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::string item_path(const std::string& path, std::size_t index) { return path + "[" + std::to_string(index) + "]"; }

std::string resolve_path(const std::string& text, const SourcePosition& where) {
  if (where.line == 0) return text;
  const std::filesystem::path path(text);
  if (path.is_absolute()) return text;
  return (std::filesystem::path(where.file).parent_path() / path).lexically_normal().string();
}

Value check_value(const Value& in, const ParamSpec& spec, const std::string& path, Diagnostics& errors) {
  if (spec.kind == ParamKind::any) return in;
  if (spec.kind == ParamKind::map || spec.kind == ParamKind::any_map) {
    if (spec.kind == ParamKind::map && in.kind() == Value::Kind::scalar && !spec.shorthand.empty()) {
      Value spelled = Value::map({}, in.where());
      spelled.set(spec.shorthand, in, in.where());
      return check_map(spelled, spec.children, path, errors);
    }
    if (in.kind() != Value::Kind::map) {
      wrong_kind(in, spec, path, errors);
      return in;
    }
    if (spec.kind == ParamKind::map) return check_map(in, spec.children, path, errors);
    Value out = Value::map({}, in.where());
    for (const auto& [key, member] : in.members())
      out.set(key, check_value(member, spec.children.at(0), join_path(path, key), errors), in.key_where(key));
    return out;
  }
  if (spec.kind == ParamKind::list) {
    if (in.kind() != Value::Kind::list) {
      wrong_kind(in, spec, path, errors);
      return in;
    }
    std::vector<Value> items;
    for (std::size_t i = 0; i < in.items().size(); ++i)
      items.push_back(check_value(in.items()[i], spec.children.at(0), item_path(path, i), errors));
    // `min` and `max` of a list bound its length.
    const auto size = static_cast<double>(items.size());
    if (size < spec.min || size > spec.max)
      errors.add(code::out_of_range, in.where(), path,
                 "a list of " + number_text(size) +
                     (size < spec.min ? "; at least " + number_text(spec.min) : "; at most " + number_text(spec.max)) +
                     " expected",
                 spec.hint);
    return Value::list(std::move(items), in.where());
  }
  if (in.kind() != Value::Kind::scalar) {
    wrong_kind(in, spec, path, errors);
    return in;
  }
  if (spec.kind == ParamKind::choice) {
    if (std::find(spec.choices.begin(), spec.choices.end(), in.text()) == spec.choices.end()) {
      const std::string nearest = nearest_name(in.text(), spec.choices);
      errors.add(code::not_a_choice, in.where(), path, describe(in) + " is not one of " + join_names(spec.choices),
                 nearest.empty() ? spec.hint : "did you mean `" + nearest + "`?");
    }
    return in;
  }
  if (!check_scalar(in, spec, path, errors)) {
    wrong_kind(in, spec, path, errors);
    return in;
  }
  if (spec.kind == ParamKind::path) return Value::scalar(resolve_path(in.text(), in.where()), in.where());
  return in;
}

Value check_map(const Value& in, const std::vector<ParamSpec>& specs, const std::string& path, Diagnostics& errors) {
  Value out = Value::map({}, in.where());
  if (in.kind() != Value::Kind::map && !in.is_null()) {
    errors.add(code::wrong_kind, in.where(), path, "expected a map, got " + describe(in),
               "keys: " + join_names(names_of(specs)));
    return out;
  }
  for (const auto& [key, member] : in.members()) {
    // The name is captured anew: clang 14 cannot capture a structured binding.
    const auto spec =
        std::find_if(specs.begin(), specs.end(), [&name = key](const ParamSpec& s) { return s.name == name; });
    if (spec == specs.end()) {
      errors.add(code::unknown_key, in.key_where(key), join_path(path, key), "unknown key",
                 name_hint(key, names_of(specs), "keys"));
    } else if (!member.is_null() || spec->kind == ParamKind::any) {
      out.set(key, check_value(member, *spec, join_path(path, key), errors), in.key_where(key));
    }
  }
  for (const ParamSpec& spec : specs) {
    if (out.find(spec.name) != nullptr) continue;
    const std::string child = join_path(path, spec.name);
    if (spec.default_text) {
      out.set(spec.name, check_default(spec, child, errors), default_position());
    } else if (spec.required) {
      const bool empty_given = in.find(spec.name) != nullptr;
      errors.add(
          code::required_key, empty_given ? in.key_where(spec.name) : in.where(), child,
          std::string(empty_given ? "is empty" : "is missing") + "; expected " + std::string(kind_name(spec.kind)),
          spec.doc);
    }
  }
  return out;
}

}  // namespace optix
