#pragma once
// Short names that sit in columns: option roots and underlyings, at most eight bytes, no heap.
#include <array>
#include <compare>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace optix {

struct Symbol {
  std::array<char, 8> chars{};  // zero padded

  constexpr auto operator<=>(const Symbol&) const = default;

  // nullopt when the text is empty, longer than eight bytes or has a zero byte.
  static constexpr std::optional<Symbol> from(std::string_view text) {
    Symbol s;
    if (text.empty() || text.size() > s.chars.size()) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\0') return std::nullopt;
      s.chars[i] = text[i];
    }
    return s;
  }
  constexpr std::string_view view() const {
    std::size_t n = 0;
    while (n < chars.size() && chars[n] != '\0') ++n;
    return {chars.data(), n};
  }
  std::string to_string() const { return std::string(view()); }
  constexpr bool empty() const { return chars[0] == '\0'; }
};

}  // namespace optix
