#pragma once
// Strategy-based margin (Reg T): the requirement of a set of holdings on one underlying is the smallest
// over all ways to pair its legs into strategies that the rules recognise. docs/margin.md has the tables.
//
// Exact up to `pairing_max_legs` distinct contracts, whatever the quantities, as long as the search ends
// within its bound; the result says so. Beyond it the legs are cut into parts in order of expiration and
// strike: the sum of the parts' minima is a pairing too, an upper bound.
#include <vector>

#include "core/margin/margin.hpp"

namespace optix {

inline constexpr std::size_t pairing_max_legs = 64;

// All legs are on `underlying`. `session`: the day it is asked on, for the nine months. Legs of one
// contract are netted. Throws std::invalid_argument for an option without price, a strike or multiplier
// that is not positive, and an underlying without price.
MarginRequirement strategy_requirement(std::span<const MarginLeg> legs, const MarginUnderlying& underlying,
                                       MarginKind kind, Date session);

// The same in a cash account: shares and long options are paid for, calls covered by shares, puts
// secured by their exercise price; nothing is naked. European options settled in cash may be spread:
// the maximum loss is secured.
MarginRequirement cash_requirement(std::span<const MarginLeg> legs, const MarginUnderlying& underlying, Date session);

enum class MarginStrategy : std::uint8_t {
  naked,               // a short option by itself
  straddle,            // a short call and a short put, strikes and expirations as they are
  limited_risk,        // as many longs as shorts of each right, one expiration
  time_spread,         // a short behind a long of the same right that expires later
  covered_call,        // and long shares
  covered_put,         // and short shares
  protective_put,      // and long shares
  collar,              // long shares, long put, short call; of one strike: conversion
  protective_call,     // and short shares
  reverse_conversion,  // short shares, long call, short put of one strike
  long_option,         // by itself
  shares,              // by themselves
};
constexpr auto enum_names(MarginStrategy) {
  return std::to_array<std::string_view>({"naked", "straddle", "limited_risk", "time_spread", "covered_call",
                                          "covered_put", "protective_put", "collar", "protective_call",
                                          "reverse_conversion", "long_option", "shares"});
}

// One group of the cheapest pairing and its part of the charge.
struct MarginGroup {
  MarginStrategy strategy = MarginStrategy::naked;
  std::vector<MarginLeg> legs;  // with the quantities that are in this group; shares as one leg
  Decimal charge;
};

// The cheapest pairing itself, for people: the charges add up to strategy_requirement's.
std::vector<MarginGroup> strategy_pairing(std::span<const MarginLeg> legs, const MarginUnderlying& underlying,
                                          MarginKind kind, Date session);

}  // namespace optix
