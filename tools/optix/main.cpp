// The optix program: one subcommand per file in this folder.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tools/optix/config_commands.hpp"
#include "tools/optix/console.hpp"
#include "tools/optix/data_command.hpp"
#include "tools/optix/doctor_command.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/feed_command.hpp"
#include "tools/optix/iv_command.hpp"
#include "tools/optix/journal_command.hpp"
#include "tools/optix/price_command.hpp"
#include "tools/optix/run_command.hpp"
#include "tools/optix/surface_command.hpp"
#include "tools/optix/usage.hpp"
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

  app.add_option("--log", console.log, "Notes and errors as plain sentences, or as log lines: plain, text, json")
      ->check(CLI::IsMember({"plain", "text", "json"}));
  app.parse_complete_callback([&console] { console.begin(); });

  int exit = exit_code::ok;
  add_run_commands(app, console, exit);
  add_config_commands(app, console, exit);
  add_price_command(app, console, exit);
  add_iv_command(app, console, exit);
  add_surface_command(app, console, exit);
  add_data_command(app, console, exit);
  add_journal_command(app, console, exit);
  add_feed_command(app, console, exit);
  add_doctor_command(app, console, exit);
  add_worker_command(app, exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // help and version
    for (int i = 1; i < argc; ++i) console.json |= std::strcmp(argv[i], "--json") == 0;
    console.complain(usage_error(app, argc, argv, error.what()));
    return exit_code::usage;
  } catch (const std::exception& error) {
    console.complain(
        Error{std::string("internal error: ") + error.what(), "", "please report this with the command line"});
    return exit_code::run_failed;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    console.complain(Error{"the result could not be written", "stdout", "the disk may be full"});
    if (exit == exit_code::ok) exit = exit_code::io;
  }
  return exit;
}
