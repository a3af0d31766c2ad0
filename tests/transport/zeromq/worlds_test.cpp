// Random worlds in worker processes: whatever happens to the link and to the workers, the digest is
// the inline one, tag by tag.
#include <signal.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>

#include "tests/transport/zeromq/harness.hpp"

using namespace optix;
using namespace optix::testing;
using namespace std::chrono_literals;

namespace {

struct Totals {
  std::uint64_t runs = 0, waves = 0, restarts = 0, replayed = 0, resends = 0, ignored = 0, snapshots = 0, failures = 0;
};

std::uint64_t scaled(std::uint64_t worlds) {
  const char* factor = std::getenv("OPTIX_WORLDS_FACTOR");
  return factor ? worlds * std::strtoull(factor, nullptr, 10) : worlds;
}

// The next world from `seed` on that lives for a while: many fall silent after a few tags.
std::uint64_t lively(std::uint64_t seed) {
  while (run_topology(random_world(seed), test_options()).tags < 60) ++seed;
  return seed;
}

// Runs one world inline and over `groups` processes.
void compare_world(std::uint64_t seed, int groups, const zeromq::ZmqOptions& options, Totals& totals,
                   const BeforeStep& before_step = {}) {
  const Topology inline_world = random_world(seed);
  const HarnessRun expected = run_topology(inline_world, options);
  Topology world = inline_world;
  bind_world(world, Binding::zeromq, seed, groups, 0);
  const HarnessRun actual = run_topology(world, options, before_step);
  const auto difference = first_difference(expected.recorder, actual.recorder, actual.plan);
  if (difference) {
    ++totals.failures;
    UNSCOPED_INFO("seed " << seed << ", " << groups << " processes: " << *difference);
  }
  // A kill at the very last wave is not made good any more: nothing is asked of the worker.
  const bool killed = options.faults && options.faults->kill_every_n_waves != 0;
  for (const int status : actual.exit_status) {
    if (status == -1 && killed) continue;
    if (status != 0) UNSCOPED_INFO("seed " << seed << ": a worker ended with status " << status);
    totals.failures += status != 0;
  }
  ++totals.runs;
  totals.waves += actual.zmq_waves;
  totals.restarts += actual.stats.restarts;
  totals.replayed += actual.stats.replayed_waves;
  totals.resends += actual.stats.resends;
  totals.ignored += actual.stats.ignored_frames;
  totals.snapshots += actual.stats.snapshots;
}

void report(const char* what, const Totals& t) {
  std::cout << "{\"id\":\"D1\",\"binding\":\"zeromq\",\"faults\":\"" << what << "\",\"n\":" << t.runs
            << ",\"waves\":" << t.waves << ",\"restarts\":" << t.restarts << ",\"replayed\":" << t.replayed
            << ",\"resends\":" << t.resends << ",\"ignored\":" << t.ignored << ",\"snapshots\":" << t.snapshots
            << ",\"failures\":" << t.failures << ",\"pass\":" << (t.failures == 0 ? "true" : "false") << "}"
            << std::endl;
}

}  // namespace

TEST_CASE("worlds in 1, 2 and 3 processes give the inline digest", "[zeromq][determinism]") {
  Totals totals;
  std::uint64_t seed = 0;
  for (std::uint64_t i = 0; i < scaled(12); ++i) {
    seed = lively(seed + 1);
    compare_world(seed, 1 + static_cast<int>(i % 3), test_options(), totals);
  }
  report("none", totals);
  CHECK(totals.failures == 0);
  CHECK(totals.restarts == 0);
}

TEST_CASE("delays, duplicates and losses on the link change nothing", "[zeromq][determinism]") {
  Totals totals;
  std::uint64_t seed = 1'000;
  for (std::uint64_t i = 0; i < scaled(9); ++i) {
    seed = lively(seed + 1);
    zeromq::ZmqOptions options = test_options();
    options.heartbeat_interval = 5ms;
    options.snapshot_every = 8;
    options.faults = zeromq::LinkFaults{seed, 0.3, 1'500, 0.2, 0.02, 0};
    compare_world(seed, 1 + static_cast<int>(i % 3), options, totals);
  }
  report("delay+duplicate+loss", totals);
  CHECK(totals.failures == 0);
  CHECK(totals.ignored > 0);
  CHECK(totals.resends > 0);
}

TEST_CASE("workers killed while they work change nothing", "[zeromq][determinism]") {
  Totals totals;
  std::uint64_t seed = 2'000;
  for (std::uint64_t i = 0; i < scaled(9); ++i) {
    seed = lively(seed + 1);
    zeromq::ZmqOptions options = test_options();
    options.max_restarts = 1'000;
    options.snapshot_every = seed % 2 == 0 ? 8 : 64;
    options.faults = zeromq::LinkFaults{seed, 0.1, 500, 0.1, 0, 17 + seed % 13};
    compare_world(seed, 1 + static_cast<int>(i % 3), options, totals);
  }
  report("kill", totals);
  CHECK(totals.failures == 0);
  CHECK(totals.restarts > 0);
  CHECK(totals.replayed > 0);
}

TEST_CASE("a worker killed or frozen between waves is replaced", "[zeromq][determinism]") {
  struct Case {
    const char* name;
    int signal;
  };
  for (const Case& c : {Case{"SIGKILL", SIGKILL}, Case{"SIGSTOP", SIGSTOP}, Case{"SIGSEGV", SIGSEGV}}) {
    Totals totals;
    zeromq::ZmqOptions options = test_options();
    if (c.signal == SIGSTOP) options.dead_after = 1'500ms;
    const std::uint64_t victim_step = 25;
    compare_world(lively(3'001), 2, options, totals, [&](std::uint64_t step, auto& hosts) {
      if (step == victim_step) ::kill(hosts.front()->worker_pid(), c.signal);
    });
    report(c.name, totals);
    INFO(c.name);
    CHECK(totals.failures == 0);
    CHECK(totals.restarts == 1);
  }
}

TEST_CASE("state that save() forgets is caught when a worker is rebuilt", "[zeromq][determinism]") {
  // The counter that save() leaves out restarts from zero in the new worker.
  std::string caught;
  for (std::uint64_t seed = 1; seed <= 20 && caught.empty(); ++seed) {
    Topology world = random_world(seed, PlantedBug::forgotten_state);
    const HarnessRun expected = run_topology(world, test_options());
    bind_world(world, Binding::zeromq, seed, 1, 0);
    zeromq::ZmqOptions options = test_options();
    options.snapshot_every = 4;
    options.max_restarts = 1'000;
    options.faults = zeromq::LinkFaults{seed, 0, 0, 0, 0, 7};
    try {
      const HarnessRun actual = run_topology(world, options);
      if (const auto difference = first_difference(expected.recorder, actual.recorder, actual.plan))
        caught = *difference;
    } catch (const zeromq::DeterminismViolation& violation) {
      caught = violation.what();
    }
  }
  std::cout << "world.forgotten_state " << (caught.empty() ? "NOT caught" : "caught: " + caught) << std::endl;
  CHECK_FALSE(caught.empty());
}

TEST_CASE("waves over a process boundary take microseconds", "[zeromq]") {
  Topology world = ticker_topology("sound", 0, 0, Binding::inline_);
  std::vector<double> each;
  for (int i = 0; i < 5; ++i) {
    const HarnessRun run = run_topology(world, test_options());
    each.push_back(run.seconds * 1e6 / static_cast<double>(run.zmq_waves));
  }
  std::sort(each.begin(), each.end());
  std::cout << "{\"id\":\"zeromq.wave\",\"figure_us\":" << each[2] << ",\"best_us\":" << each[0] << "}" << std::endl;
  CHECK(each[0] < 20'000);  // the benchmark has the real limit; this machine may be busy
}
