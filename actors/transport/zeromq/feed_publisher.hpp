#pragma once
// Publishes recorded or simulated market data as a live feed.
//
// The stream (PUB) carries one numbered sequence of data frames: what each step of the source
// sends, in order, numbered from 1. Every heartbeat_ms of wall time a heartbeat repeats the last
// number; after the last step an end frame does so several times. A subscriber that is too slow
// loses frames at the high-water mark and learns of it from the numbers.
//
// The snapshot channel (ROUTER) answers SnapshotRequest{after} with one frame of kind `snapshot`:
// its sequence is the last number sent, its body a FeedImage with every contract definition after
// `after` and the last price and chain of each underlying. Requests are answered until the last end
// frame is out.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/transport/zeromq/curve.hpp"
#include "core/data/dataset.hpp"

namespace optix::zeromq {

// CURVE for both sockets: the publisher's pair and the one subscriber key that may connect.
struct FeedServerKeys {
  KeyPair server;
  std::string subscriber_public_key;
};

struct FeedPublisherOptions {
  std::string source = "optix";
  std::string endpoint = "tcp://127.0.0.1:5556";
  std::string snapshot_endpoint = "tcp://127.0.0.1:5557";
  // Pace: market time passes `speed` times as fast as wall time, or `interval` of wall time
  // between two steps when given.
  double speed = 1;
  std::optional<std::chrono::nanoseconds> interval;
  std::chrono::milliseconds heartbeat{100};
  int end_frames = 20;           // one per heartbeat
  bool wait_subscriber = false;  // send nothing before the first subscription
  int high_water_mark = 10'000;  // frames queued per subscriber
  std::optional<FeedServerKeys> keys;
  const std::atomic<bool>* interrupt = nullptr;
  std::function<void(std::size_t steps_sent, std::uint64_t sequence)> progress = {};  // after each step
};

struct FeedPublisherReport {
  std::uint64_t sequence = 0;  // data frames sent
  std::uint64_t steps = 0;
  std::uint64_t heartbeats = 0;
  std::uint64_t answers = 0;  // snapshot requests answered
  std::uint64_t refused = 0;  // requests that could not be read, peers that failed authentication
  bool complete = false;      // false: interrupted
};

class FeedPublisher {
 public:
  // Binds both sockets. The error says which one and why; an address that is not on this machine's
  // loopback interface is refused without keys.
  static Result<std::unique_ptr<FeedPublisher>> create(std::shared_ptr<const SnapshotSource> data,
                                                       FeedPublisherOptions options);
  ~FeedPublisher();

  // As bound, with the port that `*` stood for.
  const std::string& endpoint() const;
  const std::string& snapshot_endpoint() const;
  // Publishes everything, in this thread.
  FeedPublisherReport run();

 private:
  class Impl;
  explicit FeedPublisher(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// True for tcp addresses of 127.0.0.0/8, [::1] and localhost, and for ipc and inproc.
bool is_loopback(const std::string& endpoint);

}  // namespace optix::zeromq
