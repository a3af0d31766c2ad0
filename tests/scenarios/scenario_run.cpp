#include "tests/scenarios/scenario_run.hpp"

#include <fstream>

#include "config/yaml.hpp"
#include "core/store/journal.hpp"
#include "tests/scenarios/scripted_nodes.hpp"

namespace optix::scenarios {
namespace {

Value text(const char* yaml) { return parse_yaml_value(yaml, {"scenario", 1, 1}).value(); }

bool has_operator(const Scenario& scenario) {
  for (const Step& step : scenario.steps)
    if (!step.operations.empty()) return true;
  return false;
}

// The standard topology with the scenario's parameters; the operator only where there is one.
Value overlay_of(const Scenario& scenario) {
  Value nodes = scenario.nodes.is_null() ? Value::map({}) : scenario.nodes;
  Value file = text("{extends: standard, run: {seed: 42}}");
  if (!scenario.wires.is_null()) file.set("wires", scenario.wires);
  if (has_operator(scenario)) {
    nodes.set("operator", text("{type: risk.pretrade}"));
    file.set("wires+", text("[{from: replay.snapshot, to: operator.market}, "
                            "{from: strategy.orders, to: operator.orders}, "
                            "{from: executor.reports, to: operator.reports}, "
                            "{from: operator.state, to: risk.control}]"));
  }
  file.set("nodes", nodes);
  return file;
}

Topology topology_of(const Value& overlay, const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "topology.yaml";
  std::ofstream(file) << to_yaml(overlay);
  std::vector<NodeSchema> schemas;
  for (const NodeType& type : builtin_node_types()) schemas.push_back(type.schema);
  auto loaded = load_topology(file.string(), {{std::string(OPTIX_SOURCE_DIR) + "/config"}, {}}, schemas);
  if (!loaded) throw std::runtime_error(loaded.diagnostics.render());
  return std::move(*loaded.topology);
}

std::vector<ScriptedWave> waves_of(const Scenario& scenario, std::vector<MessageRef> Step::*part) {
  std::vector<ScriptedWave> waves;
  for (const Step& step : scenario.steps)
    if (!(step.*part).empty()) waves.push_back({step.at, step.*part});
  return waves;
}

std::unique_ptr<Node> scripted(const Scenario& scenario, const std::string& node) {
  if (node == "replay")
    return std::make_unique<ScriptedNode>(waves_of(scenario, &Step::market), ScriptedNode::Options{.source = true});
  if (node == "strategy") {
    ScriptedNode::Options options;
    for (const Step& step : scenario.steps)
      if (step.has_market) options.after_market.push_back(step.at);
    return std::make_unique<ScriptedNode>(waves_of(scenario, &Step::sent), options);
  }
  if (node == "operator")  // speaks on the port of its type's state
    return std::make_unique<ScriptedNode>(waves_of(scenario, &Step::operations), ScriptedNode::Options{.port = 2});
  return nullptr;
}

}  // namespace

ScenarioRun run_standard(const Value& overlay, const std::filesystem::path& folder, const StandIn& stand_in) {
  std::filesystem::create_directories(folder);
  ScenarioRun out;
  out.topology = topology_of(overlay, folder);
  const std::string config = to_yaml(out.topology.source);
  std::ofstream(folder / "config.yaml") << config;
  std::vector<const NodeType*> types;
  std::vector<NodeRunner> runners;
  runners.reserve(out.topology.nodes.size());
  for (const TopologyNode& node : out.topology.nodes) {
    types.push_back(find_node_type(node.type));
    const auto rank = static_cast<NodeRank>(runners.size());
    std::unique_ptr<Node> made = stand_in(node.name);
    if (!made) {
      auto built = types.back()->make({node.name, rank, node.params, out.topology.run});
      if (!built) throw std::runtime_error(built.error().to_string());
      made = std::move(*built);
    }
    runners.emplace_back(std::move(made), rank, node.name, out.topology.run.seed);
  }
  auto journal = JournalWriter::create(folder / "journal.optix", config);
  if (!journal) throw std::runtime_error(journal.error().to_string());
  Sequencer sequencer(build_plan(out.topology, types), {out.topology.run.digest, {journal->get(), &out.log}});
  std::vector<NodeRunner*> by_rank;
  for (NodeRunner& runner : runners) by_rank.push_back(&runner);
  InlineHost host(by_rank);
  RunLoop loop(sequencer, {&host}, std::vector<std::uint16_t>(runners.size(), 0), {});
  try {
    loop.run();
  } catch (const std::exception& error) {
    out.error = error.what();
  }
  if (const Status closed = (*journal)->close(out.error.empty()); !closed)
    throw std::runtime_error(closed.error().to_string());
  return out;
}

ScenarioRun run_scenario(const Scenario& scenario, const std::filesystem::path& folder) {
  try {
    return run_standard(overlay_of(scenario), folder,
                        [&](const std::string& node) { return scripted(scenario, node); });
  } catch (const std::runtime_error& error) {
    fail_at(scenario.where, error.what());
  }
}

}  // namespace optix::scenarios
