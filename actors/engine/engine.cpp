#include "actors/engine/engine.hpp"

#include <algorithm>
#include <utility>

#include "actors/engine/plan_builder.hpp"
#include "actors/transport/caf/caf_prefetch_pool.hpp"
#include "actors/transport/zeromq/feed_edge.hpp"

namespace optix {
namespace {

const NodeType* type_named(const std::vector<NodeType>& types, std::string_view name) {
  const auto found = std::find_if(types.begin(), types.end(), [&](const NodeType& t) { return t.schema.name == name; });
  return found == types.end() ? nullptr : &*found;
}

constexpr std::string_view feed_type = "feed.zeromq";

// A live feed and the wall clock need each other.
std::optional<Error> find_clock_fault(const Topology& topology) {
  const TopologyNode* feed = nullptr;
  for (const TopologyNode& node : topology.nodes) {
    if (node.type != feed_type) continue;
    if (feed)
      return Error{"'" + node.name + "' is a second feed, after '" + feed->name + "'", node.where.to_string(),
                   "a session takes one feed"};
    feed = &node;
  }
  const bool live = topology.run.clock == ClockKind::wall;
  if (feed && !live)
    return Error{"'" + feed->name + "' is a live feed, but the clock is that of a replay", feed->where.to_string(),
                 "set run.clock: wall"};
  if (feed && feed->binding == Binding::zeromq)
    return Error{"'" + feed->name + "' cannot run in another process", feed->where.to_string(),
                 "bind it inline or to caf"};
  if (live && !feed)
    return Error{"the clock is on the wall, but no node takes a live feed", "run.clock",
                 "add a node of type feed.zeromq, or set run.clock: replay"};
  return std::nullopt;
}

// Stands in for a source during a journal replay: its emissions come from the journal.
class RecordedSource final : public Node {
 public:
  void on_wave(const Wave&, Context&) override {}
  void save(std::string&) const override {}
  void load(std::string_view) override {}
};

}  // namespace

Engine::Engine(const Topology& topology, EngineOptions options) : topology_(topology), options_(std::move(options)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::assemble(const Topology& topology, EngineOptions options) {
  const std::vector<NodeType>& known = options.types ? *options.types : builtin_node_types();
  std::vector<const NodeType*> types;
  for (const TopologyNode& node : topology.nodes) {
    types.push_back(type_named(known, node.type));
    if (!types.back()) return Error{"no node type '" + node.type + "'", node.where.to_string(), "run `optix doctor`"};
  }
  if (auto error = find_clock_fault(topology)) return *error;
  std::unique_ptr<Engine> engine(new Engine(topology, std::move(options)));
  engine->plan_ = build_plan(topology, types);
  engine->form_groups();
  // Where nodes are actors, what is done ahead of its use is done by actors.
  const bool actors = std::any_of(topology.nodes.begin(), topology.nodes.end(),
                                  [](const TopologyNode& node) { return node.binding == Binding::caf; });
  const MakePrefetchPool prefetch = actors ? MakePrefetchPool(caf_prefetch_pool) : MakePrefetchPool();
  for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
    engine->runners_.emplace_back();
    const TopologyNode& node = topology.nodes[i];
    const bool recorded = engine->options_.for_replay && types[i]->schema.source;
    const auto rank = static_cast<NodeRank>(i);
    if (recorded) {
      engine->runners_.back() =
          std::make_unique<NodeRunner>(std::make_unique<RecordedSource>(), rank, node.name, topology.run.seed);
      continue;
    }
    if (node.binding == Binding::zeromq && !engine->options_.for_replay) continue;  // its worker builds it
    auto made = types[i]->make({node.name, rank, node.params, topology.run, prefetch});
    if (!made) return made.error();
    engine->runners_.back() = std::make_unique<NodeRunner>(std::move(*made), rank, node.name, topology.run.seed);
  }
  return engine;
}

// Group 0 is everything bound inline; the others are as the topology names them.
void Engine::form_groups() {
  groups_.push_back({Binding::inline_, "inline", {}});
  for (std::size_t i = 0; i < topology_.nodes.size(); ++i) {
    const TopologyNode& node = topology_.nodes[i];
    const std::string name = node.group.empty() ? node.name : node.group;
    std::size_t group = 0;
    if (node.binding != Binding::inline_) {
      group = 1;
      while (group < groups_.size() && groups_[group].name != name) ++group;
      if (group == groups_.size()) groups_.push_back({node.binding, name, {}});
    }
    groups_[group].nodes.push_back(static_cast<NodeRank>(i));
    group_of_.push_back(static_cast<std::uint16_t>(group));
  }
}

std::vector<NodeRunner*> Engine::runners_of(const Group& group) const {
  std::vector<NodeRunner*> by_rank(runners_.size(), nullptr);
  for (const NodeRank rank : group.nodes) by_rank[rank] = runners_[rank].get();
  return by_rank;
}

std::unique_ptr<zeromq::ZmqHost> Engine::start_worker(const Group& group) const {
  const std::vector<NodeType>& known = options_.types ? *options_.types : builtin_node_types();
  const auto lookup = [&known](std::string_view name) { return type_named(known, name); };
  return std::make_unique<zeromq::ZmqHost>(zeromq::worker_group(topology_, group.name, group.nodes, lookup),
                                           options_.zeromq);
}

// The outside of a live run; nullptr for a simulation.
std::unique_ptr<zeromq::FeedEdge> Engine::connect_feed() const {
  if (topology_.run.clock != ClockKind::wall) return nullptr;
  for (std::size_t rank = 0; rank < topology_.nodes.size(); ++rank) {
    if (topology_.nodes[rank].type != feed_type) continue;
    auto options = zeromq::feed_edge_options(topology_.nodes[rank].params, static_cast<NodeRank>(rank));
    if (!options) throw std::runtime_error(options.error().to_string());
    return std::make_unique<zeromq::FeedEdge>(std::move(*options));
  }
  return nullptr;
}

RunOutcome Engine::run() {
  const auto edge = connect_feed();
  std::vector<Observer*> observers = options_.observers;
  if (edge) observers.push_back(edge.get());
  Sequencer sequencer(plan_, {topology_.run.digest, std::move(observers)});
  InlineHost inline_host(runners_of(groups_[0]));
  std::unique_ptr<CafRuntime> caf;
  std::vector<std::unique_ptr<zeromq::ZmqHost>> workers;
  std::vector<Host*> hosts{&inline_host};
  for (std::size_t g = 1; g < groups_.size(); ++g) {
    if (groups_[g].binding == Binding::zeromq) {
      workers.push_back(start_worker(groups_[g]));
      hosts.push_back(workers.back().get());
      continue;
    }
    if (!caf)
      caf = std::make_unique<CafRuntime>(CafOptions{topology_.run.caf_threads,
                                                    edge ? CafOptions::Scheduler::sharing : options_.caf_scheduler,
                                                    options_.caf_shuffle_seed, edge != nullptr});
    hosts.push_back(&caf->add_group(groups_[g].name, runners_of(groups_[g])));
  }
  for (const auto& worker : workers) worker->wait_ready();  // they start side by side
  RunLoop loop(sequencer, hosts, group_of_,
               {options_.interrupt, edge.get(), options_.progress, options_.progress_every});
  if (caf)
    caf->run(loop);
  else
    loop.run();
  return {sequencer.digest(), sequencer.events_dispatched(), sequencer.waves_dispatched(), sequencer.tags(),
          sequencer.tag().time()};
}

Result<RunOutcome> Engine::replay(JournalReader& journal) {
  Sequencer sequencer(plan_, {topology_.run.digest, options_.observers});
  bool started = false;
  while (true) {
    auto recorded = journal.next();
    if (!recorded) return recorded.error();
    const JournalTag* expected = *recorded;
    if (!expected) break;
    // A live run began when it began, not when the topology says.
    if (!std::exchange(started, true))
      topology_.run.clock == ClockKind::wall ? sequencer.start_at(expected->tag.time()) : sequencer.start();
    for (const Event& event : expected->events) {
      const Stop* stop = event.message.get_if<Stop>();
      if (event.source == external_source ||
          (event.source != sequencer_source && event.source < plan_.nodes.size() && plan_.nodes[event.source].source))
        sequencer.inject_recorded(event);
      else if (stop && !stop->last)
        sequencer.stop(stop->reason);
    }
    const bool any = sequencer.prepare();
    if (any && sequencer.tag() == expected->tag) {
      for (WaveTask& task : sequencer.tasks()) runners_[task.node]->run(task);
      sequencer.commit();
    }
    if (!any || sequencer.tag() != expected->tag || sequencer.digest() != expected->digest)
      return Error{
          "the replay parts from the journal at " + expected->tag.to_string() +
              (any && sequencer.tag() != expected->tag ? "; the replay is at " + sequencer.tag().to_string() : ""),
          "", "the journal belongs to another configuration, version or data set, or a node is not deterministic"};
  }
  return RunOutcome{sequencer.digest(), sequencer.events_dispatched(), sequencer.waves_dispatched(), sequencer.tags(),
                    sequencer.tag().time()};
}

}  // namespace optix
