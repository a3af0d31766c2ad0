#pragma once
// Runs a topology with its zeromq groups in worker processes, step by step.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/transport/zeromq/host.hpp"
#include "tests/determinism/recorder.hpp"
#include "tests/determinism/world.hpp"

namespace optix::testing {

// Timings short enough for tests; the worker program of the tests.
zeromq::ZmqOptions test_options(std::vector<std::string> extra_arguments = {});

struct HarnessRun {
  Recorder recorder;
  Plan plan;
  std::uint64_t digest = 0;
  std::uint64_t tags = 0;
  std::uint64_t zmq_waves = 0;
  double seconds = 0;            // of the stepping alone
  zeromq::ZmqStats stats;        // summed over the groups
  std::vector<int> exit_status;  // of each group's worker
};

// Called before each step with the hosts of the zeromq groups.
using BeforeStep = std::function<void(std::uint64_t step, std::vector<std::unique_ptr<zeromq::ZmqHost>>& hosts)>;

HarnessRun run_topology(const Topology& topology, const zeromq::ZmqOptions& options,
                        const BeforeStep& before_step = {});

// ticker → listener, each in a zeromq group of its own unless told otherwise.
Topology ticker_topology(const std::string& mode, int at = 0, int ms = 0, Binding listener = Binding::zeromq);

}  // namespace optix::testing
