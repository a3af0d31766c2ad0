#include "messages/codec/json_write.hpp"

#include <charconv>
#include <cmath>

#include "messages/codec/utf8.hpp"

namespace optix::codec {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

}  // namespace

void write_json_text(std::string& out, std::string_view text) {
  if (!is_utf8(text)) {
    out += "{\"hex\":\"";
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      out += hex_digits[byte >> 4];
      out += hex_digits[byte & 15];
    }
    out += "\"}";
    return;
  }
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (const auto byte = static_cast<unsigned char>(c); byte < 0x20) {
          out += "\\u00";
          out += hex_digits[byte >> 4];
          out += hex_digits[byte & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void write_json_double(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "null";
  } else if (std::isinf(value)) {
    out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  } else {
    char text[32];
    const std::string_view written(text,
                                   static_cast<std::size_t>(std::to_chars(text, text + sizeof text, value).ptr - text));
    out += written;
    // Keep it a float for readers that tell 2 from 2.0, and keep the sign of -0.
    if (written.find_first_of(".e") == std::string_view::npos) out += ".0";
  }
}

void write_json_date(std::string& out, Date value) {
  const int year = value.civil().year;
  out += year >= 0 && year <= 9999 ? "\"" + value.to_string() + "\"" : std::to_string(value.days);
}

}  // namespace optix::codec
