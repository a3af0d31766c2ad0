#include "actors/dataset_player.hpp"

#include <stdexcept>

#include "actors/param_specs.hpp"
#include "actors/ports.hpp"
#include "core/time/calendar.hpp"
#include "messages/codec/state.hpp"
#include "messages/feed.hpp"

namespace optix {
namespace {

constexpr std::uint16_t snapshot_output = 0;
constexpr std::uint16_t calendar_output = 1;

}  // namespace

DatasetPlayer::DatasetPlayer(std::shared_ptr<const SnapshotSource> source, bool calendar,
                             std::shared_ptr<const MarketNotices> notices)
    : source_(std::move(source)), notices_(std::move(notices)) {
  if (calendar && source_->steps() > 0)
    calendar_.emplace(new_york_date(source_->time(0)), new_york_date(source_->time(source_->steps() - 1)));
}

// Alarms carry the number of the step they are for, or one of a notice's or the calendar's.
void DatasetPlayer::on_wave(const Wave& wave, Context& out) {
  bool started = false, data = false, woken = false, notice = false;
  for (const WaveEvent& event : wave.events) {
    if (event.get_if<Start>()) {
      started = true;
    } else if (const auto* timer = event.get_if<Timer>()) {
      data = data || timer->timer == state_.next;
      woken = woken || (calendar_ && calendar_->expects(timer->timer));
      notice = notice || (notices_ && timer->timer == first_notice_alarm + next_notice_);
    }
  }
  if (!started && !data && !woken && !notice) return;
  if (calendar_) calendar_->before_data(out.now(), calendar_output, out);
  if (notices_) tell(started, out);
  if (data) send(out);
  if (started || data || notice) wait(started || data, out);
  if (!calendar_) return;
  calendar_->after_data(out.now(), calendar_output, out);
  calendar_->wait(started || woken, out);
}

void DatasetPlayer::wait(bool moved, Context& out) {
  if (state_.next < source_->steps()) {
    if (moved) out.wake_at(source_->time(state_.next), state_.next);
  } else if (!state_.finished && told_all()) {
    state_.finished = true;
    out.emit(snapshot_output, EndOfData{state_.next});
  }
}

// Sends what is due by now, and sets the alarm for what follows when none is set for it.
void DatasetPlayer::tell(bool started, Context& out) {
  const std::uint64_t before = next_notice_;
  for (; !told_all() && notices_->time(next_notice_) <= out.now(); ++next_notice_)
    for (MessageRef& message : notices_->messages(next_notice_)) {
      if (const auto* batch = message.get_if<InstrumentBatch>(); batch && calendar_)
        calendar_->on_instruments(*batch, out.now());
      out.emit(snapshot_output, std::move(message));
    }
  if (!told_all() && (started || next_notice_ != before))
    out.wake_at(notices_->time(next_notice_), first_notice_alarm + next_notice_);
}

// Everything of this instant: several underlyings have one step each.
void DatasetPlayer::send(Context& out) {
  const Timestamp at = source_->time(state_.next);
  const std::size_t warm_up = source_->warm_up_steps();
  do {
    if (warm_up > 0 && (state_.next == 0 || state_.next == warm_up)) {
      const bool warming = state_.next < warm_up;
      out.emit(snapshot_output, FeedState{warming, 0, 0, warming ? "warm-up" : "warm-up is over"});
    }
    DatasetStep step = source_->step(state_.next);
    if (step.instruments) {
      if (calendar_) calendar_->on_instruments(step.instruments.get<InstrumentBatch>(), at);
      out.emit(snapshot_output, std::move(step.instruments));
    }
    out.emit(snapshot_output, std::move(step.underlying));
    out.emit(snapshot_output, std::move(step.snapshot));
    ++state_.next;
  } while (state_.next < source_->steps() && source_->time(state_.next) == at);
}

void DatasetPlayer::save(std::string& out) const {
  if (notices_)
    encode_state(PlayerNoticesState{state_, calendar_ ? calendar_->state() : CalendarState{}, next_notice_}, out);
  else if (calendar_)
    encode_state(PlayerCalendarState{state_, calendar_->state()}, out);
  else
    encode_state(state_, out);
}

void DatasetPlayer::check(const PlayerState& state) const {
  if (state.next > source_->steps())
    throw std::runtime_error("the saved position is step " + std::to_string(state.next) + ", but the data has only " +
                             std::to_string(source_->steps()) + ": it is not the data of that run");
}

void DatasetPlayer::load(std::string_view bytes) {
  if (notices_) {
    auto state = decode_state<PlayerNoticesState>(bytes);
    check(state.player);
    state_ = state.player;
    next_notice_ = state.next_notice;
    if (calendar_) calendar_->restore(std::move(state.calendar));
    return;
  }
  if (!calendar_) {
    const auto state = decode_state<PlayerState>(bytes);
    check(state);
    state_ = state;
    return;
  }
  auto state = decode_state<PlayerCalendarState>(bytes);
  check(state.player);
  state_ = state.player;
  calendar_->restore(std::move(state.calendar));
}

std::vector<PortSpec> market_output() {
  return {{"snapshot", market_messages(),
           "contract definitions, underlying price and chain of each instant; what is announced in between; at the "
           "end, end of data"}};
}

std::vector<PortSpec> market_and_calendar_outputs() {
  std::vector<PortSpec> out = market_output();
  out.push_back({"calendar",
                 {SessionEvent::info.id, ExpiryEvent::info.id},
                 "sessions that open and close, contracts that expire; silent unless `calendar` is true"});
  return out;
}

ParamSpec calendar_param() {
  ParamSpec spec = param("calendar", ParamKind::boolean,
                         "send sessions that open and close and contracts that expire, on the output `calendar`");
  spec.default_text = "false";
  return spec;
}

Result<SessionRange> session_range(const NodeSetup& setup) {
  SessionRange range;
  const Value& p = setup.params;
  if (p.has("start"))
    range.first = p.at("start").as_date();
  else if (setup.run.start)
    range.first = Date::of(*setup.run.start);
  if (p.has("end"))
    range.last = p.at("end").as_date();
  else if (setup.run.end)
    range.last = Date::of(*setup.run.end);
  if (range.first && range.last && *range.last < *range.first)
    return Error{"end: " + range.last->to_string() + " is before the start, " + range.first->to_string(),
                 p.has("end") ? p.at("end").where().to_string() : "run", "both are inclusive session dates"};
  return range;
}

ParamSpec start_param(std::string doc) { return param("start", ParamKind::date, std::move(doc)); }

ParamSpec end_param(std::string doc) { return param("end", ParamKind::date, std::move(doc)); }

}  // namespace optix
