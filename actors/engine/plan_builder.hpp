#pragma once
// Topology (names) → Plan (ranks): the last step before anything runs.
#include "actors/node_type.hpp"
#include "config/topology.hpp"
#include "core/sequencer/plan.hpp"

namespace optix {

// The topology must have passed the checker; an inconsistency throws std::logic_error.
// types[i] is the type of topology.nodes[i].
Plan build_plan(const Topology& topology, const std::vector<const NodeType*>& types);

}  // namespace optix
