#pragma once
// Nearest arbitrage-free slice, with a report of what changed.
//
// Butterflies: two candidates. One keeps the at-the-money variance, skew and left wing (v, ψ, p) and
// moves the right wing c and minimum variance ṽ from those given towards those of the SSVI slice
// c' = p + 2ψ, ṽ' = v·4pc'/(p+c')², just as far as needed (Gatheral & Jacquier 2014, §5.1). The other
// is a least-squares descent over all five parameters. The nearer to the original wins (root mean
// square of w on the compared range), unless the options ask to keep the jump wings.
// Calendars: the far slice is lifted: wing slopes raised to the near slice's, then its level, just as
// far as needed; or descended to by least squares under both constraints. The nearer wins.
// What is returned has passed svi_butterfly_free (and svi_calendar_free).
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/volatility/arbitrage.hpp"

namespace optix {

enum class SviRepairMethod : std::uint8_t {
  none,           // nothing was wrong
  least_squares,  // descent over all parameters
  jump_wings,     // v, ψ, p kept
  lifted          // calendar: level and wings raised
};
constexpr auto enum_names(SviRepairMethod) {
  return std::to_array<std::string_view>({"none", "least_squares", "jump_wings", "lifted"});
}

struct SviRepairOptions {
  double years = 1;  // for the jump wings in the report
  // Where nearness is measured; both 0: five at-the-money standard deviations, or m ± 5σ if wider.
  double k_from = 0;
  double k_to = 0;
  bool keep_jump_wings = false;  // v, ψ and p must stay, where that is possible
};

struct SviRepair {
  SviParameters parameters;
  SviRepairMethod method = SviRepairMethod::none;
  bool changed = false;
  double rms_change_w = 0;  // over 101 equally spaced k of the compared range
  double max_change_w = 0;
  double k_from = 0;  // the compared range
  double k_to = 0;
  ButterflyReport before;
  ButterflyReport after;
  std::optional<SviJumpWings> jump_wings_before;  // none when w(0) ≤ 0
  std::optional<SviJumpWings> jump_wings_after;
};

// Error when the parameters are not valid (svi_valid), or the slice has no positive variance anywhere
// in the compared range.
Result<SviRepair> repair_butterfly(const SviParameters& slice, const SviRepairOptions& options = {});

// far lifted above near and free of butterflies. near must be free of butterflies (error otherwise).
Result<SviRepair> repair_calendar(const SviParameters& near, const SviParameters& far,
                                  const SviRepairOptions& options = {});

}  // namespace optix
