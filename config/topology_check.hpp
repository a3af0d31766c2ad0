#pragma once
// From merged YAML to a checked Topology, or the list of everything wrong with it.
#include <optional>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/schema.hpp"
#include "config/topology.hpp"

namespace optix {

// `merged` is a topology map (run, nodes, wires, bind) whose nodes hold only `type` and the
// parameters of the type. Nothing is returned when anything was wrong. In the result, `source` is
// the whole configuration spelled out: defaults filled in, paths resolved.
//
// Refused: unknown keys, values outside their tables, unknown node types, unknown nodes and ports
// in wires, an output wired to an input that does not take all its messages, required inputs left
// unwired, two wires between the same ports, nodes in two groups, and relay loops (see
// find_relay_loop).
std::optional<Topology> check_topology(const Value& merged, const std::vector<NodeSchema>& types, Diagnostics& errors);

// One step of a loop: the wire, and the node it leaves.
struct RelayLoop {
  std::vector<std::size_t> wires;  // indices into Topology::wires, in order around the loop
  MessageId message = 0;
};

// Which cycles are refused, and why. Every wire costs at least one round, so a cycle cannot hang
// an instant unseen: rounds_per_instant bounds it and the run then names it. A cycle such as strategy ->
// risk -> executor -> strategy is the purpose of the engine and ends by itself, because what comes
// back (a fill) is another kind of message than what went out (an order). What never ends is a
// ring of nodes that hand the *same* kind of message around without delay: a.orders -> b.orders ->
// a.orders. That is found here, before anything runs, as a cycle in the graph whose vertices are
// (node, message) and whose edges are wires without latency that carry the message from a node
// that can send it into one that takes it. With latency such a ring is legal: time passes. Outputs that
// are `final` are left out: an exercise that the venue confirms goes back to who asked for it, and ends.
std::optional<RelayLoop> find_relay_loop(const Topology& topology, const std::vector<NodeSchema>& types);

const NodeSchema* find_schema(const std::vector<NodeSchema>& types, std::string_view name);
const PortSpec* find_port(const std::vector<PortSpec>& ports, std::string_view name);
// "orders.request, orders.cancel"
std::string message_names(const std::vector<MessageId>& ids);

}  // namespace optix
