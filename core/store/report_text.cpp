#include "core/store/report_text.hpp"

#include <cmath>
#include <cstdio>

namespace optix {
namespace {

constexpr std::string_view minus = "\xE2\x88\x92";
constexpr std::string_view dash = "\xE2\x80\x93";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

std::string with_separators(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string signed_text(bool negative, std::string_view prefix, std::string magnitude) {
  return (negative ? std::string(minus) : std::string()) + std::string(prefix) + std::move(magnitude);
}

// Separators in the whole part of unsigned decimal text.
std::string group_text(std::string_view text) {
  const std::size_t point = text.find('.');
  return with_separators(text.substr(0, point)) +
         (point == std::string_view::npos ? "" : std::string(text.substr(point)));
}

std::string amount(Decimal value, std::string_view prefix) {
  if (value.is_none()) return std::string(dash);
  return signed_text(value < Decimal{}, prefix, group_text(value.abs().to_string()));
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r')
          out += replacement;
        else
          out += c;
    }
  }
  return out;
}

std::string grouped(double value, int decimals) {
  if (!std::isfinite(value)) return std::string(dash);
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", decimals, std::fabs(value));
  // What rounds to nothing has no sign.
  const bool zero = std::string_view(text).find_first_not_of("0.") == std::string_view::npos;
  return signed_text(value < 0 && !zero, "", group_text(text));
}

std::string money_text(Decimal value) { return amount(value, "$"); }
std::string price_text(Decimal value) { return amount(value, ""); }

std::string percent_text(double fraction, int decimals) { return grouped(fraction * 100, decimals) + "\xC2\xA0%"; }

std::string figure_text(const MetricValue& m) {
  if (!m.defined) return std::string(dash);
  if (m.unit == "fraction") return percent_text(m.value);
  if (m.unit == "usd") return signed_text(m.value < 0, "$", grouped(std::fabs(m.value), 2));
  const bool whole = m.value == std::floor(m.value) && std::fabs(m.value) < 1e15;
  if (m.unit == "count" || m.unit == "periods" || m.unit == "days") return grouped(m.value, whole ? 0 : 1);
  if (m.value != 0 && std::fabs(m.value) < 0.01) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2e", std::fabs(m.value));
    return signed_text(m.value < 0, "", text);
  }
  return grouped(m.value, 2);
}

std::string reason_text(std::string_view reason) {
  std::string out(reason);
  for (char& c : out)
    if (c == '_') c = ' ';
  return out;
}

}  // namespace optix
