#pragma once
// The short form: a run file names a strategy and a data source, and the rest comes from a
// standard topology. This expands it into that topology; nothing is checked here that the
// topology checker checks anyway.
#include <optional>
#include <string>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/overlay.hpp"
#include "config/value.hpp"

namespace optix {

// Where a part of the short form went, so that an error about the topology can name the key that
// the user wrote: what stands under `prefix` is shown under `shown`, for values from `files`.
struct PathAlias {
  std::vector<std::string> files;
  std::string prefix;  // "nodes.executor.fill"
  std::string shown;   // "fill"
};

struct ExpandedRun {
  Value topology;
  std::vector<PathAlias> aliases;
  std::vector<std::string> strategies;  // names of the strategy nodes, in the order of the file
};

// `run` is a merged run file; `files` are the files it came from, the outermost last. Fills the
// topology named by `topology` (default: standard):
//  - its strategy node (type strategy.…) is replaced by one node per strategy, named after the
//    strategy's file or its `name`; every wire of the template is repeated for each;
//  - its data node (type data.… or feed.…) gets the type and parameters of `data`;
//  - cash and book go to the node of type portfolio.book; fill, fees and venue to executor.simulated;
//    risk to risk.pretrade;
//  - run, bind and nodes are merged last. A feed sets `clock: wall` unless `run` says otherwise.
std::optional<ExpandedRun> expand_run(const Value& run, const std::vector<std::string>& files, const Presets& presets,
                                      Diagnostics& errors);

// Replaces `use: NAME` in every node by the parameters of that strategy file (and what it
// extends), overridden by the node's own keys and those under `params`. Returns where they came
// from.
std::vector<PathAlias> expand_use(Value& topology, const Presets& presets, Diagnostics& errors);

}  // namespace optix
