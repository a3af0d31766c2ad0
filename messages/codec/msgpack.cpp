#include "messages/codec/msgpack.hpp"

namespace optix::codec {

void throw_too_large(const char* kind, std::size_t size, std::size_t limit) {
  throw std::length_error("cannot encode a " + std::string(kind) + " of " + std::to_string(size) + ": the limit is " +
                          std::to_string(limit));
}

char* Cursor::make_room(Buffer& buffer, char* at, std::size_t size) {
  buffer.end_at(at);
  buffer.reserve(size);
  return buffer.data() + buffer.size();
}

void pack_message_ref(Packer& out, const MessageRef& ref) {
  Buffer body;
  if (ref) ref.encode(body);
  if (body.size() > limits::message_bytes) throw_too_large("message", body.size(), limits::message_bytes);
  out.pack_array(2);
  out.pack_fix_uint16(ref ? ref.id() : MessageId{0});
  const auto size = static_cast<std::uint32_t>(body.size());
  out.pack_bin(size);
  if (size != 0) out.pack_bin_body(body.data(), size);
}

bool read_message_ref(Reader& in, MessageRef& ref) {
  MessageId id = 0;
  std::string_view body;
  if (!in.array_of(2) || !in.integer(id) || !in.blob(body, limits::message_bytes)) return false;
  ref = MessageRef();
  if (id == 0) return body.empty() || in.fail("bytes of a message that is not there");
  auto decoded = decode_message(id, body.data(), body.size());
  if (!decoded) return in.fail(decoded.error().where + ": " + decoded.error().what);
  ref = std::move(decoded).value();
  return true;
}

}  // namespace optix::codec
