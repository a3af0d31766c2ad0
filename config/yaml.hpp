#pragma once
// YAML text to Value and back. Every value and key keeps its file, line and column.
//
// What is accepted is the plain part of YAML 1.2: one document, a map at the top, scalars, lists,
// maps, comments, anchors and aliases. Tags, maps as keys and duplicate keys are errors. A plain
// `~`, `null` or nothing at all is null; every other scalar stays text until a parameter table
// says what it is.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/diagnostics.hpp"
#include "config/value.hpp"

namespace optix {

struct YamlLimits {
  std::size_t bytes = 256 << 10;  // of the file, and of all texts after aliases are expanded
  std::size_t depth = 64;         // nested lists and maps
  std::size_t values = 20'000;    // after aliases are expanded
};

// Parses `text`; `file` is the name that errors show. Also registers the text with `errors`, so
// that later errors about these values can show their line. nullopt when it does not parse.
std::optional<Value> parse_yaml(std::string_view text, const std::string& file, Diagnostics& errors,
                                const YamlLimits& limits = {});

// The same for a file on disk.
std::optional<Value> read_yaml_file(const std::string& file, Diagnostics& errors, const YamlLimits& limits = {});

// One YAML value of any kind (a --set, a default). `where` is given to every part of it; nullopt
// when it does not parse.
std::optional<Value> parse_yaml_value(std::string_view text, const SourcePosition& where);

struct YamlStyle {
  bool mark_defaults = false;  // append `# default` to lines whose value no file gave
};
// Block style, two spaces; parse_yaml(to_yaml(v)) gives v again, positions aside.
std::string to_yaml(const Value& value, const YamlStyle& style = {});

// The position of values that come from a parameter table's default.
const SourcePosition& default_position();

}  // namespace optix
