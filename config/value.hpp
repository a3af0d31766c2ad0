#pragma once
// A configuration value that remembers where it was written, so that every error can point at it.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/values/decimal.hpp"
#include "messages/values/time.hpp"

namespace optix {

// A place in a source file; line and column count from 1, 0 when there is no file (a default, a
// command-line --set).
struct SourcePosition {
  std::string file;
  int line = 0;
  int column = 0;
  std::string to_string() const;  // "condor.yaml:14:9", "--set", "default"
};

class Value {
 public:
  enum class Kind : std::uint8_t { null, scalar, list, map };
  using Member = std::pair<std::string, Value>;

  Value() = default;
  static Value null(SourcePosition where);
  static Value scalar(std::string text, SourcePosition where = {});
  static Value list(std::vector<Value> items, SourcePosition where = {});
  static Value map(std::vector<Member> members, SourcePosition where = {});

  Kind kind() const { return kind_; }
  const SourcePosition& where() const { return where_; }
  bool is_null() const { return kind_ == Kind::null; }

  const std::string& text() const { return text_; }           // scalars
  const std::vector<Value>& items() const { return items_; }  // lists
  // Maps keep the order of the file.
  const std::vector<Member>& members() const { return members_; }
  const Value* find(std::string_view key) const;  // nullptr when absent
  // Position of the key itself (not of its value), for "unknown key" errors.
  const SourcePosition& key_where(std::string_view key) const;
  void set(std::string key, Value value, SourcePosition key_where = {});
  // For the code that merges files and applies overrides.
  Value* find(std::string_view key);
  std::vector<Value>& items() { return items_; }
  void erase(std::string_view key);

  // For values that passed the checker: the typed value, or std::logic_error naming the place.
  const Value& at(std::string_view key) const;
  bool has(std::string_view key) const {
    const Value* v = find(key);
    return v && !v->is_null();
  }
  bool as_bool() const;
  std::int64_t as_int() const;
  double as_double() const;
  Decimal as_decimal() const;
  Date as_date() const;
  Timestamp as_timestamp() const;

 private:
  Kind kind_ = Kind::null;
  std::string text_;
  std::vector<Value> items_;
  std::vector<Member> members_;
  std::vector<SourcePosition> key_positions_;  // parallel to members_
  SourcePosition where_;
};

}  // namespace optix
