#pragma once
// A host runs the nodes of one group somewhere: in this thread, in an actor, in another process.
#include <span>
#include <string>

#include "core/sequencer/sequencer.hpp"

namespace optix {

// A node's handler threw, or its host was lost for good.
struct NodeFailure : std::runtime_error {
  NodeFailure(std::string node_name, Tag at, const std::string& message)
      : std::runtime_error("node '" + node_name + "' failed at " + at.to_string() + ": " + message),
        node(std::move(node_name)),
        tag(at) {}
  std::string node;
  Tag tag;
};

// Owns one node and runs its waves. The same code runs under every binding.
class NodeRunner {
 public:
  NodeRunner(std::unique_ptr<Node> node, NodeRank rank, std::string name, std::uint64_t seed)
      : node_(std::move(node)), rank_(rank), name_(std::move(name)), seed_(seed), stream_(stream_of(name_)) {}

  // Fills task.out (and the state hash when wanted). Throws NodeFailure.
  void run(WaveTask& task);

  NodeRank rank() const { return rank_; }
  const std::string& name() const { return name_; }
  Node& node() { return *node_; }
  const Node& node() const { return *node_; }

 private:
  std::unique_ptr<Node> node_;
  NodeRank rank_;
  std::string name_;
  std::uint64_t seed_;
  std::uint64_t stream_;
};

// One group of nodes. begin() may return before the work is done; finish() returns when it is.
class Host {
 public:
  virtual ~Host() = default;
  virtual void begin(std::span<WaveTask* const> tasks) = 0;
  virtual void finish() = 0;
};

}  // namespace optix
