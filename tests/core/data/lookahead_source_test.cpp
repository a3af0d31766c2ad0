#include "core/data/lookahead_source.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "core/data/simulated.hpp"

using namespace optix;

namespace {

std::shared_ptr<const SnapshotSource> market() {
  SimulatedParams params;
  params.last = Date::from_civil(2021, 2, 26);
  params.strikes_each_side = 4;
  params.monthly_expirations = 1;
  params.weekly_expirations = 2;
  return *simulate_market(params, 7, 1);
}

// Doubles the volatilities; slow for every third snapshot so that threads overtake each other.
MessageRef doubled(const MessageRef& snapshot) {
  ChainSnapshot chain = snapshot.get<ChainSnapshot>();
  for (double& iv : chain.iv) iv *= 2;
  if (chain.session.days % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return make_message(std::move(chain));
}

}  // namespace

TEST_CASE("a source that prepares ahead gives what it would give without threads", "[data][lookahead]") {
  const auto source = market();
  const LookaheadSource plain(source, doubled, {0, 0});
  for (const auto& [ahead, threads] : {std::pair<std::size_t, std::size_t>{1, 1}, {3, 2}, {100, 4}}) {
    const LookaheadSource prepared(source, doubled, {ahead, threads});
    REQUIRE(prepared.steps() == source->steps());
    CHECK(&prepared.quality() == &source->quality());
    for (std::size_t i = 0; i < source->steps(); ++i) {
      const DatasetStep expected = plain.step(i), found = prepared.step(i);
      INFO("step " << i << ", " << ahead << " ahead, " << threads << " threads");
      CHECK(prepared.time(i) == source->time(i));
      CHECK(found.snapshot.hash() == expected.snapshot.hash());
      CHECK(found.underlying.hash() == expected.underlying.hash());
      CHECK(bool(found.instruments) == bool(expected.instruments));
      if (i == 0) CHECK(found.snapshot.hash() != source->step(0).snapshot.hash());
    }
    // Jumps, back and forth and twice the same.
    for (const std::size_t i : {5UL, 5UL, 0UL, source->steps() - 1, 2UL, 3UL})
      CHECK(prepared.step(i).snapshot.hash() == plain.step(i).snapshot.hash());
    CHECK_THROWS_AS(prepared.step(source->steps()), std::out_of_range);
  }
}

TEST_CASE("no more than so many steps are prepared ahead", "[data][lookahead]") {
  const auto source = market();
  std::atomic<std::size_t> begun{0};
  const LookaheadSource prepared(source,
                                 [&](const MessageRef& snapshot) {
                                   ++begun;
                                   return snapshot;
                                 },
                                 {4, 3});
  for (std::size_t i = 0; i < 10; ++i) {
    const DatasetStep kept = prepared.step(i);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    CHECK(begun <= i + 1 + 4);
    CHECK(begun >= i + 1);
  }
}

TEST_CASE("what a preparation throws comes out at its step", "[data][lookahead]") {
  const auto source = market();
  const Timestamp bad = source->time(6);
  const LookaheadSource prepared(source,
                                 [&](const MessageRef& snapshot) {
                                   if (snapshot.get<ChainSnapshot>().time == bad) throw std::runtime_error("no");
                                   return snapshot;
                                 },
                                 {3, 2});
  for (std::size_t i = 0; i < 6; ++i) CHECK_NOTHROW(prepared.step(i));
  CHECK_THROWS_WITH(prepared.step(6), "no");
  CHECK_NOTHROW(prepared.step(7));
  CHECK_THROWS_AS(LookaheadSource(nullptr, doubled, {1, 1}), std::invalid_argument);
  CHECK_THROWS_AS(LookaheadSource(source, doubled, {1, 0}), std::invalid_argument);
}

TEST_CASE("a source that is given up half-way ends its threads", "[data][lookahead]") {
  for (int i = 0; i < 20; ++i) {
    const LookaheadSource prepared(market(), doubled, {8, 2});
    if (i % 2) CHECK_NOTHROW(prepared.step(0));
  }
}
