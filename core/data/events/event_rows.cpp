#include "core/data/events/event_rows.hpp"

#include <algorithm>
#include <cmath>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

// Empty when the calendar has the day and one after it.
std::string uncovered(std::string_view name, Date date) {
  if (calendar_covers(date) && date < calendar_last_day) return {};
  return "the " + std::string(name) + " date " + date.to_string() + " is outside the exchange calendar (" +
         calendar_first_day.to_string() + " to " + calendar_last_day.to_string() + ")";
}

// An announcement of a day is surely known at the close of its session; without one, what the market
// shows itself at the open of the ex-date.
std::string complete_announcement(Date declared, Date ex, Timestamp& known_at) {
  if (std::string bad = uncovered("ex", ex); !bad.empty()) return bad;
  if (declared != no_date && declared > ex) return "it was declared after the ex-date";
  const Timestamp at_ex = session_open(session_on_or_after(ex));
  if (known_at == no_time)
    known_at = declared == no_date || !calendar_covers(declared)
                   ? at_ex
                   : std::min(at_ex, session_close(session_on_or_after(declared)));
  return {};
}

}  // namespace

std::string Bar::complete() {
  if (std::string bad = uncovered("session", session); !bad.empty()) return bad;
  if ((begin == no_time) != (end == no_time)) return "begin and end must both be given or both be absent";
  if (begin == no_time) {
    if (!is_session(session)) return "the exchange was closed (" + std::string(closed_reason(session)) + ")";
    begin = session_open(session);
    end = session_close(session);
  }
  if (end < begin) return "it ends before it begins";
  const Decimal zero;
  for (const Decimal p : {open, high, low, close})
    if (p.is_none() || p <= zero) return "a price is not positive";
  if (low > std::min(open, close) || high < std::max(open, close)) return "open or close lies outside low to high";
  if (volume < 0) return "the volume is negative";
  if (known_at == no_time) known_at = end;
  if (known_at < end) return "known_at is before the end of the bar";
  return {};
}

std::string Dividend::complete() {
  if (amount.is_none() || amount < Decimal{}) return "the amount is negative";
  if (pay != no_date && pay < ex) return "it is paid before the ex-date";
  return complete_announcement(declared, ex, known_at);
}

std::string Split::complete() {
  if (new_shares <= 0 || old_shares <= 0) return "new_shares and old_shares must be positive";
  return complete_announcement(declared, ex, known_at);
}

std::string RateQuote::complete() {
  if (std::string bad = uncovered("curve's", date); !bad.empty()) return bad;
  if (!std::isfinite(years) || years <= 0) return "years must be positive";
  if (!std::isfinite(rate) || std::fabs(rate) > 1) return "the rate must lie between -1 and 1: 0.05 is five per cent";
  if (known_at == no_time) known_at = session_open(next_session(date));
  return {};
}

std::string Earnings::complete() {
  if (std::string bad = uncovered("report's", date); !bad.empty()) return bad;
  if (known_at == no_time) return "known_at is missing: when was this date announced?";
  return {};
}

std::string PublishedSettlement::complete() {
  if (std::string bad = uncovered("settlement", date); !bad.empty()) return bad;
  if (value.is_none() || value <= Decimal{}) return "the value must be positive";
  if (known_at == no_time) known_at = session_close(session_on_or_before(date));
  return {};
}

}  // namespace optix
