#pragma once
// data.simulated: a made-up option market as a source (core/data/simulated.hpp). Its draws come
// from the run's seed and the node's name. The whole market of a preset also sends its dividends,
// interest rates and settlement values.
#include "actors/dataset_player.hpp"

namespace optix {

NodeType simulated_node_type();

}  // namespace optix
