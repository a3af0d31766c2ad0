#include "config/diagnostics.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace optix {

std::span<const CodeDoc> diagnostic_codes() {
  static constexpr auto table = std::to_array<CodeDoc>({
      {code::unreadable_file, "the file cannot be read"},
      {code::invalid_yaml, "the text is not valid YAML"},
      {code::file_too_large, "the file is larger than a configuration may be"},
      {code::nested_too_deeply, "lists and maps are nested too deeply"},
      {code::duplicate_key, "a key appears twice in one map"},
      {code::several_documents, "the file holds more than one YAML document"},
      {code::too_many_values, "the file holds too many values, or aliases that expand to too many"},
      {code::unsupported_yaml, "a YAML feature that configuration does not use: tags, maps as keys, a list at the top"},
      {code::file_not_found, "a file or preset named by `extends`, `use`, `strategy` or `topology` does not exist"},
      {code::extends_cycle, "files extend each other in a circle"},
      {code::bad_override, "a --set that does not read as path=value"},
      {code::override_misses, "a --set whose path leads through something that is not a map or list"},
      {code::bad_extends, "`extends`, or a key ending in +, has a value of the wrong kind"},
      {code::unknown_form, "the file is neither a topology, a run file nor a strategy"},
      {code::unknown_key, "a key that has no meaning there"},
      {code::required_key, "a key that must be given is missing"},
      {code::wrong_kind, "a value of the wrong kind: text for a number, a list for a map, a date that is none"},
      {code::not_a_choice, "a word that is not one of the choices"},
      {code::out_of_range, "a number outside its range"},
      {code::conflict, "values that cannot be given together, or out of order"},
      {code::unknown_type, "a node type that does not exist"},
      {code::unknown_node, "a wire or group names a node that does not exist"},
      {code::unknown_port, "a wire names a port that its node does not have"},
      {code::port_mismatch, "a wire joins an output to an input that does not take its messages"},
      {code::unwired_input, "an input that must be wired is not"},
      {code::duplicate_wire, "the same two ports are wired twice"},
      {code::relay_cycle, "wires without latency pass one kind of message around in a circle"},
      {code::bad_endpoint, "a wire end that does not read as node.port"},
      {code::bad_group, "a node is in two binding groups"},
      {code::bad_node_name, "a node name with characters other than letters, digits, _ and -"},
      {code::empty_topology, "a topology without nodes"},
  });
  return table;
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // Cut only where a UTF-8 character starts.
    if (out.size() >= limit && (c & 0xC0) != 0x80) return out + "…";
    if (c == '\t') {
      out += ' ';
    } else if (c < 0x20 || c == 0x7F) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\x%02X", c);
      out += hex;
    } else {
      out += text[i];
    }
  }
  return out;
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (all_.size() == kept) {
    ++dropped_;
    return;
  }
  const auto same = [&](const Diagnostic& d) {
    return d.code == diagnostic.code && d.path == diagnostic.path && d.message == diagnostic.message &&
           d.where.to_string() == diagnostic.where.to_string();
  };
  if (std::none_of(all_.begin(), all_.end(), same)) all_.push_back(std::move(diagnostic));
}

void Diagnostics::add(std::string_view code, SourcePosition where, std::string path, std::string message,
                      std::string hint) {
  add(Diagnostic{std::string(code), std::move(where), std::move(path), std::move(message), std::move(hint)});
}

void Diagnostics::add_source(const std::string& file, std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  sources_[file] = std::move(lines);
}

std::string Diagnostics::source_line(const SourcePosition& where) const {
  const auto found = sources_.find(where.file);
  if (found == sources_.end() || where.line < 1 || static_cast<std::size_t>(where.line) > found->second.size())
    return {};
  return found->second[static_cast<std::size_t>(where.line) - 1];
}

std::string Diagnostics::render() const {
  if (all_.empty()) return {};
  std::string out;
  for (const Diagnostic& d : all_) {
    std::string place = printable(d.where.to_string());
    if (!d.path.empty()) place += (place.empty() ? "" : " ") + printable(d.path);
    out += "error[" + d.code + "]: " + place + (place.empty() ? "" : ": ") + d.message + "\n";
    if (const std::string line = source_line(d.where); !line.empty()) {
      char number[24];
      std::snprintf(number, sizeof number, "%7d | ", d.where.line);
      out += number + printable(line) + "\n";
    }
    if (!d.hint.empty()) out += "   hint: " + d.hint + "\n";
  }
  out += std::to_string(count()) + (count() == 1 ? " error" : " errors");
  if (dropped_ > 0) out += ", the first " + std::to_string(kept) + " shown";
  return out + ". Nothing was run.\n";
}

std::string Diagnostics::to_json() const {
  nlohmann::ordered_json errors = nlohmann::ordered_json::array();
  for (const Diagnostic& d : all_) {
    nlohmann::ordered_json row{{"code", d.code}, {"file", d.where.file}};
    if (d.where.line > 0) {
      row["line"] = d.where.line;
      row["column"] = d.where.column;
    }
    row["path"] = d.path;
    row["message"] = d.message;
    if (!d.hint.empty()) row["hint"] = d.hint;
    if (const std::string line = source_line(d.where); !line.empty()) row["source"] = line;
    errors.push_back(std::move(row));
  }
  // Bytes that are not UTF-8 may come from a broken file; they are replaced, not thrown on.
  return nlohmann::ordered_json{{"errors", std::move(errors)}}.dump(2, ' ', false,
                                                                    nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace optix
