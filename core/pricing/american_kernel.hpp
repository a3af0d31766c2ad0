#pragma once
// The two numerical kernels behind american.hpp, for American puts with a strike of 1 and one exercise
// boundary (r > 0, or r = 0 and q < 0). One vector lane is one option, and lanes never meet: the bits
// do not depend on the vector width or on which options share a block.
#include <cstddef>

#include "core/pricing/american_rule.hpp"

namespace optix {

constexpr std::size_t american_block = 8;  // options solved together

struct alignas(64) LaneValues {
  double lane[american_block];
};

struct BoundaryInputs {
  LaneValues rate, yield, years, vol;
};

// Elements of scratch solve_boundaries needs.
std::size_t boundary_scratch(const AmericanRule& rule);

// The boundary B of each lane, as squares[node] = ln²(B(τ_node)/X) and log_start = ln X, where
// X = min(1, r/q) is the boundary just before expiry. Only the first `used` lanes matter, but every lane
// of `in` must hold some option.
void solve_boundaries(const AmericanRule& rule, const BoundaryInputs& in, std::size_t used, LaneValues* squares,
                      LaneValues& log_start, LaneValues* scratch);

struct PremiumInputs {
  LaneValues spot;  // in units of the strike
  LaneValues rate, yield, years, vol;
};
// What early exercise is worth, and its first two derivatives in spot; and the boundary today.
struct PremiumOutputs {
  LaneValues value, delta, gamma, boundary;
};
// squares and log_start as above, gathered by the caller: lane i holds the boundary of option i.
void exercise_premium(const AmericanRule& rule, const PremiumInputs& in, std::size_t used, const LaneValues* squares,
                      const LaneValues& log_start, PremiumOutputs& out);

}  // namespace optix
