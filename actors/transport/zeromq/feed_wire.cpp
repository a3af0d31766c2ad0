#include "actors/transport/zeromq/feed_wire.hpp"

#include <msgpack/pack.hpp>
#include <stdexcept>

#include "messages/codec/reader.hpp"
#include "messages/feed.hpp"

namespace optix::zeromq {

void encode_feed(Buffer& out, const FeedEnvelope& envelope) {
  if (envelope.source.size() > feed_name_bytes) throw std::length_error("the name of the feed is too long");
  Buffer body;
  envelope.message.encode(body);
  out.clear();
  msgpack::packer<Buffer> packer(out);
  packer.pack_array(6);
  packer.pack_fix_uint16(feed_protocol_version);
  packer.pack_fix_uint64(schema_hash());
  packer.pack_str(static_cast<std::uint32_t>(envelope.source.size()));
  packer.pack_str_body(envelope.source.data(), static_cast<std::uint32_t>(envelope.source.size()));
  packer.pack_fix_uint64(envelope.instance);
  packer.pack_fix_uint16(envelope.message.id());
  packer.pack_bin(static_cast<std::uint32_t>(body.size()));
  packer.pack_bin_body(body.data(), static_cast<std::uint32_t>(body.size()));
}

Result<FeedEnvelope> decode_feed(std::string_view bytes) {
  codec::Reader in(bytes);
  FeedEnvelope envelope;
  std::uint16_t version = 0;
  std::uint64_t schema = 0;
  MessageId id = 0;
  std::string_view body;
  if (!in.array_of(6) || !in.integer(version)) return in.error("feed frame");
  if (version != feed_protocol_version)
    return Error{"the peer speaks feed protocol " + std::to_string(version) + ", this program " +
                     std::to_string(feed_protocol_version),
                 "feed frame", "run the same build on both sides"};
  if (!in.integer(schema)) return in.error("feed frame");
  if (schema != schema_hash())
    return Error{"the peer's message definitions differ: schema " + std::to_string(schema) + ", this program " +
                     std::to_string(schema_hash()),
                 "feed frame", "run the same build on both sides"};
  if (!in.text(envelope.source, feed_name_bytes) || !in.integer(envelope.instance) || !in.integer(id) ||
      !in.blob(body, feed_frame_bytes) || !in.at_end())
    return in.error("feed frame");
  if (id != FeedFrame::info.id && id != SnapshotRequest::info.id)
    return Error{"message " + std::to_string(id) + " is neither a feed frame nor a request", "feed frame", ""};
  auto message = decode_message(id, body.data(), body.size());
  if (!message) return message.error();
  envelope.message = std::move(*message);
  return envelope;
}

}  // namespace optix::zeromq
