#pragma once
// From a file on disk (topology, run file or strategy) and --set overrides to a checked Topology.
#include <optional>
#include <string>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/overlay.hpp"
#include "config/schema.hpp"
#include "config/topology.hpp"

namespace optix {

struct ConfigOptions {
  Presets presets;                     // folder with topologies/, strategies/, runs/
  std::vector<std::string> overrides;  // --set arguments, in order
};

// Either a topology, or diagnostics that say why not.
struct LoadedTopology {
  std::optional<Topology> topology;
  Diagnostics diagnostics;
  explicit operator bool() const { return topology.has_value(); }
};

enum class ConfigForm : std::uint8_t { topology, run, strategy };
// What a file is, by its keys: `strategy`, `data`, `cash`, `fill`, `risk` or `topology` make a run
// file, `nodes` or `wires` a topology, `legs`, `entry` or `exit` a strategy. nullopt when no key
// tells, as in a file that only extends another.
std::optional<ConfigForm> form_of(const Value& file);

// Loads any form. `file` is a path, or the name of a preset run or topology. A strategy file runs
// when the overrides name its data (--set data.csv=chain.csv.gz).
//
// Overrides use the words of the file they change: in a run file `cash=50000`, `data.csv=…`,
// `strategy.legs[0].delta.target=0.2` (`strategy[1].…` for the second of several), and for all
// forms `run.…`, `bind.…`, `nodes.NAME.…` and `wires[0].…` of the expanded topology.
LoadedTopology load_run(const std::string& file, const ConfigOptions& options, const std::vector<NodeSchema>& types);

// The same, but refuses anything except a topology file.
LoadedTopology load_topology(const std::string& file, const ConfigOptions& options,
                             const std::vector<NodeSchema>& types);

}  // namespace optix
