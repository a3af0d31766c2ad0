// Reading frames: the other half of frames.cpp.
#include <array>
#include <utility>

#include "actors/transport/zeromq/frames.hpp"
#include "messages/codec/hash.hpp"
#include "messages/codec/limits.hpp"
#include "messages/codec/reader.hpp"

namespace optix::zeromq {
namespace {

using codec::Reader;

constexpr std::size_t most_rows = std::size_t{1} << 24;
// Fewest bytes of a row of each list: what a forged count can make us allocate stays in
// proportion to the bytes that came.
constexpr std::size_t node_row = 1 + 3 + 1 + 1 + 2 + 1 + 2;
constexpr std::size_t message_row = 1 + 3 + 2;
constexpr std::size_t event_row = 1 + 3 + 3 + 5;
constexpr std::size_t task_row = 1 + 3 + 1;
constexpr std::size_t result_row = 1 + 3 + 9 + 1;
constexpr std::size_t emission_row = 1 + 3 + 9 + 3 + 2;
constexpr std::size_t state_row = 1 + 3 + 2;

// Reads a list of rows; `row` reads one element.
template <class T, class F>
bool read_rows(Reader& in, std::vector<T>& rows, std::size_t fewest, F&& row) {
  std::size_t count = 0;
  if (!in.array(count, most_rows, fewest)) return false;
  rows.resize(count);
  for (std::size_t i = 0; i < count; ++i)
    if (!row(rows[i])) return in.inside(i);
  return true;
}

bool read_message(Reader& in, MessageRef& message) {
  MessageId id = 0;
  std::string_view body;
  if (!in.integer(id) || !in.blob(body, limits::message_bytes)) return false;
  auto decoded = decode_message(id, body.data(), body.size());
  if (!decoded) return in.fail(decoded.error().to_string());
  message = std::move(*decoded);
  return true;
}

bool read(Reader& in, HelloFrame& frame) { return in.array_of(1) && in.integer(frame.instance); }
bool read(Reader& in, ReadyFrame& frame) { return in.array_of(1) && in.integer(frame.instance); }
bool read(Reader& in, HeartbeatFrame&) { return in.array_of(0); }
bool read(Reader& in, ByeFrame&) { return in.array_of(0); }
bool read(Reader& in, PongFrame& frame) {
  return in.array_of(3) && in.integer(frame.instance) && in.integer(frame.received) && in.integer(frame.done);
}
bool read(Reader& in, ErrorFrame& frame) {
  return in.array_of(2) && in.text(frame.node, name_bytes) && in.text(frame.text, text_bytes);
}

bool read(Reader& in, ConfigFrame& frame) {
  return in.array_of(4) && in.integer(frame.instance) && in.blob(frame.run, frame_bytes) &&
         in.integer(frame.snapshot_wave) && read_rows(in, frame.nodes, node_row, [&](ConfigNode& node) {
           return in.array_of(6) && in.integer(node.rank) && in.text(node.name, name_bytes) &&
                  in.text(node.type, name_bytes) && in.blob(node.params, frame_bytes) && in.boolean(node.has_state) &&
                  in.blob(node.state, frame_bytes);
         });
}

bool read(Reader& in, WaveFrame& frame) {
  if (!in.array_of(4) || !in.boolean(frame.want_state_hash) || !in.boolean(frame.want_states)) return false;
  const bool bodies = read_rows(in, frame.bodies, message_row,
                                [&](MessageRef& message) { return in.array_of(2) && read_message(in, message); });
  if (!bodies) return in.inside("bodies");
  const auto read_event = [&](WaveFrameEvent& event) {
    return in.array_of(3) && in.integer(event.input) && in.integer(event.source) && in.integer(event.body) &&
           (event.body < frame.bodies.size() || in.fail("an event's body is not in the frame"));
  };
  const bool tasks = read_rows(in, frame.tasks, task_row, [&](WaveFrame::Task& task) {
    return in.array_of(2) && in.integer(task.node) && read_rows(in, task.events, event_row, read_event);
  });
  return tasks || in.inside("tasks");
}

bool read_tasks(Reader& in, std::vector<ResultFrame::Task>& tasks) {
  const auto read_emission = [&](Emission& emission) {
    return in.array_of(4) && in.integer(emission.output) && in.integer(emission.at_ns) &&
           read_message(in, emission.message);
  };
  return read_rows(in, tasks, result_row,
                   [&](ResultFrame::Task& task) {
                     return in.array_of(3) && in.integer(task.node) && in.integer(task.state_hash) &&
                            read_rows(in, task.out, emission_row, read_emission);
                   }) &&
         in.at_end();
}

bool read(Reader& in, ResultFrame& frame) {
  std::string_view tasks;
  if (!in.array_of(2) || !in.blob(tasks, frame_bytes)) return in.inside("tasks");
  Reader inner(tasks);
  if (!read_tasks(inner, frame.tasks)) return in.fail(inner.error("tasks").to_string());
  frame.content_hash = hash_bytes(tasks);
  return read_rows(in, frame.states, state_row,
                   [&](NodeState& state) {
                     return in.array_of(2) && in.integer(state.node) && in.blob(state.state, frame_bytes);
                   }) ||
         in.inside("states");
}

template <std::size_t I = 0>
bool read_payload(Reader& in, std::size_t kind, Frame& frame) {
  if constexpr (I < std::variant_size_v<decltype(frame.payload)>) {
    if (kind == I) return read(in, frame.payload.emplace<I>());
    return read_payload<I + 1>(in, kind, frame);
  } else {
    return in.fail("frame kind " + std::to_string(kind + 1) + " is unknown");
  }
}

constexpr auto kind_names = std::to_array<std::string_view>(
    {"hello", "config", "ready", "wave", "result", "error", "heartbeat", "pong", "bye"});

}  // namespace

Result<Frame> decode_frame(std::string_view bytes) {
  if (bytes.size() > frame_bytes)
    return Error{"a frame of " + std::to_string(bytes.size()) + " bytes exceeds the limit", "frame", ""};
  Reader in(bytes);
  Frame frame;
  std::uint16_t version = 0;
  std::uint64_t schema = 0;
  std::uint8_t kind = 0;
  if (!in.array_of(8) || !in.integer(version)) return in.error("frame");
  if (version != protocol_version)
    return Error{"the peer speaks frame protocol " + std::to_string(version) + ", this program " +
                     std::to_string(protocol_version),
                 "frame", "run the same build on both sides"};
  if (!in.integer(schema)) return in.error("frame");
  if (schema != schema_hash())
    return Error{"the peer's message definitions differ: schema " + std::to_string(schema) + ", this program " +
                     std::to_string(schema_hash()),
                 "frame", "run the same build on both sides"};
  FrameHeader& header = frame.header;
  if (!in.integer(kind) || !in.text(header.group, name_bytes) || !in.integer(header.wave) ||
      !in.integer(header.tag.time_ns) || !in.integer(header.tag.round))
    return in.error("frame header");
  header.kind = static_cast<FrameKind>(kind);
  const std::size_t index = static_cast<std::size_t>(kind) - 1;  // 0 wraps around and is unknown
  if (!read_payload(in, index, frame) || !in.at_end())
    return in.error(index < kind_names.size() ? std::string(kind_names[index]) + " frame" : "frame");
  return frame;
}

}  // namespace optix::zeromq
