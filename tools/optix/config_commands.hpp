#pragma once
// `optix validate`, `optix topology check|graph`, `optix config show|schema`.
#include <CLI/CLI.hpp>

#include "tools/optix/console.hpp"

namespace optix {

void add_config_commands(CLI::App& app, Console& console, int& exit);

}  // namespace optix
