#pragma once
#include <optional>
#include <string>

#include "actors/engine/engine.hpp"
#include "tests/determinism/recorder.hpp"
#include "tests/determinism/world.hpp"

namespace optix::testing {

// Runs a topology under the options, recording it.
inline void record(const Topology& topology, EngineOptions options, Recorder& recorder, Plan* plan = nullptr) {
  reset_planted_state();
  options.observers.push_back(&recorder);
  if (!options.types) options.types = &world_types();
  auto engine = Engine::assemble(topology, options);
  if (!engine) throw std::runtime_error(engine.error().to_string());
  if (plan) *plan = (*engine)->plan();
  (*engine)->run();
}

// One way to run a world.
struct Variant {
  std::string name;
  Binding binding = Binding::inline_;
  int groups = 0;  // 0: a group per node
  int threads = 1;
  CafOptions::Scheduler scheduler = CafOptions::Scheduler::stealing;
};

// The difference between the world run inline (already recorded) and under the variant, if any.
inline std::optional<std::string> compare(std::uint64_t seed, PlantedBug bug, const Variant& variant,
                                          const Recorder& inline_run, const Plan& plan) {
  Topology world = random_world(seed, bug);
  bind_world(world, variant.binding, seed, variant.groups, variant.threads);
  EngineOptions options;
  options.caf_scheduler = variant.scheduler;
  options.caf_shuffle_seed = seed;
  Recorder recorder;
  record(world, options, recorder);
  auto difference = first_difference(inline_run, recorder, plan);
  if (difference) *difference = "seed " + std::to_string(seed) + ", " + variant.name + ": " + *difference;
  return difference;
}

}  // namespace optix::testing
