#pragma once
// The body of a snapshot answer: what a subscriber needs in order to go on after a gap. One frame
// holds all of it, so an answer arrives whole or not at all.
#include <cstdint>
#include <vector>

#include "messages/codec/state.hpp"
#include "messages/ref.hpp"

namespace optix {

struct FeedImage {
  std::uint64_t after = 0;
  std::vector<MessageRef> messages;

  static constexpr auto fields() {
    using M = FeedImage;
    return std::tuple(field("after", &M::after, "contract definitions up to this sequence number are left out"),
                      field("messages", &M::messages,
                            "later definitions in order, then the last price and chain of each underlying"));
  }
};
static_assert(table_is_complete<FeedImage>);

}  // namespace optix
