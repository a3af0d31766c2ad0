#pragma once
// Numbers and slices for property tests: the same on every machine.
#include <cmath>
#include <cstdint>

#include "core/sequencer/random.hpp"
#include "core/volatility/svi.hpp"

namespace optix {

class CounterRandom {
 public:
  explicit CounterRandom(std::uint64_t seed) : seed_(seed) {}
  double between(double low, double high) { return low + (high - low) * draw_uniform(seed_, 0, counter_++); }

 private:
  std::uint64_t seed_;
  std::uint64_t counter_ = 0;
};

// Positive variance everywhere; with and without butterfly arbitrage.
inline SviParameters random_slice(CounterRandom& random) {
  SviParameters p;
  p.b = std::exp(random.between(-6, 0.5));
  p.rho = random.between(-0.999, 0.999);
  p.sigma = std::exp(random.between(-6, 0.5));
  p.m = random.between(-2, 2) * p.sigma;
  p.a = p.b * p.sigma * (random.between(0.01, 3) - std::sqrt(1 - p.rho * p.rho));
  return p;
}

}  // namespace optix
