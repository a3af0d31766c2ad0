#pragma once
// `optix iv`: the volatility behind a price, or behind every row of a CSV file.
#include <CLI/CLI.hpp>

#include "tools/optix/console.hpp"

namespace optix {

void add_iv_command(CLI::App& app, Console& console, int& exit);

}  // namespace optix
