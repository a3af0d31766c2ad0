#include "messages/codec/json.hpp"

#include <bit>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "messages/all.hpp"
#include "messages/codec/kinds.hpp"
#include "messages/codec/limits.hpp"
#include "messages/codec/validate.hpp"

namespace optix {
namespace {

using Json = nlohmann::json;

// What was wrong and where; filled on the way out of the recursion.
struct Trouble {
  std::string what;
  std::string path;

  bool fail(std::string text) {
    what = std::move(text);
    return false;
  }
  bool expected(std::string_view form, const Json& found) {
    return fail("expected " + std::string(form) + ", found " + found.type_name());
  }
  bool inside(const std::string& part) {
    path = part + (path.empty() || path.front() == '[' ? "" : ".") + path;
    return false;
  }
};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool read_bytes(const Json& json, std::string& value, Trouble& trouble) {
  if (json.is_string()) {
    value = json.get_ref<const std::string&>();
    return true;
  }
  const auto hex = json.is_object() && json.size() == 1 ? json.find("hex") : json.end();
  if (!json.is_object() || hex == json.end() || !hex->is_string())
    return trouble.expected("a string or {\"hex\": …}", json);
  const auto& digits = hex->get_ref<const std::string&>();
  if (digits.size() % 2 != 0) return trouble.fail("an odd number of hexadecimal digits");
  value.clear();
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_value(digits[i]), low = hex_value(digits[i + 1]);
    if (high < 0 || low < 0) return trouble.fail("not a hexadecimal digit (0-9, a-f)");
    value += static_cast<char>(high * 16 + low);
  }
  return true;
}

template <codec::Integer T>
bool read_integer(const Json& json, T& value, Trouble& trouble) {
  if (!json.is_number_integer()) return trouble.expected("a whole number", json);
  const bool fits = json.is_number_unsigned() ? std::in_range<T>(json.get<std::uint64_t>())
                                              : std::in_range<T>(json.get<std::int64_t>());
  if (!fits) return trouble.fail(json.dump() + " is out of range");
  value =
      json.is_number_unsigned() ? static_cast<T>(json.get<std::uint64_t>()) : static_cast<T>(json.get<std::int64_t>());
  return true;
}

bool read_double(const Json& json, double& value, Trouble& trouble) {
  if (json.is_number()) {
    value = json.get<double>();
  } else if (json.is_null()) {
    value = std::bit_cast<double>(codec::canonical_nan);
  } else if (json.is_string() && (json == "Infinity" || json == "-Infinity")) {
    value = json == "Infinity" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
  } else {
    return trouble.expected("a number, null or \"Infinity\"", json);
  }
  return true;
}

// Values whose type has a parse() that knows the text.
template <class T>
bool read_parsed(const Json& json, T& value, std::string_view form, Trouble& trouble) {
  if (!json.is_string()) return trouble.expected(form, json);
  const auto& text = json.get_ref<const std::string&>();
  const auto parsed = T::parse(text);
  if (!parsed) return trouble.fail("\"" + text.substr(0, 64) + "\" is not " + std::string(form));
  value = *parsed;
  return true;
}

template <NamedEnum E>
bool read_enum(const Json& json, E& value, Trouble& trouble) {
  if (!json.is_string()) return trouble.expected("a name", json);
  const auto& text = json.get_ref<const std::string&>();
  std::string known;
  for (std::size_t i = 0; i < codec::enum_size<E>; ++i) {
    const std::string_view name = enum_names(E{})[i];
    if (name == text) {
      value = static_cast<E>(i);
      return true;
    }
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return trouble.fail("\"" + text.substr(0, 64) + "\" is not one of " + known);
}

struct TextLimit {
  std::size_t bytes;
};

template <class T>
bool read_value(const Json& json, T& value, TextLimit limit, Trouble& trouble) {
  if constexpr (std::same_as<T, bool>) {
    if (!json.is_boolean()) return trouble.expected("true or false", json);
    value = json.get<bool>();
    return true;
  } else if constexpr (codec::Integer<T>) {
    return read_integer(json, value, trouble);
  } else if constexpr (std::same_as<T, double>) {
    return read_double(json, value, trouble);
  } else if constexpr (std::same_as<T, Decimal>) {
    if (!json.is_null()) return read_parsed(json, value, "a decimal like \"19.20\"", trouble);
    value = Decimal::none();
    return true;
  } else if constexpr (std::same_as<T, Timestamp>) {
    return read_parsed(json, value, "an instant like \"2019-04-25T20:00:00Z\"", trouble);
  } else if constexpr (std::same_as<T, Date>) {
    if (json.is_number_integer()) return read_integer(json, value.days, trouble);
    return read_parsed(json, value, "a date like \"2019-04-25\"", trouble);
  } else if constexpr (std::same_as<T, Symbol>) {
    std::string text;
    if (!read_bytes(json, text, trouble)) return false;
    const auto symbol = text.empty() ? Symbol{} : Symbol::from(text);
    if (!symbol) return trouble.fail("a symbol is at most 8 bytes, none of them zero");
    value = *symbol;
    return true;
  } else if constexpr (NamedEnum<T>) {
    return read_enum(json, value, trouble);
  } else if constexpr (std::same_as<T, std::string>) {
    if (!read_bytes(json, value, trouble)) return false;
    return value.size() <= limit.bytes ||
           trouble.fail(std::to_string(value.size()) + " bytes exceed the limit of " + std::to_string(limit.bytes));
  } else if constexpr (codec::detail::is_sequence<T>) {
    if (!json.is_array()) return trouble.expected("an array", json);
    const std::size_t most = codec::Column<T> ? limits::column_rows : limits::legs;
    if (json.size() > most)
      return trouble.fail(std::to_string(json.size()) + " elements exceed the limit of " + std::to_string(most));
    value.resize(json.size());
    for (std::size_t i = 0; i < json.size(); ++i)
      if (!read_value(json[i], value[i], limit, trouble)) return trouble.inside("[" + std::to_string(i) + "]");
    return true;
  } else {
    static_assert(Tabled<T>, "no JSON form for this type of field");
    if (!json.is_object()) return trouble.expected("an object", json);
    std::size_t found = 0;
    const auto read_field = [&](const auto& row) {
      const auto it = json.find(std::string(row.name));
      if (it == json.end()) return trouble.fail("the field is missing") || trouble.inside(std::string(row.name));
      ++found;
      return read_value(*it, value.*row.member, limit, trouble) || trouble.inside(std::string(row.name));
    };
    if (!std::apply([&](const auto&... row) { return (read_field(row) && ...); }, T::fields())) return false;
    if (found == json.size()) return true;
    for (const auto& item : json.items()) {
      const std::string& key = item.key();
      bool known = false;
      for_each_field<T>([&](const auto& row) { known = known || row.name == key; });
      if (!known) return trouble.fail("the field is unknown") || trouble.inside(key.substr(0, 64));
    }
    return true;
  }
}

// The library keeps the last of two equal keys; here that is an error.
struct DuplicateKeys {
  std::vector<std::set<std::string>> open;
  std::string found;

  bool operator()(int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second)
      found = parsed.get<std::string>();
    return true;
  }
};

template <Message M>
Result<MessageRef> read_message(const Json& json) {
  M message;
  Trouble trouble;
  if (!read_value(json, message, TextLimit{limits::string_bytes<M>}, trouble))
    return Error{trouble.what, std::string(M::info.name) + (trouble.path.empty() ? "" : " field " + trouble.path), ""};
  if (auto error = find_fault(message)) return *std::move(error);
  return make_message(std::move(message));
}

}  // namespace

Result<MessageRef> message_from_json(MessageId id, std::string_view text) {
  const MessageInfo* info = message_info(id);
  if (info == nullptr) return Error{"no message has the id " + std::to_string(id), "", ""};
  DuplicateKeys duplicates;
  const Json json = Json::parse(text, std::ref(duplicates), /*allow_exceptions=*/false);
  if (json.is_discarded()) return Error{"not well-formed JSON", std::string(info->name), ""};
  if (!duplicates.found.empty())
    return Error{"the field is given twice", std::string(info->name) + " field " + duplicates.found.substr(0, 64), ""};
  std::optional<Result<MessageRef>> result;
  for_each_message(AllMessages{}, [&]<class M>() {
    if (M::info.id == id) result.emplace(read_message<M>(json));
  });
  return *std::move(result);
}

}  // namespace optix
