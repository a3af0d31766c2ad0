#pragma once
// data.replay: recorded option chains as a source, from an imported dataset or a CSV file.
//
// A dataset (`dataset: NAME or FOLDER`) is opened, its files are mapped when the run reaches them and
// checked before anything of them is sent. Its events (dividends, splits, rates, settlement values) are
// sent when they become known; further ones come from files (`events`). A CSV file is loaded, checked and reported on
// when the node is built; one that cannot be trusted is an error there and nothing runs.
#include "actors/dataset_player.hpp"
#include "core/data/replay/dataset_source.hpp"

namespace optix {

NodeType replay_node_type();

// The parameters of data.replay as load options of a CSV file, for other users of the same keys
// (checking a file). `params` has passed the checker.
Result<LoadOptions> load_options(const Value& params, const SessionRange& range);

// The dataset that `params` names: beside the file that names it, else in the folder `data`; with its
// events.
Result<NoticedSource> open_dataset(const Value& params, const NodeSetup& setup);

}  // namespace optix
