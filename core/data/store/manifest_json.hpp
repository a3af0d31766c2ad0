#pragma once
// Structs to JSON and back, strictly, from one list of members each:
//
//   template <class V, Is<Partition> P>
//   void members(V& visit, P& p) { visit("session", p.session); … }
//
// Reading refuses missing and unknown keys, other types and numbers out of range.
#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/data/store/manifest.hpp"

namespace optix::stored {

using Json = nlohmann::ordered_json;

// Thrown by the reader, caught in manifest_from_json.
struct Refused {
  std::string what;
  std::string key;  // "partitions[3].rows"
};

template <class S, class T>
concept Is = std::same_as<std::remove_const_t<S>, T>;

template <class V, Is<StoredFile> S>
void members(V& visit, S& s) {
  visit("path", s.path);
  visit("bytes", s.bytes);
  visit("hash", s.hash);
}

template <class V, Is<Partition> S>
void members(V& visit, S& s) {
  visit("session", s.session);
  visit("underlying", s.underlying);
  visit("rows", s.rows);
  visit("snapshots", s.snapshots);
  visit("first", s.first);
  visit("last", s.last);
  visit("contracts", s.contracts);
  visit("quotes", s.quotes);
  visit("groups", s.groups);
}

template <class V, Is<ImportedSource> S>
void members(V& visit, S& s) {
  visit("description", s.description);
  visit("layout", s.layout);
  visit("rows", s.rows);
}

template <class V, Is<ColumnNote> S>
void members(V& visit, S& s) {
  visit("name", s.name);
  visit("unit", s.unit);
  visit("known", s.known);
}

// Everything but the format and the hash, which come first, and the quality report, which has a
// form of its own and comes last.
template <class V, Is<Manifest> S>
void members(V& visit, S& s) {
  visit("time_meaning", s.time_meaning);
  visit("calendar", s.calendar);
  visit("columns", s.columns);
  visit("sources", s.sources);
  visit("policy", s.policy);
  visit("partitions", s.partitions);
  visit("instruments", s.instruments);
  visit("events", s.events);
}

// ---- writing -------------------------------------------------------------------------------

struct JsonWriter {
  Json out = Json::object();

  template <class T>
  void operator()(const char* key, const T& value) {
    out[key] = of(value);
  }

  template <class T>
  static Json of(const T& value) {
    if constexpr (std::integral<T> || std::same_as<T, std::string>) {
      return value;
    } else if constexpr (std::same_as<T, Date> || std::same_as<T, Timestamp> || std::same_as<T, Symbol>) {
      return value.to_string();
    } else if constexpr (requires { typename T::mapped_type; }) {
      Json object = Json::object();
      for (const auto& entry : value) object[entry.first] = of(entry.second);
      return object;
    } else if constexpr (requires { value.begin(); }) {
      Json array = Json::array();
      for (const auto& element : value) array.push_back(of(element));
      return array;
    } else {
      JsonWriter writer;
      members(writer, value);
      return std::move(writer.out);
    }
  }
};

// ---- reading -------------------------------------------------------------------------------

class JsonReader {
 public:
  JsonReader(const Json& in, std::string where) : in_(in), where_(std::move(where)) {
    if (!in.is_object()) throw Refused{"should be an object", where_};
  }

  template <class T>
  void operator()(const char* key, T& value) {
    read(take(key), value, under(key));
  }
  // After the last member: refuses others.
  void done() const {
    for (const auto& entry : in_.items())
      if (std::find(taken_.begin(), taken_.end(), entry.key()) == taken_.end())
        throw Refused{"no such key is known", under(entry.key())};
    if (taken_.size() != in_.size()) throw Refused{"a key is there twice", where_};
  }
  // For a member that is read elsewhere.
  const Json& take(const char* key) {
    const auto found = in_.find(key);
    if (found == in_.end()) throw Refused{"the key is missing", under(key)};
    taken_.emplace_back(key);
    return *found;
  }

  template <class T>
  static void read(const Json& in, T& value, const std::string& where) {
    if constexpr (std::unsigned_integral<T>) {
      if (!in.is_number_unsigned() || in.get<std::uint64_t>() > std::numeric_limits<T>::max())
        throw Refused{"should be a whole number from 0 to " + std::to_string(std::numeric_limits<T>::max()), where};
      value = static_cast<T>(in.get<std::uint64_t>());
    } else if constexpr (std::same_as<T, std::string>) {
      value = text(in, where);
    } else if constexpr (std::same_as<T, Date> || std::same_as<T, Timestamp>) {
      const auto parsed = T::parse(text(in, where));
      if (!parsed) throw Refused{std::same_as<T, Date> ? "should be a date" : "should be an instant", where};
      value = *parsed;
    } else if constexpr (std::same_as<T, Symbol>) {
      const auto parsed = Symbol::from(text(in, where));
      if (!parsed) throw Refused{"should be a symbol of one to eight characters", where};
      value = *parsed;
    } else if constexpr (requires { typename T::mapped_type; }) {
      if (!in.is_object()) throw Refused{"should be an object", where};
      for (const auto& entry : in.items()) read(entry.value(), value[entry.key()], where + "." + entry.key());
    } else if constexpr (requires { value.emplace_back(); }) {
      if (!in.is_array()) throw Refused{"should be a list", where};
      value.clear();
      for (std::size_t i = 0; i < in.size(); ++i)
        read(in[i], value.emplace_back(), where + "[" + std::to_string(i) + "]");
    } else {
      JsonReader reader(in, where);
      members(reader, value);
      reader.done();
    }
  }

 private:
  static const std::string& text(const Json& in, const std::string& where) {
    if (!in.is_string()) throw Refused{"should be text", where};
    return in.get_ref<const std::string&>();
  }
  std::string under(const std::string& key) const { return where_.empty() ? key : where_ + "." + key; }

  const Json& in_;
  std::string where_;
  std::vector<std::string_view> taken_;
};

}  // namespace optix::stored
