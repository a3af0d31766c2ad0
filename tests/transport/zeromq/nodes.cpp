#include "tests/transport/zeromq/nodes.hpp"

#include <unistd.h>

#include <chrono>
#include <thread>

#include "messages/all.hpp"
#include "messages/codec/state.hpp"
#include "tests/determinism/world.hpp"

namespace optix::testing {
namespace {

constexpr std::uint64_t last_tick = 100;

struct TickerState {
  std::uint64_t tick = 0;
  static constexpr auto fields() { return std::tuple(field("tick", &TickerState::tick, "ticks so far")); }
};
static_assert(table_is_complete<TickerState>);

class Ticker final : public Node {
 public:
  Ticker(std::string mode, std::int64_t at, std::int64_t ms)
      : mode_(std::move(mode)), at_(static_cast<std::uint64_t>(at)), ms_(ms) {}

  void on_wave(const Wave& wave, Context& out) override {
    for (const WaveEvent& event : wave.events) {
      if (!event.get_if<Start>() && !event.get_if<Timer>()) continue;
      ++state_.tick;
      UnderlyingPrice price;
      price.underlying = *Symbol::from("TICK");
      price.time = out.now();
      price.price = Decimal::from_raw(static_cast<std::int64_t>(state_.tick));
      if (state_.tick == at_) misbehave(price, out);
      out.emit(0, std::move(price));
      if (state_.tick < last_tick) out.wake_at(out.now() + 1'000, state_.tick);
    }
  }
  void save(std::string& out) const override { encode_state(state_, out); }
  void load(std::string_view bytes) override { state_ = decode_state<TickerState>(bytes); }

 private:
  void misbehave(UnderlyingPrice& price, Context& out) const {
    if (mode_ == "throw") throw std::runtime_error("planted failure at tick " + std::to_string(state_.tick));
    if (mode_ == "exit") ::_exit(9);
    if (mode_ == "sleep") std::this_thread::sleep_for(std::chrono::milliseconds(ms_));
    if (mode_ == "wrong") out.emit(0, EndOfData{1});
    if (mode_ == "unsteady") price.price = Decimal::from_raw(::getpid());
  }

  std::string mode_;
  std::uint64_t at_;
  std::int64_t ms_;
  TickerState state_;
};

struct ListenerState {
  std::int64_t sum = 0;
  static constexpr auto fields() { return std::tuple(field("sum", &ListenerState::sum, "of the prices heard")); }
};
static_assert(table_is_complete<ListenerState>);

class Listener final : public Node {
 public:
  void on_wave(const Wave& wave, Context&) override {
    for (const WaveEvent& event : wave.events)
      if (const auto* price = event.get_if<UnderlyingPrice>()) state_.sum += price->price.raw();
  }
  void save(std::string& out) const override { encode_state(state_, out); }
  void load(std::string_view bytes) override { state_ = decode_state<ListenerState>(bytes); }

 private:
  ListenerState state_;
};

}  // namespace

const std::vector<NodeType>& transport_test_types() {
  static const std::vector<NodeType> types = [] {
    NodeType ticker, listener;
    ticker.schema.name = "test.ticker";
    ticker.schema.outputs.push_back({"ticks", {UnderlyingPrice::info.id}, "ticks", false});
    ticker.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
      const Value& params = setup.params;
      const std::string mode = params.at("mode").text();
      if (mode == "refuse") return Error{"told to refuse", params.at("mode").where().to_string(), "try another mode"};
      return {std::make_unique<Ticker>(mode, params.at("at").as_int(), params.at("ms").as_int())};
    };
    listener.schema.name = "test.listener";
    listener.schema.inputs.push_back({"ticks", {UnderlyingPrice::info.id}, "ticks", true});
    listener.make = [](const NodeSetup&) -> Result<std::unique_ptr<Node>> { return {std::make_unique<Listener>()}; };
    return std::vector<NodeType>{ticker, listener};
  }();
  return types;
}

const NodeType* find_test_type(std::string_view name) {
  for (const auto* types : {&transport_test_types(), &world_types()})
    for (const NodeType& type : *types)
      if (type.schema.name == name) return &type;
  return nullptr;
}

}  // namespace optix::testing
