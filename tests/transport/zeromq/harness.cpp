#include "tests/transport/zeromq/harness.hpp"

#include <map>

#include "actors/engine/plan_builder.hpp"
#include "core/sequencer/run_loop.hpp"
#include "tests/transport/zeromq/nodes.hpp"

namespace optix::testing {

using namespace std::chrono_literals;

zeromq::ZmqOptions test_options(std::vector<std::string> extra_arguments) {
  zeromq::ZmqOptions options;
  options.command = {OPTIX_TEST_WORKER};
  for (std::string& argument : extra_arguments) options.command.push_back(std::move(argument));
  options.heartbeat_interval = 20ms;
  options.dead_after = 2'000ms;  // the machine may be busy
  options.wave_timeout = 30'000ms;
  return options;
}

HarnessRun run_topology(const Topology& topology, const zeromq::ZmqOptions& options, const BeforeStep& before_step) {
  HarnessRun run;
  std::vector<const NodeType*> types;
  for (const TopologyNode& node : topology.nodes) types.push_back(find_test_type(node.type));
  run.plan = build_plan(topology, types);

  std::vector<std::unique_ptr<NodeRunner>> runners;
  std::vector<NodeRunner*> inline_nodes;
  std::map<std::string, std::vector<NodeRank>> groups;
  for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
    const TopologyNode& node = topology.nodes[i];
    const auto rank = static_cast<NodeRank>(i);
    inline_nodes.push_back(nullptr);
    if (node.binding == Binding::zeromq) {
      groups[node.group.empty() ? node.name : node.group].push_back(rank);
      continue;
    }
    auto made = types[i]->make({node.name, rank, node.params, topology.run});
    runners.push_back(std::make_unique<NodeRunner>(std::move(made.value()), rank, node.name, topology.run.seed));
    inline_nodes.back() = runners.back().get();
  }

  InlineHost inline_host(inline_nodes);
  std::vector<Host*> hosts{&inline_host};
  std::vector<std::unique_ptr<zeromq::ZmqHost>> zmq_hosts;
  std::vector<std::uint16_t> host_of(topology.nodes.size(), 0);
  for (const auto& [name, ranks] : groups) {
    for (const NodeRank rank : ranks) host_of[rank] = static_cast<std::uint16_t>(hosts.size());
    zmq_hosts.push_back(
        std::make_unique<zeromq::ZmqHost>(zeromq::worker_group(topology, name, ranks, find_test_type), options));
    hosts.push_back(zmq_hosts.back().get());
  }
  for (auto& host : zmq_hosts) host->wait_ready();

  Sequencer sequencer(run.plan, {topology.run.digest, {&run.recorder}});
  RunLoop loop(sequencer, hosts, host_of, {});
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t step = 0;; ++step) {
    if (before_step) before_step(step, zmq_hosts);
    if (!loop.begin_step()) break;
    loop.end_step();
  }
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  run.digest = sequencer.digest();
  run.tags = sequencer.tags();
  for (auto& host : zmq_hosts) {
    run.exit_status.push_back(host->close());
    const zeromq::ZmqStats stats = host->stats();
    run.zmq_waves += stats.waves;
    run.stats.waves += stats.waves;
    run.stats.restarts += stats.restarts;
    run.stats.replayed_waves += stats.replayed_waves;
    run.stats.resends += stats.resends;
    run.stats.snapshots += stats.snapshots;
    run.stats.ignored_frames += stats.ignored_frames;
    run.stats.stranger_frames += stats.stranger_frames;
    run.stats.refused_peers += stats.refused_peers;
  }
  return run;
}

Topology ticker_topology(const std::string& mode, int at, int ms, Binding listener) {
  Topology topology;
  topology.run.seed = 7;
  topology.run.start = Timestamp{1'556'150'400 * nanos_per_second};
  topology.run.digest = DigestMode::events_states;
  TopologyNode ticker, hearer;
  ticker.name = "ticker";
  ticker.type = "test.ticker";
  ticker.binding = Binding::zeromq;
  ticker.params = Value::map({{"mode", Value::scalar(mode, {"tick.yaml", 3, 9})},
                              {"at", Value::scalar(std::to_string(at))},
                              {"ms", Value::scalar(std::to_string(ms))}});
  hearer.name = "listener";
  hearer.type = "test.listener";
  hearer.binding = listener;
  topology.nodes = {ticker, hearer};
  TopologyWire wire;
  wire.from_node = "ticker";
  wire.from_port = "ticks";
  wire.to_node = "listener";
  wire.to_port = "ticks";
  topology.wires = {wire};
  return topology;
}

}  // namespace optix::testing
