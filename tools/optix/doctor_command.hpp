#pragma once
// `optix doctor`: what this build and machine can do. `optix docs`: generated reference pages.
#include <CLI/CLI.hpp>

#include "tools/optix/console.hpp"

namespace optix {

void add_doctor_command(CLI::App& app, Console& console, int& exit);

}  // namespace optix
