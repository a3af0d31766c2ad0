// Any bytes as a frame between sequencer and worker, whole or behind a good header of any kind, and
// as the configuration inside: an error, or something that encodes to the same bytes again.
#include <cstdint>
#include <cstdlib>

#include "actors/transport/zeromq/config_codec.hpp"
#include "actors/transport/zeromq/frames.hpp"

using namespace optix;
using namespace optix::zeromq;

namespace {

// A frame of `kind` with `payload`; the header is taken from a heartbeat.
std::string frame_with(std::uint8_t kind, std::string_view payload) {
  constexpr std::size_t kind_at = 1 + 3 + 9 + 1;  // array, version, schema, marker of the kind
  Buffer out;
  encode_frame(out, {FrameKind::heartbeat, "g", 7, {5, 2}}, HeartbeatFrame{});
  std::string frame(out.view());
  frame.pop_back();  // the heartbeat's empty payload
  frame[kind_at] = static_cast<char>(kind);
  frame += payload;
  return frame;
}

void check_frame(std::string_view bytes) {
  auto frame = decode_frame(bytes);
  if (!frame) {
    if (frame.error().what.empty()) std::abort();
    return;
  }
  Buffer again;
  const FrameHeader& head = frame->header;
  if (auto* result = frame->get_if<ResultFrame>()) {
    if (result->tasks.empty()) return;  // the tag comes from the tasks
    std::vector<WaveTask> tasks(result->tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      tasks[i].node = result->tasks[i].node;
      tasks[i].tag = head.tag;
      tasks[i].state_hash = result->tasks[i].state_hash;
      tasks[i].out = result->tasks[i].out;
    }
    encode_result(again, head.group, head.wave, tasks, result->states);
  } else if (const auto* wave = frame->get_if<WaveFrame>()) {
    for (const auto& task : wave->tasks)
      for (const WaveFrameEvent& event : task.events)
        if (!wave->bodies.at(event.body)) std::abort();
    return;  // bodies that no event uses are not written again
  } else {
    std::visit(
        [&]<class T>(const T& payload) {
          if constexpr (!std::is_same_v<T, WaveFrame> && !std::is_same_v<T, ResultFrame>)
            encode_frame(again, head, payload);
        },
        frame->payload);
  }
  if (again.view() != bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::uint8_t mode = data[0] % 13;
  if (mode == 0) {
    check_frame(rest);
  } else if (mode <= 10) {
    check_frame(frame_with(mode, rest));
  } else if (mode == 11) {
    if (const auto value = decode_value(rest)) {
      Buffer again;
      encode_value(again, *value);
      if (again.view() != rest) std::abort();
    }
  } else if (const auto run = decode_run(rest)) {
    Buffer again;
    encode_run(again, *run);
    if (again.view() != rest) std::abort();
  }
  return 0;
}
