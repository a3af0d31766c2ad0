#include <cstdio>

#include "config/yaml.hpp"

namespace optix {
namespace {

bool plain_ok(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "-" || text == "---" || text == "...") return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  static constexpr std::string_view never_first = "!&*?|>%@`\"'#,[]{}:=";
  if (never_first.find(text.front()) != std::string_view::npos) return false;
  // "- x" is a list item; "-5" and "-x" are plain.
  if (text.front() == '-' && text.size() > 1 && text[1] == ' ') return false;
  if (text.starts_with("---") || text.starts_with("...")) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c >= 0x7F) return false;
    if (std::string_view(",[]{}").find(text[i]) != std::string_view::npos) return false;
    if (c == ':' && (i + 1 == text.size() || text[i + 1] == ' ')) return false;
    if (c == '#' && i > 0 && text[i - 1] == ' ') return false;
  }
  return true;
}

std::string quoted(const std::string& text) {
  if (plain_ok(text)) return text;
  std::string out = "\"";
  for (const char raw : text) {
    const auto c = static_cast<unsigned char>(raw);
    if (raw == '"' || raw == '\\') {
      out += '\\';
      out += raw;
    } else if (raw == '\n') {
      out += "\\n";
    } else if (c < 0x20 || c == 0x7F) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\x%02X", c);
      out += hex;
    } else {
      out += raw;
    }
  }
  return out + "\"";
}

class Writer {
 public:
  explicit Writer(const YamlStyle& style) : style_(style) {}

  // `value` after "key:" or "-" at `indent`.
  void after_key(const Value& value, int indent) {
    switch (value.kind()) {
      case Value::Kind::null: end_line(" null", value); return;
      case Value::Kind::scalar: end_line(" " + quoted(value.text()), value); return;
      case Value::Kind::list:
        if (value.items().empty()) return end_line(" []", value);
        out_ += '\n';
        list(value, indent + 2);
        return;
      case Value::Kind::map:
        if (value.members().empty()) return end_line(" {}", value);
        out_ += '\n';
        map(value, indent + 2, false);
        return;
    }
  }

  // `inside` is true when the first line continues a "- ".
  void map(const Value& value, int indent, bool inside) {
    for (const auto& [key, member] : value.members()) {
      if (!inside) out_.append(static_cast<std::size_t>(indent), ' ');
      inside = false;
      out_ += quoted(key) + ":";
      after_key(member, indent);
    }
  }

  void list(const Value& value, int indent) {
    for (const Value& item : value.items()) {
      out_.append(static_cast<std::size_t>(indent), ' ');
      out_ += '-';
      if (item.kind() == Value::Kind::map && !item.members().empty()) {
        out_ += ' ';
        map(item, indent + 2, true);
      } else {
        after_key(item, indent);
      }
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void end_line(const std::string& text, const Value& value) {
    out_ += text;
    if (style_.mark_defaults && value.where().file == default_position().file && value.where().line == 0)
      out_ += "  # default";
    out_ += '\n';
  }

  YamlStyle style_;
  std::string out_;
};

}  // namespace

std::string to_yaml(const Value& value, const YamlStyle& style) {
  Writer writer(style);
  switch (value.kind()) {
    case Value::Kind::map:
      if (value.members().empty()) return "{}\n";
      writer.map(value, 0, false);
      break;
    case Value::Kind::list:
      if (value.items().empty()) return "[]\n";
      writer.list(value, 0);
      break;
    case Value::Kind::scalar: return quoted(value.text()) + "\n";
    case Value::Kind::null: return "null\n";
  }
  return writer.take();
}

}  // namespace optix
