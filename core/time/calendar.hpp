#pragma once
// The US options exchange calendar: sessions, early closes, New York time, settlement instants.
// Computed from the exchanges' holiday rules plus a short list of unscheduled closures; no time
// zone database. Checked against published calendars 2005–2027; later years follow today's rules.
//
// Rules: NYSE Rule 7.2 (holidays and early closings), Juneteenth from 2022, US Energy Policy Act
// of 2005 (daylight saving time from 2007). Dates outside [first_day, last_day] throw
// std::out_of_range: callers that take dates from outside check `calendar_covers` first.
#include <cstdint>
#include <string_view>

#include "messages/market.hpp"
#include "messages/values/time.hpp"

namespace optix {

inline constexpr Date calendar_first_day = Date::from_civil(2005, 1, 3);   // a session
inline constexpr Date calendar_last_day = Date::from_civil(2099, 12, 31);  // a session
constexpr bool calendar_covers(Date d) { return d >= calendar_first_day && d <= calendar_last_day; }

// Seconds to add to UTC to get New York wall time: -18,000 (EST) or -14,400 (EDT).
int new_york_offset(Timestamp utc);
// The instant at which New York clocks show `seconds` past midnight on `date`. A time skipped in
// spring is read as standard time, a time repeated in autumn as daylight time.
Timestamp new_york_time(Date date, int seconds);
constexpr int clock_seconds(int hour, int minute) { return (hour * 60 + minute) * 60; }
// The New York calendar date at an instant.
Date new_york_date(Timestamp utc);

bool is_session(Date date);
// A session that ends at 13:00 for equities.
bool is_early_close(Date date);
// "Good Friday", "weekend", …; empty for a session.
std::string_view closed_reason(Date date);

Date next_session(Date date);      // first session after `date`
Date previous_session(Date date);  // last session before `date`
Date session_on_or_before(Date date);
Date session_on_or_after(Date date);

// Hours of one session; `date` must be one.
Timestamp session_open(Date date);        // 09:30 ET
Timestamp session_close(Date date);       // 16:00 or 13:00 ET: equities and their options
Timestamp index_option_close(Date date);  // 16:15 or 13:15 ET: index options that do not expire that day

// When a contract's settlement value is fixed: pm, the close (16:00 or 13:00 ET) of the expiration
// session; am, its opening (09:30 ET). An expiration dated on a closed day (the Saturday dates used
// before February 2015) means the last session before it.
Timestamp settlement_instant(Date expiration, Settlement settlement);

// Year fraction to an instant, Act/365 on exact nanoseconds; negative when it is in the past.
double years_between(Timestamp from, Timestamp to);

}  // namespace optix
