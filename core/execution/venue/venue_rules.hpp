#pragma once
// How a simulated venue behaves: its configuration.
#include <cstdint>

#include "core/execution/fees/fee_lines.hpp"
#include "core/execution/fills/fill_rules.hpp"

namespace optix {

// Which quotes an order that can trade at once trades against.
enum class FillOn : std::uint8_t {
  same_snapshot,  // those it found when it arrived: a researcher's "at the close", decided on the close
  next_snapshot,  // the next ones: the time of a fill is after the time of the quotes that led to it
};
constexpr auto enum_names(FillOn) { return std::to_array<std::string_view>({"same_snapshot", "next_snapshot"}); }

// What trades against quotes that the source cannot vouch for.
enum class StaleQuotes : std::uint8_t { nothing, closing };
constexpr auto enum_names(StaleQuotes) { return std::to_array<std::string_view>({"nothing", "closing"}); }

// Answers that get lost on their way, so that what a strategy does with an unknown order can be tried.
struct VenueFaults {
  double lose_answers = 0;         // probability per order
  std::int64_t resolve_after = 1;  // snapshots of its underlying until the truth comes out by itself
};

struct VenueRules {
  FillRules fills;
  FeeTable fees;
  FillOn fill_on = FillOn::same_snapshot;
  StaleQuotes stale = StaleQuotes::nothing;
  Decimal share_half_spread = Decimal::from_raw(10'000);  // shares are quoted at the underlying's price ± this
  bool check_ticks = false;                               // refuse prices that are no multiple of the increment
  VenueFaults faults;
  std::uint64_t seed = 0;    // of the run
  std::uint64_t stream = 0;  // of the node
};

}  // namespace optix
