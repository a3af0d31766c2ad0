#pragma once
// From the command line to a checked topology: what every command that reads configuration shares.
#include <optional>
#include <string>
#include <vector>

#include "config/topology_loader.hpp"
#include "tools/optix/console.hpp"

namespace optix {

// A configuration file with its overrides, as given on the command line.
struct ConfigArguments {
  std::string file;
  std::vector<std::string> sets;
  std::optional<std::uint64_t> seed;
  std::optional<int> threads;
};

// The folder of presets: beside the program in a build or an installation, otherwise the source
// tree it was built from.
std::string presets_folder();

// Schemas of all built-in node types.
std::vector<NodeSchema> builtin_schemas();

// Loads and checks; on failure prints why and returns nullopt (exit code: config).
std::optional<Topology> load(const ConfigArguments& arguments, const Console& console);

}  // namespace optix
