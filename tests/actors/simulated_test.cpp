// data.simulated with a preset: a whole market instead of the simple chain.
#include "actors/simulated.hpp"

#include <catch2/catch.hpp>

#include "actors/dataset_player.hpp"

using namespace optix;

namespace {

using Members = std::vector<Value::Member>;

Result<std::unique_ptr<Node>> make(const std::string& preset, Members settings, std::uint64_t seed = 1) {
  TopologyRun run;
  run.seed = seed;
  Members members{{"preset", Value::scalar(preset)}};
  if (!settings.empty()) members.emplace_back("settings", Value::map(std::move(settings)));
  members.emplace_back("start", Value::scalar("2019-05-01"));
  members.emplace_back("end", Value::scalar("2019-05-10"));
  members.emplace_back("enrich_ahead", Value::null({}));
  const Value params = Value::map(std::move(members));
  return simulated_node_type().make(NodeSetup{"market", 0, params, run});
}

MessageRef first_chain(const Node& node) { return dynamic_cast<const DatasetPlayer&>(node).source()->step(0).snapshot; }

}  // namespace

TEST_CASE("a preset plays a whole market, seeded by the run", "[actors][simulation]") {
  const auto one = make("spx-like", {}), same = make("spx-like", {}), other = make("spx-like", {}, 2);
  REQUIRE(one.ok());
  const auto& player = dynamic_cast<const DatasetPlayer&>(**one);
  CHECK(player.source()->steps() == 8);
  const MessageRef first = first_chain(**one);  // keeps the chain
  const auto& chain = first.get<ChainSnapshot>();
  CHECK(chain.session == Date::from_civil(2019, 5, 1));
  CHECK(chain.rows() > 5'000);
  CHECK(first_chain(**one).hash() == first_chain(**same).hash());
  CHECK(first_chain(**one).hash() != first_chain(**other).hash());
}

TEST_CASE("settings change a preset, and wrong ones are refused with their place", "[actors][simulation]") {
  const auto intraday = make("spx-like", {{"snapshots_per_session", Value::scalar("4")}});
  REQUIRE(intraday.ok());
  CHECK(dynamic_cast<const DatasetPlayer&>(**intraday).source()->steps() == 32);
  const struct {
    const char *preset, *name, *value, *says;
  } refused[] = {{"spx-like", "volatility", "0.2", "there is no parameter 'volatility'"},
                 {"spx-like", "vol", "9", "out of bounds"},
                 {"none", "vol", "0.2", "settings belong to a preset"}};
  for (const auto& c : refused) {
    const auto node = make(c.preset, {{c.name, Value::scalar(c.value, {"run.yaml", 7, 3})}});
    INFO(c.name << "=" << c.value);
    REQUIRE_FALSE(node.ok());
    CHECK(node.error().to_string().find(c.says) != std::string::npos);
  }
}
