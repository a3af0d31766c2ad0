// The optix program: one subcommand per file in this folder.
#include <CLI/CLI.hpp>
#include <cstdlib>

#include "tools/optix/config_commands.hpp"
#include "tools/optix/console.hpp"
#include "tools/optix/doctor_command.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/journal_command.hpp"
#include "tools/optix/run_command.hpp"
#include "tools/optix/worker_command.hpp"

int main(int argc, char** argv) {
  using namespace optix;
  CLI::App app{"OPTIX: an event-driven engine for options strategies", "optix"};
  app.set_version_flag("--version", "optix " OPTIX_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  Console console;
  app.add_flag("--json", console.json, "Print results and errors as JSON");
  app.add_flag("-q,--quiet", console.quiet, "Only results and errors");
  app.add_flag("-v,--verbose", console.verbose, "Say more");
  app.add_flag("--no-progress", console.no_progress, "No progress line");
  app.add_flag("--no-color", console.no_color, "No colours (also with NO_COLOR)");

  int exit = exit_code::ok;
  add_run_commands(app, console, exit);
  add_config_commands(app, console, exit);
  add_journal_command(app, console, exit);
  add_doctor_command(app, console, exit);
  add_worker_command(app, exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? exit_code::ok : exit_code::usage;
  } catch (const std::exception& error) {
    console.complain(Error{std::string("internal error: ") + error.what(), "", "please report this with the command line"});
    return exit_code::run_failed;
  }
  return exit;
}
