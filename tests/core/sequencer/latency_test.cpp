#include "core/sequencer/latency.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/sequencer/random.hpp"
#include "core/sequencer/run_loop.hpp"
#include "messages/orders.hpp"

using namespace optix;

namespace {

constexpr std::uint64_t draws = 20'000;

Latency model(Latency::Model which, std::int64_t ns, std::int64_t jitter, std::int64_t mean,
              std::vector<std::int64_t> table = {}) {
  return {which, ns, jitter, mean, std::move(table)};
}

// The share of delays up to each of some bounds.
double share_up_to(const Latency& latency, std::int64_t bound) {
  std::uint64_t count = 0;
  for (std::uint64_t i = 0; i < draws; ++i) count += draw_latency(latency, 42, 7, i) <= bound ? 1 : 0;
  return static_cast<double>(count) / static_cast<double>(draws);
}

// Sends 200 messages, one every 100 ns.
class Sender final : public Node {
 public:
  void on_wave(const Wave& wave, Context& out) override {
    for (const WaveEvent& event : wave.events) {
      if (event.get_if<Timer>()) out.emit(0, OrderCancel{++sent_});
      const bool starts = event.get_if<Start>() != nullptr;
      if (starts || (event.get_if<Timer>() && sent_ < 200)) out.wake_at({wave.tag.time_ns + 100}, 1);
    }
  }
  void save(std::string&) const override {}
  void load(std::string_view) override {}

 private:
  std::uint64_t sent_ = 0;
};

class Receiver final : public Node {
 public:
  explicit Receiver(std::vector<std::pair<std::uint64_t, std::int64_t>>& seen) : seen_(seen) {}
  void on_wave(const Wave& wave, Context&) override {
    for (const WaveEvent& event : wave.events)
      if (const auto* cancel = event.get_if<OrderCancel>()) seen_.emplace_back(cancel->order, wave.tag.time_ns);
  }
  void save(std::string&) const override {}
  void load(std::string_view) override {}

 private:
  std::vector<std::pair<std::uint64_t, std::int64_t>>& seen_;
};

}  // namespace

TEST_CASE("delays follow their distribution", "[sequencer][latency]") {
  using Model = Latency::Model;
  struct Case {
    const char* what;
    Latency latency;
    std::int64_t bound;
    double share;
  };
  const Case cases[] = {
      {"fixed, before", model(Model::fixed, 500, 0, 0), 499, 0},
      {"fixed", model(Model::fixed, 500, 0, 0), 500, 1},
      {"uniform, half", model(Model::uniform, 1000, 2000, 0), 1999, 0.5},
      {"uniform, below its floor", model(Model::uniform, 1000, 2000, 0), 999, 0},
      {"uniform, all", model(Model::uniform, 1000, 2000, 0), 2999, 1},
      {"uniform without a range", model(Model::uniform, 1000, 0, 0), 1000, 1},
      {"exponential, its floor", model(Model::exponential, 100, 0, 1'000'000), 99, 0},
      {"exponential, its median", model(Model::exponential, 100, 0, 1'000'000), 100 + 693'147, 0.5},
      {"exponential, three means", model(Model::exponential, 0, 0, 1'000'000), 3'000'000, 0.950213},
      {"exponential, fifty", model(Model::exponential, 0, 0, 1'000'000), 50'000'000, 1},
      {"table, its first", model(Model::table, 0, 0, 0, {100, 200, 1000}), 99, 0},
      {"table, its middle", model(Model::table, 0, 0, 0, {100, 200, 1000}), 200, 0.5},
      {"table, a quarter", model(Model::table, 0, 0, 0, {100, 200, 1000}), 150, 0.25},
      {"table, three quarters", model(Model::table, 10, 0, 0, {100, 200, 1000}), 610, 0.75},
      {"table, its last", model(Model::table, 0, 0, 0, {100, 200, 1000}), 1000, 1},
      {"table with steps", model(Model::table, 0, 0, 0, {100, 100, 100}), 100, 1},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    CHECK(share_up_to(c.latency, c.bound) == Approx(c.share).margin(0.012));
  }
}

TEST_CASE("delays depend on the seed, the wire and the number alone", "[sequencer][latency]") {
  const Latency latency = model(Latency::Model::exponential, 0, 0, 1'000'000'000);
  CHECK(draw_latency(latency, 1, 2, 3) == draw_latency(latency, 1, 2, 3));
  CHECK(draw_latency(latency, 1, 2, 3) != draw_latency(latency, 2, 2, 3));
  CHECK(draw_latency(latency, 1, 2, 3) != draw_latency(latency, 1, 3, 3));
  CHECK(draw_latency(latency, 1, 2, 3) != draw_latency(latency, 1, 2, 4));
  CHECK(Latency{}.none());
  CHECK_FALSE(latency.none());
  CHECK_FALSE(model(Latency::Model::table, 0, 0, 0, {0, 1}).none());
}

TEST_CASE("messages do not overtake each other on a wire", "[sequencer][latency]") {
  using Model = Latency::Model;
  for (const Latency& latency : {model(Model::uniform, 0, 5'000, 0), model(Model::exponential, 10, 0, 1'000),
                                 model(Model::table, 0, 0, 0, {0, 10, 20, 9'000}), model(Model::fixed, 70, 0, 0)}) {
    Plan plan;
    plan.seed = 42;
    plan.nodes.resize(2);
    plan.nodes[0] = {"a", {"control", "timer"}, {"out"}, 0, {}, false};
    plan.nodes[1] = {"b", {"control", "timer", "in"}, {}, 2, {}, false};
    plan.ports = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}};
    PlannedWire wire;
    wire.to = 1;
    wire.input = 2;
    wire.port_rank = 4;
    wire.latency = latency;
    wire.stream = stream_of("a.out>b.in");
    plan.nodes[0].outputs = {{wire}};

    std::vector<std::pair<std::uint64_t, std::int64_t>> seen;
    Sequencer sequencer(plan, {});
    NodeRunner a(std::make_unique<Sender>(), 0, "a", 1), b(std::make_unique<Receiver>(seen), 1, "b", 1);
    InlineHost host({&a, &b});
    RunLoop loop(sequencer, {&host}, {0, 0}, {});
    loop.run();
    REQUIRE(seen.size() == 200);
    bool late = false;
    std::int64_t expected = INT64_MIN;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      CHECK(seen[i].first == i + 1);
      // Its own delay, or together with the one before.
      const auto sent = static_cast<std::int64_t>(i + 1) * 100;
      const std::uint64_t number = latency.model == Model::fixed ? 0 : 2 * i + 1;  // timers are counted too
      const std::int64_t own = sent + draw_latency(latency, 42, wire.stream, number);
      late = late || own < expected;
      expected = std::max(expected, own);
      CHECK(seen[i].second == expected);
    }
    CHECK(late == (latency.model != Model::fixed));  // some would have overtaken
  }
}
