#include "tools/bench/decision_loop.hpp"

#include <array>
#include <cstring>
#include <memory>

#include "messages/codec/state.hpp"

namespace optix::bench {
namespace {

const Timestamp start{1'556'150'400 * nanos_per_second};
constexpr std::int64_t step_ns = 1'000;
constexpr std::uint16_t input0 = InputPort::first_declared, input1 = input0 + 1;

// A node around one machine: nothing but moving messages.
template <class Machine, class Handle>
class MachineNode final : public Node {
 public:
  explicit MachineNode(Handle handle) : handle_(handle) {}
  void on_wave(const Wave& wave, Context& out) override {
    for (const WaveEvent& event : wave.events) handle_(machine_, event, out);
  }
  // The machines are trivially copyable: their bytes are their state.
  void save(std::string& out) const override { out.assign(reinterpret_cast<const char*>(&machine_), sizeof machine_); }
  void load(std::string_view bytes) override {
    std::memcpy(static_cast<void*>(&machine_), bytes.data(), sizeof machine_);
  }

 private:
  Machine machine_;
  Handle handle_;
};

template <class Machine, class Handle>
NodeType machine_type(std::string name, std::vector<PortSpec> inputs, std::vector<PortSpec> outputs, Handle handle) {
  NodeType type;
  type.schema.name = std::move(name);
  type.schema.doc = "part of the benchmark";
  type.schema.inputs = std::move(inputs);
  type.schema.outputs = std::move(outputs);
  type.make = [handle](const NodeSetup&) -> Result<std::unique_ptr<Node>> {
    return {std::make_unique<MachineNode<Machine, Handle>>(handle)};
  };
  return type;
}

class SourceNode final : public Node {
 public:
  explicit SourceNode(std::uint64_t steps) : steps_(steps) {}
  void on_wave(const Wave& wave, Context& out) override {
    for (const WaveEvent& event : wave.events) {
      if (event.get_if<Timer>()) out.emit(0, source_.next(out.now()));
      if (!event.get_if<Stop>() && source_.step < steps_) out.wake_at(out.now() + step_ns, 0);
    }
  }
  void save(std::string& out) const override { out.assign(reinterpret_cast<const char*>(&source_), sizeof source_); }
  void load(std::string_view bytes) override { std::memcpy(&source_, bytes.data(), sizeof source_); }

 private:
  std::uint64_t steps_;
  Source source_;
};

}  // namespace

Statistics hand_written_loop(std::uint64_t steps) {
  Source source;
  Signal signal;
  Strategy strategy;
  Risk risk;
  Venue venue;
  Book book;
  Statistics statistics;
  Timestamp now = start;
  for (std::uint64_t i = 0; i < steps; ++i) {
    now = now + step_ns;
    const UnderlyingPrice price = source.next(now);
    venue.on_price(price);
    const OrderRequest order = strategy.on_signal(signal.on_price(price));
    if (!risk.on_order(order)) continue;
    const Fill fill = venue.on_order(order);
    strategy.on_fill(fill);
    risk.on_fill(fill);
    statistics.on_equity(book.on_fill(fill));
  }
  return statistics;
}

void direct_calls(std::uint64_t steps) {
  const Topology loop = decision_loop(steps);
  std::vector<std::unique_ptr<Node>> nodes;
  for (std::size_t i = 0; i < loop.nodes.size(); ++i)
    nodes.push_back(
        std::move(decision_loop_types()[i].make({loop.nodes[i].name, 0, loop.nodes[i].params, loop.run}).value()));
  enum { source, signal, strategy, risk, venue, book, statistics };
  std::array<Outbox, 7> out;
  Timestamp now = start;
  const auto call = [&](int node, std::uint16_t input, const MessageRef& message) {
    const WaveEvent event{input, 0, &message};
    out[static_cast<std::size_t>(node)].clear();
    Context context({now.ns, 0}, 0, 0, 0, out[static_cast<std::size_t>(node)]);
    nodes[static_cast<std::size_t>(node)]->on_wave({{now.ns, 0}, {&event, 1}}, context);
  };
  const auto sent = [&](int node) -> const MessageRef& { return out[static_cast<std::size_t>(node)][0].message; };
  const MessageRef alarm = make_message(Timer{0});
  for (std::uint64_t i = 0; i < steps; ++i) {
    now = now + step_ns;
    call(source, InputPort::timer, alarm);
    call(venue, input0, sent(source));
    call(signal, input0, sent(source));
    call(strategy, input0, sent(signal));
    call(risk, input0, sent(strategy));
    if (out[risk].empty()) continue;
    call(venue, input1, sent(risk));
    const MessageRef& fill = sent(venue);
    call(strategy, input1, fill);
    call(risk, input1, fill);
    call(book, input0, fill);
    call(statistics, input0, sent(book));
  }
}

const std::vector<NodeType>& decision_loop_types() {
  static const std::vector<MessageId> price{UnderlyingPrice::info.id}, order{OrderRequest::info.id},
      fill{Fill::info.id}, equity{Equity::info.id};
  static const std::vector<NodeType> types = [] {
    std::vector<NodeType> all;
    NodeType source;
    source.schema.name = "bench.source";
    source.schema.doc = "part of the benchmark";
    source.schema.outputs = {{"price", price, "", false}};
    source.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
      return {std::make_unique<SourceNode>(static_cast<std::uint64_t>(setup.params.at("steps").as_int()))};
    };
    all.push_back(std::move(source));
    all.push_back(machine_type<Signal>("bench.signal", {{"price", price, "", true}}, {{"distance", price, "", false}},
                                       [](Signal& machine, const WaveEvent& event, Context& out) {
                                         if (event.input == input0)
                                           out.emit(0, machine.on_price(event.get<UnderlyingPrice>()));
                                       }));
    all.push_back(machine_type<Strategy>("bench.strategy", {{"distance", price, "", true}, {"fills", fill, "", true}},
                                         {{"orders", order, "", false}},
                                         [](Strategy& machine, const WaveEvent& event, Context& out) {
                                           if (event.input == input0)
                                             out.emit(0, machine.on_signal(event.get<UnderlyingPrice>()));
                                           if (event.input == input1) machine.on_fill(event.get<Fill>());
                                         }));
    all.push_back(machine_type<Risk>("bench.risk", {{"orders", order, "", true}, {"fills", fill, "", true}},
                                     {{"approved", order, "", false}},
                                     [](Risk& machine, const WaveEvent& event, Context& out) {
                                       if (event.input == input0 && machine.on_order(event.get<OrderRequest>()))
                                         out.emit(0, *event.message);
                                       if (event.input == input1) machine.on_fill(event.get<Fill>());
                                     }));
    all.push_back(machine_type<Venue>("bench.venue", {{"price", price, "", true}, {"orders", order, "", true}},
                                      {{"fills", fill, "", false}},
                                      [](Venue& machine, const WaveEvent& event, Context& out) {
                                        if (event.input == input0) machine.on_price(event.get<UnderlyingPrice>());
                                        if (event.input == input1)
                                          out.emit(0, machine.on_order(event.get<OrderRequest>()));
                                      }));
    all.push_back(machine_type<Book>("bench.book", {{"fills", fill, "", true}}, {{"equity", equity, "", false}},
                                     [](Book& machine, const WaveEvent& event, Context& out) {
                                       if (event.input == input0) out.emit(0, machine.on_fill(event.get<Fill>()));
                                     }));
    all.push_back(machine_type<Statistics>("bench.statistics", {{"equity", equity, "", true}}, {},
                                           [](Statistics& machine, const WaveEvent& event, Context&) {
                                             if (event.input == input0) machine.on_equity(event.get<Equity>());
                                           }));
    return all;
  }();
  return types;
}

Topology decision_loop(std::uint64_t steps) {
  Topology loop;
  loop.run.start = start;
  for (const char* name : {"source", "signal", "strategy", "risk", "venue", "book", "statistics"}) {
    TopologyNode node;
    node.name = name;
    node.type = std::string("bench.") + name;
    node.params = Value::map({});
    loop.nodes.push_back(std::move(node));
  }
  loop.nodes[0].params.set("steps", Value::scalar(std::to_string(steps)));
  const auto wire = [&](const char* from, const char* output, const char* to, const char* input) {
    TopologyWire w;
    w.from_node = from;
    w.from_port = output;
    w.to_node = to;
    w.to_port = input;
    loop.wires.push_back(std::move(w));
  };
  wire("source", "price", "venue", "price");
  wire("source", "price", "signal", "price");
  wire("signal", "distance", "strategy", "distance");
  wire("strategy", "orders", "risk", "orders");
  wire("risk", "approved", "venue", "orders");
  wire("venue", "fills", "strategy", "fills");
  wire("venue", "fills", "risk", "fills");
  wire("venue", "fills", "book", "fills");
  wire("book", "equity", "statistics", "equity");
  return loop;
}

}  // namespace optix::bench
