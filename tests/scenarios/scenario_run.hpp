#pragma once
// Runs a scenario through the nodes of the standard topology, inline, with a journal.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "tests/scenarios/scenario_file.hpp"
#include "tests/support/inline_run.hpp"

namespace optix::scenarios {

struct ScenarioRun {
  EventLog log;
  Topology topology;
  std::string error;  // what ended the run early; empty: it ended well
};

// A node in the place of the one of that name in the topology; nullptr leaves that one.
using StandIn = std::function<std::unique_ptr<Node>(const std::string& name)>;

// Runs the standard topology as `overlay` changes it. The journal and the configuration go to `folder`
// (journal.optix, config.yaml). Throws std::runtime_error when the configuration is not in order.
ScenarioRun run_standard(const Value& overlay, const std::filesystem::path& folder, const StandIn& stand_in);

// The journal and the configuration go to `folder` (journal.optix, config.yaml), for the checker. They
// name the nodes that the script stood in for by the types whose ports they have.
ScenarioRun run_scenario(const Scenario& scenario, const std::filesystem::path& folder);

}  // namespace optix::scenarios
