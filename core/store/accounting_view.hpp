#pragma once
// A run's accounts read for people: profit at other fill prices, profit by greek, margin.
#include <span>
#include <string_view>

#include "core/store/run_view.hpp"
#include "messages/portfolio.hpp"
#include "messages/risk.hpp"

namespace optix {

// A column of Attribution, in the order in which people read them.
struct AttributionPart {
  std::string_view name;
  std::string_view meaning;
  double Attribution::*member;
};
std::span<const AttributionPart> attribution_parts();

struct AttributionSums {
  Attribution total;            // every part summed over the sessions; time and session of the last
  double largest_residual = 0;  // by size, signed, USD
  Date largest_residual_session;
};
// All zero for a run without attribution.
AttributionSums attribution_sums(const RunView& view);

// The margin state with the lowest excess of those computed (risk.margin.every says when that is);
// nullptr when the run has no margin account.
const MarginState* tightest_margin(const RunView& view);
// How often the excess fell below zero: a deficit that goes on is one call.
std::size_t margin_calls(const RunView& view);

}  // namespace optix
