#include "actors/transport/zeromq/feed_publisher.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "actors/feed_image.hpp"
#include "actors/transport/zeromq/feed_wire.hpp"
#include "core/contracts/latest_chains.hpp"
#include "messages/feed.hpp"

namespace optix::zeromq {
namespace {

using Clock = std::chrono::steady_clock;

Timestamp wall_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()};
}

std::uint64_t draw_instance() {
  std::random_device entropy;
  return static_cast<std::uint64_t>(entropy()) << 32 | entropy();
}

}  // namespace

bool is_loopback(const std::string& endpoint) {
  if (endpoint.starts_with("ipc://") || endpoint.starts_with("inproc://")) return true;
  const auto host_is = [&](std::string_view host) { return endpoint.starts_with("tcp://" + std::string(host)); };
  if (host_is("localhost:") || host_is("[::1]:")) return true;
  // 127.x.y.z and nothing else that begins so: "127.example.org" is a name.
  return host_is("127.") && endpoint.find_first_not_of("0123456789.", 6) == endpoint.find(':', 6);
}

class FeedPublisher::Impl {
 public:
  Impl(std::shared_ptr<const SnapshotSource> data, FeedPublisherOptions options)
      : data_(std::move(data)), options_(std::move(options)), instance_(draw_instance()) {
    if (options_.keys) {
      gate_.emplace(context_);
      gate_->admit(options_.keys->subscriber_public_key);
      use_as_server(stream_, options_.keys->server);
      use_as_server(requests_, options_.keys->server);
    }
    stream_.set(zmq::sockopt::sndhwm, options_.high_water_mark);
    // Whatever is queued at the end goes out; a subscriber that is gone does not hold us up.
    stream_.set(zmq::sockopt::linger, 2'000);
    requests_.set(zmq::sockopt::linger, 0);
    requests_.set(zmq::sockopt::maxmsgsize, std::int64_t{4096});
    endpoint_ = bind(stream_, options_.endpoint);
    snapshot_endpoint_ = bind(requests_, options_.snapshot_endpoint);
  }

  FeedPublisherReport run() {
    next_heartbeat_ = Clock::now();
    while (options_.wait_subscriber && !subscribed_ && !interrupted())
      serve_until(Clock::now() + options_.heartbeat, false);
    Clock::time_point due = Clock::now();
    const std::size_t steps = data_->steps();
    for (std::size_t step = 0; step < steps && !interrupted(); ++step) {
      if (step > 0) due += pause_before(step);
      if (!serve_until(due, true)) break;
      send_step(data_->step(step));
      ++report_.steps;
      if (options_.progress) options_.progress(step + 1, report_.sequence);
    }
    report_.complete = report_.steps == steps;
    for (int i = 0; i < options_.end_frames && report_.complete && !interrupted(); ++i) {
      send({FeedKind::end, report_.sequence, wall_now(), 0, {}});
      serve_until(Clock::now() + options_.heartbeat, false);
    }
    if (gate_) report_.refused += gate_->refused();
    return report_;
  }

  const std::string& endpoint() const { return endpoint_; }
  const std::string& snapshot_endpoint() const { return snapshot_endpoint_; }

 private:
  static std::string bind(zmq::socket_t& socket, const std::string& endpoint) {
    socket.bind(endpoint);
    return socket.get(zmq::sockopt::last_endpoint);
  }
  bool interrupted() const { return options_.interrupt && options_.interrupt->load(std::memory_order_relaxed); }

  std::chrono::nanoseconds pause_before(std::size_t step) const {
    if (options_.interval) return *options_.interval;
    const auto market = static_cast<double>(data_->time(step) - data_->time(step - 1));
    return std::chrono::nanoseconds(static_cast<std::int64_t>(market / options_.speed));
  }

  // Answers requests and sends heartbeats until `due`. False when interrupted.
  bool serve_until(Clock::time_point due, bool heartbeats) {
    for (;;) {
      const auto now = Clock::now();
      if (heartbeats && now >= next_heartbeat_) {
        send({FeedKind::heartbeat, report_.sequence, wall_now(), 0, {}});
        ++report_.heartbeats;
        next_heartbeat_ = now + options_.heartbeat;
      }
      const auto until = heartbeats ? std::min(due, next_heartbeat_) : due;
      const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - now);
      std::array<zmq::pollitem_t, 3> items{
          {{stream_.handle(), 0, ZMQ_POLLIN, 0}, {requests_.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, 0, 0, 0}}};
      if (gate_) items[2] = {gate_->socket().handle(), 0, ZMQ_POLLIN, 0};
      try {
        zmq::poll(items.data(), gate_ ? 3 : 2, std::max(rest, std::chrono::milliseconds(0)));
      } catch (const zmq::error_t& error) {
        if (error.num() != EINTR) throw;
      }
      if (gate_) gate_->answer_pending();
      take_subscriptions();
      answer_requests();
      if (interrupted()) return false;
      if (Clock::now() >= due) return true;
    }
  }

  void take_subscriptions() {
    zmq::message_t event;
    while (stream_.recv(event, zmq::recv_flags::dontwait))
      if (!event.empty() && *event.data<char>() == 1) subscribed_ = true;
  }

  void answer_requests() {
    zmq::message_t peer, request;
    // A few per turn: a peer that asks without end must not hold up the stream.
    for (int i = 0; i < 16 && requests_.recv(peer, zmq::recv_flags::dontwait); ++i) {
      bool whole = peer.more();
      if (whole) whole = requests_.recv(request, zmq::recv_flags::dontwait).has_value() && !request.more();
      zmq::message_t rest;
      while (request.more() && requests_.recv(rest, zmq::recv_flags::dontwait) && rest.more()) {}
      const auto envelope =
          whole ? decode_feed(request.to_string_view()) : Result<FeedEnvelope>(Error{"not one frame", "", ""});
      const auto* asked = envelope ? envelope->message.get_if<SnapshotRequest>() : nullptr;
      if (!asked) {
        ++report_.refused;
        continue;
      }
      encode_feed(buffer_, {options_.source, instance_, make_message(image_after(asked->after))});
      requests_.send(peer, zmq::send_flags::sndmore | zmq::send_flags::dontwait);
      requests_.send(zmq::buffer(buffer_.data(), buffer_.size()), zmq::send_flags::dontwait);
      ++report_.answers;
    }
  }

  FeedFrame image_after(std::uint64_t after) const {
    FeedImage image{after, {}};
    for (const auto& [sequence, batch] : batches_)
      if (sequence > after) image.messages.push_back(batch);
    image.messages.insert(image.messages.end(), prices_.begin(), prices_.end());
    image.messages.insert(image.messages.end(), chains_.snapshots().begin(), chains_.snapshots().end());
    FeedFrame frame{FeedKind::snapshot, report_.sequence, wall_now(), 0, {}};
    encode_state(image, frame.body);
    return frame;
  }

  void send_step(const DatasetStep& step) {
    if (step.instruments) {
      batches_.emplace_back(report_.sequence + 1, step.instruments);
      send_data(step.instruments);
    }
    const Symbol underlying = step.underlying.get<UnderlyingPrice>().underlying;
    const auto known = std::find_if(prices_.begin(), prices_.end(), [&](const MessageRef& price) {
      return price.get<UnderlyingPrice>().underlying == underlying;
    });
    if (known == prices_.end())
      prices_.push_back(step.underlying);
    else
      *known = step.underlying;
    send_data(step.underlying);
    chains_.update(step.snapshot);
    send_data(step.snapshot);
  }

  void send_data(const MessageRef& message) {
    body_.clear();
    message.encode(body_);
    send({FeedKind::data, ++report_.sequence, wall_now(), message.id(), std::string(body_.view())});
  }

  void send(FeedFrame frame) {
    encode_feed(buffer_, {options_.source, instance_, make_message(std::move(frame))});
    stream_.send(zmq::buffer(buffer_.data(), buffer_.size()), zmq::send_flags::dontwait);
  }

  std::shared_ptr<const SnapshotSource> data_;
  FeedPublisherOptions options_;
  std::uint64_t instance_;
  zmq::context_t context_;
  std::optional<Gate> gate_;
  zmq::socket_t stream_{context_, zmq::socket_type::xpub};
  zmq::socket_t requests_{context_, zmq::socket_type::router};
  std::string endpoint_, snapshot_endpoint_;
  bool subscribed_ = false;
  Clock::time_point next_heartbeat_;
  Buffer body_, buffer_;
  // What an answer is made of; definitions with the number they were sent under.
  std::vector<std::pair<std::uint64_t, MessageRef>> batches_;
  std::vector<MessageRef> prices_;
  LatestChains chains_;
  FeedPublisherReport report_;
};

FeedPublisher::FeedPublisher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FeedPublisher::~FeedPublisher() = default;
const std::string& FeedPublisher::endpoint() const { return impl_->endpoint(); }
const std::string& FeedPublisher::snapshot_endpoint() const { return impl_->snapshot_endpoint(); }
FeedPublisherReport FeedPublisher::run() { return impl_->run(); }

Result<std::unique_ptr<FeedPublisher>> FeedPublisher::create(std::shared_ptr<const SnapshotSource> data,
                                                             FeedPublisherOptions options) {
  for (const std::string& endpoint : {options.endpoint, options.snapshot_endpoint})
    if (!options.keys && !is_loopback(endpoint))
      return Error{"'" + endpoint + "' can be reached from other machines", "feed",
                   "give keys (--key-file, --subscriber-key), or bind to tcp://127.0.0.1:PORT"};
  if (!(options.speed > 0)) return Error{"the speed must be above 0", "feed", "86400 plays a day in a second"};
  const std::string where = options.endpoint + ", " + options.snapshot_endpoint;
  try {
    return std::unique_ptr<FeedPublisher>(
        new FeedPublisher(std::make_unique<Impl>(std::move(data), std::move(options))));
  } catch (const std::exception& error) {
    return Error{std::string("the feed cannot be published: ") + error.what(), where,
                 "is another publisher running? choose other ports with --bind and --snapshot-bind"};
  }
}

}  // namespace optix::zeromq
