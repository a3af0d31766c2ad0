#pragma once
// The largest things a message may hold. Checked before anything is allocated, by the decoder and
// the encoder alike, so that whatever can be written can be read back.
#include <cstddef>

#include "messages/feed.hpp"

namespace optix::limits {

inline constexpr std::size_t message_bytes = std::size_t{256} << 20;  // one encoded message
inline constexpr std::size_t column_rows = std::size_t{1} << 24;      // rows of one column
inline constexpr std::size_t legs = 64;                               // rows of a list of structs

// Bytes of a text field of message M.
template <class M>
inline constexpr std::size_t string_bytes = std::size_t{1} << 20;
// A frame carries a whole encoded message.
template <>
inline constexpr std::size_t string_bytes<FeedFrame> = std::size_t{64} << 20;

}  // namespace optix::limits
