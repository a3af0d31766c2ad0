#include "core/volatility/year_clock.hpp"

#include <algorithm>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

// The share of [begin, end] that lies within [from, to].
double overlap(Timestamp begin, Timestamp end, Timestamp from, Timestamp to) {
  const std::int64_t first = std::max(begin.ns, from.ns), last = std::min(end.ns, to.ns);
  if (last <= first) return 0;
  return static_cast<double>(last - first) / static_cast<double>(end - begin);
}

double session_days(const YearClock& clock, Timestamp from, Timestamp to) {
  Date session = session_on_or_before(new_york_date(from));
  if (from < session_open(session)) session = previous_session(session);
  double days = 0;
  for (Timestamp open = session_open(session); open < to;) {
    const Timestamp close = session_close(session);
    const Date next = next_session(session);
    const Timestamp next_open = session_open(next);
    const double gap_weight = (1 - clock.session_share) + clock.closed_day_weight * (next - session - 1);
    days += clock.session_share * overlap(open, close, from, to);
    days += gap_weight * overlap(close, next_open, from, to);
    session = next;
    open = next_open;
  }
  return days;
}

}  // namespace

double YearClock::years(Timestamp from, Timestamp to) const {
  if (kind == YearClockKind::calendar) return years_between(from, to);
  if (to < from) return -session_days(*this, to, from) / sessions_per_year;
  return session_days(*this, from, to) / sessions_per_year;
}

}  // namespace optix
