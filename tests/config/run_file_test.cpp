#include <catch2/catch.hpp>

#include "config/topology_loader.hpp"
#include "config/yaml.hpp"
#include "tests/config/files.hpp"
#include "tests/config/sample_types.hpp"

using namespace optix;

namespace {

const Presets shipped{OPTIX_SOURCE_DIR "/config"};

LoadedTopology load(const std::string& file, std::vector<std::string> sets = {}) {
  return load_run(file, {shipped, std::move(sets)}, sample::types());
}

const TopologyNode& node(const LoadedTopology& loaded, const std::string& name) {
  INFO(loaded.diagnostics.render());
  REQUIRE(loaded);
  for (const TopologyNode& n : loaded.topology->nodes)
    if (n.name == name) return n;
  FAIL("no node " << name);
  return loaded.topology->nodes[0];
}

const std::string short_form =
    "strategy: iron_condor\n"
    "data: {csv: ../chain.csv.gz, layout: cboe_historical}\n"
    "cash: 25000\n"
    "fill: {model: spread_fraction, fraction: 0.5}\n"
    "fees: {per_contract: 0.65}\n"
    "book: {liquidation: mid}\n"
    "risk: {max_contracts: 50}\n"
    "run: {seed: 9}\n"
    "bind: caf\n";

}  // namespace

TEST_CASE("a run file expands into the standard topology", "[config][run]") {
  const sample::Folder folder;
  const auto loaded = load(folder.write("runs/condor-run.yaml", short_form));
  CHECK(node(loaded, "replay").type == "data.replay");
  CHECK(node(loaded, "replay").params.at("csv").text() == folder.path("chain.csv.gz"));
  CHECK(node(loaded, "iron_condor").type == "strategy.rules");
  CHECK(node(loaded, "iron_condor").params.at("legs").items().size() == 4);
  CHECK(node(loaded, "iron_condor").binding == Binding::caf);
  CHECK(node(loaded, "book").params.at("cash").as_decimal() == Decimal::from_int(25000));
  CHECK(node(loaded, "executor").params.at("fill").at("fraction").as_double() == 0.5);
  CHECK(node(loaded, "executor").params.at("fees").at("per_contract").as_double() == 0.65);
  CHECK(node(loaded, "book").params.at("liquidation").text() == "mid");
  CHECK(node(loaded, "risk").params.at("max_contracts").as_int() == 50);
  CHECK(loaded.topology->run.seed == 9);
  CHECK(loaded.topology->nodes.size() == 6);
  CHECK(loaded.topology->nodes[1].name == "iron_condor");
  std::size_t at_strategy = 0;
  for (const TopologyWire& wire : loaded.topology->wires) {
    CHECK(wire.to_node != "strategy");
    at_strategy += wire.to_node == "iron_condor" || wire.from_node == "iron_condor";
  }
  CHECK(at_strategy == 6);
}

TEST_CASE("several strategies share one account", "[config][run]") {
  const sample::Folder folder;
  folder.write("mine/wide.yaml", "extends: put_spread\nname: wide\nexit: {stop_loss: 3}\n");
  const auto loaded = load(
      folder.write("run.yaml",
                   "strategy: [short_put, mine/wide.yaml, {use: short_put, name: late, exit: {days_to_expiry: 2}}]\n"
                   "data: {simulated: {volatility: 0.3}}\n"
                   "bind: {groups: {decide: {bind: caf, nodes: [strategy, risk]}}}\n"));
  CHECK(node(loaded, "wide").params.at("exit").at("stop_loss").as_double() == 3);
  CHECK(node(loaded, "wide").params.at("exit").at("profit_target").as_double() == 0.5);
  CHECK(node(loaded, "late").params.at("exit").at("days_to_expiry").as_int() == 2);
  CHECK(node(loaded, "short_put").params.at("exit").at("days_to_expiry").as_int() == 7);
  CHECK(node(loaded, "replay").params.at("volatility").as_double() == 0.3);
  CHECK(loaded.topology->nodes[1].name == "short_put");
  CHECK(loaded.topology->nodes[3].name == "late");
  CHECK(loaded.topology->nodes[3].group == "decide");
  CHECK(loaded.topology->nodes[4].group == "decide");
  CHECK(loaded.topology->wires.size() == 18 + 2 * 6);
}

TEST_CASE("--set speaks the words of the file", "[config][run]") {
  const sample::Folder folder;
  const std::string file = folder.write("run.yaml", short_form);
  const auto loaded =
      load(file, {"cash=1000", "strategy.use=short_strangle", "strategy.legs[1].delta.target=0.12", "fill.fraction=0",
                  "nodes.risk.max_contracts=3", "run.seed=11", "bind.caf_threads=2", "data.csv=here.csv",
                  "wires[3].latency=2000000", "nodes.short_strangle.params.exit.stop_loss=9"});
  CHECK(node(loaded, "book").params.at("cash").as_int() == 1000);
  CHECK(node(loaded, "short_strangle").params.at("legs").items()[1].at("delta").at("target").as_double() == 0.12);
  CHECK(node(loaded, "short_strangle").params.at("legs").items()[1].at("delta").at("min").as_double() == 0.10);
  CHECK(node(loaded, "short_strangle").params.at("exit").at("stop_loss").as_double() == 9);
  CHECK(node(loaded, "executor").params.at("fill").at("fraction").as_double() == 0);
  CHECK(node(loaded, "risk").params.at("max_contracts").as_int() == 3);
  CHECK(node(loaded, "replay").params.at("csv").text() == "here.csv");
  CHECK(loaded.topology->run.seed == 11);
  CHECK(loaded.topology->run.caf_threads == 2);
  std::vector<std::string> slow;
  for (const TopologyWire& wire : loaded.topology->wires)
    if (wire.latency.ns == 2'000'000) slow.push_back(wire.to_node + "." + wire.to_port);
  CHECK(slow == std::vector<std::string>{"executor.orders"});
}

TEST_CASE("a strategy file runs when its data is named", "[config][run]") {
  const sample::Folder folder;
  const std::string file =
      folder.write("mine.yaml", "legs: [{right: put, side: sell, delta: 0.3}]\nexit: {profit_target: 0.5}\n");
  const auto loaded = load(file, {"data.csv=chain.csv", "cash=5000"});
  CHECK(node(loaded, "mine").params.at("legs").items()[0].at("delta").at("target").as_double() == 0.3);
  CHECK(node(loaded, "replay").params.at("csv").text() == "chain.csv");
  CHECK(folder.shorten(load(file).diagnostics.render()) ==
        "error[E0302]: mine.yaml data: is missing; expected where quotes come from\n"
        "   hint: `data: {csv: chain.csv.gz}`, `data: {simulated: {}}`, or --set data.csv=chain.csv.gz\n"
        "1 error. Nothing was run.\n");
}

TEST_CASE("the data written last counts", "[config][run]") {
  const sample::Folder folder;
  folder.write("base.yaml", "strategy: short_put\ndata: {simulated: {}}\n");
  CHECK(node(load(folder.path("base.yaml"), {"data.csv=x.csv"}), "replay").type == "data.replay");
  CHECK(node(load(folder.write("over.yaml", "extends: base.yaml\ndata: {csv: x.csv}\n")), "replay").type ==
        "data.replay");
  const auto live =
      load(folder.write("live.yaml", "extends: base.yaml\ndata: {feed: {endpoint: 'tcp://10.0.0.1:1'}}\n"));
  CHECK(node(live, "replay").type == "feed.zeromq");
  CHECK(live.topology->run.clock == ClockKind::wall);
  // A file that only extends is of the form of what it extends.
  folder.write("bare.yaml", "extends: demo\n");
  CHECK(node(load(folder.write("barer.yaml", "extends: bare.yaml\nrun: {seed: 5}\n")), "iron_condor").type ==
        "strategy.rules");
  CHECK(node(load(folder.write("wired.yaml", "extends: standard\n")), "strategy").type == "strategy.rules");
  const auto preset = load(folder.write("paper.yaml", "strategy: short_put\ntopology: live\n"));
  CHECK(node(preset, "replay").type == "feed.zeromq");
}

TEST_CASE("errors of a run file name the keys that were written", "[config][run]") {
  struct Case {
    std::string yaml, expected;
  };
  const sample::Folder folder;
  folder.write(
      "condor.yaml",
      "name: condor\nlegs:\n- {right: put, side: sell}\n- right: put\n  side: buy\n  delta: 30\nexit: {stop: 2}\n");
  folder.write("empty.yaml", "name: empty\n");
  const std::string data = "data: {csv: x.csv}\n";
  const std::vector<Case> cases{
      {"strategy: condor.yaml\n" + data,
       "error[E0312]: condor.yaml:6:10 legs[1].delta.target: 30 is outside [-1, 1]\n      6 |   delta: 30\n"
       "   hint: deltas are fractions; did you mean 0.30?\n"
       "error[E0301]: condor.yaml:7:8 exit.stop: unknown key\n      7 | exit: {stop: 2}\n"
       "   hint: known keys: days_to_expiry, profit_target, stop_loss, max_days_held\n"},
      {"strategy: empty.yaml\n" + data,
       "error[E0302]: empty.yaml:1:1 legs: is missing; expected a list\n      1 | name: empty\n   hint: what is traded "
       "together\n"},
      {"strategy: {use: short_put, legs: []}\n" + data,
       "error[E0312]: run.yaml:1:34 strategy.legs: a list of 0; at least 1 expected\n      1 | strategy: {use: "
       "short_put, legs: []}\n"},
      {"strategy: iron_kondor\n" + data,
       "error[E0201]: run.yaml:1:11 strategy.use: there is no preset `iron_kondor` in strategies\n      1 | strategy: "
       "iron_kondor\n"
       "   hint: did you mean `iron_condor`?; a file name ends in .yaml\n"},
      {"strategy: short_put\n" + data + "cash: lots\nfill: {fraction: 30}\nrisk: {max_contract: 5}\n",
       "error[E0301]: run.yaml:5:8 risk.max_contract: unknown key\n      5 | risk: {max_contract: 5}\n   hint: did you "
       "mean `max_contracts`?\n"
       "error[E0312]: run.yaml:4:18 fill.fraction: 30 is outside [0, 1]\n      4 | fill: {fraction: 30}\n   hint: did "
       "you mean 0.30?\n"
       "error[E0310]: run.yaml:3:7 cash: expected an amount with at most six decimals, got \"lots\"\n      3 | cash: "
       "lots\n"},
      {"strategy: short_put\ndata: {layout: optix}\n",
       "error[E0302]: run.yaml:2:7 data.csv: is missing; expected a file or folder\n      2 | data: {layout: optix}\n"
       "   hint: csv: a file of quotes; or dataset: a dataset by name or folder\n"},
      {"strategy: short_put\ndata: {simulated: {volatilty: 0.2}}\n",
       "error[E0301]: run.yaml:2:20 data.simulated.volatilty: unknown key\n      2 | data: {simulated: {volatilty: "
       "0.2}}\n"
       "   hint: did you mean `volatility`?\n"},
      {"strategy: short_put\ndata: chain.csv\n",
       "error[E0310]: run.yaml:2:7 data: expected a map with dataset, csv, simulated or feed\n      2 | data: "
       "chain.csv\n"
       "   hint: write `data: {csv: chain.csv}`\n"},
      {"strategy: short_put\ndata: {csv: x.csv, simulated: {}}\n",
       "error[E0313]: run.yaml:2:20 data: both csv and simulated are given; keep one\n      2 | data: {csv: x.csv, "
       "simulated: {}}\n"},
      {"strategy: short_put\ndata: {simulated: {}, volatility: 0.2}\n",
       "error[E0301]: run.yaml:2:23 data.volatility: unknown key beside `simulated`\n      2 | data: {simulated: {}, "
       "volatility: 0.2}\n"
       "   hint: put it inside: simulated: {volatility: …}\n"},
      {"stratgy: short_put\n" + data,
       "error[E0301]: run.yaml:1:1 stratgy: unknown key\n      1 | stratgy: short_put\n   hint: did you mean "
       "`strategy`?\n"
       "error[E0302]: run.yaml:1:1 strategy: is missing; expected a strategy\n      1 | stratgy: short_put\n"
       "   hint: presets: iron_condor, put_spread, short_put, short_strangle\n"},
      {"strategy: [short_put, short_put]\n" + data,
       "error[E0313]: run.yaml:1:23 strategy[1]: there is already a node named short_put\n      1 | strategy: "
       "[short_put, short_put]\n"
       "   hint: give it another: {use: …, name: …}\n"},
      {"strategy: short_put\ntopology: standrad\n" + data,
       "error[E0201]: run.yaml:2:11 topology: there is no preset `standrad` in topologies\n      2 | topology: "
       "standrad\n"
       "   hint: did you mean `standard`?; a file name ends in .yaml\n"},
      {"strategy: short_put\nrun: {sed: 1}\n" + data,
       "error[E0301]: run.yaml:2:7 run.sed: unknown key\n      2 | run: {sed: 1}\n   hint: did you mean `seed`?\n"},
  };
  for (const Case& c : cases) {
    const auto loaded = load(folder.write("run.yaml", c.yaml));
    CHECK_FALSE(loaded);
    std::string rendered = folder.shorten(loaded.diagnostics.render());
    rendered.erase(rendered.rfind('\n', rendered.size() - 2) + 1);
    CHECK(rendered == c.expected);
  }
}

TEST_CASE("a wrong name on the command line is answered with the near ones", "[config][run]") {
  CHECK(load("dmeo").diagnostics.render() ==
        "error[E0201]: there is no file or preset `dmeo`\n   hint: did you mean `demo`?\n1 error. Nothing was run.\n");
  CHECK(load("no/such.yaml").diagnostics.render() ==
        "error[E0101]: no/such.yaml: cannot read the file\n   hint: check the name and the permissions\n1 error. "
        "Nothing was run.\n");
  const sample::Folder folder;
  const std::string run = folder.write("run.yaml", "strategy: short_put\ndata: {simulated: {}}\n");
  CHECK(folder.shorten(load_topology(run, {shipped, {}}, sample::types()).diagnostics.render()) ==
        "error[E0206]: run.yaml: this is a run file, not a topology\n   hint: a topology has `nodes` and `wires`\n"
        "1 error. Nothing was run.\n");
  CHECK(load(run, {"nodes.boko.cash=1", "fill.fraction=7", "nodes.book.chash=1", "strategy.legs[4].side=buy"})
            .diagnostics.render() ==
        "error[E0204]: --set nodes.boko.cash=1: there is no node \"boko\"\n   hint: did you mean `book`?\n"
        "error[E0204]: --set strategy.legs[4].side=buy: `nodes.short_put.legs` has 1 items; they count from [0]\n"
        "2 errors. Nothing was run.\n");
  CHECK(load(run, {"fill.fraction=7", "nodes.book.chash=1"}).diagnostics.render() ==
        "error[E0312]: --set fill.fraction: 7 is outside [0, 1]\n   hint: did you mean 0.07?\n"
        "error[E0301]: --set nodes.book.chash: unknown key\n   hint: did you mean `cash`?\n"
        "2 errors. Nothing was run.\n");
}
