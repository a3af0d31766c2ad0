#pragma once
// Thins the snapshots of a session out to a grid of instants without looking ahead.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "messages/field.hpp"
#include "messages/values/time.hpp"

namespace optix {

enum class Frequency : std::uint8_t { native, minute_1, minute_5, minute_15, minute_30, hour_1, daily };
constexpr auto enum_names(Frequency) {
  return std::to_array<std::string_view>({"native", "1min", "5min", "15min", "30min", "1h", "daily"});
}

// Snapshot `snapshot` of a session, sent at `at`.
struct Pick {
  Timestamp at;
  std::uint32_t snapshot = 0;
  bool operator==(const Pick&) const = default;
};

// A session of the exchange, with hours that the calendar knows; other days have no grid.
bool has_session_hours(Date session);

// The instants of a session at which something may be sent: the open, then one every step of the
// frequency, the last at the close; all in New York time, so that a session's grid is the same in
// summer and winter. Empty for native and daily.
std::vector<Timestamp> session_grid(Date session, Frequency frequency);

// Which of a session's snapshots (`times`, ascending) are sent, and when:
//   native  every one, at its own time;
//   a grid  at each instant the last one at or before it, if it is newer than the instant before;
//           sent at the grid's instant, when it is known to be the last; none after the close;
//   daily   the last one, at the close, or at its own time when that is later.
// A snapshot is never sent before its time. On days without session hours every frequency is native.
std::vector<Pick> pick_snapshots(Date session, std::span<const Timestamp> times, Frequency frequency);

}  // namespace optix
