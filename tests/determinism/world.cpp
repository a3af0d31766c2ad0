#include "tests/determinism/world.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "messages/all.hpp"
#include "messages/codec/state.hpp"

namespace optix::testing {
namespace {

constexpr std::uint16_t ports = 3;

struct ChatterState {
  std::uint64_t seen = 0;
  std::uint64_t mixed = 0;
  std::uint64_t draws = 0;
  std::uint64_t said = 0;
  std::vector<std::uint64_t> memory;

  static constexpr auto fields() {
    using M = ChatterState;
    return std::tuple(field("seen", &M::seen, "events handled"), field("mixed", &M::mixed, "hash of all seen"),
                      field("draws", &M::draws, "random numbers used"), field("said", &M::said, "times it spoke"),
                      field("memory", &M::memory, "last values"));
  }
};
static_assert(table_is_complete<ChatterState>);

std::atomic<std::uint64_t> shared_counter{0};
std::atomic<std::uint64_t> shared_word{0};
std::mutex shared_mutex;
std::mt19937_64 shared_generator{1};

std::uint64_t scramble(std::uint64_t x) { return (x ^ (x >> 29)) * 0xBF58476D1CE4E5B9ull + 0x94D049BB133111EBull; }

// Passes values on with fewer and fewer hops left, sets alarms, remembers, draws.
class Chatter final : public Node {
 public:
  explicit Chatter(PlantedBug bug) : bug_(bug) {}

  void on_wave(const Wave& wave, Context& out) override {
    // Uneven work, so that nodes of one tag finish in an order that varies between runs.
    if (bug_ != PlantedBug::none && out.draw(state_.draws + 1'000'000) % 3 == 0)
      std::this_thread::sleep_for(std::chrono::microseconds(out.draw(state_.draws + 2'000'000) % 30));
    for (const WaveEvent& event : wave.events) {
      ++state_.seen;
      ++forgotten_;
      if (event.get_if<Start>()) say(out, 6);
      if (const auto* timer = event.get_if<Timer>()) say(out, 3 + static_cast<int>(timer->timer % 3));
      if (const auto* word = event.get_if<UnderlyingPrice>()) hear(*word, event, out);
    }
  }

  void save(std::string& out) const override { encode_state(state_, out); }
  void load(std::string_view bytes) override { state_ = decode_state<ChatterState>(bytes); }

 private:
  void hear(const UnderlyingPrice& word, const WaveEvent& event, Context& out) {
    state_.mixed = scramble(state_.mixed ^ static_cast<std::uint64_t>(word.price.raw()) ^
                            (std::uint64_t{event.input} << 48) ^ (std::uint64_t{event.source} << 32));
    state_.memory.push_back(state_.mixed);
    if (state_.memory.size() > 4) state_.memory.erase(state_.memory.begin());
    const int hops = word.session.days;
    if (hops > 0 && next(out) % 8 != 0) say(out, hops - 1);
    if (state_.said < 60 && next(out) % 16 == 0)
      out.wake_at(out.now() + static_cast<std::int64_t>(next(out) % 5'000), next(out) % 7);
  }

  void say(Context& out, int hops) {
    if (++state_.said > 60) return;  // wires multiply what is said: keep every world finite
    const std::uint64_t words = 1 + next(out) % 2;
    for (std::uint64_t w = 0; w < words; ++w) {
      UnderlyingPrice word;
      word.underlying = *Symbol::from("WORLD");
      word.time = out.now();
      word.session = {hops};
      word.price = Decimal::from_raw(static_cast<std::int64_t>((state_.mixed ^ next(out) ^ bug_word()) >> 2));
      out.emit(static_cast<std::uint16_t>(next(out) % ports), std::move(word));
    }
  }

  std::uint64_t next(Context& out) {
    if (bug_ == PlantedBug::shared_random) {
      const std::lock_guard lock(shared_mutex);
      return shared_generator();
    }
    return out.draw(state_.draws++);
  }

  std::uint64_t bug_word() {
    switch (bug_) {
      case PlantedBug::none:
      case PlantedBug::shared_random: return 0;
      case PlantedBug::arrival_order: return shared_counter.fetch_add(1) << 8;
      case PlantedBug::wall_clock:
        return static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) << 3;
      case PlantedBug::address_order: return reinterpret_cast<std::uintptr_t>(heap_.get());
      case PlantedBug::forgotten_state: return forgotten_ << 9;
      case PlantedBug::shared_memory: return shared_word.exchange(state_.mixed | 8);
    }
    return 0;
  }

  PlantedBug bug_;
  ChatterState state_;
  std::uint64_t forgotten_ = 0;
  std::unique_ptr<std::array<char, 4096>> heap_ = std::make_unique<std::array<char, 4096>>();
};

NodeType chatter_type(PlantedBug bug) {
  static const std::array<std::string_view, ports> in{"in0", "in1", "in2"}, out{"out0", "out1", "out2"};
  NodeType type;
  type.schema.name = world_type_name(bug);
  type.schema.doc = "chatters";
  for (std::size_t p = 0; p < ports; ++p) {
    type.schema.inputs.push_back({in[p], {UnderlyingPrice::info.id}, "words", false});
    type.schema.outputs.push_back({out[p], {UnderlyingPrice::info.id}, "words", false});
  }
  type.make = [bug](const NodeSetup&) -> Result<std::unique_ptr<Node>> { return {std::make_unique<Chatter>(bug)}; };
  return type;
}

}  // namespace

void reset_planted_state() {
  shared_counter = 0;
  shared_word = 0;
  shared_generator.seed(1);
}

std::string world_type_name(PlantedBug bug) {
  static const char* const names[] = {"sound",         "arrival_order",   "shared_random", "wall_clock",
                                      "address_order", "forgotten_state", "shared_memory"};
  return std::string("world.") + names[static_cast<std::size_t>(bug)];
}

const std::vector<NodeType>& world_types() {
  static const std::vector<NodeType> types = [] {
    std::vector<NodeType> all;
    for (int b = 0; b <= static_cast<int>(PlantedBug::shared_memory); ++b)
      all.push_back(chatter_type(static_cast<PlantedBug>(b)));
    NodeType source = chatter_type(PlantedBug::none);
    source.schema.name = "world.source";
    source.schema.source = true;
    all.push_back(source);
    return all;
  }();
  return types;
}

Topology random_world(std::uint64_t seed, PlantedBug bug) {
  std::uint64_t drawn = 0;
  const auto pick = [&](std::uint64_t n) { return draw(seed, stream_of("world"), drawn++) % n; };
  Topology world;
  world.run.seed = seed;
  world.run.start = Timestamp{1'556'150'400 * nanos_per_second};
  world.run.digest = DigestMode::events_states;
  const std::uint64_t nodes = 2 + pick(8);
  for (std::uint64_t n = 0; n < nodes; ++n) {
    TopologyNode node;
    node.name = "n" + std::to_string(n);
    node.type = n == 0 && bug == PlantedBug::none ? "world.source" : world_type_name(bug);
    world.nodes.push_back(node);
  }
  const std::uint64_t wires = nodes + pick(2 * nodes);
  for (std::uint64_t w = 0; w < wires; ++w) {
    TopologyWire wire;
    wire.from_node = "n" + std::to_string(pick(nodes));
    wire.from_port = "out" + std::to_string(pick(ports));
    wire.to_node = "n" + std::to_string(pick(nodes));
    wire.to_port = "in" + std::to_string(pick(ports));
    wire.extra_rounds = static_cast<std::uint32_t>(pick(3));
    if (pick(3) == 0) wire.latency.ns = static_cast<std::int64_t>(1 + pick(4'000));
    if (pick(4) == 0) wire.latency = {Latency::Model::uniform, static_cast<std::int64_t>(pick(50)), 2'000};
    world.wires.push_back(wire);
  }
  return world;
}

void bind_world(Topology& topology, Binding binding, std::uint64_t seed, int groups, int threads) {
  topology.run.caf_threads = threads;
  std::uint64_t drawn = 0;
  for (TopologyNode& node : topology.nodes) {
    node.binding = binding;
    node.group =
        groups > 0 ? "g" + std::to_string(draw(seed, stream_of("groups"), drawn++) % static_cast<std::uint64_t>(groups))
                   : "";
  }
}

}  // namespace optix::testing
