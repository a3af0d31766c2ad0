#pragma once
// How long a message takes on a wire. Drawn by number, so that a wire's delays depend on nothing but the
// run's seed, the wire's name and how many messages its sender has sent.
#include <cstdint>
#include <vector>

namespace optix {

struct Latency {
  enum class Model : std::uint8_t {
    fixed,        // ns
    uniform,      // ns + a draw in [0, jitter_ns)
    exponential,  // ns + a draw from the exponential distribution with mean mean_ns, at most 50 times that
    table,        // ns + a draw from a measured distribution: quantiles_ns are its quantiles at equal
                  // steps of probability from 0 to 1, straight lines between them
  };
  Model model = Model::fixed;
  std::int64_t ns = 0;
  std::int64_t jitter_ns = 0;
  std::int64_t mean_ns = 0;
  std::vector<std::int64_t> quantiles_ns = {};  // at least 2, ascending, none negative

  // No message is ever late: a wire within one instant.
  bool none() const { return ns == 0 && jitter_ns == 0 && mean_ns == 0 && quantiles_ns.empty(); }
};

// The delay of message `counter` of a stream, in nanoseconds, not negative. A total of zero means the
// next round of the same instant. The sequencer keeps a wire in order: a message that would overtake the
// one before it arrives with it.
std::int64_t draw_latency(const Latency& latency, std::uint64_t seed, std::uint64_t stream, std::uint64_t counter);

}  // namespace optix
