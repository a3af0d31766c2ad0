#pragma once
// The sequencer: owns the queue and logical time, groups the events of the smallest tag into
// waves, stamps what the nodes answer, and keeps the digest. It performs no I/O, starts no thread
// and runs no node; a driver does (core/sequencer/run_loop.hpp):
//
//   while (seq.prepare()) { run every task of seq.tasks(), in any order, anywhere; seq.commit(); }
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
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

// Watches the sequenced stream. Called on the driver's thread; must be cheap (hand work to another
// thread). Nothing it does can reach a node.
class Observer {
 public:
  virtual ~Observer() = default;
  // All events of a tag in key order, before any node sees them.
  virtual void on_events(Tag tag, std::span<const Event> events) = 0;
  // After the tag: the rolling digest up to and including it.
  virtual void on_digest(Tag, std::uint64_t /*digest*/) {}
};

struct SequencerOptions {
  DigestMode digest = DigestMode::events;
  std::vector<Observer*> observers = {};
};

// A bound was reached; what() names the tag, the bound and the nodes that keep each other busy.
class SequencerError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Sequencer {
 public:
  Sequencer(Plan plan, SequencerOptions options);

  // Queues Start for every node at (plan.start, 0). Call once, before anything else.
  void start();
  // The same at another instant: a live run begins now, whatever the plan says.
  void start_at(Timestamp at);
  // Queues an event from outside for a node's input: a frame from a socket. The instant must be
  // later than the current tag's.
  void inject(NodeRank node, std::uint16_t input, Timestamp at, MessageRef message);
  // Queues a recorded event exactly as it was (journal replay); its tag must not be in the past.
  void inject_recorded(const Event& event);

  // Instant of the next event, if any.
  std::optional<Timestamp> next_time() const;
  // Takes all events of the smallest tag and fills tasks(). False when nothing is queued.
  bool prepare();
  std::span<WaveTask> tasks() { return {tasks_.data(), task_count_}; }
  // Stamps and queues everything the tasks sent. Call when all of them are done.
  void commit();
  // Ends the run: drops what is queued for later instants and queues Stop{last = false} for every
  // node in the next round; when that has drained, prepare() delivers Stop{last = true} and then
  // returns false for good.
  void stop(std::string reason);

  bool stopping() const { return phase_ != Phase::running; }
  const Plan& plan() const { return plan_; }
  Tag tag() const { return tag_; }
  std::uint64_t digest() const { return digest_.value(); }
  std::uint64_t events_dispatched() const { return events_dispatched_; }
  std::uint64_t waves_dispatched() const { return waves_dispatched_; }
  std::uint64_t tags() const { return tags_; }

 private:
  enum class Phase : std::uint8_t { running, closing, summing_up };

  bool take_next_round();
  void fetch_later();
  bool advance_instant();
  void build_tasks();
  void enqueue(Event&& event);
  void route(NodeRank source, Emission& emission);
  void queue_for_all_nodes(std::int64_t time_ns, std::uint32_t round, const MessageRef& message);
  void check_bounds() const;
  std::string describe_current() const;

  Plan plan_;
  SequencerOptions options_;
  RollingDigest digest_;
  Tag tag_;
  Phase phase_ = Phase::running;
  std::string stop_reason_;
  bool at_instant_ = false;              // tag_ is a tag that was dispatched, not the initial value
  std::vector<std::uint64_t> counters_;  // next sequence number of each source
  // By source, output and wire: when the last message on a wire with a random delay arrives.
  std::vector<std::vector<std::vector<std::int64_t>>> last_arrival_;
  std::uint64_t external_counter_ = 0;
  std::uint64_t control_counter_ = 0;
  std::uint32_t next_round_ = 0;  // of this instant: the round after tag_'s
  std::vector<Event> next_;       // events of this instant, round next_round_
  std::vector<Event> later_;      // events of this instant, rounds after that
  std::vector<Event> future_;     // events of later instants, a min-heap by instant
  std::vector<Event> current_;    // events of the tag being dispatched
  std::vector<WaveEvent> views_;
  std::vector<WaveTask> tasks_;
  std::size_t task_count_ = 0;
  std::size_t queued_ = 0;
  std::uint64_t events_dispatched_ = 0;
  std::uint64_t waves_dispatched_ = 0;
  std::uint64_t tags_ = 0;
};

}  // namespace optix
