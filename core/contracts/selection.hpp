#pragma once
// Picks the contracts of a multi-leg entry from one chain snapshot, by rules that use nothing but
// that snapshot: no later quote, no earlier one.
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/contracts/chain_view.hpp"

namespace optix {

enum class StrikeTie : std::uint8_t { lowest_strike, highest_strike };
constexpr auto enum_names(StrikeTie) { return std::to_array<std::string_view>({"lowest_strike", "highest_strike"}); }

enum class ExpiryTie : std::uint8_t { smaller, larger };
constexpr auto enum_names(ExpiryTie) { return std::to_array<std::string_view>({"smaller", "larger"}); }

// The strike whose |delta| is nearest to `target` among those with min <= |delta| <= max. Distances
// within 1e-9 are a tie. A contract whose delta is NaN is never chosen.
struct DeltaRule {
  double target = 0;
  double min = 0;
  double max = 1;
  StrikeTie tie = StrikeTie::lowest_strike;
};

// The listed strike nearest to (strike of leg `from`) + points; a tie goes to the strike nearer to
// the reference leg. Never the reference strike itself unless points is 0.
struct OffsetRule {
  std::size_t from = 0;
  Decimal points;
};

// Exactly one of delta and offset is set.
struct LegRule {
  Right right = Right::put;
  std::int32_t quantity = 0;  // contracts, positive buys
  std::optional<DeltaRule> delta;
  std::optional<OffsetRule> offset;
};

// Calendar days from the snapshot's session to expiration: min <= days <= max, nearest to target.
struct ExpiryRule {
  int min = 0;
  int max = 0;
  int target = 0;
  ExpiryTie tie = ExpiryTie::smaller;
};

struct SelectionRule {
  std::vector<Symbol> roots;  // empty: every root
  ExpiryRule expiry;
  Decimal min_bid;            // every leg's bid and ask must be above this, strictly
  std::vector<LegRule> legs;  // at most max_legs
};

inline constexpr std::size_t max_rule_legs = 64;

struct SelectedLeg {
  std::size_t row = 0;
  ContractId contract = 0;
  std::int32_t quantity = 0;
};

struct Selection {
  Date expiration;
  Symbol root;
  boost::container::small_vector<SelectedLeg, 4> legs;  // in the order of the rule
};

// What is wrong with a rule, or nullopt: no legs, a zero quantity, an offset leg that refers to
// itself, out of range or in a circle, bounds out of order.
std::optional<std::string> rule_defect(const SelectionRule& rule);

// True when some expiration offers every leg; all legs share one expiration and one root.
// Expirations are tried in order of preference until one has them all; two roots on one date are
// tried in the order of the snapshot. `out` is overwritten; it is meaningless after false. Nothing
// is allocated for four legs or fewer. The rule must have no defect.
bool select_legs(const ChainSnapshot& chain, const SelectionRule& rule, Selection& out);

}  // namespace optix
