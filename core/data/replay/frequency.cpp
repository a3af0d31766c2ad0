#include "core/data/replay/frequency.hpp"

#include <algorithm>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

std::int64_t step_minutes(Frequency frequency) {
  switch (frequency) {
    case Frequency::minute_1: return 1;
    case Frequency::minute_5: return 5;
    case Frequency::minute_15: return 15;
    case Frequency::minute_30: return 30;
    case Frequency::hour_1: return 60;
    case Frequency::native:
    case Frequency::daily: break;
  }
  return 0;
}

}  // namespace

bool has_session_hours(Date session) { return calendar_covers(session) && is_session(session); }

std::vector<Timestamp> session_grid(Date session, Frequency frequency) {
  const std::int64_t step = step_minutes(frequency) * 60 * nanos_per_second;
  std::vector<Timestamp> out;
  if (step == 0 || !has_session_hours(session)) return out;
  const Timestamp close = session_close(session);
  for (Timestamp at = session_open(session); at < close; at = at + step) out.push_back(at);
  out.push_back(close);
  return out;
}

std::vector<Pick> pick_snapshots(Date session, std::span<const Timestamp> times, Frequency frequency) {
  std::vector<Pick> out;
  if (times.empty()) return out;
  if (frequency == Frequency::native || !has_session_hours(session)) {
    for (std::size_t i = 0; i < times.size(); ++i) out.push_back({times[i], static_cast<std::uint32_t>(i)});
    return out;
  }
  if (frequency == Frequency::daily) {
    out.push_back({std::max(times.back(), session_close(session)), static_cast<std::uint32_t>(times.size() - 1)});
    return out;
  }
  std::size_t seen = 0;  // snapshots at or before the instant before
  for (const Timestamp at : session_grid(session, frequency)) {
    const auto known = static_cast<std::size_t>(std::upper_bound(times.begin(), times.end(), at) - times.begin());
    if (known > seen) out.push_back({at, static_cast<std::uint32_t>(known - 1)});
    seen = known;
  }
  return out;
}

}  // namespace optix
