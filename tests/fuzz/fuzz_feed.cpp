// Bytes from a feed or a subscriber: accepted ones encode back to themselves, and a feed node takes
// whatever frame they hold.
#include "actors/feed_node.hpp"
#include "actors/transport/zeromq/feed_wire.hpp"
#include "tests/fuzz/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace optix;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto envelope = zeromq::decode_feed(bytes);
  // The inside as well: random bytes seldom carry the schema hash.
  auto frame =
      envelope ? Result<MessageRef>(envelope->message) : decode_message(FeedFrame::info.id, bytes.data(), bytes.size());
  if (envelope) {
    Buffer again;
    zeromq::encode_feed(again, *envelope);
    fuzz::check(again.view() == bytes, "a decoded and encoded feed frame differs");
  }
  if (!frame || !frame->get_if<FeedFrame>()) return 0;
  FeedNode node({});
  Outbox out;
  for (std::int64_t time = 1; time <= 2; ++time) {
    Context context({time, 0}, 0, 1, 1, out);
    const WaveEvent event{FeedNode::wire_input, 0, &*frame};
    node.on_wave({{time, 0}, {&event, 1}}, context);
  }
  return 0;
}
