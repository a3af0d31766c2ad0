#pragma once
// Pictures of a topology: text for a terminal, Graphviz DOT, Mermaid.
#include <string>
#include <vector>

#include "config/schema.hpp"
#include "config/topology.hpp"

namespace optix {

// Nodes in rank order, each with its inputs and who feeds them and its outputs and where they go.
// Unwired outputs read "-> observers only".
std::string text_graph(const Topology& topology, const std::vector<NodeSchema>& types);
std::string dot_graph(const Topology& topology);
std::string mermaid_graph(const Topology& topology);

// "round 1", "2 ms", "2 ms + up to 1 ms"; "" for a plain wire.
std::string wire_label(const TopologyWire& wire);

}  // namespace optix
