#pragma once
// Questions about one chain snapshot in O(log n): expirations by days, rows by strike, moneyness,
// delta, premium, open interest and volume. What an answer needs is sorted when it is first asked for
// and kept; the index of a snapshot that nobody asks costs nothing.
//
// Rows whose value is unknown (NaN delta, a side without a price, a crossed quote) are in no order and
// in no answer. All answers use nothing but the snapshot.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "core/contracts/chain_view.hpp"
#include "core/contracts/selection.hpp"
#include "messages/ref.hpp"

namespace optix {

// The values by which the rows of a group can be ordered.
enum class ChainOrder : std::uint8_t {
  abs_delta,      // |delta|
  premium,        // middle of bid and ask, USD per share
  open_interest,  // contracts
  volume,         // contracts
};
inline constexpr std::size_t chain_orders = 4;

class ChainIndex {
 public:
  static constexpr double no_bound = std::numeric_limits<double>::infinity();

  // `snapshot` must hold a ChainSnapshot; the index shares it. Not for several threads at once.
  explicit ChainIndex(MessageRef snapshot);

  const ChainSnapshot& chain() const { return *chain_; }

  // ---- expirations ----

  // One expiration of one root, by expiration and then root; a right that is not listed has no group.
  struct Listing {
    Date expiration;
    Symbol root;
    std::int32_t days = 0;                 // calendar days from the snapshot's session
    std::optional<std::size_t> call, put;  // groups
  };
  std::span<const Listing> listings() const { return listings_; }
  // Those with min <= days <= max.
  std::span<const Listing> listings_within(std::int32_t min, std::int32_t max) const;
  // Of those, the ones whose days are nearest to `target`: one date, with all its roots. Two dates
  // equally near: the tie decides.
  std::span<const Listing> nearest_listings(std::int32_t target, std::int32_t min, std::int32_t max,
                                            ExpiryTie tie = ExpiryTie::smaller) const;

  // A strike of a listing with the rows of its call and put.
  struct StrikePair {
    Decimal strike;
    std::optional<std::size_t> call, put;  // rows
  };
  // All strikes of a listing, ascending. `listing` is one of listings().
  std::span<const StrikePair> strikes(const Listing& listing) const;

  // ---- strikes of a group ----

  // The strike nearest to `wanted`, which need not be listed. nullopt for a group without rows.
  std::optional<std::size_t> nearest_strike(std::size_t group, Decimal wanted,
                                            StrikeTie tie = StrikeTie::lowest_strike) const;
  // The strike whose ratio to `reference` (a forward or the underlying's price, USD, positive) is
  // nearest to `moneyness`.
  std::optional<std::size_t> nearest_moneyness(std::size_t group, double reference, double moneyness,
                                               StrikeTie tie = StrikeTie::lowest_strike) const;
  // `strikes` listed strikes above (or, negative, below) the one nearest to `reference`; nullopt past
  // the end of the list.
  std::optional<std::size_t> strike_offset(std::size_t group, Decimal reference, std::int32_t strikes,
                                           StrikeTie tie = StrikeTie::lowest_strike) const;

  // ---- values of a group's rows ----

  // Rows by ascending value; equal values by ascending strike.
  std::span<const std::uint32_t> ascending(std::size_t group, ChainOrder order) const;
  // Those with low <= value <= high.
  std::span<const std::uint32_t> between(std::size_t group, ChainOrder order, double low, double high) const;
  // The value nearest to `target` among those. Equal values, and one above as far away as one below,
  // are a tie.
  std::optional<std::size_t> nearest(std::size_t group, ChainOrder order, double target, double low = -no_bound,
                                     double high = no_bound, StrikeTie tie = StrikeTie::lowest_strike) const;
  // The row with the k-th largest value, k from 0; equal values by ascending strike.
  std::optional<std::size_t> largest(std::size_t group, ChainOrder order, std::size_t k) const;
  // The k for which largest() gives this row of the group; nullopt when its value is unknown.
  std::optional<std::size_t> rank(std::size_t group, ChainOrder order, std::size_t row) const;

 private:
  struct Sorted {
    bool done = false;
    std::vector<std::uint32_t> rows;  // ascending
    std::vector<double> values;       // of these rows
  };
  // NaN when unknown.
  double value_of(std::size_t row, ChainOrder order) const;
  const Sorted& sorted(std::size_t group, ChainOrder order) const;

  MessageRef snapshot_;
  const ChainSnapshot* chain_;
  std::vector<Listing> listings_;
  mutable std::vector<Sorted> sorted_;                  // groups × orders; empty before the first question
  mutable std::vector<std::vector<StrikePair>> pairs_;  // by listing, likewise
};

}  // namespace optix
