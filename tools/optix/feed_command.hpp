#pragma once
// `optix feed publish|key`: a dataset as a live feed, and key pairs for feeds that leave the machine.
#include <CLI/CLI.hpp>

#include "tools/optix/console.hpp"

namespace optix {

void add_feed_command(CLI::App& app, Console& console, int& exit);

}  // namespace optix
