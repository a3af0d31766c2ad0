// The determinism suite, real backtests: a simulated year, and the SPX 2019 chain where it is
// there, under every binding, with node states in the digest.
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>

#include "actors/engine/engine.hpp"
#include "config/topology_loader.hpp"
#include "messages/orders.hpp"
#include "tests/determinism/recorder.hpp"

using namespace optix;
using namespace optix::testing;

namespace {

struct Way {
  const char* name;
  Binding binding;
  int groups;  // nodes but the source are dealt into this many; 0: each its own
  int threads = 1;
  CafOptions::Scheduler scheduler = CafOptions::Scheduler::stealing;
  bool faults = false;      // zeromq: delay, duplicate and lose frames, kill workers
  bool source_too = false;  // the source moves as well
};

using S = CafOptions::Scheduler;
constexpr Way ways[] = {
    {"caf, 1 thread", Binding::caf, 0, 1, S::stealing, false, true},
    {"caf, 2 threads", Binding::caf, 0, 2, S::stealing, false, true},
    {"caf, 4 threads", Binding::caf, 0, 4, S::sharing},
    {"caf, 8 threads", Binding::caf, 0, 8},
    {"caf, one group", Binding::caf, 1, 2},
    {"caf, shuffled jobs, seed 1", Binding::caf, 0, 1, S::shuffled},
    {"zeromq, 1 process", Binding::zeromq, 1, 1, S::stealing, false, true},
    {"zeromq, 2 processes, faults", Binding::zeromq, 2, 1, S::stealing, true},
    {"zeromq, 3 processes, faults", Binding::zeromq, 3, 1, S::stealing, true},
};

Topology loaded(const std::string& file, std::vector<std::string> overrides) {
  std::vector<NodeSchema> schemas;
  for (const NodeType& type : builtin_node_types()) schemas.push_back(type.schema);
  LoadedTopology result = load_run(file, {{OPTIX_SOURCE_DIR "/config"}, std::move(overrides)}, schemas);
  if (!result) throw std::runtime_error(result.diagnostics.render());
  result.topology->run.digest = DigestMode::events_states;
  return *result.topology;
}

void run_recorded(const Topology& topology, const Way* way, Recorder& recorder, Plan& plan) {
  EngineOptions options;
  options.observers = {&recorder};
  if (way) {
    options.caf_scheduler = way->scheduler;
    options.caf_shuffle_seed = 1;
    options.zeromq.command = {OPTIX_PROGRAM, "worker"};
    options.zeromq.max_restarts = 1'000;
    if (way->faults) {
      options.zeromq.heartbeat_interval = std::chrono::milliseconds(20);
      options.zeromq.dead_after = std::chrono::milliseconds(3'000);
      options.zeromq.faults = zeromq::LinkFaults{7, 0.1, 400, 0.1, 0.005, 97};
    }
  }
  auto engine = Engine::assemble(topology, options);
  if (!engine) throw std::runtime_error(engine.error().to_string());
  plan = (*engine)->plan();
  (*engine)->run();
}

void compare_all_ways(const Topology& topology, const char* name) {
  Recorder expected;
  Plan plan;
  run_recorded(topology, nullptr, expected, plan);
  std::uint64_t failures = 0, fills = 0;
  for (const auto& entry : expected.entries())
    for (const Event& event : entry.events) fills += event.message.get_if<Fill>() ? 1 : 0;
  CHECK(fills > 0);  // an empty run would be equal everywhere
  for (const Way& way : ways) {
    Topology bound = topology;
    bound.run.caf_threads = way.threads;
    int dealt = 0;
    for (TopologyNode& node : bound.nodes) {
      if (node.type.starts_with("data.") && !way.source_too) continue;
      node.binding = way.binding;
      node.group = way.groups > 0 ? "g" + std::to_string(dealt++ % way.groups) : "";
    }
    Recorder actual;
    Plan same;
    run_recorded(bound, &way, actual, same);
    const auto difference = first_difference(expected, actual, plan);
    if (difference) ++failures;
    INFO(name << ", " << way.name << ": " << difference.value_or(""));
    CHECK_FALSE(difference);
  }
  std::cout << "{\"id\":\"D1\",\"backtest\":\"" << name << "\",\"tags\":" << expected.entries().size()
            << ",\"runs\":" << std::size(ways) << ",\"failures\":" << failures
            << ",\"pass\":" << (failures == 0 ? "true" : "false") << "}" << std::endl;
}

}  // namespace

TEST_CASE("a simulated backtest gives one digest on every binding", "[determinism][caf]") {
  compare_all_ways(loaded("demo", {"data.simulated.end=2021-06-30"}), "simulated");
}

TEST_CASE("the SPX 2019 backtest gives one digest on every binding", "[determinism][caf]") {
  const std::string file = OPTIX_SOURCE_DIR "/../shared/data/spx_cboe_20190425_20190722_raw.csv.gz";
  if (!std::filesystem::exists(file)) {
    std::cout << "skipped: no SPX 2019 data beside the project" << std::endl;
    return;
  }
  compare_all_ways(loaded("spx_short_put_touch", {"data.csv=" + file}), "spx 2019");
}
