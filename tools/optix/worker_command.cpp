#include "tools/optix/worker_command.hpp"

#include <unistd.h>

#include "actors/node_type.hpp"
#include "actors/transport/zeromq/worker.hpp"

namespace optix {

void add_worker_command(CLI::App& app, int& exit) {
  CLI::App* worker = app.add_subcommand("worker", "Serve a group of nodes for a run (started by optix itself)");
  worker->group("");  // not in the help
  worker->callback([&exit] { exit = zeromq::run_worker(STDIN_FILENO, find_node_type); });
}

}  // namespace optix
