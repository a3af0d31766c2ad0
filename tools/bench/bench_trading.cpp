// What the book of a run costs: executor, risk and portfolio on a chain with open iron condors, one
// snapshot a step and no orders, which is what most steps of a backtest are. The baseline, in the same
// run, is a plain loop that marks the same legs by known rows and adds up. Prints one JSON object.
//
//   bench_trading [STEPS] [CONDORS]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "actors/node_type.hpp"
#include "config/topology_loader.hpp"
#include "core/contracts/chain_view.hpp"
#include "messages/all.hpp"

using namespace optix;

namespace {

using Clock = std::chrono::steady_clock;
constexpr int expirations = 10, strikes = 100, steps_a_session = 390;
const Date first_session = Date::from_civil(2019, 4, 25);
const Symbol underlying = *Symbol::from("SPX"), root = *Symbol::from("SPXW");

Date expiration_of(int e) { return first_session + (30 + 7 * e); }
Timestamp close_of(Date date) { return date.midnight_utc() + 20 * 3600 * nanos_per_second; }
Decimal strike_of(int k) { return Decimal::from_int(2650 + 5 * k); }

MessageRef instruments() {
  InstrumentBatch batch;
  for (int e = 0; e < expirations; ++e)
    for (const Right right : {Right::call, Right::put})
      for (int k = 0; k < strikes; ++k) {
        batch.root.push_back(root);
        batch.underlying.push_back(underlying);
        batch.expiration.push_back(expiration_of(e));
        batch.settles.push_back(close_of(expiration_of(e)));
        batch.strike.push_back(strike_of(k));
        batch.right.push_back(right);
        batch.settlement.push_back(Settlement::pm);
        batch.exercise.push_back(ExerciseStyle::european);
        batch.multiplier.push_back(100);
      }
  return make_message(std::move(batch));
}

// A price that rises with moneyness and time; what matters is that every step has other quotes.
MessageRef snapshot(int step) {
  ChainSnapshot chain;
  chain.underlying = underlying;
  chain.session = first_session + step / steps_a_session;
  chain.time = chain.session.midnight_utc() + (13 * 60 + 31 + step % steps_a_session) * 60 * nanos_per_second;
  const double spot = 2900 + 10 * std::sin(step * 0.01);
  chain.underlying_price = Decimal::from_double(std::round(spot * 100) / 100);
  ContractId id = 0;
  for (int e = 0; e < expirations; ++e)
    for (const Right right : {Right::call, Right::put}) {
      chain.group_root.push_back(root);
      chain.group_expiration.push_back(expiration_of(e));
      chain.group_settles.push_back(close_of(expiration_of(e)));
      chain.group_right.push_back(right);
      chain.group_settlement.push_back(Settlement::pm);
      chain.group_begin.push_back(id);
      for (int k = 0; k < strikes; ++k) {
        const double sign = right == Right::call ? 1 : -1;
        const double forward = sign * (spot - strike_of(k).to_double()), width = 60 + 5 * e;
        const double value = 0.5 * (forward + std::sqrt(forward * forward + width * width));
        const Decimal bid = Decimal::from_double(std::round(value * 10) / 10);
        chain.contract.push_back(id++);
        chain.strike.push_back(strike_of(k));
        chain.bid.push_back(bid);
        chain.ask.push_back(bid + Decimal::from_raw(300'000));
        chain.iv.push_back(0.15);
        chain.delta.push_back(sign * 0.5 * (1 + forward / std::sqrt(forward * forward + width * width)));
        chain.gamma.push_back(0.005);
        chain.volume.push_back(100 + step % steps_a_session);
        chain.open_interest.push_back(1000);
      }
    }
  chain.group_begin.push_back(id);
  return make_message(std::move(chain));
}

OrderRequest condor(int number) {
  OrderRequest order;
  order.order = order.position = static_cast<std::uint64_t>(number) + 1;
  const int e = number % expirations, shift = number / expirations;
  const auto id = [&](Right right, int k) {
    return static_cast<ContractId>((e * 2 + (right == Right::put)) * strikes + k + shift);
  };
  order.legs = {{id(Right::put, 20), 1, {}},
                {id(Right::put, 30), -1, {}},
                {id(Right::call, 70), -1, {}},
                {id(Right::call, 80), 1, {}}};
  return order;
}

struct Station {
  std::unique_ptr<Node> node;
  Outbox out;
  double seconds = 0;

  void send(const MessageRef& message, std::uint16_t input, std::int64_t now) {
    const WaveEvent event{input, 0, &message};
    Context context({now, 0}, 1, 42, 7, out);
    node->on_wave({{now, 0}, {&event, 1}}, context);
  }
};

Station station(const Topology& topology, const std::vector<NodeType>& types, const std::string& name) {
  for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
    const TopologyNode& node = topology.nodes[i];
    if (node.name != name) continue;
    for (const NodeType& type : types)
      if (type.schema.name == node.type) {
        auto made = type.make({node.name, static_cast<NodeRank>(i), node.params, topology.run});
        if (!made) throw std::runtime_error(made.error().to_string());
        return {std::move(*made), {}, 0};
      }
  }
  throw std::runtime_error("no node " + name);
}

// Declared inputs, in the order of the node types.
constexpr std::uint16_t declared(std::uint16_t n) { return static_cast<std::uint16_t>(InputPort::first_declared + n); }

struct Marked {
  std::size_t row;
  std::int64_t units;
};

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

}  // namespace

int main(int argc, char** argv) {
  const int steps = argc > 1 ? std::atoi(argv[1]) : 1560, condors = argc > 2 ? std::atoi(argv[2]) : 20;
  const auto& types = builtin_node_types();
  std::vector<NodeSchema> schemas;
  for (const NodeType& type : types) schemas.push_back(type.schema);
  const auto loaded = load_run("demo", {{std::string(OPTIX_SOURCE_DIR) + "/config"}, {"cash=10000000"}}, schemas);
  if (!loaded) {
    std::fputs(loaded.diagnostics.render().c_str(), stderr);
    return 1;
  }
  Station executor = station(*loaded.topology, types, "executor"), risk = station(*loaded.topology, types, "risk"),
          book = station(*loaded.topology, types, "book");

  std::vector<MessageRef> market;
  for (int i = 0; i < steps; ++i) market.push_back(snapshot(i));
  const MessageRef contracts = instruments(), begin = make_message(Start{});
  const auto now = [&](int step) { return market[static_cast<std::size_t>(step)].get<ChainSnapshot>().time.ns; };
  book.send(begin, InputPort::control, now(0));
  for (Emission& emission : book.out) risk.send(emission.message, declared(3), now(0));
  book.out.clear();
  for (auto [node, port] : {std::pair{&executor, 0}, {&risk, 1}, {&book, 0}}) {
    node->send(contracts, declared(static_cast<std::uint16_t>(port)), now(0));
    node->send(market[0], declared(static_cast<std::uint16_t>(port)), now(0));
    node->out.clear();
  }
  int filled = 0;
  std::vector<Marked> legs;
  for (int i = 0; i < condors; ++i) {
    const OrderRequest order = condor(i);
    risk.send(make_message(order), declared(0), now(0));
    for (const Emission& approved : risk.out)
      if (approved.output == 0) executor.send(approved.message, declared(1), now(0));
    risk.out.clear();
    for (const Emission& report : executor.out) {
      risk.send(report.message, declared(2), now(0));
      book.send(report.message, declared(1), now(0));
      filled += report.message.get_if<Fill>() ? 1 : 0;
    }
    executor.out.clear();
    risk.out.clear();
    for (const Emission& change : book.out) risk.send(change.message, declared(3), now(0));
    book.out.clear();
    risk.out.clear();
    for (const OrderLeg& leg : order.legs) legs.push_back({leg.contract, leg.quantity * std::int64_t{100}});
  }
  if (filled != condors) {
    std::fprintf(stderr, "bench_trading: %d of %d orders were filled\n", filled, condors);
    return 1;
  }

  std::string saved[3];
  Station* const stations[] = {&executor, &risk, &book};
  const std::uint16_t market_port[] = {declared(0), declared(1), declared(0)};
  for (int n = 0; n < 3; ++n) stations[n]->node->save(saved[n]);
  double best[3] = {1e9, 1e9, 1e9}, plain = 1e9;
  std::uint64_t marks = 0;
  std::int64_t sum = 0;
  std::vector<MessageRef> account;
  for (int repeat = 0; repeat < 15; ++repeat) {
    account.clear();
    for (const int n : {2, 0, 1}) {  // the book first: risk is told of its account
      stations[n]->node->load(saved[n]);
      stations[n]->out.reserve(64);
      const auto begun = Clock::now();
      for (int i = 1; i < steps; ++i) {
        stations[n]->send(market[static_cast<std::size_t>(i)], market_port[n], now(i));
        if (n == 1) {
          stations[n]->send(account[static_cast<std::size_t>(i) - 1], declared(3), now(i));
        } else if (n == 2) {
          for (Emission& emission : stations[n]->out)
            if (emission.message.get_if<Equity>()) account.push_back(std::move(emission.message));
        }
        stations[n]->out.clear();
      }
      best[n] = std::min(best[n], std::chrono::duration<double>(Clock::now() - begun).count());
    }
    marks = account.size();
    const auto begun = Clock::now();
    for (int i = 1; i < steps; ++i) {
      const auto& chain = market[static_cast<std::size_t>(i)].get<ChainSnapshot>();
      for (const Marked& leg : legs) sum += (chain.bid[leg.row].raw() + chain.ask[leg.row].raw()) / 2 * leg.units;
    }
    plain = std::min(plain, std::chrono::duration<double>(Clock::now() - begun).count());
  }
  const auto each = [&](double seconds) { return std::round(seconds / (steps - 1) * 1e10) / 10; };
  const double all = best[0] + best[1] + best[2];
  nlohmann::ordered_json out{
      {"benchmark", "trading"},
      {"machine", {{"processor", processor()}}},
      {"workload",
       {{"steps", steps - 1}, {"rows", expirations * strikes * 2}, {"open_positions", condors}, {"legs", legs.size()}}},
      {"ns_a_step",
       {{"executor", each(best[0])}, {"risk", each(best[1])}, {"portfolio", each(best[2])}, {"sum", each(all)}}},
      {"baseline_ns_a_step", {{"what", "a loop that marks the same legs by known rows"}, {"ns", each(plain)}}},
      {"ratio", std::round(all / plain * 100) / 100},
      {"limit_ns_a_step", 2000},
      {"equity_marks", marks},
      {"checksum", sum}};
  std::puts(out.dump(2).c_str());
  return 0;
}
