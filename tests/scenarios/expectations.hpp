#pragma once
// Compares what a run said with what a scenario expects.
#include <string>
#include <vector>

#include "tests/scenarios/scenario_run.hpp"

namespace optix::scenarios {

// One line per difference: file:line:column, scenario, instant, what was expected and what was found.
// Empty: all as expected. Fills, rejections and unknown orders that no expectation names are
// differences too, and so are settlements, cash movements other than of trades and fees, margin calls.
std::vector<std::string> differences(const Scenario& scenario, const ScenarioRun& run);

}  // namespace optix::scenarios
