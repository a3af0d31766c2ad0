#include "tools/optix/config_commands.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "actors/node_type.hpp"
#include "config/graph.hpp"
#include "config/json_schema.hpp"
#include "config/yaml.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/setup.hpp"

namespace optix {
namespace {

// A command that loads a configuration and shows something of it.
template <class Show>
void add_command(CLI::App& parent, const char* name, const char* doc, Console& console, int& exit, Show show) {
  auto arguments = std::make_shared<ConfigArguments>();
  CLI::App* command = parent.add_subcommand(name, doc);
  command->add_option("FILE", arguments->file, "Run file, topology or strategy, or the name of a preset")->required();
  command->add_option("--set", arguments->sets, "Override one value: a.b=v; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command->callback([arguments, &console, &exit, show] {
    const auto topology = load(*arguments, console);
    if (!topology) {
      exit = exit_code::config;
      return;
    }
    console.result(show(*topology));
  });
}

std::string verdict(const Topology& topology, const Console& console) {
  if (console.json)
    return nlohmann::ordered_json{{"valid", true}, {"nodes", topology.nodes.size()}, {"wires", topology.wires.size()}}
        .dump();
  return "valid: " + std::to_string(topology.nodes.size()) + " nodes, " + std::to_string(topology.wires.size()) +
         " wires";
}

}  // namespace

void add_config_commands(CLI::App& app, Console& console, int& exit) {
  const auto check = [&console](const Topology& topology) { return verdict(topology, console); };
  add_command(app, "validate", "Check a configuration; run nothing", console, exit, check);

  CLI::App* topology = app.add_subcommand("topology", "Check or draw a topology")->require_subcommand(1);
  add_command(*topology, "check", "Check names, ports, types and cycles", console, exit, check);
  auto format = std::make_shared<std::string>("text");
  add_command(*topology, "graph", "Draw nodes and wires", console, exit, [format](const Topology& t) {
    return *format == "dot" ? dot_graph(t) : *format == "mermaid" ? mermaid_graph(t) : text_graph(t, builtin_schemas());
  });
  topology->get_subcommand("graph")
      ->add_option("--format", *format, "text, dot or mermaid")
      ->check(CLI::IsMember({"text", "dot", "mermaid"}));

  CLI::App* config =
      app.add_subcommand("config", "Show what a configuration expands to, or its schema")->require_subcommand(1);
  add_command(*config, "show", "The whole configuration spelled out, defaults marked", console, exit,
              [](const Topology& t) { return to_yaml(t.source, {.mark_defaults = true}); });
  auto of = std::make_shared<std::string>("run");
  CLI::App* schema = config->add_subcommand("schema", "JSON Schema for editors");
  schema->add_option("FORM", *of, "run, topology or strategy")->check(CLI::IsMember({"run", "topology", "strategy"}));
  schema->callback([of, &console] {
    console.result(*of == "run" ? run_json_schema(builtin_schemas())
                   : *of == "topology"
                       ? topology_json_schema(builtin_schemas())
                       : params_json_schema(find_node_type("strategy.rules")->schema, "OPTIX strategy"));
  });
}

}  // namespace optix
