#pragma once
// The worker's side: a process that runs one group of nodes for a sequencer in another process.
#include <functional>
#include <string_view>

#include "actors/node_type.hpp"

namespace optix::zeromq {

// Finds a node type by name, nullptr when there is none: `find_node_type`, or a test's own list.
using NodeTypeLookup = std::function<const NodeType*(std::string_view)>;

// Serves the sequencer whose invitation (spawn.hpp) arrives on `control_fd`: says hello, builds the
// nodes it is told to, loads their states when given, then runs wave after wave. A wave that comes
// twice is answered from memory. A second thread answers heartbeats, so that a long wave is told
// apart from a frozen process, and ends the process when `control_fd` closes: the sequencer is gone.
// Returns 0 after a bye; 1 when the invitation is unusable (the reason goes to standard error).
int run_worker(int control_fd, const NodeTypeLookup& types);

}  // namespace optix::zeromq
