#pragma once
// Stands between a publisher and a session and loses whole messages: data frames, heartbeats and
// end frames on the stream, answers on the snapshot channel. What is lost is a draw: for a data
// frame from (seed, its number), so that a seed names one set of lost frames. Knows the truth that
// a session is measured against.
#include <atomic>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <zmq.hpp>

namespace optix::testing {

struct RelayFacts {
  std::set<std::uint64_t> dropped;  // numbers of lost data frames
  std::uint64_t data = 0;           // data frames that came from the publisher
  std::uint64_t dropped_heartbeats = 0;
  std::uint64_t answers = 0;
  std::uint64_t dropped_answers = 0;
};

class LossyRelay {
 public:
  // Connects to the publisher when the first subscriber has come.
  LossyRelay(std::string stream, std::string requests, std::uint64_t seed, double loss);
  ~LossyRelay();
  const std::string& endpoint() const { return endpoint_; }
  const std::string& snapshot_endpoint() const { return snapshot_endpoint_; }
  // Ends the relay; the truth.
  const RelayFacts& stop();

 private:
  void main();
  void pass_frame();
  bool lose(std::uint64_t kind, std::uint64_t number) const;

  std::string stream_;
  std::uint64_t seed_;
  double loss_;
  zmq::context_t context_;
  zmq::socket_t from_publisher_, to_session_, from_session_, to_publisher_;
  std::string endpoint_, snapshot_endpoint_;
  RelayFacts facts_;
  std::uint64_t others_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace optix::testing
