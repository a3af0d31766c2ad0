#pragma once
// Which tax lots a closing trade takes, and at what cost.
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/portfolio/holding.hpp"

namespace optix {

enum class LotMethod : std::uint8_t {
  average,       // no lots: every contract of a holding has the same cost
  fifo,          // oldest first
  lifo,          // newest first
  highest_cost,  // highest cost per contract first (of shorts: least received), then oldest
  lowest_cost,   // lowest first
  specific,      // in the order of LotRules::order, then oldest first
};
constexpr auto enum_names(LotMethod) {
  return std::to_array<std::string_view>({"average", "fifo", "lifo", "highest_cost", "lowest_cost", "specific"});
}

struct LotRules {
  LotMethod method = LotMethod::average;
  // specific: numbers of lots (1 is the first that a holding opened) in the order they are closed.
  std::vector<std::int64_t> order = {};
  bool operator==(const LotRules&) const = default;
};

// A lot, or what was taken of it: quantity signed as the lot, its share of the cost. A part of a lot
// takes cost × part / whole, rounded half away from zero to a millionth; the last part takes the rest.
struct LotPart {
  Timestamp opened;
  std::int64_t quantity = 0;
  Decimal cost;
};

// Takes `quantity` (signed as the lots, at most what they hold) out of `lots`, oldest first in there.
// Throws std::logic_error when they hold less, or for LotMethod::average.
std::vector<LotPart> take_lots(std::vector<Lot>& lots, const LotRules& rules, std::int64_t quantity);

// A split: the quantities of all lots become `after` in all (same sign), rounded toward zero as they add
// up from the oldest. Costs stay, less `returned` (cash in lieu of fractions) in proportion to quantity.
// The cost of a lot that ends with nothing goes to the next, or to the one before it.
void convert_lots(std::vector<Lot>& lots, std::int64_t after, Decimal returned);

}  // namespace optix
