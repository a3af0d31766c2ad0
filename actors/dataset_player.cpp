#include "actors/dataset_player.hpp"

#include <stdexcept>

#include "actors/param_specs.hpp"
#include "core/time/calendar.hpp"
#include "messages/codec/state.hpp"
#include "messages/feed.hpp"

namespace optix {
namespace {

constexpr std::uint16_t snapshot_output = 0;
constexpr std::uint16_t calendar_output = 1;

}  // namespace

DatasetPlayer::DatasetPlayer(std::shared_ptr<const SnapshotSource> source, bool calendar) : source_(std::move(source)) {
  if (calendar && source_->steps() > 0)
    calendar_.emplace(new_york_date(source_->time(0)), new_york_date(source_->time(source_->steps() - 1)));
}

// Alarms carry the number of the step they are for, or one of the calendar's.
void DatasetPlayer::on_wave(const Wave& wave, Context& out) {
  bool started = false, data = false, woken = false;
  for (const WaveEvent& event : wave.events) {
    if (event.get_if<Start>()) {
      started = true;
    } else if (const auto* timer = event.get_if<Timer>()) {
      data = data || timer->timer == state_.next;
      woken = woken || (calendar_ && calendar_->expects(timer->timer));
    }
  }
  if (!started && !data && !woken) return;
  if (calendar_) calendar_->before_data(out.now(), calendar_output, out);
  if (data) send(out);
  if (started || data) wait(out);
  if (!calendar_) return;
  calendar_->after_data(out.now(), calendar_output, out);
  calendar_->wait(started || woken, out);
}

void DatasetPlayer::wait(Context& out) {
  if (state_.next < source_->steps()) {
    out.wake_at(source_->time(state_.next), state_.next);
  } else if (!state_.finished) {
    state_.finished = true;
    out.emit(snapshot_output, EndOfData{state_.next});
  }
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
  if (calendar_)
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
  return {{"snapshot",
           {InstrumentBatch::info.id, ChainSnapshot::info.id, UnderlyingPrice::info.id, EndOfData::info.id,
            FeedState::info.id},
           "contract definitions, underlying price and chain of each instant; at the end, end of data"}};
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
