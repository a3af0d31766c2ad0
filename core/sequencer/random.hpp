#pragma once
// Counter-based random numbers: the same (seed, stream, counter) is the same number on every
// machine, in any order, on any thread. Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel
// random numbers: as easy as 1, 2, 3", SC11).
#include <cstdint>
#include <string_view>

namespace optix {

std::uint64_t draw(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter);

// Uniform in (0, 1), never 0 or 1; 53 bits.
double draw_uniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter);

// A stream number from a name, so that adding a node never changes another node's draws.
std::uint64_t stream_of(std::string_view name);

}  // namespace optix
