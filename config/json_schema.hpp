#pragma once
// JSON Schema (draft 2020-12) of the files users write, generated from the parameter tables, for
// editors that complete and check while typing. The checker stays the authority: a schema cannot
// follow `extends`, `use` and wires.
#include <string>
#include <vector>

#include "config/schema.hpp"

namespace optix {

// Keys of a node are described by its type. Required parameters are not marked as such: an overlay
// or a strategy file may supply them.
std::string topology_json_schema(const std::vector<NodeSchema>& types);

// The short run file. `data.simulated`, `data.feed`, `fill` and `risk` take the parameters of the
// node types they go to, as far as `types` has them.
std::string run_json_schema(const std::vector<NodeSchema>& types);

// The parameters of one node type as a file of their own, e.g. a strategy file.
std::string params_json_schema(const NodeSchema& type, const std::string& title);

}  // namespace optix
