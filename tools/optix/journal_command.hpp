#pragma once
// `optix journal show|replay`.
#include <CLI/CLI.hpp>

#include "tools/optix/console.hpp"

namespace optix {

void add_journal_command(CLI::App& app, Console& console, int& exit);

}  // namespace optix
