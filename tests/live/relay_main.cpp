// The lossy relay as a process of its own, for tests that run publisher, relay and session apart.
//
// usage: lossy_relay STREAM SNAPSHOTS SEED LOSS
//
// Prints its two endpoints as a JSON line, relays until standard input closes, then prints what it
// lost.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/live/lossy_relay.hpp"

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: lossy_relay STREAM SNAPSHOTS SEED LOSS\n", stderr);
    return 2;
  }
  optix::testing::LossyRelay relay(argv[1], argv[2], std::strtoull(argv[3], nullptr, 10),
                                   std::strtod(argv[4], nullptr));
  std::puts(nlohmann::json{{"stream", relay.endpoint()}, {"snapshots", relay.snapshot_endpoint()}}.dump().c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {}
  const auto& facts = relay.stop();
  std::puts(nlohmann::json{{"data", facts.data},
                           {"dropped", facts.dropped},
                           {"dropped_heartbeats", facts.dropped_heartbeats},
                           {"dropped_answers", facts.dropped_answers}}
                .dump()
                .c_str());
  return 0;
}
