#include "tools/optix/run_command.hpp"

#include <sys/resource.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "actors/dataset_player.hpp"
#include "actors/engine/engine.hpp"
#include "actors/node_type.hpp"
#include "config/yaml.hpp"
#include "core/store/journal.hpp"
#include "core/store/result_files.hpp"
#include "core/store/run_collector.hpp"
#include "messages/codec/hash.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/progress.hpp"
#include "tools/optix/run_summary.hpp"

namespace optix {
namespace {

std::atomic<bool> interrupted{false};

// The first Ctrl-C ends the run in good order, the second one at once.
void on_interrupt(int) {
  interrupted.store(true);
  std::signal(SIGINT, SIG_DFL);
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

bool fills_on_its_own_quotes(const Topology& topology) {
  return std::any_of(topology.nodes.begin(), topology.nodes.end(), [](const TopologyNode& node) {
    const Value* fill_on = node.params.find("fill_on");
    return fill_on && fill_on->text() == "same_snapshot";
  });
}

std::string hex(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

// What the sources found in their data, in rank order.
std::vector<const DatasetNode*> dataset_nodes(const Engine& engine) {
  std::vector<const DatasetNode*> found;
  for (std::size_t rank = 0; rank < engine.plan().nodes.size(); ++rank)
    if (const auto* node = dynamic_cast<const DatasetNode*>(engine.node(static_cast<NodeRank>(rank))))
      found.push_back(node);
  return found;
}

std::string run_name(const std::string& file) {
  const std::string stem = std::filesystem::path(file).stem().string();
  return stem.empty() ? "run" : stem;
}

// Hash of all market messages that the sources of a run sent: what the data was, whatever file it
// came from and whatever nodes on the way made of it.
class DataHash final : public Observer {
 public:
  explicit DataHash(const Topology& topology) {
    const auto carries_chains = [](const std::vector<PortSpec>& ports) {
      return std::any_of(ports.begin(), ports.end(), [](const PortSpec& port) {
        return std::find(port.messages.begin(), port.messages.end(), ChainSnapshot::info.id) != port.messages.end();
      });
    };
    for (const TopologyNode& node : topology.nodes) {
      const NodeType* type = find_node_type(node.type);
      is_source_.push_back(type && carries_chains(type->schema.outputs) && !carries_chains(type->schema.inputs));
    }
  }
  void on_events(Tag, std::span<const Event> events) override {
    for (const Event& event : events) {
      const MessageId id = event.message.id();
      if (id != ChainSnapshot::info.id && id != InstrumentBatch::info.id && id != UnderlyingPrice::info.id) continue;
      if (event.source >= is_source_.size() || !is_source_[event.source]) continue;
      if (last_.same_object(event.message)) continue;
      last_ = event.message;
      hash_ = (hash_ ^ event.message.hash()) * 0x9E3779B97F4A7C15ull;
    }
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::vector<bool> is_source_;  // by rank
  MessageRef last_;
  std::uint64_t hash_ = 0xcbf29ce484222325ull;
};

}  // namespace

int run(const RunArguments& arguments, const Console& console) {
  const auto begun = std::chrono::steady_clock::now();
  auto topology = load(arguments.config, console);
  if (!topology) return exit_code::config;

  RunCollector collector;
  DataHash data_hash(*topology);
  EngineOptions options;
  options.interrupt = &interrupted;
  options.observers = {&collector, &data_hash};
  auto engine = Engine::assemble(*topology, options);
  if (!engine) {
    console.complain(engine.error());
    return exit_code::data;
  }
  const double load_seconds = seconds_since(begun);

  RunRecord record;
  std::optional<std::uint64_t> snapshots;
  for (const DatasetNode* node : dataset_nodes(**engine)) {
    const QualityReport& quality = node->quality();
    snapshots = snapshots.value_or(0) + quality.sessions_used();
    record.quality_json = to_json(quality);
    record.data = quality.source;
    for (const std::string& warning : quality_warnings(quality)) record.warnings.push_back(warning);
    if (console.verbose) console.note(to_text(quality));
  }
  for (const std::string& warning : record.warnings) console.note("data: " + warning);
  if (fills_on_its_own_quotes(*topology))
    record.warnings.emplace_back(
        "Orders filled on the quotes they were decided on, as if deciding and trading took no time; "
        "`venue: {fill_on: next_snapshot}` waits for the next ones.");
  if (arguments.dry_run) {
    console.result("The configuration is valid and the data loads. Nothing was run.");
    return exit_code::ok;
  }

  const std::filesystem::path folder =
      arguments.out.empty() ? "runs/" + run_name(arguments.config.file) : arguments.out;
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    console.complain(
        Error{"cannot create the run folder: " + failed.message(), folder.string(), "choose another with --out"});
    return exit_code::io;
  }
  // What an earlier run left must not stand beside the files of this one, should it fail half-way.
  for (const char* name :
       {"result.json", "report.html", "trades.csv", "fills.csv", "equity.csv", "attribution.csv", "journal.optix"})
    std::filesystem::remove(folder / name, failed);
  record.config_text = to_yaml(topology->source);
  std::unique_ptr<JournalWriter> journal;
  ProgressLine progress(console, snapshots);
  (*engine)->add_observer(progress);
  if (arguments.journal) {
    auto created = JournalWriter::create(folder / "journal.optix", record.config_text);
    if (!created) {
      console.complain(created.error());
      return exit_code::io;
    }
    journal = std::move(*created);
    journal->flush_every_tag(topology->run.clock == ClockKind::wall);
    (*engine)->add_observer(*journal);
  }

  if (topology->run.clock == ClockKind::wall)
    console.note("waiting for the feed; Ctrl-C ends the session in good order");
  interrupted.store(false);
  std::signal(SIGINT, on_interrupt);
  const auto run_begun = std::chrono::steady_clock::now();
  RunOutcome outcome;
  std::string failure;
  try {
    outcome = (*engine)->run();
  } catch (const std::exception& error) {
    failure = error.what();
  }
  const double engine_seconds = seconds_since(run_begun);
  std::signal(SIGINT, SIG_DFL);
  progress.finish();
  if (journal)
    if (const Status closed = journal->close(failure.empty()); !closed) {
      console.complain(closed.error());
      return exit_code::io;
    }
  if (!failure.empty()) {
    console.complain(Error{
        failure, "",
        journal ? "the journal holds everything up to there: optix journal show " + (folder / "journal.optix").string()
                : ""});
    return exit_code::run_failed;
  }

  record.name = run_name(arguments.config.file);
  record.stop_reason = interrupted.load() ? "interrupted" : "end_of_data";
  record.engine_version = OPTIX_VERSION;
  record.config_hash = hex(hash_bytes(record.config_text));
  record.data_hash = hex(data_hash.value());
  record.digest = hex(outcome.digest);
  record.seed = topology->run.seed;
  record.results = collector.take();
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  record.counts = {{"events", outcome.events},
                   {"waves", outcome.waves},
                   {"tags", outcome.tags},
                   {"peak_memory_kib", static_cast<std::uint64_t>(usage.ru_maxrss)}};
  record.timings = {{"load", load_seconds}, {"engine", engine_seconds}};
  if (const Status written = write_result_files(folder, record); !written) {
    console.complain(written.error());
    return exit_code::io;
  }
  const RunView view(record);
  console.result(console.json ? result_json(view) : summary_text(view, folder.string(), seconds_since(begun)));
  return interrupted.load() ? exit_code::interrupted : exit_code::ok;
}

namespace {

void add_config_options(CLI::App& command, ConfigArguments& config) {
  command.add_option("--set", config.sets, "Override one value: a.b=v; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--seed", config.seed, "Seed of every random draw");
  command.add_option("--threads", config.threads, "Threads of the actor system");
}

}  // namespace

void add_run_commands(CLI::App& app, Console& console, int& exit) {
  const auto add = [&](const char* name, const char* doc, bool demo) {
    auto arguments = std::make_shared<RunArguments>();
    CLI::App* command = app.add_subcommand(name, doc);
    if (demo)
      arguments->config.file = "demo";
    else
      command->add_option("FILE", arguments->config.file, "Run file, topology or strategy, or the name of a preset")
          ->required();
    add_config_options(*command, arguments->config);
    command->add_option("--out", arguments->out, "Run folder (default: runs/NAME)");
    command->add_flag("!--no-journal", arguments->journal, "Do not write a journal");
    command->add_flag("--dry-run", arguments->dry_run, "Check the configuration and load the data, run nothing");
    command->callback([arguments, &console, &exit] { exit = run(*arguments, console); });
  };
  add("demo", "Backtest an iron condor on a year of simulated quotes", true);
  add("run", "Run a strategy and write its report", false);
}

}  // namespace optix
