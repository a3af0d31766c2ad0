#pragma once
// A value or an error that says what, where and what to do. Used at every edge: files, config,
// network, plug-ins. Inside the engine an impossible state throws instead.
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace optix {

struct Error {
  std::string what;   // "ask is negative: -0.05"
  std::string where;  // "chain.csv:17 column ask"; may be empty
  std::string hint;   // "set `negative_quotes: drop` to skip such rows"; may be empty

  // "chain.csv:17 column ask: ask is negative: -0.05\n  hint: …"
  std::string to_string() const {
    std::string out = where.empty() ? what : where + ": " + what;
    if (!hint.empty()) out += "\n  hint: " + hint;
    return out;
  }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }
  T& value() & { return checked(); }
  const T& value() const& { return const_cast<Result*>(this)->checked(); }
  T&& value() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(checked()); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  T& checked() {
    if (auto* value = std::get_if<0>(&state_)) return *value;
    throw std::logic_error("value of a failed result: " + std::get<1>(state_).to_string());
  }
  std::variant<T, Error> state_;
};

// For operations that return nothing but may fail.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}
  explicit operator bool() const { return !error_.has_value(); }
  bool ok() const { return !error_.has_value(); }
  const Error& error() const { return error_.value(); }

 private:
  std::optional<Error> error_;
};

}  // namespace optix
