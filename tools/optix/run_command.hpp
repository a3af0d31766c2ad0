#pragma once
// `optix run` and `optix demo`: configuration in, run folder out.
#include <CLI/CLI.hpp>
#include <string>

#include "tools/optix/console.hpp"
#include "tools/optix/setup.hpp"

namespace optix {

struct RunArguments {
  ConfigArguments config;
  std::string out;  // run folder; default runs/NAME
  bool journal = true;
  bool dry_run = false;  // check and load everything, run nothing
};

// Returns the exit code.
int run(const RunArguments& arguments, const Console& console);

void add_run_commands(CLI::App& app, Console& console, int& exit);

}  // namespace optix
