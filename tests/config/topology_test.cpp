#include <catch2/catch.hpp>

#include "config/graph.hpp"

#include "config/topology_check.hpp"
#include "config/topology_loader.hpp"
#include "config/yaml.hpp"
#include "tests/config/files.hpp"
#include "tests/config/sample_types.hpp"

using namespace optix;

namespace {

const Presets shipped{OPTIX_SOURCE_DIR "/config"};

LoadedTopology checked(const std::string& text, const std::vector<NodeSchema>& types = sample::types()) {
  LoadedTopology out;
  if (const auto value = parse_yaml(text, "t.yaml", out.diagnostics))
    out.topology = check_topology(*value, types, out.diagnostics);
  return out;
}

// Source, executor and book with a strategy that sends straight to the venue; {N} marks a place
// for more lines in `nodes`, {W} in `wires`.
std::string with(const std::string& nodes, const std::string& wires, const std::string& rest = {}) {
  return "nodes:\n"
         "  replay: {type: data.simulated}\n"
         "  condor: {type: strategy.rules, legs: [{right: put, side: sell}]}\n"
         "  executor: {type: executor.simulated}\n" +
         nodes +
         "wires:\n"
         "  - {from: replay.snapshot, to: [executor.market, condor.market]}\n"
         "  - {from: condor.orders, to: executor.orders}\n"
         "  - {from: executor.reports, to: condor.reports}\n" +
         wires + rest;
}

}  // namespace

TEST_CASE("a topology is checked into nodes, wires and facts about the run", "[config][topology]") {
  const auto loaded = checked(
      with("  book: {type: portfolio.book, cash: 5000}\n",
           "  - {from: replay.snapshot, to: book.market, round: 2}\n"
           "  - {from: executor.reports, to: book.reports, latency: {model: uniform, ns: 5, jitter_ns: 7}}\n",
           "run: {clock: wall, seed: 7, start: 2019-04-25, end: 2019-07-22, digest: events_states,\n"
           "      bounds: {rounds_per_instant: 9}}\n"
           "bind: {default: caf, caf_threads: 3, groups: {decision: {bind: zeromq, nodes: [condor, executor]},\n"
           "       here: {bind: inline, nodes: [book]}}}\n"));
  INFO(loaded.diagnostics.render());
  REQUIRE(loaded);
  const Topology& t = *loaded.topology;
  CHECK(t.run.clock == ClockKind::wall);
  CHECK(t.run.seed == 7);
  CHECK(t.run.start->to_string() == "2019-04-25T00:00:00Z");
  CHECK(t.run.end->to_string() == "2019-07-22T23:59:59.999999999Z");
  CHECK(t.run.digest == DigestMode::events_states);
  CHECK(t.run.bounds.rounds_per_instant == 9);
  CHECK(t.run.bounds.events_per_wave == 1'000'000);
  CHECK(t.run.caf_threads == 3);
  REQUIRE(t.nodes.size() == 4);
  CHECK(t.nodes[0].binding == Binding::caf);
  CHECK(t.nodes[0].group == "replay");
  CHECK(t.nodes[1].binding == Binding::zeromq);
  CHECK(t.nodes[1].group == "decision");
  CHECK(t.nodes[3].binding == Binding::inline_);
  CHECK(t.nodes[3].params.at("cash").as_decimal() == Decimal::from_int(5000));
  REQUIRE(t.wires.size() == 6);
  CHECK(t.wires[0].to_node == "executor");
  CHECK(t.wires[1].to_node == "condor");
  CHECK(t.wires[4].extra_rounds == 2);
  CHECK(t.wires[5].latency.model == Latency::Model::uniform);
  CHECK((t.wires[5].latency.ns == 5 && t.wires[5].latency.jitter_ns == 7));
  CHECK(t.wires[5].where.to_string() == "t.yaml:11:34");

  SECTION("its source spells everything out and loads to the same") {
    const auto again = checked(to_yaml(t.source));
    INFO(again.diagnostics.render());
    REQUIRE(again);
    CHECK(to_yaml(again.topology->source) == to_yaml(t.source));
    CHECK(again.topology->source.at("nodes").at("replay").at("start").text() == "2021-01-04");
  }
}

TEST_CASE("what cannot run is refused with the wire, the port and a hint", "[config][topology]") {
  struct Case {
    std::string name, yaml, expected;
  };
  const std::string market_names =
      "market.instruments, market.chain, market.underlying, control.end_of_data, feed.state";
  const std::vector<Case> cases{
      {"unknown type", "nodes:\n  a: {type: portfolio.boko}\n",
       "error[E0401]: t.yaml:2:13 nodes.a.type: there is no node type \"portfolio.boko\"\n"
       "      2 |   a: {type: portfolio.boko}\n   hint: did you mean `portfolio.book`?\n"},
      {"no type", "nodes:\n  a: {cash: 5}\n",
       "error[E0302]: t.yaml:2:3 nodes.a.type: is missing; expected a node type\n      2 |   a: {cash: 5}\n"
       "   hint: known types: data.replay, data.simulated, feed.zeromq, strategy.rules, risk.pretrade, "
       "executor.simulated, "
       "portfolio.book, metrics.summary\n"},
      {"a node that is no map", "nodes:\n  a: portfolio.book\n",
       "error[E0310]: t.yaml:2:6 nodes.a: expected a map like {type: strategy.rules}\n      2 |   a: portfolio.book\n"},
      {"bad name", "nodes:\n  a.b: {type: data.simulated}\n",
       "error[E0410]: t.yaml:2:3 nodes.a.b: a node name is 1 to 64 letters, digits, _ or -\n      2 |   a.b: {type: "
       "data.simulated}\n"},
      {"no nodes", "run: {seed: 1}\n",
       "error[E0411]: t.yaml:1:1 nodes: a topology needs at least one node\n      1 | run: {seed: 1}\n"},
      {"duplicate node", "nodes:\n  a: {type: data.simulated}\n  a: {type: data.simulated}\n",
       "error[E0105]: t.yaml:3:3: the key `a` appears twice\n      3 |   a: {type: data.simulated}\n   hint: first at "
       "line 2\n"},
      {"unknown key of a node", with("  book: {type: portfolio.book, chash: 5}\n", ""),
       "error[E0301]: t.yaml:5:32 nodes.book.chash: unknown key\n      5 |   book: {type: portfolio.book, chash: 5}\n"
       "   hint: did you mean `cash`?\n"},
      {"unknown key of a wire", with("", "  - {form: condor.orders, to: executor.orders}\n"),
       "error[E0301]: t.yaml:9:6 wires[3].form: unknown key\n      9 |   - {form: condor.orders, to: executor.orders}\n"
       "   hint: did you mean `from`?\n"
       "error[E0302]: t.yaml:9:5 wires[3].from: is missing; expected text\n      9 |   - {form: condor.orders, to: "
       "executor.orders}\n"
       "   hint: node.port that sends\n"},
      {"unknown node", with("", "  - {from: condro.orders, to: executor.orders}\n"),
       "error[E0402]: t.yaml:9:12 wires[3].from: there is no node \"condro\"\n"
       "      9 |   - {from: condro.orders, to: executor.orders}\n   hint: did you mean `condor`?\n"},
      {"unknown port", with("", "  - {from: condor.order, to: executor.orders}\n"),
       "error[E0403]: t.yaml:9:12 wires[3].from: condor (strategy.rules) has no output \"order\"\n"
       "      9 |   - {from: condor.order, to: executor.orders}\n   hint: did you mean `orders`?\n"},
      {"an input where an output belongs", with("", "  - {from: condor.market, to: executor.orders}\n"),
       "error[E0403]: t.yaml:9:12 wires[3].from: condor (strategy.rules) has no output \"market\"\n"
       "      9 |   - {from: condor.market, to: executor.orders}\n   hint: `market` is an input; its outputs: "
       "orders\n"},
      {"messages that do not fit", with("", "  - {from: replay.snapshot, to: executor.orders}\n"),
       "error[E0404]: t.yaml:9:33 wires[3].to: executor.orders does not take " + market_names +
           " from replay.snapshot\n      9 |   - {from: replay.snapshot, to: executor.orders}\n   hint: "
           "replay.snapshot sends " +
           market_names + "; executor.orders takes orders.request, orders.cancel\n"},
      {"no dot", with("", "  - {from: condor, to: [executor.orders, {a: b}]}\n"),
       "error[E0408]: t.yaml:9:12 wires[3].from: \"condor\" does not read as node.port\n"
       "      9 |   - {from: condor, to: [executor.orders, {a: b}]}\n   hint: for example replay.snapshot\n"
       "error[E0408]: t.yaml:9:42 wires[3].to[1]: expected node.port\n"
       "      9 |   - {from: condor, to: [executor.orders, {a: b}]}\n   hint: for example replay.snapshot\n"},
      {"duplicate wire", with("", "  - {from: condor.orders, to: executor.orders, latency: 5}\n"),
       "error[E0406]: t.yaml:9:31 wires[3].to: condor.orders and executor.orders are wired already\n"
       "      9 |   - {from: condor.orders, to: executor.orders, latency: 5}\n   hint: first at t.yaml:7:31\n"},
      {"unwired input", with("  book: {type: portfolio.book}\n", "  - {from: replay.snapshot, to: book.market}\n"),
       "error[E0405]: t.yaml:5:3 nodes.book: the input book.reports must be wired\n      5 |   book: {type: "
       "portfolio.book}\n"
       "   hint: it takes orders.accepted, orders.rejected, orders.cancelled, orders.fill; for example {from: "
       "executor.reports, "
       "to: book.reports}\n"},
      {"group with an unknown node", with("", "", "bind: {groups: {g: {bind: caf, nodes: [condor, exceutor]}}}\n"),
       "error[E0402]: t.yaml:9:48 bind.groups.g.nodes[1]: there is no node \"exceutor\"\n"
       "      9 | bind: {groups: {g: {bind: caf, nodes: [condor, exceutor]}}}\n   hint: did you mean `executor`?\n"},
      {"a node in two groups",
       with("", "", "bind: {groups: {g: {bind: caf, nodes: [condor]}, h: {bind: caf, nodes: [condor]}}}\n"),
       "error[E0409]: t.yaml:9:73 bind.groups.h.nodes[0]: node condor is already in the group g\n"
       "      9 | bind: {groups: {g: {bind: caf, nodes: [condor]}, h: {bind: caf, nodes: [condor]}}}\n"},
      {"a binding that does not exist", with("", "", "bind: cfa\n"),
       "error[E0311]: t.yaml:9:7 bind.default: \"cfa\" is not one of inline, caf, zeromq\n      9 | bind: cfa\n"
       "   hint: did you mean `caf`?\n"},
      {"end before start", with("", "", "run: {start: 2020-01-02, end: 2020-01-01}\n"),
       "error[E0313]: t.yaml:9:31 run.end: 2020-01-01 is before the start, 2020-01-02\n"
       "      9 | run: {start: 2020-01-02, end: 2020-01-01}\n"},
      {"jitter on a fixed latency",
       with("", "  - {from: condor.orders, to: executor.orders, latency: {ns: 5, jitter_ns: 5}}\n"),
       "error[E0313]: t.yaml:9:76 wires[3].latency.jitter_ns: a fixed latency has no jitter\n"
       "      9 |   - {from: condor.orders, to: executor.orders, latency: {ns: 5, jitter_ns: 5}}\n   hint: write "
       "`model: uniform`\n"
       "error[E0406]: t.yaml:9:31 wires[3].to: condor.orders and executor.orders are wired already\n"
       "      9 |   - {from: condor.orders, to: executor.orders, latency: {ns: 5, jitter_ns: 5}}\n   hint: first at "
       "t.yaml:7:31\n"},
      {"negative latency", with("", "  - {from: condor.orders, to: executor.orders, latency: -1}\n"),
       "error[E0312]: t.yaml:9:57 wires[3].latency.ns: -1 is outside [0, 9e+15]\n"
       "      9 |   - {from: condor.orders, to: executor.orders, latency: -1}\n"},
  };
  for (const Case& c : cases) {
    const auto loaded = checked(c.yaml);
    INFO(c.name);
    CHECK_FALSE(loaded);
    std::string rendered = loaded.diagnostics.render();
    rendered.erase(rendered.rfind('\n', rendered.size() - 2) + 1);  // the count line
    CHECK(rendered == c.expected);
  }
}

TEST_CASE("latency models and the numbers that belong to them", "[config][topology]") {
  const auto wire = [](const std::string& latency) {
    return "nodes: {v: {type: venue}, t: {type: trader}}\nwires:\n- {from: v.reports, to: t.reports, latency: {" +
           latency + "}}\n- {from: t.orders, to: v.orders}\n";
  };
  const std::vector<NodeSchema> types{
      {.name = "venue", .inputs = {{"orders", sample::orders(), ""}}, .outputs = {{"reports", sample::reports(), ""}}},
      {.name = "trader", .inputs = {{"reports", sample::reports(), ""}}, .outputs = {{"orders", sample::orders(), ""}}},
  };
  const auto exponential = checked(wire("model: exponential, ns: 100, mean_ns: 2000"), types);
  REQUIRE(exponential);
  const Latency& drawn = exponential.topology->wires[0].latency;
  CHECK((drawn.model == Latency::Model::exponential && drawn.ns == 100 && drawn.mean_ns == 2000));
  CHECK(wire_label(exponential.topology->wires[0]) == "100 ns + 2 us on average");
  const auto table = checked(wire("model: table, quantiles_ns: [1000, 2000, 5000000]"), types);
  REQUIRE(table);
  CHECK(table.topology->wires[0].latency.quantiles_ns == std::vector<std::int64_t>{1000, 2000, 5'000'000});
  CHECK(wire_label(table.topology->wires[0]) == "0 ns + 1 us to 5 ms");

  struct Case {
    const char* latency;
    const char* what;
  };
  const Case cases[] = {
      {"model: table", "a table of delays needs at least two quantiles"},
      {"model: table, quantiles_ns: [5]", "for example [100000, 250000, 4000000]"},
      {"model: table, quantiles_ns: [5, 4]", "quantiles ascend"},
      {"model: table, quantiles_ns: [-5, 4]", "-5 is outside"},
      {"model: uniform, mean_ns: 5", "a uniform latency has no mean"},
      {"model: exponential, jitter_ns: 5", "an exponential latency has no jitter"},
      {"quantiles_ns: [1, 2]", "a fixed latency has no quantiles"},
  };
  for (const Case& c : cases) CHECK_THAT(checked(wire(c.latency), types).diagnostics.render(), Catch::Contains(c.what));
}

TEST_CASE("a ring that only relays is refused unless time passes on it", "[config][topology]") {
  const std::vector<NodeSchema> types{
      {.name = "relay", .inputs = {{"in", sample::orders(), ""}}, .outputs = {{"out", sample::orders(), ""}}},
      {.name = "venue", .inputs = {{"orders", sample::orders(), ""}}, .outputs = {{"reports", sample::reports(), ""}}},
      {.name = "trader", .inputs = {{"reports", sample::reports(), ""}}, .outputs = {{"orders", sample::orders(), ""}}},
  };
  const std::string nodes = "nodes: {a: {type: relay}, b: {type: relay}, c: {type: relay}}\nwires:\n";
  const std::string into = "- {from: a.out, to: b.in}\n- {from: b.out, to: c.in}\n";
  CHECK(checked(nodes + into + "- {from: c.out, to: b.in}\n", types).diagnostics.render() ==
        "error[E0407]: t.yaml:4:21 wires: a cycle without delay passes orders.request around for ever: b.out -> c.out "
        "-> b.out\n"
        "      4 | - {from: b.out, to: c.in}\n"
        "   hint: give one of its wires a latency, for example `latency: {model: fixed, ns: 1000000}`\n"
        "1 error. Nothing was run.\n");
  CHECK(checked(nodes + into + "- {from: c.out, to: b.in, latency: 1000}\n", types));
  std::vector<NodeSchema> answering = types;
  answering[0].outputs[0].final = true;  // what leaves is not sent on by who gets it
  CHECK(checked(nodes + into + "- {from: c.out, to: b.in}\n", answering));
  CHECK(checked(nodes + into, types));
  CHECK_FALSE(checked(nodes + "- {from: a.out, to: a.in, round: 3}\n", types));
  // What comes back is another message than what went out: the engine's own loop.
  CHECK(
      checked("nodes: {v: {type: venue}, t: {type: trader}}\nwires:\n- {from: v.reports, to: t.reports}\n- {from: "
              "t.orders, to: v.orders}\n",
              types));
}

TEST_CASE("the presets load", "[config][presets]") {
  for (const char* name : {"standard", "live"}) {
    const auto loaded = load_topology(name, {shipped, {}}, sample::types());
    INFO(name << "\n" << loaded.diagnostics.render());
    CHECK(loaded);
  }
  for (const std::string& name : preset_names("strategies", shipped)) {
    const auto loaded = load_run(name, {shipped, {"data.simulated={}"}}, sample::types());
    INFO(name << "\n" << loaded.diagnostics.render());
    REQUIRE(loaded);
    CHECK(loaded.topology->nodes[1].name == name);
  }
  for (const std::string& name : preset_names("runs", shipped)) {
    const auto loaded = load_run(name, {shipped, {"data.csv=chain.csv.gz"}}, sample::types());
    INFO(name << "\n" << loaded.diagnostics.render());
    CHECK(loaded);
  }
  CHECK(preset_names("strategies", shipped) ==
        std::vector<std::string>{"iron_condor", "put_spread", "short_put", "short_strangle"});
}

TEST_CASE("the live overlay replaces only the source, the clock and the bindings", "[config][presets]") {
  const auto standard = load_topology("standard", {shipped, {}}, sample::types());
  const auto live = load_topology("live", {shipped, {}}, sample::types());
  INFO(live.diagnostics.render());
  REQUIRE(standard);
  REQUIRE(live);
  CHECK(live.topology->run.clock == ClockKind::wall);
  CHECK(live.topology->nodes[0].type == "feed.zeromq");
  CHECK(live.topology->nodes[0].params.has("endpoint"));
  CHECK_FALSE(live.topology->nodes[0].params.has("start"));
  REQUIRE(live.topology->nodes.size() == standard.topology->nodes.size());
  for (std::size_t i = 1; i < standard.topology->nodes.size(); ++i) {
    CHECK(live.topology->nodes[i].name == standard.topology->nodes[i].name);
    CHECK(to_yaml(live.topology->nodes[i].params) == to_yaml(standard.topology->nodes[i].params));
  }
  CHECK(to_yaml(live.topology->source.at("wires")) == to_yaml(standard.topology->source.at("wires")));
}
