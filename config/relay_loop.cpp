#include <algorithm>
#include <map>
#include <utility>

#include "config/topology_check.hpp"

namespace optix {
namespace {

bool carries(const PortSpec* port, MessageId id) {
  return port && std::find(port->messages.begin(), port->messages.end(), id) != port->messages.end();
}

// Depth-first search for a cycle among the nodes that pass on one kind of message.
class LoopSearch {
 public:
  explicit LoopSearch(std::map<std::string, std::vector<std::pair<std::size_t, std::string>>> edges)
      : edges_(std::move(edges)) {}

  std::vector<std::size_t> find() {
    for (const auto& [node, ignored] : edges_)
      if (visit(node)) return loop_;
    return {};
  }

 private:
  enum class Mark { fresh, open, done };

  bool visit(const std::string& node) {
    marks_[node] = Mark::open;
    for (const auto& [wire, next] : edges_[node]) {
      path_.emplace_back(node, wire);
      if (marks_[next] == Mark::open) {
        const auto start =
            std::find_if(path_.begin(), path_.end(), [&next = next](const auto& step) { return step.first == next; });
        for (auto step = start; step != path_.end(); ++step) loop_.push_back(step->second);
        return true;
      }
      if (marks_[next] == Mark::fresh && visit(next)) return true;
      path_.pop_back();
    }
    marks_[node] = Mark::done;
    return false;
  }

  std::map<std::string, std::vector<std::pair<std::size_t, std::string>>> edges_;
  std::map<std::string, Mark> marks_;
  std::vector<std::pair<std::string, std::size_t>> path_;
  std::vector<std::size_t> loop_;
};

}  // namespace

std::optional<RelayLoop> find_relay_loop(const Topology& topology, const std::vector<NodeSchema>& types) {
  std::map<std::string, const NodeSchema*> schema_of;
  std::map<MessageId, bool> messages;
  for (const TopologyNode& node : topology.nodes) {
    const NodeSchema* schema = find_schema(types, node.type);
    schema_of[node.name] = schema;
    for (const PortSpec& output : schema->outputs)
      for (const MessageId id : output.messages) messages[id] = true;
  }
  for (const auto& [id, ignored] : messages) {
    std::map<std::string, std::vector<std::pair<std::size_t, std::string>>> edges;
    for (std::size_t i = 0; i < topology.wires.size(); ++i) {
      const TopologyWire& wire = topology.wires[i];
      if (!wire.latency.none()) continue;
      const PortSpec* from = find_port(schema_of[wire.from_node]->outputs, wire.from_port);
      if (carries(from, id) && !from->final && carries(find_port(schema_of[wire.to_node]->inputs, wire.to_port), id))
        edges[wire.from_node].emplace_back(i, wire.to_node);
    }
    if (auto loop = LoopSearch(std::move(edges)).find(); !loop.empty()) return RelayLoop{std::move(loop), id};
  }
  return std::nullopt;
}

}  // namespace optix
