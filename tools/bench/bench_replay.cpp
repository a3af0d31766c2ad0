// Replay at memory speed: a dataset of daily chains is written into a temporary folder, replayed
// through the node of data.replay in an inline run, and put beside a plain loop over the same mapped
// columns and memcpy of the same bytes. Prints one JSON object.
//
//   bench_replay [ROWS [PASSES]]     20,000,000 rows, 5 passes, four times as many where nothing is mapped; the best
//   counts
//
// `scan` adds bid and ask of every row. The first pass verifies every file's hash; the others do not.
// `mapping_each_session`: a run that finds nothing mapped; `sessions_kept_mapped`: further runs.
// `two_contracts` looks two contracts up in every chain and reads nothing else.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "actors/dataset_player.hpp"
#include "actors/engine/plan_builder.hpp"
#include "core/contracts/chain_view.hpp"
#include "core/data/replay/dataset_source.hpp"
#include "core/data/store/dataset_writer.hpp"
#include "core/sequencer/run_loop.hpp"
#include "core/time/calendar.hpp"

using namespace optix;

namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;
using Folder = std::shared_ptr<const DatasetFolder>;
using Store = std::shared_ptr<const ReplayStore>;

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

template <class T>
T or_die(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "bench_replay: %s\n", result.error().to_string().c_str());
  std::exit(1);
}

struct TempFolder {
  std::string path;
  TempFolder() {
    path = (std::filesystem::temp_directory_path() / "optix_bench_replay_XXXXXX").string();
    if (!mkdtemp(path.data())) std::exit(1);
  }
  ~TempFolder() { std::filesystem::remove_all(path); }
};

// ---- data ------------------------------------------------------------------------------------------

constexpr int expirations = 20, strikes_each_side = 98;  // 20 × 2 × 197 rows a session: 7,880

SnapshotQuotes made_chain(Date session, int day) {
  SnapshotQuotes out;
  ChainSnapshot& c = out.chain;
  c.underlying = *Symbol::from("SPX");
  c.session = session;
  c.time = session_close(session);
  const std::int64_t spot = 2'000 + day % 700;
  c.underlying_price = Decimal::from_int(spot);
  const std::size_t rows = expirations * 2 * (2 * strikes_each_side + 1);
  std::vector<Decimal> strike, bid, ask;
  std::vector<double> iv, delta, gamma;
  std::vector<std::int32_t> volume, open_interest;
  std::vector<std::uint32_t> begin{0};
  strike.reserve(rows), bid.reserve(rows), ask.reserve(rows), iv.reserve(rows), delta.reserve(rows);
  gamma.reserve(rows), volume.reserve(rows), open_interest.reserve(rows);
  Date expiration = session;
  for (int e = 0; e < expirations; ++e) {
    do expiration = next_session(expiration);
    while (expiration.weekday() != 5 && !is_session(expiration + 1 + (5 - expiration.weekday())));
    for (const Right right : {Right::call, Right::put}) {
      c.group_root.push_back(*Symbol::from("SPXW"));
      c.group_expiration.push_back(expiration);
      c.group_settles.push_back(settlement_instant(expiration, Settlement::pm));
      c.group_right.push_back(right);
      c.group_settlement.push_back(Settlement::pm);
      out.group_exercise.push_back(ExerciseStyle::european);
      out.group_multiplier.push_back(100);
      const std::int64_t centre = spot / 5 * 5;
      for (int k = -strikes_each_side; k <= strikes_each_side; ++k) {
        const std::int64_t at = centre + 5 * k;
        const std::int64_t inner = std::max<std::int64_t>(0, right == Right::call ? spot - at : at - spot);
        const std::int64_t cents = inner * 100 + 3'000 / (1 + std::abs(k)) + day % 7;
        strike.push_back(Decimal::from_int(at));
        bid.push_back(Decimal::from_raw(cents * 10'000));
        ask.push_back(Decimal::from_raw((cents + 10 + k * k % 11) * 10'000));
        iv.push_back(0.2 + 0.0001 * k);
        delta.push_back(0.5 - 0.005 * k - (right == Right::put ? 1 : 0));
        gamma.push_back(0.001);
        volume.push_back(k * k % 97);
        open_interest.push_back(k * k % 997);
      }
      begin.push_back(static_cast<std::uint32_t>(strike.size()));
    }
  }
  c.strike = std::move(strike), c.bid = std::move(bid), c.ask = std::move(ask), c.iv = std::move(iv);
  c.delta = std::move(delta), c.gamma = std::move(gamma), c.volume = std::move(volume);
  c.open_interest = std::move(open_interest), c.group_begin = std::move(begin);
  return out;
}

std::uint64_t write_dataset(const std::string& folder, std::uint64_t rows) {
  WriteOptions options;
  options.sync = false;
  auto writer = or_die(DatasetWriter::open(folder, options));
  std::uint64_t written = 0;
  Date session = session_on_or_after(Date::from_civil(2006, 1, 3));
  for (int day = 0; written < rows; ++day, session = next_session(session)) {
    SessionQuotes quotes{*Symbol::from("SPX"), session, {}};
    quotes.snapshots.push_back(made_chain(session, day));
    written += std::as_const(quotes.snapshots[0].chain).strike.size();
    if (const Status status = writer->put(std::move(quotes)); !status) or_die(Result<int>(status.error()));
  }
  or_die(writer->commit({"bench_replay", "", written}, {}, {}));
  return written;
}

// ---- runs ------------------------------------------------------------------------------------------

std::int64_t sum_of(const ChainSnapshot& chain) {
  const std::span<const Decimal> bid = chain.bid, ask = chain.ask;
  std::int64_t sum = 0;
  for (std::size_t row = 0; row < bid.size(); ++row) sum += bid[row].raw() + ask[row].raw();
  return sum;
}

std::int64_t two_contracts_of(const ChainSnapshot& chain) {
  std::int64_t sum = 0;
  const std::size_t group = chain.groups() / 2;
  const RowRange rows = group_rows(chain, group);
  for (const std::size_t at : {rows.begin + rows.size() / 3, rows.begin + rows.size() / 2}) {
    const auto row = find_row(chain, ContractKey{chain.group_root[group], chain.group_expiration[group],
                                                 chain.group_right[group], chain.strike[at]});
    sum += chain.bid[*row].raw() + chain.ask[*row].raw();
  }
  return sum;
}

using Work = std::int64_t (*)(const ChainSnapshot&);

class BenchStrategy final : public Node {
 public:
  BenchStrategy(Work work, std::int64_t& sum) : work_(work), sum_(sum) {}
  void on_wave(const Wave& wave, Context&) override {
    for (const WaveEvent& event : wave.events)
      if (const auto* chain = event.get_if<ChainSnapshot>()) sum_ += work_(*chain);
  }
  void save(std::string&) const override {}
  void load(std::string_view) override {}

 private:
  Work work_;
  std::int64_t& sum_;
};

struct Pass {
  double seconds = 0;
  std::int64_t sum = 0;
  std::size_t steps = 0;
};

Pass replayed(const Store& store, Work work, DigestMode digest, std::size_t prefetch = 0) {
  const auto begun = Clock::now();
  Pass pass;
  ReplayOptions options;
  options.prefetch = prefetch;
  if (prefetch > 0) options.pool = thread_prefetch_pool(2, 4 * prefetch);
  const auto source = or_die(DatasetSource::open(store, options));
  NodeType replay, strategy;
  replay.schema.name = "data.replay";
  replay.schema.outputs = market_output();
  strategy.schema.name = "bench.strategy";
  strategy.schema.inputs = {{"market", market_output()[0].messages, "", true}};
  Topology topology;
  for (const char* name : {"data.replay", "bench.strategy"}) {
    topology.nodes.emplace_back();
    topology.nodes.back().name = topology.nodes.back().type = name;
  }
  topology.wires.emplace_back();
  topology.wires.back().from_node = "data.replay";
  topology.wires.back().from_port = "snapshot";
  topology.wires.back().to_node = "bench.strategy";
  topology.wires.back().to_port = "market";
  std::vector<NodeRunner> runners;
  runners.reserve(2);
  runners.emplace_back(std::make_unique<DatasetPlayer>(source), NodeRank{0}, "data.replay", 0);
  runners.emplace_back(std::make_unique<BenchStrategy>(work, pass.sum), NodeRank{1}, "bench.strategy", 0);
  Sequencer sequencer(build_plan(topology, {&replay, &strategy}), {digest, {}});
  InlineHost host({&runners[0], &runners[1]});
  RunLoop loop(sequencer, {&host}, {0, 0}, {});
  loop.run();
  pass.steps = source->steps();
  pass.seconds = seconds_since(begun);
  return pass;
}

// Every session mapped, looked at and given up, as a replay does, without a run around it.
Pass plain_loop(const Folder& folder, Work work) {
  const auto begun = Clock::now();
  Pass pass;
  for (std::size_t p = 0; p < folder->manifest().partitions.size(); ++p) {
    const auto view = or_die(folder->session(p));
    for (std::size_t s = 0; s < view->snapshots(); ++s, ++pass.steps) {
      const MessageRef snapshot = view->snapshot(s);
      pass.sum += work(snapshot.get<ChainSnapshot>());
    }
  }
  pass.seconds = seconds_since(begun);
  return pass;
}

using Chains = std::vector<MessageRef>;

// Everything stays mapped: the loop alone.
Pass kept_mapped(const Chains& chains, Work work) {
  const auto begun = Clock::now();
  Pass pass;
  for (const MessageRef& chain : chains) pass.sum += work(chain.get<ChainSnapshot>());
  pass.steps = chains.size();
  pass.seconds = seconds_since(begun);
  return pass;
}

// Bids and asks copied out of the mapped columns, a chain at a time into one buffer.
Pass copied(const Chains& chains, std::vector<char>& buffer) {
  const auto begun = Clock::now();
  Pass pass;
  for (const MessageRef& ref : chains) {
    const auto& chain = ref.get<ChainSnapshot>();
    const std::size_t bytes = chain.rows() * sizeof(Decimal);
    std::memcpy(buffer.data(), chain.bid.data(), bytes);
    std::memcpy(buffer.data() + bytes, chain.ask.data(), bytes);
    pass.sum += buffer[bytes / 2];
  }
  pass.seconds = seconds_since(begun);
  return pass;
}

Pass best(int passes, const std::function<Pass()>& run) {
  Pass out = run();
  for (int i = 1; i < passes; ++i) {
    const Pass next = run();
    if (next.seconds < out.seconds) out = next;
  }
  return out;
}

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t wanted = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20'000'000;
  const int passes = argc > 2 ? std::atoi(argv[2]) : 5;
  if (wanted == 0 || passes < 1) {
    std::fprintf(stderr, "bench_replay [ROWS [PASSES]]\n");
    return 2;
  }
  const TempFolder temp;
  const auto begun = Clock::now();
  const std::uint64_t rows = write_dataset(temp.path, wanted);
  const double writing = seconds_since(begun);
  std::uint64_t bytes = 0;
  const Folder folder = or_die(DatasetFolder::open(temp.path));
  for (const Partition& p : folder->manifest().partitions) bytes += p.quotes.bytes + p.groups.bytes;

  const auto scan = [&](const Store& from, DigestMode digest) { return replayed(from, sum_of, digest); };
  const auto look = [&](const Store& from, DigestMode digest) { return replayed(from, two_contracts_of, digest); };
  // A store keeps what it mapped: each of these has one of its own and gives it up.
  const Pass first = scan(replay_store(folder), DigestMode::off);  // verifies every file
  const Folder again = or_die(DatasetFolder::open(temp.path));
  const Pass first_ahead = replayed(replay_store(again), sum_of, DigestMode::off, 4);
  const Pass anew = best(passes, [&] { return scan(replay_store(folder), DigestMode::off); });
  const Pass anew_plain = best(passes, [&] { return plain_loop(folder, sum_of); });
  const Pass two_anew = best(passes, [&] { return look(replay_store(folder), DigestMode::off); });

  const Store store = replay_store(folder);
  const int more = 4 * passes;
  const Pass later = best(more, [&] { return scan(store, DigestMode::off); });
  const Pass digested = best(more, [&] { return scan(store, DigestMode::events); });
  const Pass two = best(more, [&] { return look(store, DigestMode::off); });
  const Pass two_digested = best(more, [&] { return look(store, DigestMode::events); });

  Chains chains;
  std::size_t longest = 0;
  for (std::size_t p = 0; p < folder->manifest().partitions.size(); ++p) {
    const auto view = or_die(folder->session(p));
    for (std::size_t s = 0; s < view->snapshots(); ++s) {
      chains.push_back(view->snapshot(s));
      longest = std::max(longest, chains.back().get<ChainSnapshot>().rows());
    }
  }
  std::vector<char> buffer(2 * longest * sizeof(Decimal));
  const Pass kept = best(more, [&] { return kept_mapped(chains, sum_of); });
  const Pass copy = best(more, [&] { return copied(chains, buffer); });
  for (const Pass& pass : {first, first_ahead, anew, anew_plain, digested, kept})
    if (pass.sum != later.sum) {
      std::fprintf(stderr, "bench_replay: the sums differ\n");
      return 1;
    }

  const auto speed = [&](const Pass& pass) {
    return Json{{"seconds", pass.seconds}, {"rows_per_second", static_cast<double>(rows) / pass.seconds}};
  };
  const auto steps = [](const Pass& pass) {
    return Json{{"seconds", pass.seconds}, {"steps_per_second", static_cast<double>(pass.steps) / pass.seconds}};
  };
  const Json out{{"benchmark", "replay"},
                 {"machine", {{"processor", processor()}, {"sessions_mapped_from", "page cache"}}},
                 {"workload",
                  {{"rows", rows},
                   {"sessions", later.steps},
                   {"rows_per_snapshot", rows / later.steps},
                   {"bytes", bytes},
                   {"bytes_scanned", rows * 2 * sizeof(Decimal)},
                   {"passes", passes},
                   {"written_in_seconds", writing}}},
                 {"scan",
                  {{"first_pass_with_verification", speed(first)},
                   {"first_pass_with_verification_4_sessions_ahead", speed(first_ahead)},
                   {"mapping_each_session", {{"replay", speed(anew)}, {"plain_loop", speed(anew_plain)}}},
                   {"sessions_kept_mapped",
                    {{"replay", speed(later)},
                     {"replay_with_digest", speed(digested)},
                     {"plain_loop", speed(kept)},
                     {"memcpy", speed(copy)}}}}},
                 {"two_contracts",
                  {{"replay_mapping_each_session", steps(two_anew)},
                   {"replay_kept_mapped", steps(two)},
                   {"replay_kept_mapped_with_digest", steps(two_digested)}}},
                 {"ratios",
                  {{"replay_to_plain_loop_mapping_each_session", anew.seconds / anew_plain.seconds},
                   {"replay_to_plain_loop_kept_mapped", later.seconds / kept.seconds},
                   {"replay_to_memcpy_kept_mapped", later.seconds / copy.seconds},
                   {"replay_mapping_each_session_to_memcpy", anew.seconds / copy.seconds},
                   {"digest_to_none", digested.seconds / later.seconds},
                   {"two_contracts_to_scan", two.seconds / later.seconds}}}};
  std::printf("%s\n", out.dump(1).c_str());
  return 0;
}
