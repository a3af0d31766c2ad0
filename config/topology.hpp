#pragma once
// A checked topology: names resolved, types matched, defaults filled in. What `check_topology`
// returns and actors/engine turns into a Plan and nodes.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/schema.hpp"
#include "config/value.hpp"
#include "core/sequencer/digest.hpp"
#include "core/sequencer/plan.hpp"

namespace optix {

enum class ClockKind : std::uint8_t { replay, wall };
enum class Binding : std::uint8_t { inline_, caf, zeromq };

struct TopologyNode {
  std::string name;
  std::string type;
  Value params;  // checked against the type's ParamSpec, defaults filled in
  Binding binding = Binding::inline_;
  std::string group;  // nodes of one group share a host; default: one per node for caf and zeromq
  SourcePosition where;
};

struct TopologyWire {
  std::string from_node, from_port, to_node, to_port;
  std::uint32_t extra_rounds = 0;
  Latency latency;
  SourcePosition where;
};

struct TopologyRun {
  ClockKind clock = ClockKind::replay;
  std::uint64_t seed = 0;
  std::optional<Timestamp> start;
  std::optional<Timestamp> end;
  Bounds bounds;
  int caf_threads = 0;  // 0: one per core
  DigestMode digest = DigestMode::events;
};

struct Topology {
  TopologyRun run;
  std::vector<TopologyNode> nodes;  // rank = index
  std::vector<TopologyWire> wires;  // in file order
  Value source;                     // the merged YAML after extends, --set and expansion
};

}  // namespace optix
