// Two bytes of message id (little-endian), then its binary form. Whatever is accepted encodes back
// to the same bytes, so there is one byte sequence per value; whatever is refused says why.
#include "messages/codec/buffer.hpp"
#include "messages/ref.hpp"
#include "tests/fuzz/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace optix;
  if (size < 2) return 0;
  const auto id = static_cast<MessageId>(data[0] | data[1] << 8);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Result<MessageRef> message = decode_message(id, bytes.data(), bytes.size());
  if (!message) {
    fuzz::check(!message.error().what.empty(), "a refusal without a reason");
    return 0;
  }
  Buffer buffer;
  message->encode(buffer);
  fuzz::check(buffer.view() == bytes, "decoded and encoded differ for message " + std::to_string(id));
  fuzz::check(!message->to_json().empty(), "no JSON for message " + std::to_string(id));
  return 0;
}
