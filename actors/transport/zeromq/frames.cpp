#include "actors/transport/zeromq/frames.hpp"

#include <map>
#include <msgpack/pack.hpp>
#include <stdexcept>

namespace optix::zeromq {
namespace {

using Packer = msgpack::packer<Buffer>;

void pack_text(Packer& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  out.pack_str(size).pack_str_body(text.data(), size);
}

void pack_blob(Packer& out, std::string_view bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  out.pack_bin(size);
  if (size != 0) out.pack_bin_body(bytes.data(), size);
}

// Packs what write() appends as one blob, in place: room for the longest header is kept and closed
// up afterwards, so that a large body is not copied.
template <class F>
void pack_blob_of(Buffer& buffer, F&& write) {
  constexpr std::size_t longest = 5;
  const std::size_t start = buffer.size();
  buffer.write("\0\0\0\0", longest);
  write();
  const std::size_t size = buffer.size() - start - longest;
  if (size > UINT32_MAX) throw std::length_error("a frame's part exceeds 4 GiB");
  char header[longest];
  std::size_t used = 0;
  const auto put = [&](unsigned char marker, std::size_t length_bytes) {
    header[used++] = static_cast<char>(marker);
    for (std::size_t i = length_bytes; i-- > 0;) header[used++] = static_cast<char>(size >> (8 * i));
  };
  if (size < 0x100)
    put(0xc4, 1);
  else if (size < 0x10000)
    put(0xc5, 2);
  else
    put(0xc6, 4);
  char* const at = buffer.data() + start;
  if (used < longest) {
    std::memmove(at + used, at + longest, size);
    buffer.resize_down(start + used + size);
  }
  std::memcpy(at, header, used);
}

void pack_header(Buffer& buffer, Packer& out, const FrameHeader& header, FrameKind kind) {
  buffer.clear();
  out.pack_array(8);
  out.pack_fix_uint16(protocol_version);
  out.pack_fix_uint64(schema_hash());
  out.pack_fix_uint8(static_cast<std::uint8_t>(kind));
  pack_text(out, header.group);
  out.pack_fix_uint64(header.wave);
  out.pack_fix_int64(header.tag.time_ns);
  out.pack_fix_uint32(header.tag.round);
}

std::string_view cut(std::string_view text, std::size_t most) { return text.substr(0, most); }

// Numbers the bodies of a wave: events that share a message share its number. Neighbours are
// compared by address; a wave with many bodies falls back to the message's hash.
class BodyTable {
 public:
  std::uint32_t index_of(const MessageRef& message) {
    constexpr std::size_t few = 16;
    for (std::size_t i = bodies_.size(); i-- > (bodies_.size() > few ? bodies_.size() - few : 0);)
      if (bodies_[i]->same_object(message)) return static_cast<std::uint32_t>(i);
    const auto next = static_cast<std::uint32_t>(bodies_.size());
    if (bodies_.size() >= few) {
      if (by_hash_.empty())
        for (std::uint32_t i = 0; i < next; ++i) by_hash_.emplace(bodies_[i]->hash(), i);
      const auto [found, added] = by_hash_.emplace(message.hash(), next);
      if (!added && bodies_[found->second]->same_object(message)) return found->second;
    }
    bodies_.push_back(&message);
    return next;
  }
  const std::vector<const MessageRef*>& bodies() const { return bodies_; }

 private:
  std::vector<const MessageRef*> bodies_;
  std::map<std::uint64_t, std::uint32_t> by_hash_;
};

void pack_message(Buffer& buffer, Packer& out, const MessageRef& message) {
  out.pack_fix_uint16(message.id());
  pack_blob_of(buffer, [&] { message.encode(buffer); });
}

}  // namespace

void encode_frame(Buffer& out, FrameHeader header, const HelloFrame& frame) {
  Packer packer(out);
  pack_header(out, packer, header, FrameKind::hello);
  packer.pack_array(1).pack_fix_uint64(frame.instance);
}

void encode_frame(Buffer& out, FrameHeader header, const ConfigFrame& frame) {
  Packer packer(out);
  pack_header(out, packer, header, FrameKind::config);
  packer.pack_array(4);
  packer.pack_fix_uint64(frame.instance);
  pack_blob(packer, frame.run);
  packer.pack_fix_uint64(frame.snapshot_wave);
  packer.pack_array(static_cast<std::uint32_t>(frame.nodes.size()));
  for (const ConfigNode& node : frame.nodes) {
    packer.pack_array(6);
    packer.pack_fix_uint16(node.rank);
    pack_text(packer, node.name);
    pack_text(packer, node.type);
    pack_blob(packer, node.params);
    node.has_state ? packer.pack_true() : packer.pack_false();
    pack_blob(packer, node.state);
  }
}

void encode_frame(Buffer& out, FrameHeader header, const ReadyFrame& frame) {
  Packer packer(out);
  pack_header(out, packer, header, FrameKind::ready);
  packer.pack_array(1).pack_fix_uint64(frame.instance);
}

void encode_frame(Buffer& out, FrameHeader header, const ErrorFrame& frame) {
  Packer packer(out);
  pack_header(out, packer, header, FrameKind::error);
  packer.pack_array(2);
  pack_text(packer, cut(frame.node, name_bytes));
  pack_text(packer, cut(frame.text, text_bytes));
}

void encode_frame(Buffer& out, FrameHeader header, const HeartbeatFrame&) {
  Packer packer(out);
  pack_header(out, packer, header, FrameKind::heartbeat);
  packer.pack_array(0);
}

void encode_frame(Buffer& out, FrameHeader header, const PongFrame& frame) {
  Packer packer(out);
  pack_header(out, packer, header, FrameKind::pong);
  packer.pack_array(3);
  packer.pack_fix_uint64(frame.instance);
  packer.pack_fix_uint64(frame.received);
  packer.pack_fix_uint64(frame.done);
}

void encode_frame(Buffer& out, FrameHeader header, const ByeFrame&) {
  Packer packer(out);
  pack_header(out, packer, header, FrameKind::bye);
  packer.pack_array(0);
}

void encode_wave(Buffer& out, std::string_view group, std::uint64_t wave, std::span<const WaveTask* const> tasks,
                 bool want_states) {
  Packer packer(out);
  pack_header(out, packer, {FrameKind::wave, group, wave, tasks.empty() ? Tag{} : tasks.front()->tag}, FrameKind::wave);
  packer.pack_array(4);
  !tasks.empty() && tasks.front()->want_state_hash ? packer.pack_true() : packer.pack_false();
  want_states ? packer.pack_true() : packer.pack_false();
  BodyTable table;
  std::vector<std::uint32_t> indices;
  for (const WaveTask* task : tasks)
    for (const WaveEvent& event : task->events) indices.push_back(table.index_of(*event.message));
  packer.pack_array(static_cast<std::uint32_t>(table.bodies().size()));
  for (const MessageRef* message : table.bodies()) {
    packer.pack_array(2);
    pack_message(out, packer, *message);
  }
  packer.pack_array(static_cast<std::uint32_t>(tasks.size()));
  auto index = indices.begin();
  for (const WaveTask* task : tasks) {
    packer.pack_array(2);
    packer.pack_fix_uint16(task->node);
    packer.pack_array(static_cast<std::uint32_t>(task->events.size()));
    for (const WaveEvent& event : task->events) {
      packer.pack_array(3);
      packer.pack_fix_uint16(event.input);
      packer.pack_fix_uint16(event.source);
      packer.pack_fix_uint32(*index++);
    }
  }
}

void encode_result(Buffer& out, std::string_view group, std::uint64_t wave, std::span<const WaveTask> tasks,
                   std::span<const NodeState> states) {
  Packer packer(out);
  pack_header(out, packer, {FrameKind::result, group, wave, tasks.empty() ? Tag{} : tasks.front().tag},
              FrameKind::result);
  packer.pack_array(2);
  pack_blob_of(out, [&] {
    packer.pack_array(static_cast<std::uint32_t>(tasks.size()));
    for (const WaveTask& task : tasks) {
      packer.pack_array(3);
      packer.pack_fix_uint16(task.node);
      packer.pack_fix_uint64(task.state_hash);
      packer.pack_array(static_cast<std::uint32_t>(task.out.size()));
      for (const Emission& emission : task.out) {
        packer.pack_array(4);
        packer.pack_fix_uint16(emission.output);
        packer.pack_fix_int64(emission.at_ns);
        pack_message(out, packer, emission.message);
      }
    }
  });
  packer.pack_array(static_cast<std::uint32_t>(states.size()));
  for (const NodeState& state : states) {
    packer.pack_array(2);
    packer.pack_fix_uint16(state.node);
    pack_blob(packer, state.state);
  }
}

}  // namespace optix::zeromq
