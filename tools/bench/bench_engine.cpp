// What the engine costs: a seven-node decision loop with one order and one fill a step, under every
// binding, against a hand-written loop of direct calls over the same machines. Prints one JSON
// object; every ratio is between figures of this run.
#include <sys/utsname.h>
#include <unistd.h>
#include <filesystem>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "actors/engine/engine.hpp"
#include "actors/transport/zeromq/worker.hpp"
#include "core/store/journal.hpp"
#include "tools/bench/decision_loop.hpp"

using namespace optix;
using namespace optix::bench;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_of(const std::function<void()>& work) {
  const auto begun = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

// Best of `repeats`: what the machine does when nothing else disturbs it.
double best_of(int repeats, const std::function<void()>& work) {
  double best = seconds_of(work);
  for (int i = 1; i < repeats; ++i) best = std::min(best, seconds_of(work));
  return best;
}

struct Measured {
  RunOutcome outcome;
  double seconds = 0;
};

Measured measure(Topology loop, DigestMode digest, int repeats, bool journal = false) {
  loop.run.digest = digest;
  Measured measured;
  measured.seconds = 1e9;
  for (int i = 0; i < repeats; ++i) {
    EngineOptions options;
    options.types = &decision_loop_types();
    std::unique_ptr<JournalWriter> writer;
    const std::string file =
        (std::filesystem::temp_directory_path() / ("optix-bench-" + std::to_string(::getpid()) + ".journal")).string();
    if (journal) {
      writer = std::move(JournalWriter::create(file, "benchmark").value());
      options.observers.push_back(writer.get());
    }
    auto engine = std::move(Engine::assemble(loop, options).value());
    // Closing is part of the price of a journal: what is queued must reach the file.
    const double seconds = seconds_of([&] {
      measured.outcome = engine->run();
      if (writer && !writer->close(true)) std::abort();
    });
    measured.seconds = std::min(measured.seconds, seconds);
    if (journal) ::unlink(file.c_str());
  }
  return measured;
}

void bind_all(Topology& loop, Binding binding, const std::string& group, int threads) {
  loop.run.caf_threads = threads;
  for (TopologyNode& node : loop.nodes) {
    node.binding = binding;
    node.group = group;
  }
}

// Seconds a step of the two baselines.
struct Baselines {
  double hand_written;
  double direct_calls;
};

nlohmann::ordered_json row(const Measured& measured, std::uint64_t steps, const Baselines& baseline) {
  const double per_step = measured.seconds / static_cast<double>(steps);
  return {{"steps", steps},
          {"steps_per_second", static_cast<double>(steps) / measured.seconds},
          {"ns_per_step", per_step * 1e9},
          {"events_per_second", static_cast<double>(measured.outcome.events) / measured.seconds},
          {"us_per_message", measured.seconds / static_cast<double>(measured.outcome.events) * 1e6},
          {"us_per_wave", measured.seconds / static_cast<double>(measured.outcome.waves) * 1e6},
          {"ratio_to_hand_written", per_step / baseline.hand_written},
          {"ratio_to_direct_calls", per_step / baseline.direct_calls},
          {"digest", measured.outcome.digest}};
}

std::string cpu_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "worker") {
    const auto lookup = [](std::string_view name) -> const NodeType* {
      for (const NodeType& type : decision_loop_types())
        if (type.schema.name == name) return &type;
      return nullptr;
    };
    return zeromq::run_worker(STDIN_FILENO, lookup);
  }
  const std::uint64_t scale = argc > 1 ? std::max(1ull, std::strtoull(argv[1], nullptr, 10)) : 10;
  const std::uint64_t steps = 100'000 * scale, caf_steps = 20'000 * scale, zmq_steps = 500 * scale;

  double check = 0;
  const double count = static_cast<double>(steps);
  const Baselines hand{best_of(5, [&] { check = hand_written_loop(steps).mean; }) / count,
                       best_of(5, [&] { direct_calls(steps); }) / count};

  utsname system{};
  ::uname(&system);
  nlohmann::ordered_json out;
  out["benchmark"] = "engine";
  out["machine"] = {{"cpu", cpu_name()}, {"cores", std::thread::hardware_concurrency()}, {"kernel", system.release}};
  out["workload"] = "seven-node decision loop, one order and one fill a step: 10 events in 8 rounds";
  out["hand_written"] = {{"what", "the machines inlined into one loop, messages on the stack"},
                         {"steps_per_second", 1 / hand.hand_written},
                         {"ns_per_step", hand.hand_written * 1e9},
                         {"mean", check}};
  out["direct_calls"] = {{"what", "the nodes called in turn, messages made and shared, no sequencer"},
                         {"steps_per_second", 1 / hand.direct_calls},
                         {"ns_per_step", hand.direct_calls * 1e9}};
  Topology loop = decision_loop(steps);
  const Measured bare = measure(loop, DigestMode::off, 5);
  const Measured digested = measure(loop, DigestMode::events, 5);
  const Measured journalled = measure(loop, DigestMode::events, 5, true);
  out["inline_no_digest"] = row(bare, steps, hand);
  out["inline"] = row(digested, steps, hand);
  out["inline_journal"] = row(journalled, steps, hand);
  out["journal_cost"] = journalled.seconds / digested.seconds - 1;

  Topology grouped = decision_loop(caf_steps);
  bind_all(grouped, Binding::caf, "all", 1);
  out["caf_one_group"] = row(measure(grouped, DigestMode::events, 3), caf_steps, hand);
  for (const int threads : {1, 2}) {
    Topology spread = decision_loop(caf_steps);
    bind_all(spread, Binding::caf, "", threads);
    out["caf_per_node_" + std::to_string(threads) + (threads == 1 ? "_thread" : "_threads")] =
        row(measure(spread, DigestMode::events, 3), caf_steps, hand);
  }

  // Two processes: the strategy lives in a worker, the rest here. A wave is one exchange with it.
  Topology remote = decision_loop(zmq_steps);
  remote.nodes[2].binding = Binding::zeromq;
  const Measured two = measure(remote, DigestMode::events, 2);
  out["zeromq_two_processes"] = row(two, zmq_steps, hand);
  out["zeromq_two_processes"]["us_per_remote_wave"] = two.seconds / static_cast<double>(2 * zmq_steps) * 1e6;
  std::puts(out.dump(2).c_str());
  return 0;
}
