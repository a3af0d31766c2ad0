#pragma once
// The events of simulated markets, for the dataset beside their quotes.
#include <memory>
#include <string>
#include <vector>

#include "core/data/events/event_store.hpp"
#include "core/data/simulation/market.hpp"

namespace optix::simulation {

// Per underlying: a bar per session (from the opening to the last snapshot; highs and lows of the
// prices there are), discrete dividends (declared on the session on or before 28 days ahead of the
// ex-date), the flat interest rate as the curve USD (of the first market), and for SPX the opening
// prices SET that AM-settled contracts settle at.
Result<EventStore> simulation_events(const std::vector<std::shared_ptr<const Market>>& markets);

// What a snapshot's time means, for the manifest: "close", "15 minutes before the close".
std::string time_meaning(const Params& params);

}  // namespace optix::simulation
