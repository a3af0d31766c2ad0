#pragma once
// The registry of node types: what the checker may accept and the engine can build.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema.hpp"
#include "config/topology.hpp"
#include "core/data/prefetch_pool.hpp"
#include "core/sequencer/node.hpp"
#include "messages/values/result.hpp"

namespace optix {

// What a factory gets: the node's checked parameters and facts about the run.
struct NodeSetup {
  std::string name;
  NodeRank rank = 0;
  const Value& params;
  const TopologyRun& run;
  // Where work may be done ahead of its use; empty: plain threads.
  MakePrefetchPool prefetch_pool = {};
};

struct NodeType {
  NodeSchema schema;
  std::function<Result<std::unique_ptr<Node>>(const NodeSetup&)> make;
};

// Every built-in node type. One function per node file, e.g. `NodeType replay_node_type();`.
const std::vector<NodeType>& builtin_node_types();
const NodeType* find_node_type(std::string_view name);

}  // namespace optix
