#pragma once
// `optix worker`: started by a run for nodes bound to zeromq, never by hand.
#include <CLI/CLI.hpp>

namespace optix {

void add_worker_command(CLI::App& app, int& exit);

}  // namespace optix
