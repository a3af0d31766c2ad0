#include "core/data/prefetch_pool.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>

#include "core/data/lookahead_source.hpp"
#include "core/data/replay/dataset_source.hpp"
#include "tests/support/memory_dataset.hpp"
#include "tests/support/random_chains.hpp"

using namespace optix;

TEST_CASE("a pool runs every job it takes and takes no more than it may", "[data][prefetch]") {
  for (const std::size_t threads : {0, 1, 3}) {
    std::atomic<int> done{0};
    int taken = 0;
    {
      const auto pool = thread_prefetch_pool(threads, 5);
      std::promise<void> gate;
      const std::shared_future<void> open = gate.get_future().share();
      for (int i = 0; i < 40; ++i)
        taken += pool->submit([&done, open] {
          open.wait();
          ++done;
        });
      CHECK(taken >= 5);
      CHECK(taken <= 5 + static_cast<int>(threads) + (threads == 0));
      gate.set_value();
    }
    CHECK(done == taken);  // when the pool is gone, its jobs are done
  }
}

namespace {

std::vector<std::uint64_t> hashes(const SnapshotSource& source) {
  std::vector<std::uint64_t> out;
  for (std::size_t i = 0; i < source.steps(); ++i) out.push_back(source.step(i).snapshot.hash());
  return out;
}

}  // namespace

TEST_CASE("sessions opened ahead change nothing", "[data][prefetch][replay]") {
  RandomChains chains;
  chains.underlyings = {"AAA", "BBB"};
  chains.minutes = {30, 390};
  const auto store = std::make_shared<MemoryStore>(chains.all());
  const auto expected = hashes(**DatasetSource::open(store, {}));
  for (const std::size_t ahead : {1, 4, 100})
    for (const std::size_t threads : {1, 3}) {
      ReplayOptions options;
      options.prefetch = ahead;
      options.pool = thread_prefetch_pool(threads, 3);
      const auto source = DatasetSource::open(store, options).value();
      CHECK(hashes(*source) == expected);
      CHECK(source->step(7).snapshot.hash() == expected[7]);  // a jump back
      const LookaheadSource prepared(source, [](const MessageRef& chain) { return chain; }, {5, 2, options.pool});
      CHECK(hashes(prepared) == expected);
    }
  // Given up in the middle.
  for (int i = 0; i < 20; ++i) {
    ReplayOptions options;
    options.prefetch = 10;
    options.pool = thread_prefetch_pool(2, 20);
    const auto source = DatasetSource::open(store, options).value();
    if (i % 2) CHECK(source->step(0).snapshot);
  }
}

TEST_CASE("a pool that takes nothing leaves the work to the caller", "[data][prefetch]") {
  struct Full final : PrefetchPool {
    bool submit(Job) override { return false; }
  };
  RandomChains chains;
  const auto source = DatasetSource::open(std::make_shared<MemoryStore>(chains.all()), {}).value();
  const LookaheadSource prepared(source, [](const MessageRef& chain) { return chain; },
                                 {4, 1, std::make_shared<Full>()});
  CHECK(hashes(prepared) == hashes(*source));
}
