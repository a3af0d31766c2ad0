#pragma once
// Configuration errors, collected and printed like a compiler's:
//
//   error[E0312]: condor.yaml:14:9 legs[1].delta: 30 is outside [-1, 1]
//        14 |   delta: 30
//      hint: deltas are fractions; did you mean 0.30?
//   2 errors. Nothing was run.
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/value.hpp"

namespace optix {

// The permanent error codes. E01xx: reading YAML; E02xx: extends, presets and --set;
// E03xx: values against the parameter tables; E04xx: the topology as a whole.
namespace code {
inline constexpr std::string_view unreadable_file = "E0101";
inline constexpr std::string_view invalid_yaml = "E0102";
inline constexpr std::string_view file_too_large = "E0103";
inline constexpr std::string_view nested_too_deeply = "E0104";
inline constexpr std::string_view duplicate_key = "E0105";
inline constexpr std::string_view several_documents = "E0106";
inline constexpr std::string_view too_many_values = "E0107";
inline constexpr std::string_view unsupported_yaml = "E0108";
inline constexpr std::string_view file_not_found = "E0201";
inline constexpr std::string_view extends_cycle = "E0202";
inline constexpr std::string_view bad_override = "E0203";
inline constexpr std::string_view override_misses = "E0204";
inline constexpr std::string_view bad_extends = "E0205";
inline constexpr std::string_view unknown_form = "E0206";
inline constexpr std::string_view unknown_key = "E0301";
inline constexpr std::string_view required_key = "E0302";
inline constexpr std::string_view wrong_kind = "E0310";
inline constexpr std::string_view not_a_choice = "E0311";
inline constexpr std::string_view out_of_range = "E0312";
inline constexpr std::string_view conflict = "E0313";
inline constexpr std::string_view unknown_type = "E0401";
inline constexpr std::string_view unknown_node = "E0402";
inline constexpr std::string_view unknown_port = "E0403";
inline constexpr std::string_view port_mismatch = "E0404";
inline constexpr std::string_view unwired_input = "E0405";
inline constexpr std::string_view duplicate_wire = "E0406";
inline constexpr std::string_view relay_cycle = "E0407";
inline constexpr std::string_view bad_endpoint = "E0408";
inline constexpr std::string_view bad_group = "E0409";
inline constexpr std::string_view bad_node_name = "E0410";
inline constexpr std::string_view empty_topology = "E0411";
}  // namespace code

struct CodeDoc {
  std::string_view code;
  std::string_view meaning;
};
// Every code with its meaning, in code order; the reference page is written from it.
std::span<const CodeDoc> diagnostic_codes();

struct Diagnostic {
  std::string code;
  SourcePosition where;
  std::string path;     // "legs[1].delta"; empty for a file as a whole
  std::string message;  // "30 is outside [-1, 1]"
  std::string hint;     // empty: none
};

class Diagnostics {
 public:
  // Ignores an exact repetition (a shared preset checked twice). Keeps the first `kept`; further
  // ones are counted only.
  static constexpr std::size_t kept = 100;
  void add(Diagnostic diagnostic);
  void add(std::string_view code, SourcePosition where, std::string path, std::string message, std::string hint = {});
  // The text of a file, so that errors can show the line they mean.
  void add_source(const std::string& file, std::string_view text);

  bool empty() const { return all_.empty(); }
  std::size_t count() const { return all_.size() + dropped_; }
  const std::vector<Diagnostic>& all() const { return all_; }
  std::vector<Diagnostic>& all() { return all_; }

  // The text above, one block per error in the order found, with the count line; "" when empty.
  std::string render() const;
  // {"errors": [{"code", "file", "line", "column", "path", "message", "hint", "source"}]}
  std::string to_json() const;

 private:
  std::string source_line(const SourcePosition& where) const;  // "" when not known
  std::vector<Diagnostic> all_;
  std::size_t dropped_ = 0;
  std::map<std::string, std::vector<std::string>> sources_;  // lines by file
};

// Text from a file made safe to print: control characters become \xNN, and what is longer than
// `limit` bytes is cut with "…".
std::string printable(std::string_view text, std::size_t limit = 160);

}  // namespace optix
