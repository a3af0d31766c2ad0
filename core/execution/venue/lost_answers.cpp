#include "core/execution/venue/lost_answers.hpp"

#include <utility>

namespace optix {

void LostAnswers::lose(std::uint64_t order, Symbol underlying, std::int64_t snapshots) {
  orders_.push_back({order, underlying, snapshots, {}});
}

void LostAnswers::say(std::uint64_t order, MessageRef report, Reports& out) {
  for (LostOrder& lost : orders_)
    if (lost.order == order) return lost.held.push_back(std::move(report));
  out.push_back(std::move(report));
}

void LostAnswers::find_out(std::uint64_t order, Reports& out) {
  for (auto at = orders_.begin(); at != orders_.end(); ++at) {
    if (at->order != order) continue;
    for (MessageRef& report : at->held) out.push_back(std::move(report));
    orders_.erase(at);
    return;
  }
}

void LostAnswers::on_snapshot(Symbol underlying, Reports& out) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < orders_.size(); ++i) {
    LostOrder& lost = orders_[i];
    const bool counts = lost.underlying.empty() || lost.underlying == underlying;
    if (counts && --lost.left <= 0) {
      for (MessageRef& report : lost.held) out.push_back(std::move(report));
      continue;
    }
    if (kept != i) orders_[kept] = std::move(lost);
    ++kept;
  }
  orders_.resize(kept);
}

}  // namespace optix
