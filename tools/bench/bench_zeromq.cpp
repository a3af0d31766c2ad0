// Time of one wave over a process boundary: `bench_zeromq [TICKS]`, JSON on standard output.
// The workload: a node that wakes itself up and emits one price a tick, in a worker process, heard by
// a node here. Beside it the same topology inline.
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "actors/engine/plan_builder.hpp"
#include "actors/transport/zeromq/host.hpp"
#include "core/sequencer/run_loop.hpp"
#include "messages/all.hpp"
#include "messages/codec/state.hpp"

namespace {

using namespace optix;

std::uint64_t ticks = 20'000;

struct TickState {
  std::uint64_t tick = 0;
  static constexpr auto fields() { return std::tuple(field("tick", &TickState::tick, "ticks so far")); }
};
static_assert(table_is_complete<TickState>);

// Emits on every alarm until its parameter `ticks`; as a listener (`ticks: 0`) counts what it hears.
class Ticker final : public Node {
 public:
  explicit Ticker(std::uint64_t last) : last_(last) {}
  void on_wave(const Wave& wave, Context& out) override {
    for (const WaveEvent& event : wave.events) {
      ++state_.tick;
      if (last_ == 0 || (!event.get_if<Start>() && !event.get_if<Timer>()) || state_.tick > last_) continue;
      UnderlyingPrice price;
      price.time = out.now();
      price.price = Decimal::from_raw(static_cast<std::int64_t>(state_.tick));
      out.emit(0, price);
      out.wake_at(out.now() + 1'000, state_.tick);
    }
  }
  void save(std::string& out) const override { encode_state(state_, out); }
  void load(std::string_view bytes) override { state_ = decode_state<TickState>(bytes); }

 private:
  std::uint64_t last_;
  TickState state_;
};

const NodeType* find_type(std::string_view name) {
  static const NodeType type = [] {
    NodeType t;
    t.schema.name = "bench.ticker";
    t.schema.inputs.push_back({"prices", {UnderlyingPrice::info.id}, "prices", false});
    t.schema.outputs.push_back({"prices", {UnderlyingPrice::info.id}, "prices", false});
    t.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
      return {std::make_unique<Ticker>(static_cast<std::uint64_t>(setup.params.at("ticks").as_int()))};
    };
    return t;
  }();
  return name == type.schema.name ? &type : nullptr;
}

struct Timing {
  double seconds;
  std::uint64_t waves, digest;
};

Timing run(const Topology& topology, bool remote) {
  const std::vector<const NodeType*> types(topology.nodes.size(), find_type("bench.ticker"));
  const Plan plan = build_plan(topology, types);
  std::vector<std::unique_ptr<NodeRunner>> runners;
  for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
    const TopologyNode& node = topology.nodes[i];
    const auto rank = static_cast<NodeRank>(i);
    auto made = types[i]->make({node.name, rank, node.params, topology.run});
    runners.push_back(std::make_unique<NodeRunner>(std::move(made.value()), rank, node.name, topology.run.seed));
  }
  InlineHost here({runners[0].get(), runners[1].get()});
  std::vector<Host*> hosts{&here};
  std::unique_ptr<zeromq::ZmqHost> there;
  if (remote) {
    const NodeRank ranks[] = {0};
    zeromq::ZmqOptions options;
    options.command = {"/proc/self/exe", "worker"};
    there = std::make_unique<zeromq::ZmqHost>(zeromq::worker_group(topology, "remote", ranks, find_type), options);
    there->wait_ready();
    hosts.push_back(there.get());
  }
  Sequencer sequencer(plan, {});
  RunLoop loop(sequencer, hosts, {static_cast<std::uint16_t>(remote ? 1 : 0), 0}, {});
  const auto began = std::chrono::steady_clock::now();
  while (loop.begin_step()) loop.end_step();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return {seconds, remote ? there->stats().waves : sequencer.waves_dispatched(), sequencer.digest()};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "worker") return zeromq::run_worker(STDIN_FILENO, find_type);
  if (argc > 1) ticks = std::stoull(argv[1]);
  Topology topology;
  topology.run.start = Timestamp{1'556'150'400 * nanos_per_second};
  for (const char* name : {"ticker", "listener"}) {
    TopologyNode node;
    node.name = name;
    node.type = "bench.ticker";
    node.params = Value::map({{"ticks", Value::scalar(name[0] == 't' ? std::to_string(ticks) : "0")}});
    topology.nodes.push_back(node);
  }
  TopologyWire wire;
  wire.from_node = "ticker";
  wire.to_node = "listener";
  wire.from_port = wire.to_port = "prices";
  topology.wires = {wire};

  const Timing inline_run = run(topology, false);
  std::vector<double> each;
  bool equal = true;
  for (int i = 0; i < 5; ++i) {
    const Timing remote = run(topology, true);
    each.push_back(remote.seconds * 1e6 / static_cast<double>(remote.waves));
    equal = equal && remote.digest == inline_run.digest;
  }
  std::sort(each.begin(), each.end());
  nlohmann::ordered_json out;
  out["bench"] = "zeromq";
  out["workload"] =
      std::to_string(ticks) + " ticks of one price each, ticker in a worker process, CURVE on loopback TCP";
  out["us_per_wave_median"] = each[2];
  out["us_per_wave_best"] = each[0];
  out["limit_us"] = 150;
  out["inline_us_per_wave"] = inline_run.seconds * 1e6 / static_cast<double>(inline_run.waves);
  out["digest_equal"] = equal;
  std::cout << out.dump(2) << "\n";
  return equal ? 0 : 1;
}
