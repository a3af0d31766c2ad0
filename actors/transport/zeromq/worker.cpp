#include "actors/transport/zeromq/worker.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <deque>
#include <thread>
#include <zmq.hpp>

#include "actors/transport/zeromq/config_codec.hpp"
#include "actors/transport/zeromq/curve.hpp"
#include "actors/transport/zeromq/frames.hpp"
#include "actors/transport/zeromq/spawn.hpp"
#include "core/sequencer/host.hpp"

namespace optix::zeromq {
namespace {

constexpr int orphaned_status = 3;

void connect(zmq::socket_t& socket, const WorkerInvitation& invitation, const char* role, int linger_ms) {
  use_as_client(socket, {invitation.public_key, invitation.secret_key}, invitation.server_public_key);
  socket.set(zmq::sockopt::routing_id, role + std::to_string(invitation.instance));
  socket.set(zmq::sockopt::linger, linger_ms);
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(frame_bytes));
  socket.set(zmq::sockopt::reconnect_ivl, 20);
  socket.connect(invitation.endpoint);
}

// What the heart may tell about the wave loop.
struct Progress {
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> done{0};
};

// Answers heartbeats and watches for the sequencer's end, on a thread and a socket of its own.
class Heart {
 public:
  Heart(zmq::context_t& context, const WorkerInvitation& invitation, int control_fd, const Progress& progress)
      : context_(context),
        invitation_(invitation),
        control_fd_(control_fd),
        progress_(progress),
        stop_fd_(::eventfd(0, EFD_CLOEXEC)),
        thread_([this] { run(); }) {}
  ~Heart() {
    const std::uint64_t one = 1;
    if (::write(stop_fd_, &one, sizeof one) != sizeof one) std::abort();
    thread_.join();
    ::close(stop_fd_);
  }
  Heart(const Heart&) = delete;
  Heart& operator=(const Heart&) = delete;

 private:
  void run() {
    zmq::socket_t socket(context_, zmq::socket_type::dealer);
    connect(socket, invitation_, "h", 0);
    for (;;) {
      zmq::pollitem_t items[] = {{socket.handle(), 0, ZMQ_POLLIN, 0},
                                 {nullptr, control_fd_, ZMQ_POLLIN, 0},
                                 {nullptr, stop_fd_, ZMQ_POLLIN, 0}};
      zmq::poll(items, 3, std::chrono::milliseconds(-1));
      if (items[2].revents != 0) return;
      // The sequencer writes nothing after the invitation: readable means closed.
      if (items[1].revents != 0) ::_exit(orphaned_status);
      zmq::message_t message;
      while (socket.recv(message, zmq::recv_flags::dontwait)) answer(socket, message);
    }
  }

  void answer(zmq::socket_t& socket, const zmq::message_t& message) {
    const auto frame = decode_frame(message.to_string_view());
    if (!frame || frame->header.kind != FrameKind::heartbeat) return;
    Buffer pong;
    encode_frame(pong, {FrameKind::pong, invitation_.group, 0, {}},
                 PongFrame{invitation_.instance, progress_.received.load(), progress_.done.load()});
    socket.send(zmq::buffer(pong.view()), zmq::send_flags::dontwait);
  }

  zmq::context_t& context_;
  const WorkerInvitation& invitation_;
  int control_fd_;
  const Progress& progress_;
  int stop_fd_;
  std::thread thread_;
};

// The nodes of the group and the wave loop.
class Worker {
 public:
  Worker(zmq::socket_t& socket, const WorkerInvitation& invitation, const NodeTypeLookup& types, Progress& progress)
      : socket_(socket), invitation_(invitation), types_(types), progress_(progress) {}

  void serve() {
    encode_frame(answer_, header(0), HelloFrame{invitation_.instance});
    send();
    for (;;) {
      zmq::message_t message;
      if (!socket_.recv(message)) continue;
      auto frame = decode_frame(message.to_string_view());
      if (!frame) {
        report("", 0, frame.error().to_string());
        continue;
      }
      if (frame->get_if<ByeFrame>()) return;
      if (const auto* config = frame->get_if<ConfigFrame>()) configure(*config);
      if (auto* wave = frame->get_if<WaveFrame>()) on_wave(frame->header, *wave);
    }
  }

 private:
  FrameHeader header(std::uint64_t wave) const { return {FrameKind::bye, invitation_.group, wave, {}}; }
  void send() { socket_.send(zmq::buffer(answer_.view())); }

  // An error takes the place of the answer: a repeated wave gets it again.
  void report(std::string_view node, std::uint64_t wave, std::string_view text) {
    encode_frame(answer_, header(wave), ErrorFrame{node, text});
    send();
  }

  void configure(const ConfigFrame& config) {
    if (!runners_.empty()) return;
    auto run = decode_run(config.run);
    if (!run) return report("", 0, run.error().to_string());
    run_ = *run;
    for (const ConfigNode& node : config.nodes)
      if (!build(node)) return;
    done_ = config.snapshot_wave;
    progress_.received = done_;
    progress_.done = done_;
    encode_frame(answer_, header(0), ReadyFrame{invitation_.instance});
    send();
  }

  bool build(const ConfigNode& node) {
    const auto fail = [&](std::string_view text) {
      report(node.name, 0, text);
      return false;
    };
    const NodeType* type = types_(node.type);
    if (!type) return fail("this worker has no node type '" + std::string(node.type) + "'");
    auto params = decode_value(node.params);
    if (!params) return fail(params.error().to_string());
    params_.push_back(std::move(*params));
    try {
      auto made = type->make(NodeSetup{std::string(node.name), node.rank, params_.back(), run_});
      if (!made) return fail(made.error().to_string());
      if (node.has_state) (*made)->load(node.state);
      runners_.emplace_back(std::move(*made), node.rank, std::string(node.name), run_.seed);
    } catch (const std::exception& error) {
      return fail(error.what());
    }
    return true;
  }

  void on_wave(const FrameHeader& head, WaveFrame& wave) {
    if (head.wave < done_) return;
    if (head.wave == done_) {
      // After a restart the last wave was answered by a predecessor: there is nothing to repeat.
      if (answered_) send();
      return;
    }
    if (head.wave != done_ + 1)
      return report("", head.wave, "wave " + std::to_string(head.wave) + " came after wave " + std::to_string(done_));
    progress_.received = head.wave;
    try {
      run_wave(head, wave);
      send();
    } catch (const NodeFailure& failure) {
      // The sequencer's side puts node and tag in front of the text again.
      const std::string prefix = NodeFailure(failure.node, failure.tag, "").what();
      report(failure.node, head.wave, std::string_view(failure.what()).substr(prefix.size()));
    } catch (const std::exception& error) {
      report("", head.wave, error.what());
    } catch (...) {
      report("", head.wave, "a handler threw something that is not a std::exception");
    }
    done_ = head.wave;
    answered_ = true;
    progress_.done = done_;
  }

  void run_wave(const FrameHeader& head, WaveFrame& wave) {
    tasks_.resize(wave.tasks.size());
    for (std::size_t i = 0; i < wave.tasks.size(); ++i) {
      const WaveFrame::Task& sent = wave.tasks[i];
      NodeRunner* runner = runner_of(sent.node);
      if (!runner)
        throw std::runtime_error("a task for node " + std::to_string(sent.node) + ", which is not of this group");
      events_.clear();
      for (const WaveFrameEvent& event : sent.events)
        events_.push_back({event.input, event.source, &wave.bodies[event.body]});
      WaveTask& task = tasks_[i];
      task.node = sent.node;
      task.tag = head.tag;
      task.wave = head.wave;
      task.events = events_;
      task.want_state_hash = wave.want_state_hash;
      task.state_hash = 0;
      runner->run(task);
      task.events = {};
    }
    states_.clear();
    state_bytes_.resize(wave.want_states ? runners_.size() : 0);
    for (std::size_t i = 0; i < state_bytes_.size(); ++i) {
      state_bytes_[i].clear();
      runners_[i].node().save(state_bytes_[i]);
      states_.push_back({runners_[i].rank(), state_bytes_[i]});
    }
    encode_result(answer_, invitation_.group, head.wave, tasks_, states_);
    if (answer_.size() > frame_bytes)
      throw std::length_error("the answer of " + std::to_string(answer_.size()) +
                              " bytes exceeds the limit of a frame");
    for (WaveTask& task : tasks_) task.out.clear();
  }

  NodeRunner* runner_of(NodeRank rank) {
    for (NodeRunner& runner : runners_)
      if (runner.rank() == rank) return &runner;
    return nullptr;
  }

  zmq::socket_t& socket_;
  const WorkerInvitation& invitation_;
  const NodeTypeLookup& types_;
  Progress& progress_;
  TopologyRun run_;
  std::deque<Value> params_;  // a node may refer to its parameters
  std::vector<NodeRunner> runners_;
  std::uint64_t done_ = 0;
  bool answered_ = false;  // answer_ belongs to wave done_
  Buffer answer_;
  std::vector<WaveTask> tasks_;
  std::vector<WaveEvent> events_;
  std::vector<std::string> state_bytes_;
  std::vector<NodeState> states_;
};

}  // namespace

int run_worker(int control_fd, const NodeTypeLookup& types) {
  const auto invitation = read_invitation(control_fd);
  if (!invitation) {
    std::fprintf(stderr, "%s\n", invitation.error().to_string().c_str());
    return 1;
  }
  zmq::context_t context;
  Progress progress;
  Heart heart(context, *invitation, control_fd, progress);
  zmq::socket_t socket(context, zmq::socket_type::dealer);
  connect(socket, *invitation, "w", 1000);
  Worker(socket, *invitation, types, progress).serve();
  return 0;
}

}  // namespace optix::zeromq
