#pragma once
// Time stepping for american_dividends.cpp: from expiry back to now over one axis or four at once.
#include <span>
#include <vector>

#include "core/pricing/dividend_grid.hpp"

namespace optix {

// One stretch of time without dividends. Its steps are shorter towards `end`, where values may have a
// kink: four blocks of `block_steps` equal steps ending at 1/16, 1/4, 9/16 and all of the way back.
struct MarchSpan {
  double begin = 0, end = 0;  // years from now
  int block_steps = 0;
  double drop = 0;           // the dividend that goes ex at `begin`; 0 for none
  double carried_end = 0;    // escrowed model: value at `end` of the dividends with ex time ≥ end
  double carried_begin = 0;  // and, at `begin`, of those with ex time ≥ begin
};

struct MarchPlan {
  bool american = false;
  bool escrowed = false;
  double rate = 0;
  std::vector<MarchSpan> spans;  // from the last back to now
};

// `dividends` are those in (0, years], ascending. About `steps`·`refine` steps in all, shared out by
// the square root of the spans' lengths, at least four a span.
MarchPlan make_march_plan(bool american, bool escrowed, double rate, double years,
                          std::span<const CashDividend> dividends, int steps, int refine);

inline constexpr std::size_t march_lanes = 4;

// Replaces each axis's value at expiry by the value now. One axis or `march_lanes` of them, all with
// equally many nodes; an axis gets the same bits alone as among others.
void march(const MarchPlan& plan, std::span<DividendAxis> axes);

}  // namespace optix
