// The determinism suite, random worlds: every binding gives the inline digest, tag by tag.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>

#include "tests/determinism/compare.hpp"

using namespace optix;
using namespace optix::testing;

namespace {

// More seeds for a long night: OPTIX_WORLDS=100000.
std::uint64_t world_count() {
  const char* text = std::getenv("OPTIX_WORLDS");
  return text ? std::strtoull(text, nullptr, 10) : 1'000;
}

const std::vector<Variant>& caf_variants() {
  using S = CafOptions::Scheduler;
  static const std::vector<Variant> variants{
      {"caf, an actor per node, 1 thread", Binding::caf, 0, 1, S::stealing},
      {"caf, an actor per node, 2 threads", Binding::caf, 0, 2, S::stealing},
      {"caf, an actor per node, 4 threads", Binding::caf, 0, 4, S::sharing},
      {"caf, an actor per node, 8 threads", Binding::caf, 0, 8, S::stealing},
      {"caf, two groups, 2 threads", Binding::caf, 2, 2, S::sharing},
      {"caf, shuffled job queue", Binding::caf, 0, 1, S::shuffled},
  };
  return variants;
}

}  // namespace

TEST_CASE("random worlds give one digest on every binding", "[determinism][caf]") {
  const std::uint64_t worlds = world_count();
  std::uint64_t events = 0, failures = 0, runs = 0;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    Recorder inline_run;
    Plan plan;
    record(random_world(seed), {}, inline_run, &plan);
    for (const auto& entry : inline_run.entries()) events += entry.events.size();
    for (const Variant& variant : caf_variants()) {
      ++runs;
      if (const auto difference = compare(seed, PlantedBug::none, variant, inline_run, plan)) {
        ++failures;
        UNSCOPED_INFO(*difference);
      }
    }
  }
  std::cout << "{\"id\":\"D1\",\"binding\":\"caf\",\"n\":" << worlds << ",\"runs\":" << runs << ",\"events\":" << events
            << ",\"failures\":" << failures << ",\"pass\":" << (failures == 0 ? "true" : "false") << "}\n";
  CHECK(events / worlds > 50);  // the worlds are alive
  CHECK(failures == 0);
}

TEST_CASE("planted bugs are caught", "[determinism][caf]") {
  for (int b = 1; b <= static_cast<int>(PlantedBug::shared_memory); ++b) {
    const auto bug = static_cast<PlantedBug>(b);
    if (bug == PlantedBug::forgotten_state) continue;  // needs a restart: see the zeromq suite
    DYNAMIC_SECTION(world_type_name(bug)) {
      std::optional<std::string> caught;
      std::uint64_t seed = 1;
      for (; seed <= 200 && !caught; ++seed) {
        Recorder inline_run;
        Plan plan;
        record(random_world(seed, bug), {}, inline_run, &plan);
        for (const Variant& variant : caf_variants())
          if (!caught) caught = compare(seed, bug, variant, inline_run, plan);
      }
      std::cout << world_type_name(bug) << (caught ? " caught: " + *caught : " NOT caught") << "\n";
      REQUIRE(caught);
    }
  }
}

TEST_CASE("the sound world stays sound where the planted ones are caught", "[determinism]") {
  // Guards against a comparison that always differs.
  Recorder first, second;
  Plan plan;
  record(random_world(7), {}, first, &plan);
  record(random_world(7), {}, second);
  CHECK_FALSE(first_difference(first, second, plan));
  Recorder other;
  record(random_world(8), {}, other);
  CHECK(first_difference(first, other, plan));
}
