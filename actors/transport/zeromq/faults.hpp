#pragma once
// Faults on the link between the sequencer and a worker, for tests: frames are delayed (and so
// overtaken), duplicated and lost, and the worker is killed. Every choice is a counter-based draw,
// so a seed names one sequence of choices. Off unless a test asks for it.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace optix::zeromq {

struct LinkFaults {
  std::uint64_t seed = 0;
  double p_delay = 0;
  std::uint32_t max_delay_us = 0;
  double p_duplicate = 0;
  double p_drop = 0;                     // recovered by the resend that a heartbeat triggers
  std::uint64_t kill_every_n_waves = 0;  // kill -9 just after such a wave was sent; 0: never
};

using SteadyTime = std::chrono::steady_clock::time_point;

// One direction of the link: what goes in comes out late, twice or not at all.
class FaultyLink {
 public:
  FaultyLink(const LinkFaults& faults, std::string_view name);
  void put(std::string frame, std::string target, SteadyTime now);
  struct Item {
    SteadyTime due;
    std::string frame;
    std::string target;
  };
  // Moves out the frames that are due, earliest first.
  std::vector<Item> take_due(SteadyTime now);
  // When the next frame is due; SteadyTime::max() when there is none.
  SteadyTime next_due() const;

 private:
  double draw();

  LinkFaults faults_;
  std::uint64_t stream_;
  std::uint64_t counter_ = 0;
  std::vector<Item> waiting_;
};

}  // namespace optix::zeromq
