// Two bytes of message id (little-endian), then JSON text. An accepted text is a message whose own
// JSON and binary forms read back to it.
#include "messages/codec/buffer.hpp"
#include "messages/codec/json.hpp"
#include "tests/fuzz/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace optix;
  if (size < 2) return 0;
  const auto id = static_cast<MessageId>(data[0] | data[1] << 8);
  const Result<MessageRef> message = message_from_json(id, {reinterpret_cast<const char*>(data) + 2, size - 2});
  if (!message) return 0;
  const std::string text = message->to_json();
  const Result<MessageRef> again = message_from_json(id, text);
  fuzz::check(again.ok(), "own JSON is refused: " + (again.ok() ? "" : again.error().to_string()) + "\n" + text);
  Buffer first, second;
  message->encode(first);
  again->encode(second);
  fuzz::check(first.view() == second.view(), "JSON round trip changed the message: " + text);
  fuzz::check(decode_message(id, first.data(), first.size()).ok(), "own binary form is refused: " + text);
  return 0;
}
