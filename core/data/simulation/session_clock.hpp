#pragma once
// When snapshots are taken and how much of a session's variance falls before each.
//
// A session's variance is 1: `overnight_share` between the last snapshot of the session before and
// the opening, the rest in proportion to f(u) = 1 + a·((2u − 1)² − 1/3) over the session's time
// u in [0, 1], the U that intraday volatility has (Wood, McInish & Ord, J. Finance 40(3), 1985).
#include <vector>

#include "core/data/simulation/parameters.hpp"

namespace optix::simulation {

struct SessionClock {
  std::vector<Date> sessions;
  std::size_t per_session = 1;
  // [session·per_session + i]
  std::vector<Timestamp> times;
  // The same for every session: share of variance before the opening, then before snapshot i.
  std::vector<double> share;
  // Share of the day's trading done by snapshot i; 1 at the last.
  std::vector<double> traded;
};

// ∫ of f from 0 to u; 0 at 0 and 1 at 1.
double intraday_share(double shape, double u);

SessionClock session_clock(const Params& params);

}  // namespace optix::simulation
