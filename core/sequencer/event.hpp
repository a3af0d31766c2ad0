#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/sequencer/tag.hpp"
#include "messages/ref.hpp"

namespace optix {

// Port rank of an emission that no wire takes: it is journalled, digested and shown to observers,
// and goes to no node. Results leave a run this way.
inline constexpr std::uint16_t observers_port = 0xffff;

// Source rank of Start and Stop: the sequencer itself. They do not use up a node's own numbers.
inline constexpr std::uint16_t sequencer_source = 0xfffe;

// Source rank of events that come from outside the run: frames from a live feed.
inline constexpr std::uint16_t external_source = 0xffff;

struct Event {
  std::int64_t time_ns;
  std::uint32_t round;
  std::uint16_t port;    // rank of the destination's input port, see EventKey
  std::uint16_t source;  // rank of the sending node
  std::uint64_t sequence;
  MessageRef message;

  EventKey key() const { return {{time_ns, round}, port, source, sequence}; }
};

using NodeRank = std::uint16_t;

// What one node sent while it handled a wave, in order.
struct Emission {
  static constexpr std::uint16_t timer_output = 0xffff;

  std::uint16_t output = 0;  // the node's output port, or timer_output: back to the node itself
  std::int64_t at_ns = 0;    // timers only: the instant it is for
  MessageRef message;
};
using Outbox = std::vector<Emission>;

}  // namespace optix
