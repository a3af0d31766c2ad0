#include "core/sequencer/latency.hpp"

#include <algorithm>
#include <cstddef>

#include "core/pricing/elementary.hpp"
#include "core/sequencer/random.hpp"

namespace optix {
namespace {

constexpr double longest = 50;  // of an exponential draw, in means: e^-50 is never drawn with 53 bits

std::int64_t quantile(const std::vector<std::int64_t>& table, double probability) {
  const double place = probability * static_cast<double>(table.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(place), table.size() - 2);
  const double part = place - static_cast<double>(below);
  return table[below] + static_cast<std::int64_t>(part * static_cast<double>(table[below + 1] - table[below]));
}

}  // namespace

std::int64_t draw_latency(const Latency& latency, std::uint64_t seed, std::uint64_t stream, std::uint64_t counter) {
  switch (latency.model) {
    case Latency::Model::fixed: return latency.ns;
    case Latency::Model::uniform:
      if (latency.jitter_ns <= 0) return latency.ns;
      return latency.ns +
             static_cast<std::int64_t>(draw(seed, stream, counter) % static_cast<std::uint64_t>(latency.jitter_ns));
    case Latency::Model::exponential: {
      const double means = std::min(-math::log(draw_uniform(seed, stream, counter)), longest);
      return latency.ns + static_cast<std::int64_t>(means * static_cast<double>(latency.mean_ns));
    }
    case Latency::Model::table: return latency.ns + quantile(latency.quantiles_ns, draw_uniform(seed, stream, counter));
  }
  return latency.ns;
}

}  // namespace optix
