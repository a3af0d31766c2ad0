#pragma once
// Runs a scenario through the nodes of the standard topology, inline, with a journal.
#include <filesystem>
#include <string>

#include "tests/scenarios/scenario_file.hpp"
#include "tests/support/inline_run.hpp"

namespace optix::scenarios {

struct ScenarioRun {
  EventLog log;
  Topology topology;
  std::string error;  // what ended the run early; empty: it ended well
};

// The journal and the configuration go to `folder` (journal.optix, config.yaml), for the checker. They
// name the nodes that the script stood in for by the types whose ports they have.
ScenarioRun run_scenario(const Scenario& scenario, const std::filesystem::path& folder);

}  // namespace optix::scenarios
