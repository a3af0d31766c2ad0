#include "core/contracts/osi.hpp"

#include <cstdio>

namespace optix {
namespace {

constexpr std::size_t root_width = 6;
constexpr std::size_t tail_width = 15;  // yymmdd, right, strike

Error refuse(std::string_view text, std::string why) {
  std::string shown;
  for (const char c : text.substr(0, 40)) {
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(c));
    shown += c >= ' ' && c < 127 ? std::string(1, c) : std::string(escaped);
  }
  return {
      "'" + shown + "' is not an option symbol: " + std::move(why), "",
      "OSI symbols read ROOT (six characters), yymmdd, C or P, strike x 1000 in eight digits: SPXW  190426C02935000"};
}

// The value of all-digit text, or -1.
int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool root_character(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

Result<OsiSymbol> parse_parts(std::string_view text, std::string_view root, std::string_view tail) {
  if (root.empty()) return refuse(text, "the root is empty");
  for (const char c : root)
    if (!root_character(c)) return refuse(text, "a root has only the characters A-Z and 0-9, padded on the right");
  const int year = number(tail.substr(0, 2)), month = number(tail.substr(2, 2)), day = number(tail.substr(4, 2));
  if (year < 0 || !Date::valid_civil(2000 + year, month, day))
    return refuse(text, "'" + std::string(tail.substr(0, 6)) + "' is not a date (yymmdd)");
  if (tail[6] != 'C' && tail[6] != 'P') return refuse(text, "the right must be C or P");
  const int strike = number(tail.substr(7));
  if (strike < 0) return refuse(text, "the strike must be eight digits");
  if (strike == 0) return refuse(text, "the strike is zero");
  return OsiSymbol{*Symbol::from(root), Date::from_civil(2000 + year, month, day),
                   tail[6] == 'C' ? Right::call : Right::put, Decimal::from_raw(std::int64_t{strike} * 1000)};
}

}  // namespace

Result<OsiSymbol> parse_osi(std::string_view text) {
  if (text.size() != root_width + tail_width) return refuse(text, "it must have 21 characters");
  std::string_view root = text.substr(0, root_width);
  while (!root.empty() && root.back() == ' ') root.remove_suffix(1);
  return parse_parts(text, root, text.substr(root_width));
}

Result<OsiSymbol> parse_osi_compact(std::string_view text) {
  if (text.size() <= tail_width || text.size() > root_width + tail_width)
    return refuse(text, "without padding it must have 16 to 21 characters");
  return parse_parts(text, text.substr(0, text.size() - tail_width), text.substr(text.size() - tail_width));
}

Result<std::string> format_osi(const OsiSymbol& symbol) {
  const std::string_view root = symbol.root.view();
  if (root.empty() || root.size() > root_width)
    return Error{"an option root has 1 to 6 characters", std::string(root), ""};
  for (const char c : root)
    if (!root_character(c)) return Error{"an option root has only the characters A-Z and 0-9", std::string(root), ""};
  const auto [year, month, day] = symbol.expiration.civil();
  if (year < 2000 || year > 2099)
    return Error{"option symbols can only express 2000 to 2099", symbol.expiration.to_string(), ""};
  const std::int64_t raw = symbol.strike.raw();
  if (symbol.strike.is_none() || raw <= 0 || raw % 1000 != 0 || raw / 1000 > 99'999'999)
    return Error{"option symbols can only express strikes from 0.001 to 99999.999 in steps of 0.001",
                 symbol.strike.to_string(), ""};
  char text[64];
  std::snprintf(text, sizeof text, "%-6s%02d%02d%02d%c%08d", std::string(root).c_str(), year % 100, month, day,
                symbol.right == Right::call ? 'C' : 'P', static_cast<int>(raw / 1000));
  return std::string(text);
}

}  // namespace optix
