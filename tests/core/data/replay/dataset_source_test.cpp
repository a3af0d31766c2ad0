#include "core/data/replay/dataset_source.hpp"

#include <catch2/catch.hpp>

#include <thread>

#include "core/contracts/chain_view.hpp"
#include "core/contracts/instruments.hpp"
#include "tests/support/memory_dataset.hpp"
#include "tests/support/random_chains.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

std::shared_ptr<MemoryStore> stored(const RandomChains& chains) { return std::make_shared<MemoryStore>(chains.all()); }

std::shared_ptr<const DatasetSource> opened(std::shared_ptr<const ReplayStore> store, ReplayOptions options = {}) {
  auto source = DatasetSource::open(std::move(store), std::move(options));
  INFO((source ? "" : source.error().to_string()));
  REQUIRE(source.ok());
  return *source;
}

struct Sent {
  Timestamp at;
  std::string underlying;
  Timestamp time;
  bool operator==(const Sent&) const = default;
};

// Plays a source and checks what every replay must keep to: order, ids, instruments before their use.
std::vector<Sent> played(const SnapshotSource& source, const MemoryStore& store) {
  std::vector<Sent> out;
  InstrumentTable known;
  for (std::size_t i = 0; i < source.steps(); ++i) {
    const DatasetStep step = source.step(i);
    if (step.instruments) known.add(step.instruments);
    const auto& chain = step.snapshot.get<ChainSnapshot>();
    const auto& price = step.underlying.get<UnderlyingPrice>();
    REQUIRE_FALSE(chain_defect(chain));
    REQUIRE(source.time(i) >= chain.time);
    REQUIRE(price.underlying == chain.underlying);
    REQUIRE(price.price == chain.underlying_price);
    REQUIRE(price.time == chain.time);
    std::size_t fresh = 0;
    for (std::size_t g = 0; g < chain.groups(); ++g)
      for (std::uint32_t row = chain.group_begin[g]; row < chain.group_begin[g + 1]; ++row) {
        REQUIRE(known.contains(chain.contract[row]));
        const Contract contract = known.at(chain.contract[row]);
        REQUIRE(contract.underlying == chain.underlying);
        REQUIRE(contract.root == chain.group_root[g]);
        REQUIRE(contract.expiration == chain.group_expiration[g]);
        REQUIRE(contract.right == chain.group_right[g]);
        REQUIRE(contract.strike == chain.strike[row]);
        fresh += step.instruments && chain.contract[row] >= step.instruments.get<InstrumentBatch>().first_id;
      }
    // Nothing is defined before it is needed.
    CHECK(fresh == (step.instruments ? step.instruments.get<InstrumentBatch>().root.size() : 0));
    out.push_back({source.time(i), chain.underlying.to_string(), chain.time});
    if (i > 0) {
      const bool in_order =
          out[i - 1].at < out[i].at || (out[i - 1].at == out[i].at && out[i - 1].underlying < out[i].underlying);
      CHECK(in_order);
    }
  }
  CHECK(known.size() > 0);
  CHECK(store.manifest().partitions.size() > 0);
  return out;
}

}  // namespace

TEST_CASE("a whole dataset of one underlying is replayed as it is stored", "[data][replay]") {
  for (const std::vector<int>& minutes : {std::vector<int>{390}, {0, 30, 390, 405}}) {
    RandomChains chains;
    chains.minutes = minutes;
    const auto store = stored(chains);
    const auto source = opened(store);
    CHECK(source->keeps_ids());
    CHECK(played(*source, *store).size() == chains.minutes.size() * 20);
    // The very messages of the store: nothing was copied.
    std::size_t step = 0;
    for (std::size_t p = 0; p < store->manifest().partitions.size(); ++p)
      for (const MessageRef& chain : store->memory_session(p).chains)
        CHECK(source->step(step++).snapshot.same_object(chain));
  }
}

TEST_CASE("choices of sessions, underlyings, roots and frequency", "[data][replay]") {
  RandomChains chains;
  chains.underlyings = {"BBB", "AAA"};
  chains.minutes = {0, 29, 30, 390, 405};
  const auto store = stored(chains);
  const Date first = day("2021-03-08"), last = day("2021-03-12");  // the sixth to the tenth session
  const struct {
    const char* name;
    ReplayOptions options;
    std::size_t steps, warm_up;
    bool keeps_ids;
  } cases[] = {
      {"everything", {}, 200, 0, false},
      {"one underlying", {.underlyings = {"AAA"}}, 100, 0, true},
      {"both by name", {.underlyings = {"BBB", "AAA", "AAA"}}, 200, 0, false},
      {"a week", {.first = first, .last = last, .underlyings = {"AAA"}}, 25, 0, false},
      {"up to a day", {.last = last, .underlyings = {"AAA"}}, 50, 0, true},
      {"warmed up from the first day",
       {.first = first, .last = last, .warm_up = 5, .underlyings = {"BBB"}},
       50,
       25,
       true},
      {"warmed up", {.first = first, .last = last, .warm_up = 2}, 70, 20, false},
      {"warm-up without a start", {.last = last, .warm_up = 3}, 100, 30, false},
      {"a root", {.underlyings = {"AAA"}, .roots = {"AAAW"}}, 100, 0, false},
      {"half an hour", {.last = last, .underlyings = {"AAA"}, .frequency = Frequency::minute_30}, 30, 0, false},
      {"hours", {.last = last, .frequency = Frequency::hour_1}, 60, 0, false},
      {"days", {.last = last, .frequency = Frequency::daily}, 20, 0, false},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const auto source = opened(store, c.options);
    CHECK(source->steps() == c.steps);
    CHECK(source->warm_up_steps() == c.warm_up);
    CHECK(source->keeps_ids() == c.keeps_ids);
    CHECK(played(*source, *store).size() == c.steps);
    if (c.options.roots.empty()) continue;
    const DatasetStep sent = source->step(0);
    for (const Symbol root : sent.snapshot.get<ChainSnapshot>().group_root) CHECK(root == sym("AAAW"));
  }
}

TEST_CASE("displayed sizes stay with their rows", "[data][replay]") {
  RandomChains chains;
  chains.sessions = 2;
  std::vector<ChainSnapshot> sized = chains.all();
  for (ChainSnapshot& chain : sized)
    for (const Decimal strike : std::as_const(chain).strike)
      chain.bid_size.push_back(static_cast<std::int32_t>(strike.raw() / Decimal::scale));  // asks: unknown
  const auto source = opened(std::make_shared<MemoryStore>(std::move(sized)), {.roots = {"AAAW"}});
  for (std::size_t i = 0; i < source->steps(); ++i) {
    const MessageRef snapshot = source->step(i).snapshot;
    const auto& chain = snapshot.get<ChainSnapshot>();
    REQUIRE(chain.rows() > 0);
    REQUIRE(chain.bid_size.size() == chain.rows());
    CHECK(chain.ask_size.empty());
    for (std::size_t row = 0; row < chain.rows(); ++row)
      CHECK(chain.bid_size[row] == chain.strike[row].raw() / Decimal::scale);
  }
  CHECK(source->steps() == 2);
}

TEST_CASE("ids of a replay are the same as without what is left out before its first appearance", "[data][replay]") {
  // A replay that starts later numbers contracts as a dataset would that starts there.
  RandomChains chains;
  chains.minutes = {30, 390};
  RandomChains later = chains;
  later.first = day("2021-03-08");
  later.sessions = 15;
  std::vector<ChainSnapshot> tail;
  for (ChainSnapshot& chain : chains.all())
    if (chain.session >= later.first) tail.push_back(std::move(chain));
  const auto whole = stored(chains), part = std::make_shared<MemoryStore>(std::move(tail));
  const auto started = opened(whole, {.first = later.first}), fresh = opened(part);
  CHECK(fresh->keeps_ids());
  CHECK_FALSE(started->keeps_ids());
  REQUIRE(started->steps() == fresh->steps());
  for (std::size_t i = 0; i < fresh->steps(); ++i) {
    const DatasetStep a = started->step(i), b = fresh->step(i);
    INFO("step " << i);
    CHECK(a.snapshot.hash() == b.snapshot.hash());
    CHECK(bool(a.instruments) == bool(b.instruments));
    if (a.instruments) CHECK(a.instruments.hash() == b.instruments.hash());
  }
}

TEST_CASE("steps do not depend on the order or the thread they are asked for in", "[data][replay]") {
  RandomChains chains;
  chains.underlyings = {"AAA", "BBB"};
  chains.minutes = {0, 1, 2, 30, 390};
  const auto store = stored(chains);
  for (const ReplayOptions& options :
       {ReplayOptions{}, ReplayOptions{.underlyings = {"AAA"}}, ReplayOptions{.roots = {"BBBW", "AAA"}}}) {
    std::vector<std::uint64_t> expected;
    const auto hashes = [](const DatasetStep& step) {
      return step.snapshot.hash() * 3 + step.underlying.hash() * 5 + (step.instruments ? step.instruments.hash() : 0);
    };
    const auto source = opened(store, options);
    for (std::size_t i = 0; i < source->steps(); ++i) expected.push_back(hashes(source->step(i)));
    const auto backwards = opened(store, options);
    for (std::size_t i = expected.size(); i-- > 0;) CHECK(hashes(backwards->step(i)) == expected[i]);
    const auto shared = opened(store, options);
    std::vector<std::uint64_t> found(expected.size());
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t)
      threads.emplace_back([&found, &hashes, &shared = *shared, t] {
        for (std::size_t i = t; i < found.size(); i += 4) found[i] = hashes(shared.step(i));
      });
    for (std::thread& thread : threads) thread.join();
    CHECK(found == expected);
  }
}

TEST_CASE("sessions are opened when they are needed and not kept", "[data][replay]") {
  RandomChains chains;
  chains.sessions = 30;
  const auto store = stored(chains);
  const auto source = opened(store);
  CHECK(source->time(29) == store->memory_session(29).chains[0].get<ChainSnapshot>().time);
  CHECK(store->opened == 0);
  const std::weak_ptr<const ReplayStore> kept = store;
  for (std::size_t i = 0; i < 30; ++i) {
    CHECK(source->step(i).snapshot);
    CHECK(store->opened == i + 1);
  }
  source->step(0);
  CHECK(store->opened == 31);  // long given up
}

TEST_CASE("what a dataset does not have is told", "[data][replay]") {
  RandomChains chains;
  chains.underlyings = {"AAA", "BBB"};
  chains.minutes = {405};
  const auto store = stored(chains);
  const struct {
    ReplayOptions options;
    const char *what, *hint;
  } cases[] = {
      {{.underlyings = {"CCC"}}, "underlyings: the dataset has no CCC", "it has AAA, BBB"},
      {{.underlyings = {"MUCHTOOLONG"}}, "'MUCHTOOLONG' is not a symbol", "eight"},
      {{.roots = {""}}, "roots: '' is not a symbol", "eight"},
      {{.first = day("2022-01-03")}, "no session of AAA, BBB in the chosen range", "from 2021-03-01 to 2021-03-26"},
      {{.last = day("2020-01-03")}, "no session of AAA, BBB in the chosen range", "from 2021-03-01 to 2021-03-26"},
      {{.first = day("2021-03-08"), .warm_up = 6},
       "warm_up: 6 sessions are wanted before the start, the dataset has 5",
       "from 2021-03-01"},
      {{.warm_up = 20}, "no session of AAA, BBB", "from 2021-03-01"},
      {{.frequency = Frequency::hour_1}, "no snapshot is left at the frequency 1h", "native"},
  };
  for (const auto& c : cases) {
    const auto source = DatasetSource::open(store, c.options);
    REQUIRE_FALSE(source.ok());
    CHECK_THAT(source.error().what, Catch::Contains(c.what));
    CHECK_THAT(source.error().hint, Catch::Contains(c.hint));
  }
  const auto empty = DatasetSource::open(std::make_shared<MemoryStore>(std::vector<ChainSnapshot>{}), {});
  REQUIRE_FALSE(empty.ok());
  CHECK_THAT(empty.error().what, Catch::Contains("empty"));
  CHECK_THROWS_AS(opened(store)->step(40), std::out_of_range);
}
