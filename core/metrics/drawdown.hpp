#pragma once
// Drawdowns of a curve that starts at 1 before its first period.
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/metrics/returns.hpp"

namespace optix {

// Depth below the highest point so far (the start included), ≤ 0, one value a period.
std::vector<double> drawdown_curve(std::span<const double> curve);

// One spell under water. Indices are periods; the peak of a spell that begins with the first
// period is the start itself, which has no index.
struct DrawdownSpell {
  std::size_t first = 0;                // first period under water
  std::size_t valley = 0;               // deepest period (the first on ties)
  std::optional<std::size_t> recovery;  // first period back at the peak; none: still open
  double depth = 0;                     // < 0
  std::size_t periods = 0;              // periods under water

  // Dates; the peak of a spell from the start is the date of the first period.
  Date peak_date, valley_date, end_date;  // end: recovery, or the last period while open
  int calendar_days = 0;                  // peak to recovery, or to the last period while open
};

// All spells in order of time. Dates stay at their defaults when the series has none.
std::vector<DrawdownSpell> drawdown_spells(const ReturnSeries& series);

// The `count` deepest, deepest first; equal depths in order of time.
std::vector<DrawdownSpell> deepest_spells(std::vector<DrawdownSpell> spells, std::size_t count);

}  // namespace optix
