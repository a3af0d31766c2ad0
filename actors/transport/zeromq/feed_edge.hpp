#pragma once
// The outside of a live session: the wall clock, and the frames of one feed publisher. Frames go to
// the input of the feed.zeromq node as they are; its snapshot requests, seen in the sequenced
// stream, go to the publisher. The run ends after the node has announced the end of data.
//
// What the node cannot see from frames it is told with a frame of kind `disconnected`, once each
// time: the connection broke, the publisher is another build, refuses our key or was restarted.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actors/transport/zeromq/curve.hpp"
#include "config/value.hpp"
#include "core/sequencer/run_loop.hpp"

namespace optix::zeromq {

struct FeedEdgeOptions {
  NodeRank node = 0;        // the feed.zeromq node
  std::uint16_t input = 0;  // its wire input
  std::string endpoint;
  std::string snapshot_endpoint;
  std::string source;               // refuse frames of streams with another name; empty: any
  std::string server_key;           // Z85; empty: no CURVE
  std::optional<KeyPair> own_keys;  // with server_key; a fresh pair when absent
  int high_water_mark = 10'000;
};

// From the parameters of a feed.zeromq node. The error names the key file or the parameter.
Result<FeedEdgeOptions> feed_edge_options(const Value& params, NodeRank node);

class FeedEdge final : public Edge, public Observer {
 public:
  // Connects in the background; throws zmq::error_t for an endpoint that is not one.
  explicit FeedEdge(FeedEdgeOptions options);

  // System time when the edge was made plus steady time since: it never runs backwards.
  Timestamp now() override;
  void wait(Timestamp until, std::vector<ExternalEvent>& out) override;
  bool ended() const override { return ended_; }
  void on_events(Tag tag, std::span<const Event> events) override;

  std::uint64_t refused() const { return refused_; }  // frames that were not for us or not readable

 private:
  void take_frames(zmq::socket_t& socket, std::vector<ExternalEvent>& out);
  void take_frame(std::string_view bytes, std::vector<ExternalEvent>& out);
  void take_connection_events(std::vector<ExternalEvent>& out);
  void report(std::string what, std::vector<ExternalEvent>& out);

  FeedEdgeOptions options_;
  Timestamp started_;
  std::chrono::steady_clock::time_point started_steady_;
  zmq::context_t context_;
  zmq::socket_t stream_;
  zmq::socket_t requests_;
  zmq::socket_t monitor_;
  std::optional<std::uint64_t> instance_;
  std::string reported_;  // last news reported since the last good frame
  bool ended_ = false;
  std::uint64_t refused_ = 0;
};

}  // namespace optix::zeromq
