#pragma once
// Which positions to close when the maintenance requirement is not met. Decides only; whoever asks
// sends the orders, at the next tradable quote.
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/margin/account_margin.hpp"

namespace optix {

enum class LiquidationPolicy : std::uint8_t {
  cheapest_first,             // lowest closing cost per USD of requirement released
  largest_requirement_first,  // most requirement released
  whole_book,                 // everything, in order of position id
};
constexpr auto enum_names(LiquidationPolicy) {
  return std::to_array<std::string_view>({"cheapest_first", "largest_requirement_first", "whole_book"});
}

// A multi-leg position as it can be closed now.
struct LiquidationPosition {
  std::uint64_t position = 0;
  MarginUnderlying underlying;  // one per position
  std::vector<MarginLeg> legs;
  Decimal closing_cost;  // cash to close it at the touch, fees included: paid +, received −; none: no quote
};

struct LiquidationStep {
  std::uint64_t position = 0;
  Decimal closing_cost;
  Decimal released;      // maintenance charge before − after
  Decimal excess_after;  // excess of what remains, the closing paid
};

// Closes positions one by one, each chosen with what remains in view, until the excess is not negative.
// A position that would not raise the excess is left alone (except by whole_book), and so is one
// without a quote. Ties: the lower position id. May end short of 0: then nothing more can help.
std::vector<LiquidationStep> liquidation_order(LiquidationPolicy policy, AccountKind kind, Decimal cash,
                                               std::span<const LiquidationPosition> book, Date session);

}  // namespace optix
