#include "core/sequencer/run_loop.hpp"

#include <algorithm>

namespace optix {

RunLoop::RunLoop(Sequencer& sequencer, std::vector<Host*> hosts, std::vector<std::uint16_t> host_of,
                 RunLoopOptions options)
    : sequencer_(sequencer),
      hosts_(std::move(hosts)),
      host_of_(std::move(host_of)),
      options_(std::move(options)),
      inline_only_(hosts_.size() == 1 ? dynamic_cast<InlineHost*>(hosts_[0]) : nullptr),
      by_host_(hosts_.size()) {}

bool RunLoop::begin_step() {
  if (!started_) {
    started_ = true;
    if (options_.edge)
      sequencer_.start_at(options_.edge->now());
    else
      sequencer_.start();
  }
  do {
    if (options_.interrupt && options_.interrupt->load(std::memory_order_relaxed)) sequencer_.stop("interrupted");
  } while (options_.edge && !sequencer_.stopping() && !wait_for_outside());
  if (!sequencer_.prepare()) {
    if (sequencer_.stopping()) return false;
    sequencer_.stop("end_of_data");
    if (!sequencer_.prepare()) return false;
  }
  dispatch();
  return true;
}

// Lets real time catch up with the next tag, taking in what arrives meanwhile. False when the
// caller must look at the interrupt flag again before going on.
bool RunLoop::wait_for_outside() {
  Edge& edge = *options_.edge;
  const auto next = sequencer_.next_time();
  const Timestamp now = edge.now();
  if (next && next->ns <= now.ns) return true;
  if (!next && edge.ended()) {
    sequencer_.stop("end_of_data");
    return true;
  }
  arrived_.clear();
  const Timestamp limit = now + nanos_per_second / 10;
  edge.wait(next ? std::min(*next, limit) : limit, arrived_);
  for (ExternalEvent& event : arrived_) {
    // Strictly after everything already dispatched, not before the real instant, and each at an
    // instant of its own: what one arrival sets off is settled before the next is looked at.
    last_arrival_ns_ = std::max({edge.now().ns, sequencer_.tag().time_ns + 1, last_arrival_ns_ + 1});
    sequencer_.inject(event.node, event.input, {last_arrival_ns_}, std::move(event.message));
  }
  return false;
}

void RunLoop::dispatch() {
  if (inline_only_) return inline_only_->run(sequencer_.tasks());
  for (auto& tasks : by_host_) tasks.clear();
  for (WaveTask& task : sequencer_.tasks()) by_host_[host_of_[task.node]].push_back(&task);
  // Hosts that answer later go first: host 0 runs inline and blocks this thread.
  for (std::size_t h = hosts_.size(); h-- > 0;)
    if (!by_host_[h].empty()) hosts_[h]->begin(by_host_[h]);
}

void RunLoop::end_step() {
  for (std::size_t h = 0; h < hosts_.size(); ++h)
    if (!by_host_[h].empty()) hosts_[h]->finish();
  sequencer_.commit();
  if (options_.progress && sequencer_.tags() % options_.progress_every == 0) options_.progress(sequencer_);
}

}  // namespace optix
