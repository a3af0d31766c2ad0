#include "config/value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "config/scalar.hpp"

namespace optix {
namespace {

// The accessors are for checked values: a miss is a mismatch between a node and its parameter
// table, which is a programming error.
[[noreturn]] void misread(const Value& value, std::string_view expected) {
  throw std::logic_error(value.where().to_string() + ": the value \"" + value.text() + "\" was read as " +
                         std::string(expected));
}

template <class T>
T required(const Value& value, const std::optional<T>& parsed, std::string_view expected) {
  if (value.kind() != Value::Kind::scalar || !parsed) misread(value, expected);
  return *parsed;
}

std::string_view without_plus(std::string_view text) {
  return text.size() > 1 && text[0] == '+' && text[1] != '-' ? text.substr(1) : text;
}

}  // namespace

std::optional<bool> parse_boolean(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  text = without_plus(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  text = without_plus(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string SourcePosition::to_string() const {
  if (line == 0) return file;
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

Value Value::null(SourcePosition where) {
  Value v;
  v.where_ = std::move(where);
  return v;
}

Value Value::scalar(std::string text, SourcePosition where) {
  Value v;
  v.kind_ = Kind::scalar;
  v.text_ = std::move(text);
  v.where_ = std::move(where);
  return v;
}

Value Value::list(std::vector<Value> items, SourcePosition where) {
  Value v;
  v.kind_ = Kind::list;
  v.items_ = std::move(items);
  v.where_ = std::move(where);
  return v;
}

Value Value::map(std::vector<Member> members, SourcePosition where) {
  Value v;
  v.kind_ = Kind::map;
  v.where_ = std::move(where);
  for (const auto& [key, member] : members) v.key_positions_.push_back(member.where());
  v.members_ = std::move(members);
  return v;
}

const Value* Value::find(std::string_view key) const {
  for (const auto& [name, value] : members_)
    if (name == key) return &value;
  return nullptr;
}

Value* Value::find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

const SourcePosition& Value::key_where(std::string_view key) const {
  for (std::size_t i = 0; i < members_.size(); ++i)
    if (members_[i].first == key) return key_positions_[i];
  return where_;
}

void Value::set(std::string key, Value value, SourcePosition key_where) {
  if (kind_ == Kind::null) kind_ = Kind::map;
  if (kind_ != Kind::map) misread(*this, "a map");
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (members_[i].first != key) continue;
    members_[i].second = std::move(value);
    key_positions_[i] = std::move(key_where);
    return;
  }
  members_.emplace_back(std::move(key), std::move(value));
  key_positions_.push_back(std::move(key_where));
}

void Value::erase(std::string_view key) {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (members_[i].first != key) continue;
    members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(i));
    key_positions_.erase(key_positions_.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

const Value& Value::at(std::string_view key) const {
  if (const Value* value = find(key)) return *value;
  throw std::logic_error(where_.to_string() + ": no key \"" + std::string(key) + "\" in a checked map");
}

bool Value::as_bool() const { return required(*this, parse_boolean(text_), "true or false"); }
std::int64_t Value::as_int() const { return required(*this, parse_integer(text_), "a whole number"); }
double Value::as_double() const { return required(*this, parse_number(text_), "a number"); }
Decimal Value::as_decimal() const { return required(*this, Decimal::parse(text_), "a decimal"); }
Date Value::as_date() const { return required(*this, Date::parse(text_), "a date"); }
Timestamp Value::as_timestamp() const { return required(*this, Timestamp::parse(text_), "an instant"); }

}  // namespace optix
