#include "core/sequencer/sequencer.hpp"

#include <algorithm>

namespace optix {
namespace {

bool key_less(const Event& a, const Event& b) {
  if (a.port != b.port) return a.port < b.port;
  if (a.source != b.source) return a.source < b.source;
  return a.sequence < b.sequence;
}

bool later(const Event& a, const Event& b) { return a.time_ns > b.time_ns; }

}  // namespace

Sequencer::Sequencer(Plan plan, SequencerOptions options)
    : plan_(std::move(plan)), options_(std::move(options)), counters_(plan_.nodes.size(), 0) {
  tag_.time_ns = plan_.start.ns;
  last_arrival_.resize(plan_.nodes.size());
  for (std::size_t node = 0; node < plan_.nodes.size(); ++node)
    for (const std::vector<PlannedWire>& wires : plan_.nodes[node].outputs)
      last_arrival_[node].emplace_back(wires.size(), INT64_MIN);
}

void Sequencer::start() { queue_for_all_nodes(plan_.start.ns, 0, make_message(Start{plan_.start})); }

void Sequencer::start_at(Timestamp at) {
  plan_.start = at;
  tag_.time_ns = at.ns;
  start();
}

void Sequencer::queue_for_all_nodes(std::int64_t time_ns, std::uint32_t round, const MessageRef& message) {
  for (std::size_t rank = 0; rank < plan_.nodes.size(); ++rank) {
    const auto port = static_cast<std::uint16_t>(plan_.nodes[rank].first_port_rank + InputPort::control);
    enqueue({time_ns, round, port, sequencer_source, control_counter_++, message});
  }
}

void Sequencer::inject(NodeRank node, std::uint16_t input, Timestamp at, MessageRef message) {
  if (phase_ != Phase::running) return;
  if (at_instant_ && at.ns <= tag_.time_ns)
    throw SequencerError("an outside event for " + at.to_string() + " came after tag " + tag_.to_string());
  const auto port = static_cast<std::uint16_t>(plan_.nodes[node].first_port_rank + input);
  enqueue({at.ns, 0, port, external_source, external_counter_++, std::move(message)});
}

void Sequencer::inject_recorded(const Event& event) {
  if (at_instant_ && Tag{event.time_ns, event.round} <= tag_)
    throw SequencerError("recorded event for " + event.key().tag.to_string() + " is not after tag " + tag_.to_string());
  enqueue(Event(event));
}

void Sequencer::enqueue(Event&& event) {
  ++queued_;
  if (at_instant_ && event.time_ns == tag_.time_ns) {
    (event.round == next_round_ ? next_ : later_).push_back(std::move(event));
    return;
  }
  future_.push_back(std::move(event));
  std::push_heap(future_.begin(), future_.end(), later);
}

std::optional<Timestamp> Sequencer::next_time() const {
  if (!next_.empty() || !later_.empty()) return tag_.time();
  if (!future_.empty()) return Timestamp{future_.front().time_ns};
  return std::nullopt;
}

// Moves the events of the next round of this instant that has any into current_.
bool Sequencer::take_next_round() {
  if (next_.empty()) {
    if (later_.empty()) return false;
    next_round_ = std::min_element(later_.begin(), later_.end(), [](const Event& a, const Event& b) {
                    return a.round < b.round;
                  })->round;
    fetch_later();
  }
  current_.swap(next_);
  tag_.round = next_round_++;
  if (!later_.empty()) fetch_later();
  return true;
}

// Moves the events of round next_round_ from later_ to next_.
void Sequencer::fetch_later() {
  const auto due =
      std::partition(later_.begin(), later_.end(), [this](const Event& e) { return e.round != next_round_; });
  next_.insert(next_.end(), std::make_move_iterator(due), std::make_move_iterator(later_.end()));
  later_.erase(due, later_.end());
}

bool Sequencer::advance_instant() {
  if (future_.empty()) return false;
  tag_ = {future_.front().time_ns, 0};
  at_instant_ = true;
  next_round_ = 0;
  while (!future_.empty() && future_.front().time_ns == tag_.time_ns) {
    std::pop_heap(future_.begin(), future_.end(), later);
    --queued_;
    enqueue(std::move(future_.back()));
    future_.pop_back();
  }
  return true;
}

bool Sequencer::prepare() {
  task_count_ = 0;
  current_.clear();
  while (!take_next_round()) {
    if (advance_instant()) continue;
    if (phase_ != Phase::closing) return false;
    phase_ = Phase::summing_up;
    queue_for_all_nodes(tag_.time_ns, next_round_, make_message(Stop{tag_.time(), stop_reason_, true}));
  }
  queued_ -= current_.size();
  if (current_.size() > 1 && !std::is_sorted(current_.begin(), current_.end(), key_less))
    std::sort(current_.begin(), current_.end(), key_less);
  check_bounds();
  for (Observer* observer : options_.observers) observer->on_events(tag_, current_);
  if (options_.digest != DigestMode::off)
    for (const Event& event : current_) digest_.add(event);
  ++tags_;
  events_dispatched_ += current_.size();
  build_tasks();
  return true;
}

void Sequencer::build_tasks() {
  // The views must not move while tasks point at them.
  if (views_.size() < current_.size()) views_.resize(current_.size());
  const bool want_states = options_.digest == DigestMode::events_states;
  WaveTask* task = nullptr;
  std::size_t count = 0, first = 0;
  const auto close = [&] {
    if (task) task->events = {views_.data() + first, count - first};
  };
  for (const Event& event : current_) {
    if (event.port == observers_port) break;  // the highest port: all that follow are for observers
    const Plan::Port port = plan_.ports[event.port];
    if (!task || task->node != port.node) {
      close();
      if (task_count_ == tasks_.size()) tasks_.emplace_back();
      task = &tasks_[task_count_++];
      task->node = port.node;
      task->tag = tag_;
      task->wave = ++waves_dispatched_;
      task->want_state_hash = want_states;
      first = count;
    }
    views_[count++] = {port.input, event.source, &event.message};
  }
  close();
}

void Sequencer::commit() {
  for (WaveTask& task : tasks()) {
    if (task.want_state_hash) digest_.add_state(task.node, task.state_hash);
    for (Emission& emission : task.out) route(task.node, emission);
    task.out.clear();
  }
  for (Observer* observer : options_.observers) observer->on_digest(tag_, digest_.value());
}

void Sequencer::route(NodeRank source, Emission& emission) {
  const PlannedNode& node = plan_.nodes[source];
  const std::uint64_t sequence = counters_[source]++;
  const auto send = [&](std::uint16_t port, std::int64_t delay, std::uint32_t extra_rounds, MessageRef message) {
    if (delay > 0 && phase_ != Phase::running) return;  // the run is over before it would arrive
    const std::uint32_t round = delay > 0 ? extra_rounds : tag_.round + 1 + extra_rounds;
    enqueue({tag_.time_ns + delay, round, port, source, sequence, std::move(message)});
  };
  if (emission.output == Emission::timer_output) {
    send(static_cast<std::uint16_t>(node.first_port_rank + InputPort::timer),
         std::max<std::int64_t>(0, emission.at_ns - tag_.time_ns), 0, std::move(emission.message));
    return;
  }
  if (emission.output >= node.outputs.size())
    throw SequencerError("node '" + node.name + "' sent on output " + std::to_string(emission.output) +
                         ", which it does not declare, at " + tag_.to_string());
  const std::vector<PlannedWire>& wires = node.outputs[emission.output];
  if (wires.empty()) send(observers_port, 0, 0, std::move(emission.message));
  for (std::size_t w = 0; w < wires.size(); ++w) {
    const PlannedWire& wire = wires[w];
    std::int64_t delay = wire.latency.ns;
    if (wire.latency.model != Latency::Model::fixed) {
      // Messages do not overtake each other on a wire.
      std::int64_t& last = last_arrival_[source][emission.output][w];
      last = std::max(last, tag_.time_ns + draw_latency(wire.latency, plan_.seed, wire.stream, sequence));
      delay = last - tag_.time_ns;
    }
    send(wire.port_rank, delay, wire.extra_rounds,
         w + 1 == wires.size() ? std::move(emission.message) : emission.message);
  }
}

void Sequencer::stop(std::string reason) {
  if (phase_ != Phase::running) return;
  phase_ = Phase::closing;
  stop_reason_ = std::move(reason);
  queued_ -= future_.size();
  future_.clear();
  at_instant_ = true;  // a run that is stopped before its first event still closes at its start
  queue_for_all_nodes(tag_.time_ns, next_round_, make_message(Stop{tag_.time(), stop_reason_, false}));
}

void Sequencer::check_bounds() const {
  const Bounds& bounds = plan_.bounds;
  const auto fail = [&](const std::string& bound, std::uint64_t limit) {
    throw SequencerError("more than " + std::to_string(limit) + " " + bound + " at " + tag_.to_string() + ": " +
                         describe_current() + "; add a latency to one of these wires or raise run.bounds");
  };
  if (tag_.round > bounds.rounds_per_instant) fail("rounds in one instant", bounds.rounds_per_instant);
  if (current_.size() > bounds.events_per_wave) fail("events in one wave", bounds.events_per_wave);
  if (queued_ > bounds.queue_length) fail("events in the queue", bounds.queue_length);
}

// "a -> b.orders, b -> a.reports": who is keeping this instant alive.
std::string Sequencer::describe_current() const {
  std::string out;
  std::size_t listed = 0;
  const Event* previous = nullptr;
  for (const Event& event : current_) {
    const bool repeated = previous && previous->port == event.port && previous->source == event.source;
    previous = &event;
    if (repeated || event.port == observers_port) continue;
    if (++listed > 8) return out + ", …";
    out += (out.empty() ? "" : ", ") + source_name(plan_, event.source) + " -> " + port_name(plan_, event.port);
  }
  return out;
}

}  // namespace optix
