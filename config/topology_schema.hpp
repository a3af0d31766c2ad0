#pragma once
// The parameter tables of the topology file and of the short run file, without what node types
// add. The checker, the JSON Schema and the reference page all read these.
#include <vector>

#include "config/schema.hpp"

namespace optix {

const std::vector<ParamSpec>& topology_specs();  // run, nodes, wires, bind
const ParamSpec& wire_spec();                    // one entry of `wires`
const std::vector<ParamSpec>& run_file_specs();  // strategy, data, cash, fill, risk, …

// The row named `name`; std::logic_error when there is none.
const ParamSpec& find_spec(const std::vector<ParamSpec>& specs, std::string_view name);

}  // namespace optix
