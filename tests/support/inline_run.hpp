#pragma once
// Runs a configuration in this thread and keeps what was sequenced: a run without transports.
#include <stdexcept>
#include <string>
#include <vector>

#include "actors/engine/plan_builder.hpp"
#include "actors/node_type.hpp"
#include "config/topology_loader.hpp"
#include "core/sequencer/run_loop.hpp"
#include "messages/ref.hpp"

namespace optix {

struct SeenEvent {
  Tag tag;
  NodeRank source;
  MessageRef message;
};

// Every sequenced event once, in order: a message that several wires carried is kept once.
class EventLog final : public Observer {
 public:
  void on_events(Tag tag, std::span<const Event> events) override {
    for (const Event& event : events) {
      bool known = false;
      for (std::size_t i = seen.size(); i-- > 0 && seen[i].tag.time_ns == tag.time_ns && !known;)
        known = seen[i].message.same_object(event.message);
      if (!known) seen.push_back({tag, event.source, event.message});
    }
  }
  void on_digest(Tag, std::uint64_t) override {}

  template <Message M>
  std::vector<M> all() const {
    std::vector<M> out;
    for (const SeenEvent& event : seen)
      if (const M* message = event.message.get_if<M>()) out.push_back(*message);
    return out;
  }
  std::vector<SeenEvent> seen;
};

struct InlineRun {
  EventLog log;
  std::uint64_t digest = 0;
};

// `file` and `overrides` as for load_run; throws std::runtime_error with what is wrong.
inline InlineRun run_inline(const std::string& file, std::vector<std::string> overrides,
                            const std::vector<NodeType>& types) {
  std::vector<NodeSchema> schemas;
  for (const NodeType& type : types) schemas.push_back(type.schema);
  const auto loaded = load_run(file, {{std::string(OPTIX_SOURCE_DIR) + "/config"}, std::move(overrides)}, schemas);
  if (!loaded) throw std::runtime_error(loaded.diagnostics.render());
  const Topology& topology = *loaded.topology;
  std::vector<const NodeType*> used;
  std::vector<NodeRunner> runners;
  runners.reserve(topology.nodes.size());
  for (const TopologyNode& node : topology.nodes) {
    for (const NodeType& type : types)
      if (type.schema.name == node.type) used.push_back(&type);
    const auto rank = static_cast<NodeRank>(runners.size());
    auto made = used.back()->make({node.name, rank, node.params, topology.run});
    if (!made) throw std::runtime_error(made.error().to_string());
    runners.emplace_back(std::move(*made), rank, node.name, topology.run.seed);
  }
  InlineRun out;
  Sequencer sequencer(build_plan(topology, used), {topology.run.digest, {&out.log}});
  std::vector<NodeRunner*> by_rank;
  for (NodeRunner& runner : runners) by_rank.push_back(&runner);
  InlineHost host(by_rank);
  RunLoop loop(sequencer, {&host}, std::vector<std::uint16_t>(runners.size(), 0), {});
  loop.run();
  out.digest = sequencer.digest();
  return out;
}

}  // namespace optix
