#include "config/graph.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

#include "config/topology_check.hpp"

namespace optix {
namespace {

std::string duration_text(std::int64_t ns) {
  struct Unit {
    std::int64_t ns;
    const char* name;
  };
  for (const Unit& unit : {Unit{1'000'000'000, "s"}, Unit{1'000'000, "ms"}, Unit{1'000, "us"}})
    if (ns >= unit.ns && ns % unit.ns == 0) return std::to_string(ns / unit.ns) + " " + unit.name;
  return std::to_string(ns) + " ns";
}

std::string binding_text(const TopologyNode& node) {
  switch (node.binding) {
    case Binding::inline_: return "inline";
    case Binding::caf: return node.group == node.name ? "caf" : "caf " + node.group;
    case Binding::zeromq: return node.group == node.name ? "zeromq" : "zeromq " + node.group;
  }
  return {};
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

// Wires with the same ends of nodes drawn as one edge: its label lists the ports.
struct Edge {
  std::string from, to;
  std::vector<std::string> labels;
};

std::vector<Edge> edges_of(const Topology& topology) {
  std::vector<Edge> edges;
  for (const TopologyWire& wire : topology.wires) {
    std::string label = wire.from_port + " → " + wire.to_port;
    if (const std::string extra = wire_label(wire); !extra.empty()) label += " (" + extra + ")";
    const auto same = std::find_if(edges.begin(), edges.end(),
                                   [&](const Edge& e) { return e.from == wire.from_node && e.to == wire.to_node; });
    if (same != edges.end())
      same->labels.push_back(std::move(label));
    else
      edges.push_back({wire.from_node, wire.to_node, {std::move(label)}});
  }
  return edges;
}

// Nodes by group in order of rank; groups of one node have no box.
std::vector<std::pair<std::string, std::vector<const TopologyNode*>>> boxes_of(const Topology& topology) {
  std::vector<std::pair<std::string, std::vector<const TopologyNode*>>> boxes;
  for (const TopologyNode& node : topology.nodes) {
    const bool boxed = node.binding != Binding::inline_ && node.group != node.name;
    const std::string name = boxed ? binding_text(node) : std::string();
    const auto same = std::find_if(boxes.begin(), boxes.end(), [&](const auto& box) { return box.first == name; });
    if (same != boxes.end())
      same->second.push_back(&node);
    else
      boxes.push_back({name, {&node}});
  }
  return boxes;
}

}  // namespace

std::string wire_label(const TopologyWire& wire) {
  std::string out;
  if (wire.extra_rounds > 0) out = "round " + std::to_string(wire.extra_rounds);
  const Latency& latency = wire.latency;
  if (!latency.none()) {
    if (!out.empty()) out += ", ";
    out += duration_text(latency.ns);
    if (latency.jitter_ns > 0) out += " + up to " + duration_text(latency.jitter_ns);
    if (latency.mean_ns > 0) out += " + " + duration_text(latency.mean_ns) + " on average";
    if (!latency.quantiles_ns.empty())
      out += " + " + duration_text(latency.quantiles_ns.front()) + " to " + duration_text(latency.quantiles_ns.back());
  }
  return out;
}

std::string text_graph(const Topology& topology, const std::vector<NodeSchema>& types) {
  std::size_t name_width = 0, type_width = 0, port_width = 0;
  for (const TopologyNode& node : topology.nodes) {
    name_width = std::max(name_width, node.name.size());
    type_width = std::max(type_width, node.type.size());
    const NodeSchema* schema = find_schema(types, node.type);
    for (const auto* ports : {&schema->inputs, &schema->outputs})
      for (const PortSpec& port : *ports) port_width = std::max(port_width, port.name.size());
  }
  std::string out;
  for (std::size_t rank = 0; rank < topology.nodes.size(); ++rank) {
    const TopologyNode& node = topology.nodes[rank];
    const NodeSchema* schema = find_schema(types, node.type);
    char number[32];
    std::snprintf(number, sizeof number, "%2zu  ", rank);
    out += number + padded(node.name, name_width) + "  " + padded(node.type, type_width) + "  " + binding_text(node) +
           "\n";
    const auto line = [&](const PortSpec& port, bool input) {
      std::string ends;
      for (const TopologyWire& wire : topology.wires) {
        const bool here = input ? wire.to_node == node.name && wire.to_port == port.name
                                : wire.from_node == node.name && wire.from_port == port.name;
        if (!here) continue;
        if (!ends.empty()) ends += ", ";
        ends += input ? wire.from_node + "." + wire.from_port : wire.to_node + "." + wire.to_port;
        if (const std::string label = wire_label(wire); !input && !label.empty()) ends += " (" + label + ")";
      }
      if (ends.empty()) ends = input ? "(not wired)" : "observers only";
      out += "      " + std::string(input ? "<- " : "-> ") + padded(std::string(port.name), port_width) + "  " + ends +
             "\n";
    };
    for (const PortSpec& port : schema->inputs) line(port, true);
    for (const PortSpec& port : schema->outputs) line(port, false);
  }
  return out;
}

std::string dot_graph(const Topology& topology) {
  std::string out =
      "digraph topology {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  std::size_t cluster = 0;
  for (const auto& [box, nodes] : boxes_of(topology)) {
    const std::string indent = box.empty() ? "  " : "    ";
    if (!box.empty()) out += "  subgraph cluster_" + std::to_string(cluster++) + " {\n    label=\"" + box + "\";\n";
    for (const TopologyNode* node : nodes)
      out += indent + "\"" + node->name + "\" [label=\"" + node->name + "\\n" + node->type + "\"];\n";
    if (!box.empty()) out += "  }\n";
  }
  for (const Edge& edge : edges_of(topology)) {
    out += "  \"" + edge.from + "\" -> \"" + edge.to + "\" [label=\"";
    for (std::size_t i = 0; i < edge.labels.size(); ++i) out += (i > 0 ? "\\n" : "") + edge.labels[i];
    out += "\"];\n";
  }
  return out + "}\n";
}

std::string mermaid_graph(const Topology& topology) {
  // Names may be Mermaid keywords (`end`), so nodes are numbered by rank and named by label.
  std::map<std::string, std::string> ids;
  for (std::size_t rank = 0; rank < topology.nodes.size(); ++rank)
    ids[topology.nodes[rank].name] = "n" + std::to_string(rank);
  std::string out = "flowchart LR\n";
  std::size_t cluster = 0;
  for (const auto& [box, nodes] : boxes_of(topology)) {
    const std::string indent = box.empty() ? "  " : "    ";
    if (!box.empty()) out += "  subgraph g" + std::to_string(cluster++) + "[\"" + box + "\"]\n";
    for (const TopologyNode* node : nodes)
      out += indent + ids[node->name] + "[\"" + node->name + "<br/>" + node->type + "\"]\n";
    if (!box.empty()) out += "  end\n";
  }
  for (const Edge& edge : edges_of(topology)) {
    out += "  " + ids[edge.from] + " -->|\"";
    for (std::size_t i = 0; i < edge.labels.size(); ++i) out += (i > 0 ? "<br/>" : "") + edge.labels[i];
    out += "\"| " + ids[edge.to] + "\n";
  }
  return out;
}

}  // namespace optix
