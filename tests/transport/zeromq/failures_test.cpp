// Everything that can go wrong with a worker, and what the run says about it.
#include <catch2/catch.hpp>
#include <iostream>
#include <thread>

#include "tests/transport/zeromq/harness.hpp"

using namespace optix;
using namespace optix::testing;
using namespace std::chrono_literals;

namespace {

// What the run died of; empty when it did not.
std::string failure_of(const Topology& topology, const zeromq::ZmqOptions& options) {
  try {
    run_topology(topology, options);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a failing node ends the run with its name, tag and reason", "[zeromq][failures]") {
  struct Case {
    const char* mode;
    int at, ms;
    const char* expected;
  };
  const Case cases[] = {
      {"throw", 7, 0, "node 'ticker' failed at 2019-04-25T00:00:00.000006Z+0: planted failure at tick 7"},
      {"exit", 5, 0,
       "the worker process of group 'ticker' was lost 3 times, the last time because it exited with status 9"},
      {"sleep", 4, 5'000, "the worker process of group 'ticker' is alive but gave no answer within 600 ms"},
      {"wrong", 3, 0, "node 'ticker' failed at 2019-04-25T00:00:00.000002Z+0: sent 'control.end_of_data' on output 0"},
      {"refuse", 0, 0, "tick.yaml:3:9: told to refuse"},
  };
  for (const Case& c : cases) {
    zeromq::ZmqOptions options = test_options();
    options.max_restarts = 2;
    if (std::string(c.mode) == "sleep") options.wave_timeout = 600ms;
    const std::string failure = failure_of(ticker_topology(c.mode, c.at, c.ms), options);
    std::cout << c.mode << ": " << failure << std::endl;
    INFO(c.mode << ": " << failure);
    CHECK(failure.find(c.expected) != std::string::npos);
    CHECK(failure.find("ticker") != std::string::npos);
  }
}

TEST_CASE("the failure is a NodeFailure with the tag", "[zeromq][failures]") {
  try {
    run_topology(ticker_topology("throw", 7), test_options());
    FAIL("the run went on");
  } catch (const NodeFailure& failure) {
    CHECK(failure.node == "ticker");
    CHECK(failure.tag == Tag{1'556'150'400 * nanos_per_second + 6'000, 0});
  }
}

TEST_CASE("a slow worker that answers heartbeats is waited for", "[zeromq][failures]") {
  zeromq::ZmqOptions options = test_options();
  options.dead_after = 1'000ms;
  const HarnessRun run = run_topology(ticker_topology("sleep", 4, 2'500), options);
  CHECK(run.stats.restarts == 0);
  CHECK(run.digest == run_topology(ticker_topology("sound"), options).digest);
}

TEST_CASE("a driver that is busy elsewhere does not lose its worker", "[zeromq][failures]") {
  zeromq::ZmqOptions options = test_options();
  options.dead_after = 800ms;
  const HarnessRun run = run_topology(ticker_topology("sound"), options, [](std::uint64_t step, auto&) {
    if (step == 10) std::this_thread::sleep_for(1'700ms);
  });
  CHECK(run.stats.restarts == 0);
}

TEST_CASE("a node that answers differently after a restart is reported", "[zeromq][failures]") {
  zeromq::ZmqOptions options = test_options();
  options.faults = zeromq::LinkFaults{1, 0, 0, 0, 0, 10};
  options.max_restarts = 100;
  try {
    run_topology(ticker_topology("unsteady", 5), options);
    FAIL("not noticed");
  } catch (const zeromq::DeterminismViolation& violation) {
    std::cout << violation.what() << std::endl;
    CHECK(std::string(violation.what()).find("answered wave 5 (of 1") != std::string::npos);
  }
}

TEST_CASE("a worker program that cannot start is an error with its name", "[zeromq][failures]") {
  zeromq::ZmqOptions options = test_options();
  options.command = {"/no/such/worker"};
  CHECK(failure_of(ticker_topology("sound"), options).find("/no/such/worker: No such file") != std::string::npos);
  options = test_options({"--exit"});
  options.max_restarts = 1;
  const std::string failure = failure_of(ticker_topology("sound"), options);
  INFO(failure);
  CHECK(failure.find("was lost 2 times, the last time because it exited with status 5") != std::string::npos);
}

TEST_CASE("a peer with the right key that breaks the protocol fails the run cleanly", "[zeromq][failures]") {
  struct Case {
    const char* mode;
    const char* expected;
  };
  const Case cases[] = {
      {"version", "the peer speaks frame protocol 99"},
      {"hello_garbage", "sent a frame that cannot be read"},
      {"mute", "did not say hello within 400 ms"},
      {"silent", "is alive but gave no answer within 600 ms"},
      {"garbage", "sent a frame that cannot be read"},
      {"empty", "sent a frame that cannot be read"},
      {"truncated", "sent a frame that cannot be read"},
      {"huge", "never arrives"},
      {"kind", "sent a frame that only the sequencer sends"},
      {"group", "sent a frame of another group"},
      {"future", "answered wave 6 before it was sent"},
      {"fewer", "answered for another number of nodes"},
      {"other_node", "answered for another node"},
      {"output", "on output 200, which does not carry it"},
      {"states", "reported the states of other nodes"},
  };
  for (const Case& c : cases) {
    const bool mute = std::string(c.mode) == "mute";
    zeromq::ZmqOptions options = test_options({"--rogue", c.mode});
    options.heartbeat_interval = 5ms;
    options.max_restarts = 1;
    options.largest_frame = std::size_t{1} << 20;
    options.wave_timeout = std::string(c.mode) == "huge" ? 20'000ms : 600ms;
    options.start_timeout = mute ? 400ms : 20'000ms;
    const std::string failure = failure_of(ticker_topology("sound"), options);
    std::cout << c.mode << ": " << failure << std::endl;
    INFO(c.mode << ": " << failure);
    CHECK(failure.find(c.expected) != std::string::npos);
  }
}
