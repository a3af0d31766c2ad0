#pragma once
// The messages that the parts of a step stand for.
#include "tests/scenarios/scenario_file.hpp"

namespace optix::scenarios {

// All contracts of the scenario in one batch.
MessageRef instruments_of(const Scenario& scenario);
// `{price: 100, quotes: {c100: 3.00/3.20 size 10/20 volume 5 iv 0.3 delta 0.5}, stale: true, halted: true}`
void append_market(const Scenario& scenario, Step& step, const Value& market);
// One of dividend, split, adjusted, settlement, rates, feed.
void append_published(const Scenario& scenario, Step& step, const Value& item);
// An order, or one of cancel, replace, query, exercise, kill.
void append_sent(const Scenario& scenario, Step& step, const Value& item);

}  // namespace optix::scenarios
