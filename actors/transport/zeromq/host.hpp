#pragma once
// Runs one group of nodes in a worker process, in lock-step with the sequencer.
//
// The link is a ROUTER here and DEALERs there over loopback TCP, CURVE on every connection with
// keys made for this one run; a peer without the worker's key is refused before it can say
// anything. A worker that dies or freezes is replaced: the new one gets the states the nodes last
// reported, then every wave since; its answers to waves that were committed must equal, byte for
// byte, what was committed.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "actors/transport/zeromq/faults.hpp"
#include "actors/transport/zeromq/worker.hpp"
#include "config/topology.hpp"
#include "core/sequencer/host.hpp"

namespace optix::zeromq {

struct RemoteNode {
  NodeRank rank = 0;
  std::string name;
  std::string type;
  Value params;  // checked
  // Messages each output may carry, from NodeSchema::outputs: an answer with another is refused.
  std::vector<std::vector<MessageId>> outputs;
};

struct WorkerGroup {
  std::string name;
  TopologyRun run;  // run.seed seeds the nodes' draws
  std::vector<RemoteNode> nodes;
};

// The group `name` made of the nodes with these ranks. Throws std::logic_error for a type that
// `types` does not know (the checker has refused it before).
WorkerGroup worker_group(const Topology& topology, std::string name, std::span<const NodeRank> ranks,
                         const NodeTypeLookup& types);

struct ZmqOptions {
  // The worker program: must call run_worker(0, …).
  std::vector<std::string> command = {"/proc/self/exe", "worker"};
  std::string endpoint = "tcp://127.0.0.1:*";
  std::chrono::milliseconds heartbeat_interval{200};
  std::chrono::milliseconds dead_after{1'000};     // silence after which a worker counts as dead
  std::chrono::milliseconds wave_timeout{60'000};  // for a worker that is alive but does not answer
  std::chrono::milliseconds start_timeout{30'000};
  std::uint64_t snapshot_every = 64;                   // waves between two reports of the nodes' states
  std::size_t snapshot_bytes = std::size_t{32} << 20;  // or earlier, when the waves since take this much
  std::uint32_t max_restarts = 5;
  std::size_t largest_frame = std::size_t{512} << 20;  // bytes; a larger one never leaves the socket
  std::optional<LinkFaults> faults;                    // tests only
};

struct ZmqStats {
  std::uint64_t waves = 0;
  std::uint64_t restarts = 0;
  std::uint64_t replayed_waves = 0;  // sent again to a new worker
  std::uint64_t resends = 0;         // sent again to the same worker
  std::uint64_t snapshots = 0;
  std::uint64_t ignored_frames = 0;   // duplicates and late answers
  std::uint64_t stranger_frames = 0;  // of a worker that was replaced, or of nobody we know
  std::uint64_t refused_peers = 0;    // failed authentication
};

// A worker repeated a committed wave with a different answer: a node is not deterministic.
struct DeterminismViolation : NodeFailure {
  using NodeFailure::NodeFailure;
};

class ZmqHost final : public Host {
 public:
  // Starts the worker process and returns at once. Throws std::runtime_error when it cannot.
  explicit ZmqHost(WorkerGroup group, ZmqOptions options = {});
  ~ZmqHost() override;

  // Waits until the nodes are built. begin() does so too; call it to see a bad configuration
  // before the run begins. Throws std::runtime_error with the node's error.
  void wait_ready();
  // The tasks must be of this group's nodes, in key order, and stay valid until finish().
  void begin(std::span<WaveTask* const> tasks) override;
  // Throws NodeFailure: a handler threw, the worker was lost too often, timed out or broke the
  // protocol. The host is of no use afterwards.
  void finish() override;
  // Says bye and waits for the worker's end; its exit status, -1 when it had to be killed.
  int close();

  ZmqStats stats() const;
  const std::string& endpoint() const;  // as bound
  const std::string& server_public_key() const;
  int worker_pid() const;  // -1 when none runs

 private:
  class Link;
  std::unique_ptr<Link> link_;
};

}  // namespace optix::zeromq
