#pragma once
// The rolling digest: one 64-bit number that stands for everything that happened so far.
#include <cstdint>
#include <span>

#include "core/sequencer/event.hpp"
#include "messages/values/wide.hpp"

namespace optix {

enum class DigestMode : std::uint8_t {
  off,            // benchmarks only
  events,         // event keys and message bytes: every real run
  events_states,  // and the state of every node that saw a wave: the determinism suite
};

class RollingDigest {
 public:
  // Mixes one event: its key and the hash of its canonical bytes.
  void add(const Event& event) {
    mix(static_cast<std::uint64_t>(event.time_ns));
    mix(static_cast<std::uint64_t>(event.round) << 32 | static_cast<std::uint64_t>(event.port) << 16 | event.source);
    mix(event.sequence);
    mix(event.message.hash());
  }
  void add_state(NodeRank node, std::uint64_t state_hash) {
    mix(node);
    mix(state_hash);
  }
  std::uint64_t value() const { return state_; }

 private:
  // 64×64→128-bit multiply and fold: each input is spread over the whole state, order counts.
  void mix(std::uint64_t x) {
    const uint128 product = static_cast<uint128>(state_ ^ x ^ 0x9E3779B97F4A7C15ull) * 0xD6E8FEB86659FD93ull;
    state_ =
        static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64) ^ (state_ << 7 | state_ >> 57);
  }
  std::uint64_t state_ = 0x243F6A8885A308D3ull;
};

}  // namespace optix
