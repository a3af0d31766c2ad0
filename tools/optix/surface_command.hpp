#pragma once
// `optix surface`: the volatility surface of one snapshot, as a table, JSON or drawings.
#include <CLI/CLI.hpp>

#include "tools/optix/console.hpp"

namespace optix {

void add_surface_command(CLI::App& app, Console& console, int& exit);

}  // namespace optix
