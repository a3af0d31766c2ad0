#pragma once
// The coverage calendar of a quality report: one SVG, a row of weeks for every year, one cell a day.
#include <string>

#include "core/data/quality.hpp"

namespace optix {

enum class DayState : std::uint8_t { none, closed, used, flagged, dropped, missing };
constexpr auto enum_names(DayState) {
  return std::to_array<std::string_view>({"none", "closed", "used", "flagged", "dropped", "missing"});
}

// What a day shows, the worst over the underlyings given; `words` is what hovering tells.
struct CoverageDay {
  Date date;
  DayState state = DayState::none;
  std::string words;
};
// All weekdays from the first to the last date of the report, for one underlying (empty: all).
std::vector<CoverageDay> coverage_days(const QualityReport& report, Symbol underlying);

// <svg> of these days; CSS classes "day used", "day missing", … are the page's.
std::string coverage_svg(const std::vector<CoverageDay>& days);

}  // namespace optix
