#pragma once
// Session and expiry events of a replay: what the exchange's calendar says for the sessions that are
// played, and the settlement instants of the contracts that were defined so far.
//
// At one instant: the session opens, then come market data, then expiries, then the session closes.
#include <optional>
#include <vector>

#include "core/sequencer/node.hpp"
#include "messages/codec/state.hpp"
#include "messages/market.hpp"
#include "messages/ref.hpp"

namespace optix {

// Contracts of one root, expiration and settlement that have not expired.
struct PendingExpiry {
  Timestamp time;
  Symbol underlying;
  Symbol root;
  Date expiration;
  Settlement settlement = Settlement::pm;
  std::uint32_t contracts = 0;

  static constexpr auto fields() {
    using M = PendingExpiry;
    return std::tuple(
        field("time", &M::time, "settlement instant"), field("underlying", &M::underlying, "underlying symbol"),
        field("root", &M::root, "option root"), field("expiration", &M::expiration, "expiration date"),
        field("settlement", &M::settlement, "am or pm"), field("contracts", &M::contracts, "defined so far"));
  }
};
static_assert(table_is_complete<PendingExpiry>);

struct CalendarState {
  Date session;
  bool is_open = false;
  bool ended = false;
  std::uint64_t alarm = 0;
  Timestamp alarm_at;
  std::vector<PendingExpiry> pending;

  static constexpr auto fields() {
    using M = CalendarState;
    return std::tuple(field("session", &M::session, "the session that opens or closes next"),
                      field("is_open", &M::is_open, "it has opened"),
                      field("ended", &M::ended, "the last session has closed"),
                      field("alarm", &M::alarm, "number of the alarm that counts"),
                      field("alarm_at", &M::alarm_at, "the instant it is for"),
                      field("pending", &M::pending, "contracts to expire, by instant, underlying, root, expiration"));
  }
};
static_assert(table_is_complete<CalendarState>);

class ReplayCalendar {
 public:
  // The sessions from `first` to `last`, New York dates; a range without a session has no events.
  ReplayCalendar(Date first, Date last);

  // Alarms of the calendar carry numbers from here up.
  static constexpr std::uint64_t first_alarm = std::uint64_t{1} << 63;

  // A batch of definitions is sent at `now`.
  void on_instruments(const InstrumentBatch& batch, Timestamp now);
  // What is due before market data of this instant, and what after it, on `output`.
  void before_data(Timestamp now, std::uint16_t output, Context& out);
  void after_data(Timestamp now, std::uint16_t output, Context& out);
  // Sets the alarm for the next event when none is set for it; `woken`: an alarm has just rung.
  void wait(bool woken, Context& out);
  bool expects(std::uint64_t timer) const { return timer == first_alarm + state_.alarm; }

  const CalendarState& state() const { return state_; }
  void restore(CalendarState state) { state_ = std::move(state); }

 private:
  std::optional<Timestamp> next_event() const;
  SessionEvent event(SessionPhase phase) const;

  Date last_;
  CalendarState state_;
};

}  // namespace optix
