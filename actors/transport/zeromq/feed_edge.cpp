#include "actors/transport/zeromq/feed_edge.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "actors/transport/zeromq/feed_keys.hpp"
#include "actors/transport/zeromq/feed_wire.hpp"
#include "messages/control.hpp"
#include "messages/feed.hpp"

namespace optix::zeromq {
namespace {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;

constexpr const char* monitor_name = "inproc://feed-connection";
// Frames taken in one go: an alarm that is due must not wait for a burst to end.
constexpr int most_frames = 1'024;

}  // namespace

Result<FeedEdgeOptions> feed_edge_options(const Value& params, NodeRank node) {
  FeedEdgeOptions options;
  options.node = node;
  options.input = InputPort::first_declared;
  options.endpoint = params.at("endpoint").text();
  options.snapshot_endpoint = params.at("snapshot_endpoint").text();
  options.source = params.at("source").text();
  options.server_key = params.at("server_key").text();
  if (!options.server_key.empty() && !is_key(options.server_key))
    return Error{"server_key is not a key", params.at("server_key").where().to_string(),
                 "40 characters of Z85, the first line of the publisher's key file"};
  if (!params.has("key_file")) return options;
  if (options.server_key.empty())
    return Error{"key_file has no effect without server_key", params.at("key_file").where().to_string(),
                 "add the publisher's public key"};
  auto keys = read_key_file(path_beside(params.at("key_file")));
  if (!keys) return keys.error();
  options.own_keys = std::move(*keys);
  return options;
}

FeedEdge::FeedEdge(FeedEdgeOptions options)
    : options_(std::move(options)),
      started_{duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count()},
      started_steady_(std::chrono::steady_clock::now()),
      stream_(context_, zmq::socket_type::sub),
      requests_(context_, zmq::socket_type::dealer),
      monitor_(context_, zmq::socket_type::pair) {
  const KeyPair own = options_.own_keys             ? *options_.own_keys
                      : options_.server_key.empty() ? KeyPair{}
                                                    : make_key_pair();
  for (zmq::socket_t* socket : {&stream_, &requests_}) {
    if (!options_.server_key.empty()) use_as_client(*socket, own, options_.server_key);
    socket->set(zmq::sockopt::linger, 0);
    socket->set(zmq::sockopt::rcvhwm, options_.high_water_mark);
    socket->set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(feed_frame_bytes));
    socket->set(zmq::sockopt::reconnect_ivl, 50);
    socket->set(zmq::sockopt::reconnect_ivl_max, 1'000);
  }
  stream_.set(zmq::sockopt::subscribe, "");
  constexpr int watched = ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                          ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;
  if (zmq_socket_monitor(stream_.handle(), monitor_name, watched) != 0) throw zmq::error_t();
  monitor_.set(zmq::sockopt::linger, 0);
  monitor_.connect(monitor_name);
  stream_.connect(options_.endpoint);
  requests_.connect(options_.snapshot_endpoint);
}

Timestamp FeedEdge::now() {
  return started_ + duration_cast<nanoseconds>(std::chrono::steady_clock::now() - started_steady_).count();
}

void FeedEdge::wait(Timestamp until, std::vector<ExternalEvent>& out) {
  const auto rest = std::chrono::ceil<std::chrono::milliseconds>(nanoseconds(std::max<std::int64_t>(0, until - now())));
  std::array<zmq::pollitem_t, 3> items{{{stream_.handle(), 0, ZMQ_POLLIN, 0},
                                        {requests_.handle(), 0, ZMQ_POLLIN, 0},
                                        {monitor_.handle(), 0, ZMQ_POLLIN, 0}}};
  try {
    zmq::poll(items.data(), items.size(), rest);
  } catch (const zmq::error_t& error) {
    if (error.num() == EINTR) return;  // a signal: the caller looks at its flag
    throw;
  }
  take_frames(stream_, out);
  take_frames(requests_, out);
  take_connection_events(out);
}

void FeedEdge::take_frames(zmq::socket_t& socket, std::vector<ExternalEvent>& out) {
  zmq::message_t bytes;
  for (int i = 0; i < most_frames && socket.recv(bytes, zmq::recv_flags::dontwait); ++i) {
    if (!bytes.more()) {
      take_frame(bytes.to_string_view(), out);
      continue;
    }
    ++refused_;  // ours are of one part
    while (bytes.more() && socket.recv(bytes, zmq::recv_flags::dontwait)) {}
  }
}

void FeedEdge::take_frame(std::string_view bytes, std::vector<ExternalEvent>& out) {
  auto envelope = decode_feed(bytes);
  if (!envelope) {
    ++refused_;
    return report("unreadable frame: " + envelope.error().what, out);
  }
  if (!envelope->message.get_if<FeedFrame>() || envelope->message.get<FeedFrame>().kind == FeedKind::disconnected) {
    ++refused_;
    return;
  }
  if (!options_.source.empty() && envelope->source != options_.source) {
    ++refused_;
    return report("the publisher's stream is '" + std::string(envelope->source) + "', not '" + options_.source + "'",
                  out);
  }
  if (!instance_) instance_ = envelope->instance;
  if (*instance_ != envelope->instance) {
    // Its numbers and contract ids begin again: nothing of it can be put after what we have.
    ++refused_;
    return report("the publisher was restarted", out);
  }
  reported_.clear();
  out.push_back({options_.node, options_.input, std::move(envelope->message)});
}

void FeedEdge::take_connection_events(std::vector<ExternalEvent>& out) {
  zmq::message_t event, peer;
  while (monitor_.recv(event, zmq::recv_flags::dontwait)) {
    if (event.more()) (void)monitor_.recv(peer, zmq::recv_flags::dontwait);
    std::uint16_t number = 0;
    if (event.size() < sizeof number) continue;
    std::memcpy(&number, event.data(), sizeof number);
    if (number == ZMQ_EVENT_DISCONNECTED)
      report("disconnected", out);
    else
      report("the publisher refused the connection", out);
  }
}

void FeedEdge::report(std::string what, std::vector<ExternalEvent>& out) {
  if (reported_ == what) return;
  reported_ = what;
  out.push_back(
      {options_.node, options_.input, make_message(FeedFrame{FeedKind::disconnected, 0, now(), 0, std::move(what)})});
}

void FeedEdge::on_events(Tag, std::span<const Event> events) {
  for (const Event& event : events) {
    if (event.source != options_.node) continue;
    if (event.message.get_if<SnapshotRequest>()) {
      Buffer bytes;
      encode_feed(bytes, {options_.source, instance_.value_or(0), event.message});
      // When the publisher cannot be reached the request is lost; the node repeats it.
      (void)requests_.send(zmq::buffer(bytes.data(), bytes.size()), zmq::send_flags::dontwait);
    } else if (event.message.get_if<EndOfData>()) {
      ended_ = true;
    }
  }
}

}  // namespace optix::zeromq
