#pragma once
// What a feed publisher and its subscribers exchange: one MessagePack array per ZeroMQ message,
//
//   [feed protocol version u16, schema hash u64, source str, instance u64, message id u16, body bin]
//
// The body is the canonical form of a FeedFrame (publisher -> subscriber, on the stream and as the
// answer to a request) or of a SnapshotRequest (subscriber -> publisher). `source` is the name of
// the stream; `instance` is drawn when a publisher starts, so that a restarted one, which counts
// from 1 again, is not taken for the one before.
#include <cstdint>
#include <string_view>

#include "messages/codec/buffer.hpp"
#include "messages/ref.hpp"
#include "messages/values/result.hpp"

namespace optix::zeromq {

inline constexpr std::uint16_t feed_protocol_version = 1;
inline constexpr std::size_t feed_name_bytes = 256;
// Largest ZeroMQ message either side accepts.
inline constexpr std::size_t feed_frame_bytes = std::size_t{65} << 20;

struct FeedEnvelope {
  std::string_view source;
  std::uint64_t instance = 0;
  MessageRef message;  // FeedFrame or SnapshotRequest
};

// Replaces the contents of `out`.
void encode_feed(Buffer& out, const FeedEnvelope& envelope);
// Views point into `bytes`. The error names the byte, or both versions when the peer is another build.
Result<FeedEnvelope> decode_feed(std::string_view bytes);

}  // namespace optix::zeromq
