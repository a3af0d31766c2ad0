#include "tools/optix/journal_command.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "actors/engine/engine.hpp"
#include "actors/engine/plan_builder.hpp"
#include "config/suggest.hpp"
#include "config/topology_check.hpp"
#include "config/yaml.hpp"
#include "core/store/journal.hpp"
#include "messages/all.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/setup.hpp"

namespace optix {
namespace {

std::string hex(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

// The topology a journal was written under, from the configuration in its header. nullopt when it
// does not fit this version of the program; why is printed.
std::optional<Topology> recorded_topology(const JournalReader& journal, const Console& console) {
  Diagnostics errors;
  auto parsed =
      parse_yaml(journal.config(), "journal configuration", errors, {.bytes = 4 << 20, .depth = 64, .values = 200'000});
  std::optional<Topology> topology;
  if (parsed) topology = check_topology(*parsed, builtin_schemas(), errors);
  if (!topology) console.complain(errors);
  return topology;
}

Plan plan_of(const Topology& topology) {
  std::vector<const NodeType*> types;
  for (const TopologyNode& node : topology.nodes) types.push_back(find_node_type(node.type));
  return build_plan(topology, types);
}

std::vector<std::string> message_names() {
  std::vector<std::string> names;
  for_each_message(AllMessages{}, [&]<class M>() { names.emplace_back(M::info.name); });
  return names;
}

struct ShowArguments {
  std::string file;
  std::uint64_t limit = 0;
  std::string node;
  std::vector<std::string> messages;
  bool bodies = false;
};

// One line of JSON or text; `source` and `to` are what the event came from and went to.
std::string event_line(const Event& event, const std::string& source, const std::string& to, bool json, bool bodies) {
  std::string body = event.message.to_json();
  if (json) {
    // The body is JSON already, and can be a whole chain: it is not read again to be written again.
    std::string line = nlohmann::ordered_json{{"tag", event.key().tag.to_string()},
                                              {"source", source},
                                              {"sequence", event.sequence},
                                              {"to", to},
                                              {"message", event.message.info().name}}
                           .dump();
    line.pop_back();
    return line + ",\"body\":" + body + "}";
  }
  if (!bodies && body.size() > 160) body = body.substr(0, 160) + "…";
  return "  " + source + "#" + std::to_string(event.sequence) + " -> " + to + "  " +
         std::string(event.message.info().name) + "  " + body;
}

// Reads a journal to its end. Damage is told apart from a replay that went another way.
bool is_sound(const std::string& file) {
  auto journal = JournalReader::open(file);
  while (journal) {
    const auto next = (*journal)->next();
    if (!next) return false;
    if (!*next) return true;
  }
  return false;
}

int show(const ShowArguments& arguments, const Console& console) {
  auto journal = JournalReader::open(arguments.file);
  if (!journal) {
    console.complain(journal.error());
    return exit_code::io;
  }
  const auto topology = recorded_topology(**journal, console);
  if (!topology) return exit_code::config;
  const Plan plan = plan_of(*topology);
  std::vector<std::string> names{"sequencer", "outside"};
  for (const TopologyNode& node : topology->nodes) names.push_back(node.name);
  if (!arguments.node.empty() && std::find(names.begin(), names.end(), arguments.node) == names.end()) {
    console.complain(Error{"there is no node `" + arguments.node + "` in this run", "--node",
                           name_hint(arguments.node, names, "nodes")});
    return exit_code::usage;
  }
  for (const std::string& message : arguments.messages) {
    const std::vector<std::string> known = message_names();
    if (std::find(known.begin(), known.end(), message) != known.end()) continue;
    console.complain(
        Error{"there is no message `" + message + "`", "--message", name_hint(message, known, "messages")});
    return exit_code::usage;
  }
  const auto wanted = [&](const Event& event) {
    return arguments.messages.empty() || std::find(arguments.messages.begin(), arguments.messages.end(),
                                                   event.message.info().name) != arguments.messages.end();
  };
  std::uint64_t tags = 0, events = 0;
  while (arguments.limit == 0 || tags < arguments.limit) {
    auto next = (*journal)->next();
    if (!next) {
      console.complain(next.error());
      return exit_code::io;
    }
    if (!*next) break;
    const JournalTag& tag = **next;
    ++tags;
    std::string block;
    for (const Event& event : tag.events) {
      ++events;
      if (!wanted(event)) continue;
      const std::string source = source_name(plan, event.source), to = port_name(plan, event.port);
      if (!arguments.node.empty() && source != arguments.node && to.rfind(arguments.node + ".", 0) != 0) continue;
      block += event_line(event, source, to, console.json, arguments.bodies) + "\n";
    }
    if (block.empty()) continue;
    console.result(console.json ? block : tag.tag.to_string() + "  digest " + hex(tag.digest) + "\n" + block);
  }
  const bool whole = (*journal)->complete();
  console.note(std::to_string(tags) + " tags, " + std::to_string(events) + " events" +
               (whole                 ? ", digest " + hex((*journal)->final_digest())
                : arguments.limit > 0 ? ""
                                      : "; the run did not end in good order"));
  return exit_code::ok;
}

int replay(const std::string& file, const Console& console) {
  auto journal = JournalReader::open(file);
  if (!journal) {
    console.complain(journal.error());
    return exit_code::io;
  }
  const auto topology = recorded_topology(**journal, console);
  if (!topology) return exit_code::config;
  EngineOptions options;
  options.for_replay = true;
  auto engine = Engine::assemble(*topology, options);
  if (!engine) {
    console.complain(engine.error());
    return exit_code::config;
  }
  Result<RunOutcome> outcome = [&]() -> Result<RunOutcome> {
    try {
      return (*engine)->replay(**journal);
    } catch (const std::exception& error) {
      return Error{error.what(), file, ""};
    }
  }();
  if (!outcome) {
    console.complain(outcome.error());
    return is_sound(file) ? exit_code::mismatch : exit_code::io;
  }
  const bool whole = (*journal)->complete();
  if (console.json)
    console.result(nlohmann::ordered_json{
        {"digest", hex(outcome->digest)},
        {"tags", outcome->tags},
        {"events", outcome->events},
        {"complete", whole},
        {"equal",
         true}}.dump());
  else
    console.result("replayed " + std::to_string(outcome->tags) + " tags, " + std::to_string(outcome->events) +
                   " events: digest " + hex(outcome->digest) + " equals the recorded one" +
                   (whole ? "" : " (the recorded run did not end in good order)"));
  return exit_code::ok;
}

}  // namespace

void add_journal_command(CLI::App& app, Console& console, int& exit) {
  CLI::App* journal = app.add_subcommand("journal", "Read or replay the journal of a run")->require_subcommand(1);
  auto arguments = std::make_shared<ShowArguments>();
  CLI::App* show_command = journal->add_subcommand("show", "Print the events of a journal, tag by tag");
  show_command->add_option("FILE", arguments->file, "journal.optix of a run folder")->required();
  show_command->add_option("--limit", arguments->limit, "Stop after this many tags");
  show_command->add_option("--node", arguments->node, "Only events from or to this node");
  show_command
      ->add_option("--message", arguments->messages, "Only messages of this name, such as orders.fill; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  show_command->add_flag("--bodies", arguments->bodies, "Print long messages whole");
  show_command->callback([arguments, &console, &exit] { exit = show(*arguments, console); });

  auto file = std::make_shared<std::string>();
  CLI::App* replay_command =
      journal->add_subcommand("replay", "Run the nodes again on the recorded inputs and compare digests");
  replay_command->add_option("FILE", *file, "journal.optix of a run folder")->required();
  replay_command->callback([file, &console, &exit] { exit = replay(*file, console); });
}

}  // namespace optix
