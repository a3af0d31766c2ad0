#include "actors/engine/plan_builder.hpp"

#include <algorithm>
#include <stdexcept>

namespace optix {
namespace {

std::size_t index_of(const std::vector<std::string>& names, const std::string& name, const TopologyWire& wire) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw std::logic_error("unchecked wire at " + wire.where.to_string() + ": no port " + name);
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

Plan build_plan(const Topology& topology, const std::vector<const NodeType*>& types) {
  Plan plan;
  plan.seed = topology.run.seed;
  plan.start = topology.run.start.value_or(Timestamp{});
  plan.bounds = topology.run.bounds;
  for (std::size_t rank = 0; rank < topology.nodes.size(); ++rank) {
    const NodeSchema& schema = types[rank]->schema;
    PlannedNode node;
    node.name = topology.nodes[rank].name;
    node.source = schema.source;
    node.input_names = {"control", "timer"};
    for (const PortSpec& port : schema.inputs) node.input_names.emplace_back(port.name);
    for (const PortSpec& port : schema.outputs) node.output_names.emplace_back(port.name);
    node.outputs.resize(schema.outputs.size());
    node.first_port_rank = static_cast<std::uint16_t>(plan.ports.size());
    for (std::size_t input = 0; input < node.input_names.size(); ++input)
      plan.ports.push_back({static_cast<NodeRank>(rank), static_cast<std::uint16_t>(input)});
    plan.nodes.push_back(std::move(node));
  }
  if (plan.ports.size() >= observers_port) throw std::logic_error("too many input ports for one topology");

  const auto rank_of = [&](const std::string& name, const TopologyWire& wire) {
    for (std::size_t rank = 0; rank < plan.nodes.size(); ++rank)
      if (plan.nodes[rank].name == name) return static_cast<NodeRank>(rank);
    throw std::logic_error("unchecked wire at " + wire.where.to_string() + ": no node " + name);
  };
  for (const TopologyWire& wire : topology.wires) {
    PlannedNode& from = plan.nodes[rank_of(wire.from_node, wire)];
    const NodeRank to = rank_of(wire.to_node, wire);
    PlannedWire planned;
    planned.to = to;
    planned.input = static_cast<std::uint16_t>(index_of(plan.nodes[to].input_names, wire.to_port, wire));
    planned.port_rank = static_cast<std::uint16_t>(plan.nodes[to].first_port_rank + planned.input);
    planned.extra_rounds = wire.extra_rounds;
    planned.latency = wire.latency;
    planned.stream = stream_of(wire.from_node + "." + wire.from_port + ">" + wire.to_node + "." + wire.to_port);
    from.outputs[index_of(from.output_names, wire.from_port, wire)].push_back(planned);
  }
  return plan;
}

}  // namespace optix
