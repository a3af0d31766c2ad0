#pragma once
// feed.zeromq: turns the frames of a live feed into market data that can be trusted, or says that
// it cannot be.
//
// The publisher numbers its data frames 1, 2, 3, …; heartbeats and the end frame repeat the last
// number. The numbers are contiguous or there is a gap: a number that is skipped is reported as
// missing at once, whether it was lost or only overtaken, and a frame whose number was passed is
// dropped as a duplicate. What FeedState says (`expected`, `received`, reason):
//
//   gap               data frame `received` came, `expected` … `received` - 1 are missing
//   tail loss         a heartbeat or the end says `received`: `expected` … `received` are missing
//   …, covered        the same, but a snapshot that is newer was applied already: not stale
//   unreadable        the body of frame `received` is not what a feed may carry
//   silence           nothing came for silence_ms
//   disconnected      the connection broke (or the text the transport gave)
//   recovered         good again
//
// Recovery. After a gap nothing is forwarded, since a later chain may show contracts whose
// definitions were lost; frames that come meanwhile are kept. The node asks for a snapshot
// (SnapshotRequest, again every retry_ms) and forwards the answer and the kept frames that follow
// it, every chain marked stale because it is history. When it has caught up with the last number
// seen it says `recovered`; from the next chain on orders may open positions. An answer that does
// not reach a later gap is applied as far as it goes and the rest is asked for.
//
// Silence and broken connections lose nothing by themselves: the next frame in order ends them.
#include <map>

#include "actors/node_type.hpp"
#include "messages/codec/state.hpp"
#include "messages/feed.hpp"

namespace optix {

struct FeedRules {
  std::int64_t silence_ns = nanos_per_second;
  std::int64_t retry_ns = nanos_per_second / 4;
  std::int64_t give_up_ns = 10 * nanos_per_second;  // after the end frame: how long to ask for what is missing
  std::uint64_t buffer_frames = 4096;               // kept during a recovery; more are dropped and asked for again
};

struct FeedNodeState {
  std::uint64_t applied = 0;
  std::uint64_t seen = 0;
  std::uint64_t contracts = 0;
  bool recovering = false;
  bool quiet = false;
  bool reported_stale = false;
  bool silence_armed = false;
  bool ending = false;
  bool finished = false;
  std::uint64_t end = 0;
  Timestamp end_seen;
  Timestamp last_frame;
  std::uint64_t requests = 0;
  std::map<std::uint64_t, FeedFrame> kept;
  std::uint64_t chains = 0;
  std::uint64_t gaps = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t late_answers = 0;
  std::uint64_t overflowed = 0;

  static constexpr auto fields() {
    using M = FeedNodeState;
    return std::tuple(
        field("applied", &M::applied, "everything up to this number was forwarded or is covered by a snapshot"),
        field("seen", &M::seen, "highest number the stream itself has shown"),
        field("contracts", &M::contracts, "contracts defined so far"),
        field("recovering", &M::recovering, "something is missing"),
        field("quiet", &M::quiet, "silence, or no connection"),
        field("reported_stale", &M::reported_stale, "the last FeedState said stale"),
        field("silence_armed", &M::silence_armed, "the silence alarm is set"),
        field("ending", &M::ending, "the end frame was seen"),
        field("finished", &M::finished, "the end of data was announced"),
        field("end", &M::end, "last number of the feed"), field("end_seen", &M::end_seen, "when the end frame came"),
        field("last_frame", &M::last_frame, "when the publisher was last heard"),
        field("requests", &M::requests, "snapshot requests sent"),
        field("kept", &M::kept, "data frames that wait for what is missing before them"),
        field("chains", &M::chains, "chain snapshots forwarded"), field("gaps", &M::gaps, "gaps found"),
        field("duplicates", &M::duplicates, "data frames dropped because their number had passed"),
        field("unreadable", &M::unreadable, "frames whose body could not be used"),
        field("late_answers", &M::late_answers, "snapshot answers that were not needed any more"),
        field("overflowed", &M::overflowed, "kept frames given up because there were too many"));
  }
};
static_assert(table_is_complete<FeedNodeState>);

class FeedNode final : public Node {
 public:
  // Outputs and the input, in the order of the declaration.
  static constexpr std::uint16_t snapshot_output = 0;
  static constexpr std::uint16_t request_output = 1;
  static constexpr std::uint16_t wire_input = InputPort::first_declared;

  explicit FeedNode(FeedRules rules) : rules_(rules) {}
  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override { encode_state(state_, out); }
  void load(std::string_view bytes) override { state_ = decode_state<FeedNodeState>(bytes); }
  const FeedNodeState& state() const { return state_; }

 private:
  void on_frame(const FeedFrame& frame, Context& out);
  void on_data(const FeedFrame& frame, Context& out);
  void on_last_number(std::uint64_t number, Context& out);
  void on_image(const FeedFrame& frame, Context& out);
  void on_timer(std::uint64_t timer, Context& out);

  bool apply(const FeedFrame& frame, bool history, Context& out);
  bool acceptable(const MessageRef& message, std::uint64_t& contracts) const;
  void forward(const MessageRef& message, bool history, Context& out);
  void drain(Context& out);
  void missing(std::uint64_t expected, std::uint64_t last, std::uint64_t received, std::string reason, Context& out);
  void recover(Context& out);
  void request(Context& out);
  void say(bool stale, std::uint64_t expected, std::uint64_t received, std::string reason, Context& out);
  void settle(Context& out);
  void finish_when_done(Context& out);
  void arm_silence(Context& out);

  FeedRules rules_;
  FeedNodeState state_;
};

NodeType feed_node_type();

}  // namespace optix
