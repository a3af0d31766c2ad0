#pragma once
// Drives a sequencer: one step at a time, so that a thread can loop over it (inline, zeromq) and
// an actor can be woken for each step (caf). The only place where logical time meets a real clock,
// and then only through an Edge.
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/sequencer/host.hpp"
#include "core/sequencer/sequencer.hpp"

namespace optix {

// An event that arrived from outside for a node's input.
struct ExternalEvent {
  NodeRank node = 0;
  std::uint16_t input = 0;
  MessageRef message;
};

// The physical barrier of a live run: a clock and whatever arrives from outside. A run without an
// edge is a simulation: it never waits.
class Edge {
 public:
  virtual ~Edge() = default;
  virtual Timestamp now() = 0;
  // Blocks until something arrives or `until` is reached (at most ~100 ms), appending to `out`.
  virtual void wait(Timestamp until, std::vector<ExternalEvent>& out) = 0;
  // True when nothing that matters will ever arrive again: the run ends when its queue is empty,
  // so that orders on their way still arrive, each at its own instant.
  virtual bool ended() const = 0;
};

// Runs nodes in the calling thread.
class InlineHost final : public Host {
 public:
  explicit InlineHost(std::vector<NodeRunner*> by_rank) : by_rank_(std::move(by_rank)) {}
  void begin(std::span<WaveTask* const> tasks) override {
    for (WaveTask* task : tasks) by_rank_[task->node]->run(*task);
  }
  void finish() override {}
  void run(std::span<WaveTask> tasks) {
    for (WaveTask& task : tasks) by_rank_[task.node]->run(task);
  }

 private:
  std::vector<NodeRunner*> by_rank_;  // nullptr for nodes that live elsewhere
};

struct RunLoopOptions {
  const std::atomic<bool>* interrupt = nullptr;  // set from a signal handler: end the run in good order
  Edge* edge = nullptr;
  std::function<void(const Sequencer&)> progress;  // called every `progress_every` tags
  std::uint64_t progress_every = 4096;
};

class RunLoop {
 public:
  // hosts[host_of[rank]] runs node `rank`. All must outlive the loop.
  RunLoop(Sequencer& sequencer, std::vector<Host*> hosts, std::vector<std::uint16_t> host_of, RunLoopOptions options);

  // Takes the next tag and hands its tasks to their hosts. False when the run is over.
  bool begin_step();
  // Waits for the hosts and commits what the nodes sent.
  void end_step();

  // The loop for one thread.
  void run() {
    while (begin_step()) end_step();
  }

 private:
  bool wait_for_outside();
  void dispatch();

  Sequencer& sequencer_;
  std::vector<Host*> hosts_;
  std::vector<std::uint16_t> host_of_;
  RunLoopOptions options_;
  InlineHost* inline_only_;  // set when it is the only host: nothing to deal out or wait for
  bool started_ = false;
  std::int64_t last_arrival_ns_ = 0;
  std::vector<ExternalEvent> arrived_;
  std::vector<std::vector<WaveTask*>> by_host_;
};

}  // namespace optix
