#include "actors/transport/caf/caf_prefetch_pool.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>

#include "core/data/lookahead_source.hpp"
#include "core/data/simulated.hpp"

using namespace optix;

TEST_CASE("a pool of actors runs every job it takes and takes no more than it may", "[caf][prefetch]") {
  for (const std::size_t threads : {0, 1, 3}) {
    std::atomic<int> done{0};
    int taken = 0;
    {
      const auto pool = caf_prefetch_pool(threads, 5);
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
    CHECK(done == taken);
  }
}

TEST_CASE("snapshots prepared by actors are those prepared by threads", "[caf][prefetch]") {
  SimulatedParams params;
  params.last = Date::from_civil(2021, 2, 26);
  params.strikes_each_side = 4;
  const auto market = *simulate_market(params, 7, 1);
  const auto doubled = [](const MessageRef& snapshot) {
    ChainSnapshot chain = snapshot.get<ChainSnapshot>();
    for (double& iv : chain.iv) iv *= 2;
    return make_message(std::move(chain));
  };
  const LookaheadSource plain(market, doubled, {0, 0});
  for (const std::size_t threads : {1, 4}) {
    const LookaheadSource prepared(market, doubled, {5, threads, caf_prefetch_pool(threads, 8)});
    for (std::size_t i = 0; i < market->steps(); ++i)
      CHECK(prepared.step(i).snapshot.hash() == plain.step(i).snapshot.hash());
  }
}
