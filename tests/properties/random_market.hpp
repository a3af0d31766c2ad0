#pragma once
// A market made up from a seed: an equity with weekly options that splits and pays dividends, beside an
// index with cash-settled contracts; with gaps, halts, crossed and one-sided quotes.
#include <map>
#include <string>
#include <vector>

#include "core/contracts/instruments.hpp"
#include "core/sequencer/random.hpp"
#include "messages/all.hpp"
#include "tests/scenarios/scripted_nodes.hpp"

namespace optix::properties {

// Uniform draws, numbered.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}
  double uniform() { return draw_uniform(seed_, stream_, ++count_); }
  // 0 … n − 1
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(uniform() * static_cast<double>(n)); }
  std::int64_t between(std::int64_t low, std::int64_t high) { return low + below(high - low + 1); }
  bool chance(double p) { return uniform() < p; }
  std::uint64_t count() const { return count_; }
  void skip_to(std::uint64_t count) { count_ = count; }

 private:
  std::uint64_t seed_, stream_, count_ = 0;
};

struct RandomMarket {
  std::vector<scenarios::ScriptedWave> waves;
  std::size_t splits = 0, dividends = 0, contracts = 0;
};

RandomMarket random_market(std::uint64_t seed);

}  // namespace optix::properties
