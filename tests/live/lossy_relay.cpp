#include "tests/live/lossy_relay.hpp"

#include <array>
#include <chrono>

#include "actors/transport/zeromq/feed_wire.hpp"
#include "core/sequencer/random.hpp"
#include "messages/feed.hpp"

namespace optix::testing {

LossyRelay::LossyRelay(std::string stream, std::string requests, std::uint64_t seed, double loss)
    : stream_(std::move(stream)),
      seed_(seed),
      loss_(loss),
      from_publisher_(context_, zmq::socket_type::sub),
      to_session_(context_, zmq::socket_type::xpub),
      from_session_(context_, zmq::socket_type::router),
      to_publisher_(context_, zmq::socket_type::dealer) {
  for (zmq::socket_t* socket : {&from_publisher_, &to_session_, &from_session_, &to_publisher_}) {
    socket->set(zmq::sockopt::linger, 500);
    socket->set(zmq::sockopt::sndhwm, 0);  // loses nothing by itself
    socket->set(zmq::sockopt::rcvhwm, 0);
  }
  from_publisher_.set(zmq::sockopt::subscribe, "");
  to_publisher_.connect(requests);
  to_session_.bind("tcp://127.0.0.1:*");
  from_session_.bind("tcp://127.0.0.1:*");
  endpoint_ = to_session_.get(zmq::sockopt::last_endpoint);
  snapshot_endpoint_ = from_session_.get(zmq::sockopt::last_endpoint);
  thread_ = std::thread([this] { main(); });
}

LossyRelay::~LossyRelay() { stop(); }

const RelayFacts& LossyRelay::stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  return facts_;
}

bool LossyRelay::lose(std::uint64_t kind, std::uint64_t number) const {
  return draw_uniform(seed_, kind, number) < loss_;
}

void LossyRelay::pass_frame() {
  zmq::message_t bytes;
  if (!from_publisher_.recv(bytes, zmq::recv_flags::dontwait)) return;
  const auto envelope = zeromq::decode_feed(bytes.to_string_view());
  const FeedFrame& frame = envelope->message.get<FeedFrame>();
  if (frame.kind == FeedKind::data) {
    ++facts_.data;
    if (lose(1, frame.sequence)) {
      facts_.dropped.insert(frame.sequence);
      return;
    }
  } else if (lose(2, ++others_)) {
    ++facts_.dropped_heartbeats;
    return;
  }
  to_session_.send(bytes, zmq::send_flags::dontwait);
}

void LossyRelay::main() {
  std::array<zmq::pollitem_t, 4> items{{{from_publisher_.handle(), 0, ZMQ_POLLIN, 0},
                                        {to_session_.handle(), 0, ZMQ_POLLIN, 0},
                                        {from_session_.handle(), 0, ZMQ_POLLIN, 0},
                                        {to_publisher_.handle(), 0, ZMQ_POLLIN, 0}}};
  bool connected = false;
  zmq::message_t peer, bytes;
  while (!stop_) {
    zmq::poll(items.data(), items.size(), std::chrono::milliseconds(20));
    if ((items[1].revents & ZMQ_POLLIN) != 0 && to_session_.recv(bytes, zmq::recv_flags::dontwait) && !connected) {
      from_publisher_.connect(stream_);
      connected = true;
    }
    if ((items[0].revents & ZMQ_POLLIN) != 0) pass_frame();
    if ((items[2].revents & ZMQ_POLLIN) != 0 && from_session_.recv(peer) && from_session_.recv(bytes))
      to_publisher_.send(bytes, zmq::send_flags::none);
    if ((items[3].revents & ZMQ_POLLIN) != 0 && to_publisher_.recv(bytes)) {
      if (lose(3, ++facts_.answers)) {
        ++facts_.dropped_answers;
      } else {
        zmq::message_t to;
        to.copy(peer);
        from_session_.send(to, zmq::send_flags::sndmore);
        from_session_.send(bytes, zmq::send_flags::none);
      }
    }
  }
}

}  // namespace optix::testing
