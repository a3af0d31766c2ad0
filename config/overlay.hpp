#pragma once
// Building one configuration out of several: `extends`, presets and --set.
//
// How an overlay changes what it extends:
//  - maps merge key by key, at every depth; keys keep the order of the base, new ones follow;
//  - a list or scalar replaces what was there;
//  - `key+: [..]` appends to the inherited list (`wires+:` adds wires);
//  - a null (`risk: ~`) removes the inherited key;
//  - a map whose `type` changes is replaced whole: parameters of the old type mean nothing to the
//    new one. A node replaced so keeps its name, and with it its place, its rank and its wires. This is
//    how a live overlay swaps the data source.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/value.hpp"

namespace optix {

Value merge(const Value& base, const Value& overlay, const std::string& path, Diagnostics& errors);

// Where preset names are looked up: <root>/topologies, <root>/strategies, <root>/runs.
struct Presets {
  std::string root;
};

// A name with a slash or ending in .yaml or .yml is a file, relative to the file it is written in
// (or to the working folder for --set and the command line); any other is <root>/<family>/NAME.yaml.
// nullopt, with an error that lists near names, when there is no such file.
std::optional<std::string> find_config(const Value& name, const std::string& family, const Presets& presets,
                                       const std::string& path, Diagnostics& errors);

// Reads a file and everything it extends, merged. `family` is where a bare name in `extends` is
// looked up. The result has no `extends` key. `files`, when given, receives the names of the files
// read, `file` first.
std::optional<Value> read_with_extends(const std::string& file, const std::string& family, const Presets& presets,
                                       Diagnostics& errors, std::vector<std::string>* files = nullptr);

// Names of the presets of one family, sorted.
std::vector<std::string> preset_names(const std::string& family, const Presets& presets);

// One --set: "nodes.replay.start=2019-05-01", "legs[0].delta.target=0.2". The right side is a YAML
// value; nothing after the = removes the key. Maps on the way are made as needed, list items must
// exist. Values set so have the position "--set".
struct Override {
  std::vector<std::string> path;  // list indices as "[0]"
  Value value;
  std::string text;  // as given
};
std::optional<Override> parse_override(std::string_view text, Diagnostics& errors);
bool apply_override(Value& root, const Override& change, Diagnostics& errors);

// Both steps at once.
bool apply_set(Value& root, std::string_view text, Diagnostics& errors);

}  // namespace optix
