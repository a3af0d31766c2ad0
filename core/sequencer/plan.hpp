#pragma once
// A topology ready to run: ranks, ports and wires as plain numbers. Built from the topology file
// by actors/engine; the sequencer knows nothing of names or YAML beyond what it prints.
#include <cstdint>
#include <string>
#include <vector>

#include "core/sequencer/event.hpp"
#include "core/sequencer/latency.hpp"
#include "messages/values/time.hpp"

namespace optix {

struct PlannedWire {
  NodeRank to = 0;
  std::uint16_t input = 0;      // InputPort numbering of the destination
  std::uint16_t port_rank = 0;  // rank of that input port in the whole topology
  std::uint32_t extra_rounds = 0;
  Latency latency;
  std::uint64_t stream = 0;  // draw stream of the wire's delays
};

struct PlannedNode {
  std::string name;
  std::vector<std::string> input_names;  // implicit inputs first: control, timer, …
  std::vector<std::string> output_names;
  std::uint16_t first_port_rank = 0;              // rank of input 0
  std::vector<std::vector<PlannedWire>> outputs;  // by output port
  // True for nodes whose emissions come from outside (a data set, a live feed): a journal replay
  // feeds their recorded emissions and does not run them.
  bool source = false;
};

struct Bounds {
  std::uint32_t rounds_per_instant = 1'000;
  std::uint64_t events_per_wave = 1'000'000;
  std::uint64_t queue_length = 10'000'000;
};

struct Plan {
  std::vector<PlannedNode> nodes;  // by rank
  std::uint64_t seed = 0;
  Timestamp start;
  Bounds bounds;
  struct Port {
    NodeRank node;
    std::uint16_t input;
  };
  std::vector<Port> ports;  // by port rank
};

// Names for people: "condor", "sequencer", "outside"; "condor.reports", "observers".
inline std::string source_name(const Plan& plan, std::uint16_t source) {
  if (source == sequencer_source) return "sequencer";
  return source == external_source ? "outside" : plan.nodes[source].name;
}
inline std::string port_name(const Plan& plan, std::uint16_t port) {
  if (port == observers_port) return "observers";
  const PlannedNode& node = plan.nodes[plan.ports[port].node];
  return node.name + "." + node.input_names[plan.ports[port].input];
}

}  // namespace optix
