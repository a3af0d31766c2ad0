#pragma once
// Which contracts are listed when: expirations by rule, strikes around the price, each kept until it
// expires. Everything that is decided on a morning uses the price of the session before.
//
// Strikes: strike_step within [−strikes_below, +strikes_above] of the price (not from long_days on),
// strike_step_far within the far range, strike_step_wing within the wing range. When the price moves,
// the missing ones are added; none is taken away before its expiration.
#include <cstdint>
#include <vector>

#include "core/data/simulation/parameters.hpp"

namespace optix::simulation {

enum class ListingKind : std::uint8_t { weekly, monthly };

// One (expiration, root) with its strikes, ascending. Columns are parallel.
struct ListedExpiration {
  Date expiration;
  Symbol root;
  Settlement settlement = Settlement::pm;
  Timestamp settles;
  ListingKind kind = ListingKind::weekly;
  int listed_days = 0;               // days to expiration when such an expiration is first listed
  std::uint32_t first = 0;           // first session (number)
  std::uint32_t end = 0;             // session after the last one
  std::vector<Decimal> strike;       //
  std::vector<double> price;         // the strike as a number, USD
  std::vector<double> log;           // its logarithm
  std::vector<std::uint32_t> since;  // session in which the strike was listed
};

struct Listings {
  // By (expiration, root).
  std::vector<ListedExpiration> expirations;
  // Per session: those that trade, in the same order.
  std::vector<std::vector<std::uint32_t>> alive;
};

// `sessions` ascending; `reference[s]`: the price known on the morning of session s.
Listings list_contracts(const Params& params, const std::vector<Date>& sessions, const std::vector<double>& reference);

}  // namespace optix::simulation
