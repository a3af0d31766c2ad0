#pragma once
// The sequencer: owns the queue and logical time, groups the events of the smallest tag into
// waves, stamps what the nodes answer, and keeps the digest. It performs no I/O, starts no thread
// and runs no node; a driver does:
//
//   while (seq.prepare()) { run every task of seq.tasks(), in any order, anywhere; seq.commit(); }
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/sequencer/digest.hpp"
#include "core/sequencer/node.hpp"
#include "core/sequencer/plan.hpp"

namespace optix {

// One node's share of a tag. The driver fills `out` (and `state_hash` when asked).
struct WaveTask {
  NodeRank node = 0;
  Tag tag;
  std::uint64_t wave = 0;  // serial number of this task within the run, from 1
  std::span<const WaveEvent> events;
  Outbox out;
  bool want_state_hash = false;
  std::uint64_t state_hash = 0;
};

// Watches the sequenced stream. Called after the barrier, on the driver's thread; must be cheap
// (hand work to another thread). Nothing it does can reach a node.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_events(Tag tag, std::span<const Event> events) = 0;
  virtual void on_digest(Tag tag, std::uint64_t digest) = 0;
};

struct SequencerOptions {
  DigestMode digest = DigestMode::events;
  std::vector<Observer*> observers;
};

// A bound was reached, or a node did something impossible; what() names the tag and the nodes.
class SequencerError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Sequencer {
 public:
  Sequencer(Plan plan, SequencerOptions options);

  // Queues Start for every node at (plan.start, 0). Call once, before anything else.
  void start();
  // Queues an event from outside: as if source node `source` had emitted it on `output` at
  // instant `at` (never earlier than the current tag). Used by journal replay.
  void inject(NodeRank source, std::uint16_t output, Timestamp at, MessageRef message);
  // Queues an event for a node's own input, for live edges: frames from a socket.
  void inject_input(NodeRank node, std::uint16_t input, Timestamp at, MessageRef message);

  // Instant of the next event, if any.
  std::optional<Timestamp> next_time() const;
  // Takes all events of the smallest tag and fills tasks(). False when the queue is empty.
  bool prepare();
  std::span<WaveTask> tasks() { return {tasks_.data(), task_count_}; }
  // Stamps and queues everything the tasks sent. Call when all of them are done.
  void commit();
  // Ends the run: drops what is queued for later instants and queues Stop{last = false} for every
  // node in the next round; when that has drained, prepare() delivers Stop{last = true} and then
  // returns false for good.
  void stop(std::string reason);

  const Plan& plan() const { return plan_; }
  Tag tag() const { return tag_; }
  std::uint64_t digest() const { return digest_.value(); }
  std::uint64_t events_dispatched() const { return events_dispatched_; }
  std::uint64_t waves_dispatched() const { return waves_dispatched_; }
  std::uint64_t steps() const { return steps_; }

 private:
  void enqueue(Event event);
  void route(NodeRank source, const Emission& emission);
  [[noreturn]] void fail_bound(const char* bound, std::uint64_t limit) const;

  Plan plan_;
  SequencerOptions options_;
  RollingDigest digest_;
  Tag tag_;
  bool started_ = false;
  std::vector<std::uint64_t> counters_;       // per source
  std::vector<Event> next_rounds_;            // events of the current instant, later rounds
  std::vector<Event> future_;                 // heap of events at later instants
  std::vector<Event> current_;                // events of the tag being dispatched
  std::vector<WaveEvent> views_;
  std::vector<WaveTask> tasks_;
  std::size_t task_count_ = 0;
  std::uint64_t events_dispatched_ = 0;
  std::uint64_t waves_dispatched_ = 0;
  std::uint64_t steps_ = 0;
};

}  // namespace optix
