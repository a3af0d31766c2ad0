#include "actors/transport/zeromq/host.hpp"

#include <algorithm>
#include <stdexcept>

#include "actors/transport/zeromq/channel.hpp"
#include "actors/transport/zeromq/config_codec.hpp"
#include "actors/transport/zeromq/frames.hpp"
#include "actors/transport/zeromq/wave_log.hpp"

namespace optix::zeromq {
namespace {

SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

// Answers of one wave to ask for again before the link counts as broken.
constexpr std::uint32_t most_resends = 100;

}  // namespace

WorkerGroup worker_group(const Topology& topology, std::string name, std::span<const NodeRank> ranks,
                         const NodeTypeLookup& types) {
  WorkerGroup group{std::move(name), topology.run, {}};
  for (const NodeRank rank : ranks) {
    const TopologyNode& node = topology.nodes.at(rank);
    const NodeType* type = types(node.type);
    if (!type) throw std::logic_error("node '" + node.name + "' has the unknown type '" + node.type + "'");
    RemoteNode remote{rank, node.name, node.type, node.params, {}};
    for (const PortSpec& output : type->schema.outputs) remote.outputs.push_back(output.messages);
    group.nodes.push_back(std::move(remote));
  }
  return group;
}

// Where the worker stands:  starting → configuring → up, and down when it was lost.
class ZmqHost::Link {
 public:
  Link(WorkerGroup group, ZmqOptions options)
      : group_(std::move(group)),
        options_(std::move(options)),
        channel_(group_.name, options_.endpoint, options_.largest_frame, options_.faults) {
    encode_run(run_, group_.run);
    for (const RemoteNode& node : group_.nodes) encode_value(params_.emplace_back(), node.params);
    start();
  }

  void wait_ready() {
    wait([&] { return state_ == State::up; });
  }

  void begin(std::span<WaveTask* const> tasks) {
    if (broken_) throw std::logic_error("worker group '" + group_.name + "' has failed before");
    tasks_.assign(tasks.begin(), tasks.end());
    want_states_ = log_.waves() + 1 >= options_.snapshot_every || log_.bytes() >= options_.snapshot_bytes;
    Buffer frame;
    encode_wave(frame, group_.name, log_.last() + 1, tasks_, want_states_);
    if (frame.size() > std::min(options_.largest_frame, frame_bytes))
      fail("", "a wave of " + std::to_string(frame.size()) + " bytes exceeds the limit of a frame");
    log_.append(std::move(frame));
    // A worker that is not up yet gets it when it has caught up with the waves before.
    if (state_ == State::up) send_wave(log_.last());
  }

  void finish() {
    if (tasks_.empty()) return;
    wait([&] { return tasks_.empty(); });
    ++stats_.waves;
  }

  int close() {
    if (state_ == State::up && !broken_ && tasks_.empty()) {
      state_ = State::down;
      broken_ = true;
      encode_frame(scratch_, header(), ByeFrame{});
      channel_.send(scratch_.view());
      channel_.process().wait_or_kill(5'000);
    }
    channel_.kill();
    return channel_.process().exit_status();
  }

  ZmqStats stats() const {
    ZmqStats stats = stats_;
    stats.refused_peers = channel_.refused();
    stats.stranger_frames = channel_.strangers();
    return stats;
  }
  const WorkerChannel& channel() const { return channel_; }

 private:
  enum class State { down, starting, configuring, up };

  FrameHeader header() const { return {FrameKind::bye, group_.name, 0, {}}; }

  // Every failure of the group ends here.
  [[noreturn]] void fail(std::string_view node, const std::string& text) {
    broken_ = true;
    channel_.kill();
    std::string name(node);
    if (name.empty())
      name = tasks_.empty() ? (group_.nodes.empty() ? "?" : group_.nodes.front().name) : name_of(tasks_.front()->node);
    if (tasks_.empty()) throw std::runtime_error("node '" + name + "' (worker group '" + group_.name + "'): " + text);
    throw NodeFailure(name, tasks_.front()->tag, text);
  }

  const RemoteNode* remote(NodeRank rank) const {
    const auto found =
        std::find_if(group_.nodes.begin(), group_.nodes.end(), [&](const RemoteNode& n) { return n.rank == rank; });
    return found == group_.nodes.end() ? nullptr : &*found;
  }
  std::string name_of(NodeRank rank) const {
    const RemoteNode* node = remote(rank);
    return node ? node->name : "#" + std::to_string(rank);
  }
  std::string worker() const { return "the worker process of group '" + group_.name + "'"; }

  void start() {
    channel_.start(options_.command);
    state_ = State::starting;
    heard_ = steady_now();
    deadline_ = heard_ + options_.start_timeout;
  }

  // The worker is of no use any more: end it, and let another take its place.
  void lose(const std::string& why) {
    channel_.kill();
    state_ = State::down;
    if (stats_.restarts >= options_.max_restarts)
      fail("",
           worker() + " was lost " + std::to_string(stats_.restarts + 1) + " times, the last time because it " + why);
    ++stats_.restarts;
    start();
  }

  void send_wave(std::uint64_t wave) {
    expected_ = wave;
    deadline_ = steady_now() + options_.wave_timeout;
    resends_ = 0;
    channel_.send_wave(log_.frame(wave).view());
    const std::uint64_t kill_every = options_.faults ? options_.faults->kill_every_n_waves : 0;
    if (kill_every != 0 && wave == log_.last() && wave % kill_every == 0 && wave > last_crash_) {
      last_crash_ = wave;
      channel_.crash();
    }
  }

  // Pumps frames until `done()`. Time counts from here: nobody listened before.
  template <class F>
  void wait(F&& done) {
    const SteadyTime began = steady_now();
    heard_ = std::max(heard_, began);
    deadline_ =
        std::max(deadline_, began + (state_ == State::starting ? options_.start_timeout : options_.wave_timeout));
    next_beat_ = began + options_.heartbeat_interval;
    while (!done()) {
      const SteadyTime silent_at = state_ == State::starting ? SteadyTime::max() : heard_ + options_.dead_after;
      switch (channel_.receive(incoming_, std::min({next_beat_, deadline_, silent_at}))) {
        case WorkerChannel::Got::frame: on_frame(); break;
        case WorkerChannel::Got::ended: lose(channel_.process().ending()); break;
        case WorkerChannel::Got::nothing: on_silence(steady_now(), silent_at); break;
      }
    }
  }

  void on_silence(SteadyTime now, SteadyTime silent_at) {
    if (now >= deadline_) {
      if (state_ == State::starting)
        return lose("did not say hello within " + std::to_string(options_.start_timeout.count()) + " ms");
      fail("",
           worker() + " is alive but gave no answer within " + std::to_string(options_.wave_timeout.count()) + " ms");
    }
    if (now >= silent_at)
      return lose("did not answer heartbeats for " + std::to_string(options_.dead_after.count()) + " ms");
    if (now >= next_beat_) {
      next_beat_ = now + options_.heartbeat_interval;
      encode_frame(scratch_, header(), HeartbeatFrame{});
      channel_.send_heartbeat(scratch_.view());
    }
  }

  void on_frame() {
    auto frame = decode_frame(incoming_.to_string_view());
    if (!frame) fail("", worker() + " sent a frame that cannot be read: " + frame.error().to_string());
    if (frame->header.group != group_.name) fail("", worker() + " sent a frame of another group");
    heard_ = steady_now();
    if (const auto* hello = frame->get_if<HelloFrame>()) return on_hello(*hello);
    if (const auto* ready = frame->get_if<ReadyFrame>()) return on_ready(*ready);
    if (auto* result = frame->get_if<ResultFrame>()) return on_result(frame->header.wave, *result);
    if (const auto* pong = frame->get_if<PongFrame>()) return on_pong(*pong);
    if (const auto* error = frame->get_if<ErrorFrame>()) {
      // An error of the handshake, or the answer to the wave that is waited for.
      if (state_ != State::up || frame->header.wave == 0 || frame->header.wave >= expected_)
        fail(error->node, std::string(error->text));
      ++stats_.ignored_frames;
      return;
    }
    fail("", worker() + " sent a frame that only the sequencer sends");
  }

  void on_hello(const HelloFrame& hello) {
    if (state_ != State::starting || hello.instance != channel_.instance()) return void(++stats_.ignored_frames);
    ConfigFrame config;
    config.instance = hello.instance;
    config.run = run_.view();
    config.snapshot_wave = log_.snapshot_wave();
    for (std::size_t i = 0; i < group_.nodes.size(); ++i) {
      const RemoteNode& node = group_.nodes[i];
      ConfigNode& sent = config.nodes.emplace_back();
      sent = {node.rank, node.name, node.type, params_[i].view(), false, {}};
      if (const std::string* state = log_.state_of(node.rank)) {
        sent.has_state = true;
        sent.state = *state;
      }
    }
    encode_frame(scratch_, header(), config);
    channel_.send(scratch_.view());
    state_ = State::configuring;
    deadline_ = heard_ + options_.wave_timeout;
  }

  void on_ready(const ReadyFrame& ready) {
    if (state_ != State::configuring || ready.instance != channel_.instance()) return void(++stats_.ignored_frames);
    state_ = State::up;
    channel_.handshake_done();
    expected_ = log_.snapshot_wave();
    send_next();
  }

  // While catching up: the wave after the one that was just answered.
  void send_next() {
    if (expected_ == log_.last()) return;
    const std::uint64_t next = expected_ + 1;
    if (stats_.restarts > 0 && next <= log_.last() && log_.content_hash(next) != 0) ++stats_.replayed_waves;
    send_wave(next);
  }

  void on_pong(const PongFrame& pong) {
    if (state_ != State::up || pong.instance != channel_.instance() || tasks_.empty()) return;
    const bool working = pong.received == expected_ && pong.done < expected_;
    if (working || expected_ <= log_.snapshot_wave()) return;
    // The wave or its answer was lost on the way.
    if (++resends_ > most_resends)
      fail("", worker() + " answered, but the answer to wave " + std::to_string(expected_) + " never arrives");
    ++stats_.resends;
    channel_.send_wave(log_.frame(expected_).view());
  }

  void on_result(std::uint64_t wave, ResultFrame& result) {
    if (state_ != State::up || wave < expected_ || expected_ <= log_.snapshot_wave())
      return void(++stats_.ignored_frames);
    if (wave > expected_) fail("", worker() + " answered wave " + std::to_string(wave) + " before it was sent");
    const std::uint64_t committed = log_.content_hash(wave);
    if (committed == 0) return accept(result);
    if (committed != result.content_hash) {
      broken_ = true;
      channel_.kill();
      const std::string name = tasks_.empty() ? group_.nodes.front().name : name_of(tasks_.front()->node);
      throw DeterminismViolation(name, tasks_.empty() ? Tag{} : tasks_.front()->tag,
                                 "determinism violation: rebuilt from its snapshot, " + worker() + " answered wave " +
                                     std::to_string(wave) + " (of " + std::to_string(log_.last()) +
                                     ") differently than before");
    }
    send_next();
  }

  void check(const ResultFrame& result) {
    if (result.tasks.size() != tasks_.size()) fail("", worker() + " answered for another number of nodes");
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const ResultFrame::Task& got = result.tasks[i];
      const RemoteNode* node = remote(tasks_[i]->node);
      if (!node || got.node != node->rank) fail("", worker() + " answered for another node");
      for (const Emission& emission : got.out) {
        const MessageId id = emission.message.id();
        const bool known = emission.output == Emission::timer_output ? id == Timer::info.id
                           : emission.output < node->outputs.size()
                               ? std::find(node->outputs[emission.output].begin(), node->outputs[emission.output].end(),
                                           id) != node->outputs[emission.output].end()
                               : false;
        if (!known)
          fail(node->name, "sent '" + std::string(emission.message.info().name) + "' on output " +
                               std::to_string(emission.output) + ", which does not carry it");
      }
    }
    bool states_fit = result.states.size() == (want_states_ ? group_.nodes.size() : 0);
    for (std::size_t i = 0; states_fit && i < result.states.size(); ++i)
      states_fit = result.states[i].node == group_.nodes[i].rank;
    if (!states_fit) fail("", worker() + " reported the states of other nodes");
  }

  void accept(ResultFrame& result) {
    check(result);
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      tasks_[i]->out = std::move(result.tasks[i].out);
      tasks_[i]->state_hash = result.tasks[i].state_hash;
    }
    log_.commit(result.content_hash, result.states);
    if (!result.states.empty()) ++stats_.snapshots;
    tasks_.clear();
  }

  WorkerGroup group_;
  ZmqOptions options_;
  WorkerChannel channel_;
  Buffer run_;
  std::vector<Buffer> params_;
  WaveLog log_;
  State state_ = State::down;
  bool broken_ = false;
  bool want_states_ = false;
  std::uint64_t expected_ = 0;  // the wave whose answer is awaited, or the last one answered
  std::uint64_t last_crash_ = 0;
  std::uint32_t resends_ = 0;
  std::vector<WaveTask*> tasks_;  // of the wave in progress
  SteadyTime heard_, deadline_, next_beat_;
  zmq::message_t incoming_;
  Buffer scratch_;
  ZmqStats stats_;
};

ZmqHost::ZmqHost(WorkerGroup group, ZmqOptions options) : link_(new Link(std::move(group), std::move(options))) {}
ZmqHost::~ZmqHost() { link_->close(); }
void ZmqHost::wait_ready() { link_->wait_ready(); }
void ZmqHost::begin(std::span<WaveTask* const> tasks) { link_->begin(tasks); }
void ZmqHost::finish() { link_->finish(); }
int ZmqHost::close() { return link_->close(); }
ZmqStats ZmqHost::stats() const { return link_->stats(); }
const std::string& ZmqHost::endpoint() const { return link_->channel().endpoint(); }
const std::string& ZmqHost::server_public_key() const { return link_->channel().server_public_key(); }
int ZmqHost::worker_pid() const { return link_->channel().process().pid(); }

}  // namespace optix::zeromq
