#pragma once
// Strategy-based margin (Reg T): the requirement of a set of holdings on one underlying is the smallest
// over all ways to pair its legs into strategies that the rules recognise. docs/margin.md has the tables.
//
// Exact up to `pairing_max_legs` distinct legs (after equal ones are merged) whatever the quantities,
// as long as the search ends within its bound; the result says so. Beyond it the legs are cut into parts
// in order of expiration and strike: the sum of the parts' minima is a pairing too, an upper bound.
#include "core/margin/margin.hpp"

namespace optix {

inline constexpr std::size_t pairing_max_legs = 64;

// All legs are on `underlying`; quantities of 0 are passed over. `session`: the day it is asked on, for
// the nine months. Throws std::invalid_argument for a leg without price, strike or multiplier.
MarginRequirement strategy_requirement(std::span<const MarginLeg> legs, const MarginUnderlying& underlying,
                                       MarginKind kind, Date session);

// The same in a cash account: shares and long options are paid for, calls covered by shares, puts
// secured by their exercise price; nothing is naked. European options settled in cash may be spread:
// the maximum loss is secured.
MarginRequirement cash_requirement(std::span<const MarginLeg> legs, const MarginUnderlying& underlying, Date session);

}  // namespace optix
