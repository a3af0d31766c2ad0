// The loop of a live run against an outside that a script stands for.
#include "core/sequencer/run_loop.hpp"

#include <catch2/catch.hpp>

#include "messages/orders.hpp"

using namespace optix;

namespace {

// Time passes only in wait(); things arrive in batches at given instants.
class ScriptedEdge final : public Edge {
 public:
  explicit ScriptedEdge(std::vector<std::pair<std::int64_t, int>> arrivals) : arrivals_(std::move(arrivals)) {}
  Timestamp now() override { return {now_}; }
  void wait(Timestamp until, std::vector<ExternalEvent>& out) override {
    now_ = std::max(now_, until.ns);
    if (next_ < arrivals_.size() && arrivals_[next_].first < now_) now_ = arrivals_[next_].first;
    while (next_ < arrivals_.size() && arrivals_[next_].first <= now_) {
      for (int i = 0; i < arrivals_[next_].second; ++i)
        out.push_back({0, InputPort::first_declared, make_message(OrderCancel{next_ + 1})});
      ++next_;
    }
  }
  bool ended() const override { return next_ == arrivals_.size(); }

 private:
  std::int64_t now_ = 1'000'000'000;
  std::size_t next_ = 0;
  std::vector<std::pair<std::int64_t, int>> arrivals_;
};

// Sends every arrival on, and notes when what.
class Relay final : public Node {
 public:
  explicit Relay(std::vector<std::string>& log, std::string name) : log_(log), name_(std::move(name)) {}
  void on_wave(const Wave& wave, Context& out) override {
    for (const WaveEvent& event : wave.events) {
      log_.push_back(name_ + "@" + std::to_string(wave.tag.time_ns) + "+" + std::to_string(wave.tag.round) + " " +
                     std::string(event.message->info().name));
      if (event.get_if<OrderCancel>() && name_ == "a") out.emit(0, *event.message);
    }
  }
  void save(std::string&) const override {}
  void load(std::string_view) override {}

 private:
  std::vector<std::string>& log_;
  std::string name_;
};

}  // namespace

TEST_CASE("a live run starts now, keeps arrivals apart and ends when its queue is empty", "[live]") {
  Plan plan;
  plan.nodes.resize(2);
  plan.nodes[0] = {"a", {"control", "timer", "in"}, {"out"}, 0, {}, false};
  plan.nodes[1] = {"b", {"control", "timer", "in"}, {}, 3, {}, false};
  for (std::uint16_t node = 0; node < 2; ++node)
    for (std::uint16_t input = 0; input < 3; ++input) plan.ports.push_back({node, input});
  PlannedWire wire;
  wire.to = 1;
  wire.input = 2;
  wire.port_rank = 5;
  wire.latency.ns = 500'000'000;
  plan.nodes[0].outputs = {{wire}};

  std::vector<std::string> log;
  Sequencer sequencer(plan, {});
  NodeRunner a(std::make_unique<Relay>(log, "a"), 0, "a", 1), b(std::make_unique<Relay>(log, "b"), 1, "b", 1);
  InlineHost host({&a, &b});
  ScriptedEdge edge({{1'200'000'000, 2}, {1'300'000'000, 1}});
  RunLoopOptions options;
  options.edge = &edge;
  RunLoop loop(sequencer, {&host}, {0, 0}, options);
  loop.run();
  CHECK(log == std::vector<std::string>{
                   "a@1000000000+0 control.start", "b@1000000000+0 control.start", "a@1200000000+0 orders.cancel",
                   "a@1200000001+0 orders.cancel", "a@1300000000+0 orders.cancel",
                   // The feed is over, but what is on its way arrives.
                   "b@1700000000+0 orders.cancel", "b@1700000001+0 orders.cancel", "b@1800000000+0 orders.cancel",
                   "a@1800000000+1 control.stop", "b@1800000000+1 control.stop", "a@1800000000+2 control.stop",
                   "b@1800000000+2 control.stop"});
}
