#include "tests/scenarios/scripted_nodes.hpp"

#include <algorithm>

#include "messages/market.hpp"

namespace optix::scenarios {

bool ScriptedNode::waits_for_market(Timestamp at) const {
  return std::find(options_.after_market.begin(), options_.after_market.end(), at) != options_.after_market.end();
}

void ScriptedNode::set_alarm(Context& out) const {
  if (next_ < waves_.size()) out.wake_at(waves_[next_].at, next_);
}

void ScriptedNode::say(Context& out) {
  for (const MessageRef& message : waves_[next_].messages) out.emit(options_.port, message);
  ++next_;
  if (options_.source && next_ == waves_.size()) out.emit(options_.port, EndOfData{next_});
}

void ScriptedNode::on_wave(const Wave& wave, Context& out) {
  bool woken = false, market = false;
  for (const WaveEvent& event : wave.events) {
    if (event.get_if<Start>()) set_alarm(out);
    woken |= event.get_if<Timer>() != nullptr;
    market |= event.get_if<ChainSnapshot>() != nullptr || event.get_if<UnderlyingPrice>() != nullptr;
  }
  if (next_ == waves_.size() || waves_[next_].at != wave.tag.time()) return;
  const bool waits = waits_for_market(waves_[next_].at);
  if (waits ? !market : !woken) return;
  say(out);
  set_alarm(out);
}

}  // namespace optix::scenarios
