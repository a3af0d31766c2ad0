#include "actors/transport/zeromq/faults.hpp"

#include <algorithm>

#include "core/sequencer/random.hpp"

namespace optix::zeromq {

FaultyLink::FaultyLink(const LinkFaults& faults, std::string_view name) : faults_(faults), stream_(stream_of(name)) {}

double FaultyLink::draw() { return draw_uniform(faults_.seed, stream_, counter_++); }

void FaultyLink::put(std::string frame, std::string target, SteadyTime now) {
  // The same number of draws for every frame, whatever they decide.
  const bool dropped = draw() < faults_.p_drop;
  const bool duplicated = draw() < faults_.p_duplicate;
  SteadyTime due[2];
  for (SteadyTime& at : due) {
    const bool delayed = draw() < faults_.p_delay;
    const double share = draw();
    at = now + std::chrono::microseconds(delayed ? static_cast<std::int64_t>(share * faults_.max_delay_us) : 0);
  }
  if (dropped) return;
  if (duplicated) waiting_.push_back({due[1], frame, target});
  waiting_.push_back({due[0], std::move(frame), std::move(target)});
}

std::vector<FaultyLink::Item> FaultyLink::take_due(SteadyTime now) {
  std::vector<Item> out;
  const auto later =
      std::stable_partition(waiting_.begin(), waiting_.end(), [&](const Item& i) { return i.due <= now; });
  std::move(waiting_.begin(), later, std::back_inserter(out));
  waiting_.erase(waiting_.begin(), later);
  std::stable_sort(out.begin(), out.end(), [](const Item& a, const Item& b) { return a.due < b.due; });
  return out;
}

SteadyTime FaultyLink::next_due() const {
  SteadyTime next = SteadyTime::max();
  for (const Item& item : waiting_) next = std::min(next, item.due);
  return next;
}

}  // namespace optix::zeromq
