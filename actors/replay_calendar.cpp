#include "actors/replay_calendar.hpp"

#include <algorithm>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

auto key(const PendingExpiry& p) { return std::tuple(p.time, p.underlying, p.root, p.expiration, p.settlement); }

}  // namespace

ReplayCalendar::ReplayCalendar(Date first, Date last) {
  first = std::max(first, calendar_first_day);
  last = std::min(last, calendar_last_day);
  state_.ended = first > last;
  if (state_.ended) return;
  last_ = session_on_or_before(last);
  state_.session = session_on_or_after(first);
  state_.ended = state_.session > last_;
}

void ReplayCalendar::on_instruments(const InstrumentBatch& batch, Timestamp now) {
  for (std::size_t i = 0; i < batch.root.size(); ++i) {
    if (batch.settles[i] < now) continue;  // quoted after it expired
    const PendingExpiry fresh{batch.settles[i],    batch.underlying[i], batch.root[i],
                              batch.expiration[i], batch.settlement[i], 1};
    const auto at = std::lower_bound(state_.pending.begin(), state_.pending.end(), fresh,
                                     [](const PendingExpiry& a, const PendingExpiry& b) { return key(a) < key(b); });
    if (at != state_.pending.end() && key(*at) == key(fresh))
      ++at->contracts;
    else
      state_.pending.insert(at, fresh);
  }
}

SessionEvent ReplayCalendar::event(SessionPhase phase) const {
  const Timestamp time = phase == SessionPhase::open ? session_open(state_.session) : session_close(state_.session);
  return {time, state_.session, phase, is_early_close(state_.session), {}};
}

void ReplayCalendar::before_data(Timestamp now, std::uint16_t output, Context& out) {
  if (state_.ended || state_.is_open || session_open(state_.session) > now) return;
  out.emit(output, event(SessionPhase::open));
  state_.is_open = true;
}

void ReplayCalendar::after_data(Timestamp now, std::uint16_t output, Context& out) {
  std::size_t due = 0;
  for (; due < state_.pending.size() && state_.pending[due].time <= now; ++due) {
    const PendingExpiry& p = state_.pending[due];
    out.emit(output, ExpiryEvent{p.time, p.underlying, p.root, p.expiration, p.settlement, p.contracts});
  }
  state_.pending.erase(state_.pending.begin(), state_.pending.begin() + static_cast<std::ptrdiff_t>(due));
  if (state_.ended || !state_.is_open || session_close(state_.session) > now) return;
  out.emit(output, event(SessionPhase::close));
  state_.is_open = false;
  state_.ended = state_.session >= last_;
  if (!state_.ended) state_.session = next_session(state_.session);
}

std::optional<Timestamp> ReplayCalendar::next_event() const {
  if (state_.ended) return std::nullopt;
  const Timestamp session = state_.is_open ? session_close(state_.session) : session_open(state_.session);
  return state_.pending.empty() ? session : std::min(session, state_.pending.front().time);
}

void ReplayCalendar::wait(bool woken, Context& out) {
  const auto next = next_event();
  if (!next || (!woken && state_.alarm > 0 && state_.alarm_at == *next)) return;
  state_.alarm_at = *next;
  out.wake_at(*next, first_alarm + ++state_.alarm);
}

}  // namespace optix
