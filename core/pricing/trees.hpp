#pragma once
// Binomial trees: for teaching and as an independent check of the other engines.
//
// Cox, Ross & Rubinstein (1979): u = e^{σ√Δt}, d = 1/u; error O(1/n), zig-zagging with n.
// Leisen & Reimer (1996): probabilities by Peizer–Pratt inversion (method 2) of d1 and d2, centred on
// the strike; n must be odd; error O(1/n²) for European options and about O(1/n) but smooth for
// American ones.
//
// Delta and gamma are read from the tree extended two steps into the past (Pelsser & Vorst 1994), so
// that three nodes lie at time zero and theta does not leak into gamma; the middle one is the spot.
// Units as in black_scholes.hpp.
#include <cstdint>

#include "core/pricing/black_scholes.hpp"

namespace optix {

enum class TreeKind : std::uint8_t { cox_ross_rubinstein, leisen_reimer };
constexpr auto enum_names(TreeKind) {
  return std::to_array<std::string_view>({"cox_ross_rubinstein", "leisen_reimer"});
}

struct TreeValue {
  double price = 0;
  double delta = 0;
  double gamma = 0;
};

// Value by a tree of `steps` steps; time O(steps²), memory O(steps).
// Throws std::invalid_argument when spot, strike, years or vol is not a positive finite number, rate
// or dividend_yield is not finite, steps is not in [1, 100000], Leisen–Reimer is asked for an even
// count, a result leaves the range of a double, or a probability leaves (0, 1): Cox–Ross–Rubinstein
// needs more than years·((r − q)/σ)² steps, and the message says how many are enough.
TreeValue tree_value(TreeKind kind, ExerciseStyle exercise, Right right, const BlackScholesInput& in, int steps);

}  // namespace optix
