#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "config/graph.hpp"
#include "config/json_schema.hpp"
#include "config/topology_check.hpp"
#include "config/topology_schema.hpp"
#include "config/yaml.hpp"
#include "tests/config/sample_types.hpp"

using namespace optix;

namespace {

// Every name of the tables appears as a property somewhere in the schema.
void expect_names(const std::vector<ParamSpec>& specs, const std::string& json) {
  for (const ParamSpec& spec : specs) {
    INFO(spec.name);
    if (spec.name != "leg" && spec.name != "root") CHECK(json.find("\"" + spec.name + "\":") != std::string::npos);
    if (spec.kind != ParamKind::any_map && spec.kind != ParamKind::list)
      expect_names(spec.children, json);
    else
      for (const ParamSpec& child : spec.children) expect_names(child.children, json);
  }
}

Topology small() {
  Diagnostics errors;
  const auto value = parse_yaml(
      "nodes:\n"
      "  replay: {type: data.simulated}\n"
      "  condor: {type: strategy.rules, legs: [{right: put, side: sell}]}\n"
      "  executor: {type: executor.simulated}\n"
      "wires:\n"
      "  - {from: replay.snapshot, to: executor.market}\n"
      "  - {from: replay.snapshot, to: condor.market, round: 1}\n"
      "  - {from: condor.orders, to: executor.orders, latency: 2000000}\n"
      "  - {from: executor.reports, to: condor.reports, latency: {model: uniform, ns: 1500, jitter_ns: 1000000000}}\n"
      "bind: {groups: {decide: {bind: caf, nodes: [condor, executor]}}}\n",
      "t.yaml", errors);
  auto topology = check_topology(*value, sample::types(), errors);
  INFO(errors.render());
  REQUIRE(topology);
  return *topology;
}

}  // namespace

TEST_CASE("the JSON Schemas are valid JSON and name every parameter", "[config][schema]") {
  const std::string topology = topology_json_schema(sample::types());
  const auto json = nlohmann::json::parse(topology);
  CHECK(json["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(json["properties"]["run"]["properties"]["clock"]["enum"] == nlohmann::json{"replay", "wall"});
  CHECK(json["properties"]["run"]["properties"]["seed"]["minimum"] == 0);
  CHECK(json["properties"]["nodes"]["additionalProperties"]["$ref"] == "#/$defs/node");
  CHECK(json["properties"]["bind"]["anyOf"][0]["enum"].size() == 3);
  const auto& node = json["$defs"]["node"];
  CHECK(node["properties"]["type"]["enum"].size() == sample::types().size());
  REQUIRE(node["allOf"].size() == sample::types().size());
  for (std::size_t i = 0; i < sample::types().size(); ++i) {
    const NodeSchema& type = sample::types()[i];
    INFO(type.name);
    CHECK(node["allOf"][i]["if"]["properties"]["type"]["const"] == type.name);
    for (const ParamSpec& spec : type.params) CHECK(node["allOf"][i]["then"]["properties"].contains(spec.name));
    expect_names(type.params, topology);
  }
  expect_names(topology_specs(), topology);

  const std::string run = run_json_schema(sample::types());
  const auto run_json = nlohmann::json::parse(run);
  expect_names(run_file_specs(), run);
  expect_names(sample::strategy_params(), run);
  CHECK(run_json["properties"]["data"]["properties"]["csv"]["type"] == "string");
  CHECK(run_json["properties"]["data"]["properties"]["simulated"]["properties"].contains("volatility"));
  CHECK(run_json["properties"]["risk"]["properties"].contains("max_contracts"));
  CHECK(run_json["properties"]["strategy"]["anyOf"].size() == 3);
  CHECK(run_json["properties"]["strategy"]["anyOf"][0]["type"] == "string");
  CHECK_NOTHROW(nlohmann::json::parse(run_json_schema({})));

  const auto strategy =
      nlohmann::json::parse(params_json_schema(*find_schema(sample::types(), "strategy.rules"), "strategy"));
  CHECK(strategy["properties"]["legs"]["items"]["required"] == nlohmann::json{"right", "side"});
  CHECK(strategy["properties"].contains("extends"));
}

TEST_CASE("a topology is drawn as text", "[config][graph]") {
  CHECK(text_graph(small(), sample::types()) ==
        " 0  replay    data.simulated      inline\n"
        "      -> snapshot  executor.market, condor.market (round 1)\n"
        " 1  condor    strategy.rules      caf decide\n"
        "      <- market    replay.snapshot\n"
        "      <- reports   executor.reports\n"
        "      <- settled   (not wired)\n"
        "      <- account   (not wired)\n"
        "      -> orders    executor.orders (2 ms)\n"
        " 2  executor  executor.simulated  caf decide\n"
        "      <- market    replay.snapshot\n"
        "      <- orders    condor.orders\n"
        "      <- control   (not wired)\n"
        "      -> reports   condor.reports (1500 ns + up to 1 s)\n");
}

TEST_CASE("a topology is drawn as DOT and Mermaid", "[config][graph]") {
  CHECK(dot_graph(small()) ==
        "digraph topology {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
        "  edge [fontname=\"sans-serif\", fontsize=10];\n"
        "  \"replay\" [label=\"replay\\ndata.simulated\"];\n"
        "  subgraph cluster_0 {\n    label=\"caf decide\";\n"
        "    \"condor\" [label=\"condor\\nstrategy.rules\"];\n    \"executor\" "
        "[label=\"executor\\nexecutor.simulated\"];\n  }\n"
        "  \"replay\" -> \"executor\" [label=\"snapshot → market\"];\n"
        "  \"replay\" -> \"condor\" [label=\"snapshot → market (round 1)\"];\n"
        "  \"condor\" -> \"executor\" [label=\"orders → orders (2 ms)\"];\n"
        "  \"executor\" -> \"condor\" [label=\"reports → reports (1500 ns + up to 1 s)\"];\n}\n");
  CHECK(mermaid_graph(small()) ==
        "flowchart LR\n"
        "  n0[\"replay<br/>data.simulated\"]\n"
        "  subgraph g0[\"caf decide\"]\n    n1[\"condor<br/>strategy.rules\"]\n    "
        "n2[\"executor<br/>executor.simulated\"]\n  end\n"
        "  n0 -->|\"snapshot → market\"| n2\n"
        "  n0 -->|\"snapshot → market (round 1)\"| n1\n"
        "  n1 -->|\"orders → orders (2 ms)\"| n2\n"
        "  n2 -->|\"reports → reports (1500 ns + up to 1 s)\"| n1\n");
}
