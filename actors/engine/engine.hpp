#pragma once
// Assembles config + nodes + transport into a run. The only place that knows all bindings.
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/node_type.hpp"
#include "actors/transport/caf/caf_runtime.hpp"
#include "actors/transport/zeromq/host.hpp"
#include "config/topology.hpp"
#include "core/sequencer/run_loop.hpp"
#include "core/store/journal.hpp"

namespace optix {

namespace zeromq {
class FeedEdge;
}

struct EngineOptions {
  std::vector<Observer*> observers = {};
  const std::atomic<bool>* interrupt = nullptr;
  std::function<void(const Sequencer&)> progress = {};
  std::uint64_t progress_every = 4096;
  const std::vector<NodeType>* types = nullptr;  // default: builtin_node_types()
  CafOptions::Scheduler caf_scheduler = CafOptions::Scheduler::stealing;
  std::uint64_t caf_shuffle_seed = 0;
  zeromq::ZmqOptions zeromq = {};
  bool for_replay = false;  // source nodes are not built: a journal speaks for them
};

struct RunOutcome {
  std::uint64_t digest = 0;
  std::uint64_t events = 0;
  std::uint64_t waves = 0;
  std::uint64_t tags = 0;
  Timestamp end;
};

class Engine {
 public:
  // Builds every node; their factories load data and report what is wrong with it. Nothing runs.
  static Result<std::unique_ptr<Engine>> assemble(const Topology& topology, EngineOptions options);
  ~Engine();

  // Runs to the end. Throws NodeFailure or SequencerError, both naming the tag, or
  // std::runtime_error when a worker process cannot build its nodes.
  RunOutcome run();

  // Runs the nodes again on what a journal says came from outside (the emissions of source nodes,
  // the frames of a feed) and compares every tag's digest with the recorded one. The journal must
  // come from the same topology, run with DigestMode::events. The error names the first tag that differs; digests are
  // equal up to the end of the journal otherwise.
  Result<RunOutcome> replay(JournalReader& journal);

  // Before run(): one more to watch the stream. Must outlive the run.
  void add_observer(Observer& observer) { options_.observers.push_back(&observer); }

  const Plan& plan() const { return plan_; }
  // The node of that rank; nullptr when it lives in another process.
  const Node* node(NodeRank rank) const { return runners_[rank] ? &runners_[rank]->node() : nullptr; }

 private:
  struct Group {
    Binding binding = Binding::inline_;
    std::string name;
    std::vector<NodeRank> nodes;
  };

  Engine(const Topology& topology, EngineOptions options);
  void form_groups();
  std::vector<NodeRunner*> runners_of(const Group& group) const;
  std::unique_ptr<zeromq::ZmqHost> start_worker(const Group& group) const;
  std::unique_ptr<zeromq::FeedEdge> connect_feed() const;

  const Topology& topology_;
  EngineOptions options_;
  Plan plan_;
  std::vector<Group> groups_;
  std::vector<std::uint16_t> group_of_;               // by rank
  std::vector<std::unique_ptr<NodeRunner>> runners_;  // by rank
};

}  // namespace optix
