#include "core/data/simulation/session_clock.hpp"

#include "core/time/calendar.hpp"

namespace optix::simulation {

double intraday_share(double shape, double u) {
  const double x = 2 * u - 1;
  return u + shape * ((x * x * x + 1) / 6 - u / 3);
}

SessionClock session_clock(const Params& p) {
  SessionClock out;
  const auto n = static_cast<std::size_t>(p.snapshots_per_session);
  out.per_session = n;
  for (Date d = session_on_or_after(p.first); d <= p.last; d = next_session(d)) {
    out.sessions.push_back(d);
    if (d == calendar_last_day) break;
  }
  out.times.reserve(out.sessions.size() * n);
  const std::int64_t before = std::int64_t{60} * p.minutes_before_close * nanos_per_second;
  for (const Date d : out.sessions) {
    const Timestamp open = session_open(d);
    const std::int64_t length = session_close(d) - open - before;
    const std::int64_t step = length / p.snapshots_per_session;
    for (std::size_t i = 1; i <= n; ++i)
      out.times.push_back(open + (i == n ? length : step * static_cast<std::int64_t>(i)));
  }
  out.share.push_back(p.overnight_share);
  double last = 0;
  for (std::size_t i = 1; i <= n; ++i) {
    const double now = i == n ? 1 : intraday_share(p.intraday_shape, static_cast<double>(i) / static_cast<double>(n));
    out.share.push_back((1 - p.overnight_share) * (now - last));
    out.traded.push_back(now);
    last = now;
  }
  return out;
}

}  // namespace optix::simulation
