// The worker program of the transport tests: an honest worker, or with `--rogue MODE` a peer that
// has the right keys and breaks the protocol after the handshake.
#include <cstdio>
#include <string>
#include <zmq.hpp>

#include "actors/transport/zeromq/curve.hpp"
#include "actors/transport/zeromq/frames.hpp"
#include "actors/transport/zeromq/spawn.hpp"
#include "actors/transport/zeromq/worker.hpp"
#include "tests/transport/zeromq/nodes.hpp"

namespace {

using namespace optix;
using namespace optix::zeromq;

class Rogue {
 public:
  Rogue(std::string mode, WorkerInvitation invitation) : mode_(std::move(mode)), invitation_(std::move(invitation)) {}

  int run() {
    join(waves_, "w");
    join(heart_, "h");
    if (mode_ == "version") {
      send_raw(std::string("\x98\xcd\x00\x63", 4) + std::string(40, '\0'));
    } else if (mode_ == "hello_garbage") {
      send_raw("not a frame at all");
    } else if (mode_ == "mute") {
      // says nothing, ever
    } else {
      encode_frame(out_, header(0), HelloFrame{invitation_.instance});
      send();
    }
    for (;;) {
      zmq::pollitem_t items[] = {
          {waves_.handle(), 0, ZMQ_POLLIN, 0}, {heart_.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, 0, ZMQ_POLLIN, 0}};
      zmq::poll(items, 3, std::chrono::milliseconds(-1));
      if (items[2].revents != 0) return 3;
      zmq::message_t message;
      while (heart_.recv(message, zmq::recv_flags::dontwait)) pong();
      while (waves_.recv(message, zmq::recv_flags::dontwait)) {
        auto frame = decode_frame(message.to_string_view());
        if (!frame) return 4;
        if (frame->header.kind == FrameKind::config) {
          encode_frame(out_, header(0), ReadyFrame{invitation_.instance});
          send();
        }
        if (const auto* wave = frame->get_if<WaveFrame>()) break_rules(frame->header, *wave);
      }
    }
  }

 private:
  void join(zmq::socket_t& socket, const char* role) {
    use_as_client(socket, {invitation_.public_key, invitation_.secret_key}, invitation_.server_public_key);
    socket.set(zmq::sockopt::routing_id, role + std::to_string(invitation_.instance));
    socket.set(zmq::sockopt::linger, 1000);
    socket.connect(invitation_.endpoint);
  }
  FrameHeader header(std::uint64_t wave) const { return {FrameKind::bye, invitation_.group, wave, {}}; }
  void send() { waves_.send(zmq::buffer(out_.view())); }
  void send_raw(const std::string& bytes) { waves_.send(zmq::buffer(bytes)); }
  void pong() {
    Buffer bytes;
    encode_frame(bytes, header(0), PongFrame{invitation_.instance, seen_, mode_ == "huge" ? seen_ : 0});
    heart_.send(zmq::buffer(bytes.view()));
  }

  void break_rules(const FrameHeader& head, const WaveFrame& wave) {
    seen_ = head.wave;
    std::vector<WaveTask> tasks(wave.tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) tasks[i].node = wave.tasks[i].node;
    std::uint64_t number = head.wave;
    std::vector<NodeState> states;
    if (mode_ == "silent") return;
    if (mode_ == "garbage") return send_raw(std::string(100, '\xdd'));
    if (mode_ == "empty") return send_raw("");
    if (mode_ == "huge") return send_raw(std::string(3 << 20, 'x'));
    if (mode_ == "kind") {
      encode_frame(out_, header(number), HeartbeatFrame{});
      return send();
    }
    if (mode_ == "group") {
      invitation_.group = "another";
    } else if (mode_ == "future") {
      number += 5;
    } else if (mode_ == "fewer") {
      tasks.pop_back();
    } else if (mode_ == "other_node") {
      tasks[0].node = 999;
    } else if (mode_ == "output") {
      tasks[0].out.push_back({200, 0, make_message(Timer{1})});
    } else if (mode_ == "states") {
      states.push_back({999, "state"});
    }
    encode_result(out_, invitation_.group, number, tasks, states);
    if (mode_ == "truncated") out_.resize_down(out_.size() / 2);
    send();
  }

  std::string mode_;
  WorkerInvitation invitation_;
  zmq::context_t context_;
  zmq::socket_t waves_{context_, zmq::socket_type::dealer};
  zmq::socket_t heart_{context_, zmq::socket_type::dealer};
  std::uint64_t seen_ = 0;
  Buffer out_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "";
  if (first == "--exit") return 5;
  if (first != "--rogue") return run_worker(0, optix::testing::find_test_type);
  auto invitation = read_invitation(0);
  if (!invitation) return 1;
  return Rogue(argv[2], *invitation).run();
}
