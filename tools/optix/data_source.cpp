#include "tools/optix/data_source.hpp"

#include "actors/dataset_player.hpp"
#include "actors/node_type.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/run_summary.hpp"

namespace optix {
namespace {

// A CSV file and `simulated` stand for the data of any strategy: one is named so that the short
// form of run files, its words and its checks are used here too.
ConfigArguments config_of(const DataArguments& arguments) {
  ConfigArguments config = arguments.config;
  const std::string& dataset = arguments.dataset;
  const bool csv = dataset.ends_with(".csv") || dataset.ends_with(".gz");
  if (!csv && dataset != "simulated") {
    config.file = dataset;
    return config;
  }
  config.file = presets_folder() + "/strategies/short_put.yaml";
  config.sets.insert(config.sets.begin(), csv ? "data.csv=\"" + dataset + "\"" : "data.simulated={}");
  return config;
}

}  // namespace

std::shared_ptr<const SnapshotSource> load_data(const DataArguments& arguments, const Console& console, int& exit) {
  const auto topology = load(config_of(arguments), console);
  exit = exit_code::config;
  if (!topology) return nullptr;
  for (std::size_t rank = 0; rank < topology->nodes.size(); ++rank) {
    const TopologyNode& node = topology->nodes[rank];
    const NodeType* type = find_node_type(node.type);
    if (!type || !node.type.starts_with("data.")) continue;
    auto made = type->make({node.name, static_cast<NodeRank>(rank), node.params, topology->run});
    if (!made) {
      console.complain(made.error());
      exit = exit_code::data;
      return nullptr;
    }
    const auto* player = dynamic_cast<const DatasetPlayer*>(made->get());
    if (!player) continue;
    for (const std::string& warning : quality_warnings(player->quality())) console.note("data: " + warning);
    exit = exit_code::ok;
    return player->source();
  }
  console.complain(
      Error{"there is no data", arguments.dataset, "name a CSV file, `simulated`, or a run that has data"});
  return nullptr;
}

}  // namespace optix
