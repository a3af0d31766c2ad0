#pragma once
// The frames that the sequencer's process and a worker process exchange, in lock-step.
//
// Every frame is one MessagePack array in the canonical forms of messages/codec/msgpack.hpp:
//
//   [protocol version u16, schema hash u64, kind u8, group str, wave u64, time_ns i64, round u32, payload]
//
//   hello      worker -> sequencer   [instance u64]
//   config     sequencer -> worker   [instance, run bin, snapshot wave u64, [[rank u16, name, type, params bin, has
//   state, state bin]…]] ready      worker -> sequencer   [instance] wave       sequencer -> worker   [want state hash,
//   want states, [[message id u16, body bin]…], [[rank, [[input, source, body u32]…]]…]] result     worker -> sequencer
//   [tasks bin, [[rank, state bin]…]]; tasks: [[rank, state hash u64, [[output, at_ns i64, message id, body bin]…]]…]
//   error      worker -> sequencer   [node str, text str]
//   heartbeat  sequencer -> worker   []        "are you alive?", asked only while waiting
//   pong       worker -> sequencer   [instance, received wave u64, done wave u64]
//   bye        sequencer -> worker   []
//
// A wave is numbered from 1 within its group; wave, time_ns and round are 0 where they mean nothing.
// A body that several events of one wave share is sent once. Decoding trusts nothing: counts are
// exact, lengths are checked against what is there before anything is allocated, bodies go
// through decode_message().
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/sequencer/sequencer.hpp"
#include "core/sequencer/tag.hpp"
#include "messages/codec/buffer.hpp"
#include "messages/ref.hpp"
#include "messages/values/result.hpp"

namespace optix::zeromq {

inline constexpr std::uint16_t protocol_version = 1;
// The largest frame either side accepts, in bytes.
inline constexpr std::size_t frame_bytes = std::size_t{512} << 20;
inline constexpr std::size_t name_bytes = 1024;       // group, node and type names
inline constexpr std::size_t text_bytes = 64 * 1024;  // error texts; longer ones are cut

enum class FrameKind : std::uint8_t { hello = 1, config, ready, wave, result, error, heartbeat, pong, bye };

struct FrameHeader {
  FrameKind kind = FrameKind::bye;
  std::string_view group;
  std::uint64_t wave = 0;
  Tag tag;
};

// Views point into the bytes that were decoded (or that are to be encoded).
struct HelloFrame {
  std::uint64_t instance = 0;
};
struct ConfigNode {
  NodeRank rank = 0;
  std::string_view name;
  std::string_view type;
  std::string_view params;  // encode_value()
  bool has_state = false;
  std::string_view state;  // Node::save(), valid after ConfigFrame::snapshot_wave
};
struct ConfigFrame {
  std::uint64_t instance = 0;
  std::string_view run;             // encode_run()
  std::uint64_t snapshot_wave = 0;  // waves up to this one are in the states; 0: a new start
  std::vector<ConfigNode> nodes;
};
struct ReadyFrame {
  std::uint64_t instance = 0;
};
struct WaveFrameEvent {
  std::uint16_t input = 0;
  NodeRank source = 0;
  std::uint32_t body = 0;  // index into WaveFrame::bodies
};
struct WaveFrame {
  struct Task {
    NodeRank node = 0;
    std::vector<WaveFrameEvent> events;
  };
  bool want_state_hash = false;
  bool want_states = false;
  std::vector<MessageRef> bodies;
  std::vector<Task> tasks;
};
struct NodeState {
  NodeRank node = 0;
  std::string_view state;
};
struct ResultFrame {
  struct Task {
    NodeRank node = 0;
    std::uint64_t state_hash = 0;
    Outbox out;
  };
  std::uint64_t content_hash = 0;  // of everything the tasks answered
  std::vector<Task> tasks;
  std::vector<NodeState> states;  // empty unless the wave wanted them
};
struct ErrorFrame {
  std::string_view node;
  std::string_view text;
};
struct HeartbeatFrame {};
struct PongFrame {
  std::uint64_t instance = 0;
  std::uint64_t received = 0;  // last wave that arrived
  std::uint64_t done = 0;      // last wave that was answered
};
struct ByeFrame {};

struct Frame {
  FrameHeader header;
  // In the order of FrameKind.
  std::variant<HelloFrame, ConfigFrame, ReadyFrame, WaveFrame, ResultFrame, ErrorFrame, HeartbeatFrame, PongFrame,
               ByeFrame>
      payload;
  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&payload);
  }
  template <class T>
  T* get_if() {
    return std::get_if<T>(&payload);
  }
};

// Each replaces the contents of `out`; header.kind is set from the payload.
void encode_frame(Buffer& out, FrameHeader header, const HelloFrame& frame);
void encode_frame(Buffer& out, FrameHeader header, const ConfigFrame& frame);
void encode_frame(Buffer& out, FrameHeader header, const ReadyFrame& frame);
void encode_frame(Buffer& out, FrameHeader header, const ErrorFrame& frame);
void encode_frame(Buffer& out, FrameHeader header, const HeartbeatFrame& frame);
void encode_frame(Buffer& out, FrameHeader header, const PongFrame& frame);
void encode_frame(Buffer& out, FrameHeader header, const ByeFrame& frame);
// The wave of a group: the tasks share one tag.
void encode_wave(Buffer& out, std::string_view group, std::uint64_t wave, std::span<const WaveTask* const> tasks,
                 bool want_states);
// What the tasks answered. `tasks` are those of one wave frame, run.
void encode_result(Buffer& out, std::string_view group, std::uint64_t wave, std::span<const WaveTask> tasks,
                   std::span<const NodeState> states);

// The error names the frame kind and the byte. A frame of another protocol version or schema is
// refused with both numbers.
Result<Frame> decode_frame(std::string_view bytes);

}  // namespace optix::zeromq
