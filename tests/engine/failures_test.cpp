// A handler that throws, and one that is slow, inline and on actors. (Worker processes:
// tests/transport/zeromq.)
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "actors/engine/engine.hpp"
#include "messages/market.hpp"
#include "tests/determinism/recorder.hpp"

using namespace optix;
using namespace optix::testing;

namespace {

enum class Mood { calm, throwing, slow };

// Sends a price a microsecond, twenty times, to itself and the next node; misbehaves at the tenth.
class Ticker final : public Node {
 public:
  explicit Ticker(Mood mood) : mood_(mood) {}
  void on_wave(const Wave& wave, Context& out) override {
    for (const WaveEvent& event : wave.events) {
      if (event.get_if<Start>()) out.wake_at(out.now() + 1'000, 0);
      if (!event.get_if<Timer>()) continue;
      ++ticks_;
      if (mood_ == Mood::throwing && ticks_ == 10) throw std::runtime_error("the tenth tick is too much");
      if (mood_ == Mood::slow) std::this_thread::sleep_for(std::chrono::milliseconds(3));
      out.emit(0, UnderlyingPrice{{{'T'}}, out.now(), Date{}, Decimal::from_int(ticks_)});
      if (ticks_ < 20) out.wake_at(out.now() + 1'000, 0);
    }
  }
  void save(std::string& out) const override { out = std::to_string(ticks_); }
  void load(std::string_view bytes) override { ticks_ = std::stoi(std::string(bytes)); }

 private:
  Mood mood_;
  int ticks_ = 0;
};

NodeType ticker(const char* name, Mood mood) {
  NodeType type;
  type.schema.name = name;
  type.schema.inputs = {{"in", {UnderlyingPrice::info.id}, "", false}};
  type.schema.outputs = {{"out", {UnderlyingPrice::info.id}, "", false}};
  type.make = [mood](const NodeSetup&) -> Result<std::unique_ptr<Node>> { return {std::make_unique<Ticker>(mood)}; };
  return type;
}

const std::vector<NodeType>& types() {
  static const std::vector<NodeType> all{ticker("calm", Mood::calm), ticker("throwing", Mood::throwing),
                                         ticker("slow", Mood::slow)};
  return all;
}

Topology pair(const char* first, const char* second, Binding binding) {
  Topology topology;
  topology.run.start = Timestamp{1'556'150'400 * nanos_per_second};
  topology.run.digest = DigestMode::events_states;
  topology.run.caf_threads = 2;
  for (const char* type : {first, second}) {
    TopologyNode node;
    node.name = "node" + std::to_string(topology.nodes.size());
    node.type = type;
    node.binding = binding;
    topology.nodes.push_back(node);
  }
  TopologyWire wire;
  wire.from_node = "node0";
  wire.from_port = "out";
  wire.to_node = "node1";
  wire.to_port = "in";
  topology.wires.push_back(wire);
  return topology;
}

struct Way {
  const char* name;
  Binding binding;
  CafOptions::Scheduler scheduler;
};
constexpr Way ways[] = {{"inline", Binding::inline_, CafOptions::Scheduler::stealing},
                        {"caf", Binding::caf, CafOptions::Scheduler::stealing},
                        {"caf sharing", Binding::caf, CafOptions::Scheduler::sharing},
                        {"caf shuffled", Binding::caf, CafOptions::Scheduler::shuffled}};

std::unique_ptr<Engine> assemble(const Topology& topology, const Way& way, Recorder* recorder) {
  EngineOptions options;
  options.types = &types();
  options.caf_scheduler = way.scheduler;
  if (recorder) options.observers = {recorder};
  return std::move(Engine::assemble(topology, options).value());
}

}  // namespace

TEST_CASE("a handler that throws ends the run with node, tag and message", "[engine][caf]") {
  for (const Way& way : ways) {
    INFO(way.name);
    const Topology topology = pair("calm", "throwing", way.binding);
    std::string message;
    try {
      assemble(topology, way, nullptr)->run();
    } catch (const NodeFailure& failure) {
      message = failure.what();
      CHECK(failure.node == "node1");
      CHECK(failure.tag == Tag{topology.run.start->ns + 10'000, 0});
    }
    CHECK(message == "node 'node1' failed at 2019-04-25T00:00:00.00001Z+0: the tenth tick is too much");
  }
}

TEST_CASE("a slow actor delays the run and changes nothing", "[engine][caf]") {
  Recorder expected;
  assemble(pair("calm", "calm", Binding::inline_), ways[0], &expected)->run();
  for (const Way& way : ways) {
    Recorder actual;
    const Topology topology = pair("calm", "slow", way.binding);
    auto engine = assemble(topology, way, &actual);
    engine->run();
    INFO(way.name << ": " << first_difference(expected, actual, engine->plan()).value_or(""));
    CHECK_FALSE(first_difference(expected, actual, engine->plan()));
  }
}

TEST_CASE("a run that never comes to rest is ended by its bounds, naming the nodes", "[engine]") {
  struct Echo final : Node {
    void on_wave(const Wave& wave, Context& out) override {
      for (const WaveEvent& event : wave.events)
        if (!event.get_if<Stop>()) out.emit(0, UnderlyingPrice{});
    }
    void save(std::string&) const override {}
    void load(std::string_view) override {}
  };
  std::vector<NodeType> echoes{ticker("echo", Mood::calm)};
  echoes[0].make = [](const NodeSetup&) -> Result<std::unique_ptr<Node>> { return {std::make_unique<Echo>()}; };
  Topology topology = pair("echo", "echo", Binding::inline_);
  TopologyWire back = topology.wires[0];
  std::swap(back.from_node, back.to_node);
  topology.wires.push_back(back);
  topology.run.bounds.rounds_per_instant = 50;
  EngineOptions options;
  options.types = &echoes;
  auto engine = std::move(Engine::assemble(topology, options).value());
  CHECK_THROWS_WITH(engine->run(),
                    "more than 50 rounds in one instant at 2019-04-25T00:00:00Z+51: node1 -> node0.in, "
                    "node0 -> node1.in; add a latency to one of these wires or raise run.bounds");
}
