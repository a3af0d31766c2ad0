#include "actors/dataset_player.hpp"

#include <stdexcept>

#include "messages/codec/state.hpp"
#include "messages/feed.hpp"

namespace optix {
namespace {

constexpr std::uint16_t snapshot_output = 0;

}  // namespace

void DatasetPlayer::on_wave(const Wave& wave, Context& out) {
  for (const WaveEvent& event : wave.events) {
    if (event.get_if<Start>()) {
      wait(out);
    } else if (const auto* timer = event.get_if<Timer>(); timer && timer->timer == state_.next) {
      send(out);
      wait(out);
    }
  }
}

// Alarms carry the number of the step they are for.
void DatasetPlayer::wait(Context& out) {
  if (state_.next < source_->steps()) {
    out.wake_at(source_->time(state_.next), state_.next);
  } else if (!state_.finished) {
    state_.finished = true;
    out.emit(snapshot_output, EndOfData{state_.next});
  }
}

void DatasetPlayer::send(Context& out) {
  DatasetStep step = source_->step(state_.next);
  if (step.instruments) out.emit(snapshot_output, std::move(step.instruments));
  out.emit(snapshot_output, std::move(step.underlying));
  out.emit(snapshot_output, std::move(step.snapshot));
  ++state_.next;
}

void DatasetPlayer::save(std::string& out) const { encode_state(state_, out); }

void DatasetPlayer::load(std::string_view bytes) {
  const auto state = decode_state<PlayerState>(bytes);
  if (state.next > source_->steps())
    throw std::runtime_error("the saved position is step " + std::to_string(state.next) + ", but the data has only " +
                             std::to_string(source_->steps()) + ": it is not the data of that run");
  state_ = state;
}

std::vector<PortSpec> market_output() {
  return {{"snapshot",
           {InstrumentBatch::info.id, ChainSnapshot::info.id, UnderlyingPrice::info.id, EndOfData::info.id,
            FeedState::info.id},
           "contract definitions, underlying price and chain of each instant; at the end, end of data"}};
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

ParamSpec start_param(std::string doc) {
  ParamSpec spec;
  spec.name = "start";
  spec.kind = ParamKind::date;
  spec.doc = std::move(doc);
  return spec;
}

ParamSpec end_param(std::string doc) {
  ParamSpec spec = start_param(std::move(doc));
  spec.name = "end";
  return spec;
}

}  // namespace optix
