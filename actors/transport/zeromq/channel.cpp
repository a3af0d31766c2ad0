#include "actors/transport/zeromq/channel.hpp"

#include <signal.h>

#include <algorithm>
#include <cerrno>

namespace optix::zeromq {
namespace {

using namespace std::chrono_literals;

// How long to listen for the last words of a process that ended on its own.
constexpr auto last_words = 100ms;

}  // namespace

WorkerChannel::WorkerChannel(std::string group, const std::string& endpoint, std::size_t largest_frame,
                             const std::optional<LinkFaults>& faults)
    : group_(std::move(group)),
      gate_(context_),
      router_(context_, zmq::socket_type::router),
      server_(make_key_pair()),
      faults_(faults),
      outbound_(faults.value_or(LinkFaults{}), group_ + "/out"),
      inbound_(faults.value_or(LinkFaults{}), group_ + "/in") {
  use_as_server(router_, server_);
  router_.set(zmq::sockopt::linger, 0);
  router_.set(zmq::sockopt::router_mandatory, true);
  router_.set(zmq::sockopt::router_handover, true);
  router_.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(largest_frame));
  router_.bind(endpoint);
  endpoint_ = router_.get(zmq::sockopt::last_endpoint);
}

void WorkerChannel::start(const std::vector<std::string>& command) {
  process_.kill_now();
  lossy_ = false;
  ++instance_;
  wave_identity_ = "w" + std::to_string(instance_);
  heart_identity_ = "h" + std::to_string(instance_);
  const KeyPair worker = make_key_pair();
  gate_.admit(worker.public_key);
  process_ =
      WorkerProcess(command, {endpoint_, server_.public_key, worker.public_key, worker.secret_key, group_, instance_});
}

void WorkerChannel::crash() {
  if (process_.pid() > 0) ::kill(process_.pid(), SIGKILL);
}

void WorkerChannel::route(std::string_view target, std::string_view frame) {
  try {
    if (router_.send(zmq::buffer(target), zmq::send_flags::sndmore | zmq::send_flags::dontwait))
      router_.send(zmq::buffer(frame), zmq::send_flags::dontwait);
  } catch (const zmq::error_t& error) {
    if (error.num() != EHOSTUNREACH) throw;  // not connected just now
  }
}

void WorkerChannel::send_wave(std::string_view frame) {
  if (!lossy_) return route(wave_identity_, frame);
  const SteadyTime now = std::chrono::steady_clock::now();
  outbound_.put(std::string(frame), wave_identity_, now);
  flush_due(now);
}

void WorkerChannel::send_heartbeat(std::string_view frame) { route(heart_identity_, frame); }

void WorkerChannel::flush_due(SteadyTime now) {
  for (const FaultyLink::Item& item : outbound_.take_due(now)) route(item.target, item.frame);
  for (FaultyLink::Item& item : inbound_.take_due(now)) arrived_.insert(arrived_.begin(), std::move(item));
}

bool WorkerChannel::take_from_socket(zmq::message_t& frame) {
  zmq::message_t identity;
  while (router_.recv(identity, zmq::recv_flags::dontwait)) {
    std::size_t parts = 1;
    for (bool more = identity.more(); more; more = frame.more(), ++parts)
      if (!router_.recv(frame)) return false;
    const bool from_waves = identity.to_string_view() == wave_identity_;
    if (parts != 2 || (!from_waves && identity.to_string_view() != heart_identity_)) {
      ++strangers_;
      continue;
    }
    if (!lossy_ || !from_waves) return true;
    inbound_.put(std::string(frame.to_string_view()), wave_identity_, std::chrono::steady_clock::now());
  }
  return false;
}

WorkerChannel::Got WorkerChannel::receive(zmq::message_t& frame, SteadyTime until) {
  bool ended = false;
  for (;;) {
    if (take_from_socket(frame)) return Got::frame;
    SteadyTime wake = until;
    if (faults_) {
      flush_due(std::chrono::steady_clock::now());
      while (!arrived_.empty()) {
        FaultyLink::Item item = std::move(arrived_.back());
        arrived_.pop_back();
        if (item.target != wave_identity_) continue;  // of a former worker
        frame.rebuild(item.frame.data(), item.frame.size());
        return Got::frame;
      }
      wake = std::min({wake, outbound_.next_due(), inbound_.next_due()});
    }
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now >= until) return ended ? Got::ended : Got::nothing;
    zmq::pollitem_t items[] = {{router_.handle(), 0, ZMQ_POLLIN, 0},
                               {gate_.socket().handle(), 0, ZMQ_POLLIN, 0},
                               {nullptr, process_.exit_fd(), ZMQ_POLLIN, 0}};
    const bool watch = !ended && process_.exit_fd() >= 0;
    try {
      zmq::poll(items, watch ? 3 : 2, std::chrono::ceil<std::chrono::milliseconds>(wake - now));
    } catch (const zmq::error_t& error) {
      if (error.num() != EINTR) throw;
      continue;  // a signal; the run looks at its flag between waves
    }
    if (items[1].revents != 0) gate_.answer_pending();
    if (ended || (watch && items[2].revents == 0) || process_.running()) continue;
    // What it sent before it ended may still be on its way through the socket.
    ended = true;
    if (process_.exit_status() < 0) return Got::ended;
    until = std::min(until, std::chrono::steady_clock::now() + last_words);
  }
}

}  // namespace optix::zeromq
