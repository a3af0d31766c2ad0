#pragma once
// Logical time and the total order of events.
#include <compare>
#include <cstdint>
#include <string>

#include "messages/values/time.hpp"

namespace optix {

// An instant plus a microstep within it.
struct Tag {
  std::int64_t time_ns = 0;
  std::uint32_t round = 0;
  constexpr auto operator<=>(const Tag&) const = default;
  Timestamp time() const { return {time_ns}; }
  std::string to_string() const { return Timestamp{time_ns}.to_string() + "+" + std::to_string(round); }
};

// The place of an event in the total order: (tag, port rank, source rank, source sequence).
// Ranks come from the topology file, the sequence from the source's own counter; nothing here
// depends on arrival, threads or addresses.
struct EventKey {
  Tag tag;
  std::uint16_t port = 0;    // rank of the destination's input port
  std::uint16_t source = 0;  // rank of the node that sent it
  std::uint64_t sequence = 0;
  constexpr auto operator<=>(const EventKey&) const = default;
};

}  // namespace optix
