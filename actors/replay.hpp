#pragma once
// data.replay: a CSV file of option chains as a source. The file is loaded, checked and reported on
// when the node is built; a file that cannot be trusted is an error there and nothing runs.
#include "actors/dataset_player.hpp"

namespace optix {

NodeType replay_node_type();

// The parameters of data.replay as load options, for other users of the same keys (publishing a
// dataset, checking a file). `params` has passed the checker.
Result<LoadOptions> load_options(const Value& params, const SessionRange& range);

}  // namespace optix
