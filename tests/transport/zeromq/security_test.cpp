// Who may speak to a run: its own worker and nobody else.
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <thread>
#include <zmq.hpp>

#include "actors/transport/zeromq/curve.hpp"
#include "actors/transport/zeromq/frames.hpp"
#include "tests/transport/zeromq/harness.hpp"

using namespace optix;
using namespace optix::testing;
using namespace std::chrono_literals;

namespace {

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A peer that claims to be the worker and sends what would end the run if it were read.
struct Intruder {
  zmq::context_t context;
  zmq::socket_t socket{context, zmq::socket_type::dealer};
  Intruder(const std::string& endpoint, const std::function<void(zmq::socket_t&)>& keys) {
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::routing_id, "w1");
    socket.set(zmq::sockopt::reconnect_ivl, 5);
    keys(socket);
    socket.connect(endpoint);
    Buffer out;
    zeromq::encode_frame(out, {zeromq::FrameKind::bye, "ticker", 0, {}},
                         zeromq::ErrorFrame{"ticker", "an intruder speaks"});
    for (int i = 0; i < 20; ++i) socket.send(zmq::buffer(out.view()), zmq::send_flags::dontwait);
    for (int i = 0; i < 20; ++i) socket.send(zmq::buffer(std::string_view("garbage")), zmq::send_flags::dontwait);
  }
};

}  // namespace

TEST_CASE("foreign, keyless and plain peers are not heard", "[zeromq][security]") {
  const std::uint64_t expected = run_topology(ticker_topology("sound", 0, 0, Binding::inline_), test_options()).digest;
  struct Case {
    const char* name;
    bool refused;  // counted by the gate: only a finished CURVE handshake reaches it
    std::function<void(zmq::socket_t&, const zeromq::ZmqHost&)> keys;
  };
  const Case cases[] = {
      {"plaintext", false, [](zmq::socket_t&, const zeromq::ZmqHost&) {}},
      {"PLAIN user and password", false,
       [](zmq::socket_t& s, const zeromq::ZmqHost&) {
         s.set(zmq::sockopt::plain_username, "admin");
         s.set(zmq::sockopt::plain_password, "admin");
       }},
      {"own key, right server key", true,
       [](zmq::socket_t& s, const zeromq::ZmqHost& host) {
         zeromq::use_as_client(s, zeromq::make_key_pair(), host.server_public_key());
       }},
      {"own key, wrong server key", false,
       [](zmq::socket_t& s, const zeromq::ZmqHost&) {
         zeromq::use_as_client(s, zeromq::make_key_pair(), zeromq::make_key_pair().public_key);
       }},
  };
  for (const Case& c : cases) {
    std::vector<std::unique_ptr<Intruder>> intruders;
    const HarnessRun run = run_topology(
        ticker_topology("sound", 0, 0, Binding::inline_), test_options(), [&](std::uint64_t step, auto& hosts) {
          if (step == 3 || step == 30) {
            const zeromq::ZmqHost& host = *hosts.front();
            intruders.push_back(
                std::make_unique<Intruder>(host.endpoint(), [&](zmq::socket_t& s) { c.keys(s, host); }));
          }
          if (step > 3 && step % 10 == 0) std::this_thread::sleep_for(10ms);  // time to try again and again
        });
    std::cout << c.name << ": refused " << run.stats.refused_peers << ", frames heard " << run.stats.stranger_frames
              << std::endl;
    INFO(c.name);
    CHECK(run.digest == expected);
    CHECK(run.stats.stranger_frames == 0);
    CHECK(run.stats.restarts == 0);
    CHECK((run.stats.refused_peers > 0) == c.refused);
  }
}

TEST_CASE("keys appear on no command line and in no environment", "[zeromq][security]") {
  const HarnessRun run = run_topology(ticker_topology("sound"), test_options(), [](std::uint64_t step, auto& hosts) {
    if (step != 5) return;
    for (const auto& host : hosts) {
      const std::string process = "/proc/" + std::to_string(host->worker_pid());
      for (const char* file : {"/cmdline", "/environ"}) {
        const std::string text = slurp(process + file);
        CHECK_FALSE(text.empty());
        CHECK(text.find(host->server_public_key()) == std::string::npos);
        CHECK(text.find("tcp://") == std::string::npos);
      }
    }
  });
  CHECK(run.exit_status == std::vector<int>{0, 0});
}

TEST_CASE("the endpoint is on the loopback interface", "[zeromq][security]") {
  run_topology(ticker_topology("sound"), test_options(), [](std::uint64_t step, auto& hosts) {
    if (step == 0) CHECK(hosts.front()->endpoint().starts_with("tcp://127.0.0.1:"));
  });
}

TEST_CASE("no worker outlives its host and none is left as a zombie", "[zeromq][security]") {
  std::vector<int> pids;
  {
    zeromq::WorkerGroup group;
    group.name = "empty";
    for (int i = 0; i < 3; ++i) {
      zeromq::ZmqHost host(group, test_options());
      if (i != 0) host.wait_ready();
      pids.push_back(host.worker_pid());
    }
  }
  for (const int pid : pids) {
    CHECK(::kill(pid, 0) == -1);
    CHECK(::waitpid(pid, nullptr, WNOHANG) == -1);
  }
}
