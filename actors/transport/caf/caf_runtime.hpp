#pragma once
// Groups of nodes as CAF actors. No CAF header is visible here; everything that sends, spawns or
// monitors is in caf_runtime.cpp.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/sequencer/run_loop.hpp"

namespace optix {

struct CafOptions {
  enum class Scheduler : std::uint8_t {
    stealing,  // throughput: simulations
    sharing,   // wake-up latency and no idle CPU: live sessions
    shuffled,  // one thread, jobs taken in an order drawn from shuffle_seed: tests
  };
  int threads = 0;  // 0: one per core
  Scheduler scheduler = Scheduler::stealing;
  std::uint64_t shuffle_seed = 0;
  // A live run: the loop blocks while it waits for the outside, so the sequencer gets a thread of
  // its own. Not with `shuffled`.
  bool live = false;
};

// One actor system. The sequencer itself is an actor too, woken by the last answer of each tag, so
// no thread blocks while a wave is out.
class CafRuntime {
 public:
  explicit CafRuntime(const CafOptions& options);
  ~CafRuntime();
  CafRuntime(const CafRuntime&) = delete;
  CafRuntime& operator=(const CafRuntime&) = delete;

  // An actor for a group of nodes, and the host that speaks to it. by_rank as in InlineHost. The
  // host belongs to this runtime and works only within run().
  Host& add_group(std::string name, std::vector<NodeRunner*> by_rank);

  // Runs the loop to its end. A NodeFailure or SequencerError is rethrown here; an actor that
  // dies without an answer is a NodeFailure too.
  void run(RunLoop& loop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace optix
