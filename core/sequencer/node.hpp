#pragma once
// A node: a deterministic state machine with typed ports. It sees only waves and speaks only
// through its Context. It never reads a clock, an environment variable or another node's memory,
// and it does not know whether it runs inline, as an actor or in another process.
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/sequencer/event.hpp"
#include "core/sequencer/random.hpp"
#include "messages/control.hpp"

namespace optix {

// Where an event entered the node. Every node has the two implicit inputs first; the inputs it
// declares follow in order: input 0 of the declaration is `first_declared`.
struct InputPort {
  static constexpr std::uint16_t control = 0;  // Start, Stop
  static constexpr std::uint16_t timer = 1;    // Timer
  static constexpr std::uint16_t first_declared = 2;
};

// One event as a node sees it.
struct WaveEvent {
  std::uint16_t input;  // see InputPort
  NodeRank source;
  const MessageRef* message;

  template <Message M>
  const M* get_if() const {
    return message->get_if<M>();
  }
  template <Message M>
  const M& get() const {
    return message->get<M>();
  }
};

// All events of one tag for one node, in key order.
struct Wave {
  Tag tag;
  std::span<const WaveEvent> events;
};

// A node's only way out. Valid during on_wave.
class Context {
 public:
  Context(Tag tag, NodeRank self, std::uint64_t seed, std::uint64_t stream, Outbox& out)
      : tag_(tag), self_(self), seed_(seed), stream_(stream), out_(out) {}

  Tag tag() const { return tag_; }
  Timestamp now() const { return tag_.time(); }
  NodeRank self() const { return self_; }

  // Sends on the node's declared output `port` (0, 1, …, in the order of NodeType::outputs).
  // Where it goes, and when it arrives, is the topology's business.
  template <Message M>
  void emit(std::uint16_t port, M message) {
    out_.push_back({port, 0, make_message(std::move(message))});
  }
  void emit(std::uint16_t port, MessageRef message) { out_.push_back({port, 0, std::move(message)}); }

  // Delivers Timer{timer} to this node at instant `at`; an instant that is not in the future means
  // the next round of this one.
  void wake_at(Timestamp at, std::uint64_t timer) {
    out_.push_back({Emission::timer_output, at.ns, make_message(Timer{timer})});
  }

  // The counter is part of the node's state: number the draws and save the number.
  std::uint64_t draw(std::uint64_t counter) const { return optix::draw(seed_, stream_, counter); }
  double draw_uniform(std::uint64_t counter) const { return optix::draw_uniform(seed_, stream_, counter); }

 private:
  Tag tag_;
  NodeRank self_;
  std::uint64_t seed_;
  std::uint64_t stream_;
  Outbox& out_;
};

class Node {
 public:
  virtual ~Node() = default;

  // Handles one wave. To refuse to go on (a missing settlement price, a broken invariant) throw;
  // the run ends with the tag, the node's name and the message of the exception.
  virtual void on_wave(const Wave& wave, Context& out) = 0;

  // Everything that decides future behaviour, as bytes: encode a state struct that has a field
  // table (messages/codec/state.hpp). load(save()) must continue exactly as the original would.
  virtual void save(std::string& out) const = 0;
  virtual void load(std::string_view bytes) = 0;
};

// One declared port: its name and the messages it may carry.
struct PortSpec {
  std::string_view name;
  std::vector<MessageId> messages;
  std::string_view doc;
  bool required = false;  // inputs only: must be wired
  bool final = false;     // outputs only: who receives what leaves here does not send it on as it is
};

}  // namespace optix
