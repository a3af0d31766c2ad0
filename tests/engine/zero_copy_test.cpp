// A chain whose columns view memory that something else keeps reaches nodes on every in-process
// binding as that memory.
#include <catch2/catch.hpp>

#include "actors/dataset_player.hpp"
#include "actors/engine/engine.hpp"
#include "tests/support/memory_dataset.hpp"
#include "tests/support/random_chains.hpp"

using namespace optix;

namespace {

using Seen = std::vector<const void*>;

class Looker final : public Node {
 public:
  explicit Looker(Seen& seen) : seen_(seen) {}
  void on_wave(const Wave& wave, Context&) override {
    for (const WaveEvent& event : wave.events)
      if (const auto* chain = event.get_if<ChainSnapshot>()) {
        seen_.push_back(chain->bid.is_view() ? chain->bid.data() : nullptr);
        seen_.push_back(chain->delta.is_view() ? chain->delta.data() : nullptr);
      }
  }
  void save(std::string&) const override {}
  void load(std::string_view) override {}

 private:
  Seen& seen_;
};

// Columns that view memory kept elsewhere, as those of a mapped file do.
std::vector<ChainSnapshot> viewing(std::vector<ChainSnapshot> chains) {
  for (ChainSnapshot& chain : chains) {
    const auto keep = [](auto& column) {
      using T = typename std::decay_t<decltype(column)>::value_type;
      const auto memory =
          std::make_shared<const std::vector<T>>(std::as_const(column).begin(), std::as_const(column).end());
      column = Series<T>::view(*memory, memory);
    };
    keep(chain.bid);
    keep(chain.delta);
  }
  return chains;
}

}  // namespace

TEST_CASE("chains are shared, not copied, inline and between actors", "[engine][caf][zero_copy]") {
  const auto store = std::make_shared<MemoryStore>(viewing(RandomChains{}.all()));
  const auto source = DatasetSource::open(store, {}).value();
  Seen expected;
  for (std::size_t i = 0; i < source->steps(); ++i) {
    const DatasetStep step = source->step(i);
    expected.push_back(step.snapshot.get<ChainSnapshot>().bid.data());
    expected.push_back(step.snapshot.get<ChainSnapshot>().delta.data());
  }
  for (const Binding binding : {Binding::inline_, Binding::caf}) {
    Seen seen;
    std::vector<NodeType> types(2);
    types[0].schema.name = "data.memory";
    types[0].schema.outputs = market_output();
    types[0].make = [&](const NodeSetup&) -> Result<std::unique_ptr<Node>> {
      return {std::make_unique<DatasetPlayer>(source)};
    };
    types[1].schema.name = "test.looker";
    types[1].schema.inputs = {{"market", market_output()[0].messages, "", true}};
    types[1].make = [&](const NodeSetup&) -> Result<std::unique_ptr<Node>> { return {std::make_unique<Looker>(seen)}; };
    Topology topology;
    topology.run.caf_threads = 2;
    for (const NodeType& type : types) {
      topology.nodes.emplace_back();
      topology.nodes.back().name = type.schema.name;
      topology.nodes.back().type = type.schema.name;
      topology.nodes.back().params = Value::map({});
      topology.nodes.back().binding = binding;
    }
    topology.wires.emplace_back();
    topology.wires.back().from_node = "data.memory";
    topology.wires.back().from_port = "snapshot";
    topology.wires.back().to_node = "test.looker";
    topology.wires.back().to_port = "market";
    EngineOptions options;
    options.types = &types;
    auto engine = Engine::assemble(topology, options);
    REQUIRE(engine.ok());
    (*engine)->run();
    CHECK(seen == expected);
    CHECK(std::count(seen.begin(), seen.end(), nullptr) == 0);
  }
}
