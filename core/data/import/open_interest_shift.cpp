#include "core/data/import/open_interest_shift.hpp"

#include <algorithm>

namespace optix {
namespace {

template <class F>
void for_each_row(const ChainSnapshot& c, F&& f) {
  for (std::size_t g = 0; g < c.groups(); ++g)
    for (std::size_t i = c.group_begin[g]; i < c.group_begin[g + 1]; ++i)
      f(std::tuple(c.group_expiration[g], c.group_root[g], c.group_right[g], c.strike[i]), i);
}

}  // namespace

// The last snapshot that has a contract counts.
OpenInterestShift::Counts OpenInterestShift::counts_of(const SessionQuotes& session) {
  Counts out;
  for (const SnapshotQuotes& snapshot : session.snapshots) {
    const ChainSnapshot& c = snapshot.chain;
    for_each_row(c, [&](const Key& key, std::size_t i) { out.emplace_back(key, c.open_interest[i]); });
  }
  const auto by_key = [](const auto& a, const auto& b) { return a.first < b.first; };
  if (session.snapshots.size() > 1) {
    std::reverse(out.begin(), out.end());
    std::stable_sort(out.begin(), out.end(), by_key);
    out.erase(std::unique(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first == b.first; }),
              out.end());
  }
  return out;
}

Status OpenInterestShift::apply(SessionQuotes& session, const SessionQuotes& stored) {
  const auto known = known_.find(session.underlying);
  if (known != known_.end() && session.session <= known->second.session)
    return Error{"the session " + session.session.to_string() + " comes after " + known->second.session.to_string(),
                 session.underlying.to_string(),
                 "this layout's open interest was known a session later: give the files in order of date"};
  Counts today = counts_of(session);
  const Counts before = known != known_.end() ? std::move(known->second.counts) : counts_of(stored);
  for (SnapshotQuotes& snapshot : session.snapshots) {
    ChainSnapshot& c = snapshot.chain;
    std::vector<std::int32_t> moved(std::as_const(c).open_interest.size(), 0);
    auto at = before.begin();
    for_each_row(c, [&](const Key& key, std::size_t i) {
      while (at != before.end() && at->first < key) ++at;
      if (at != before.end() && at->first == key) moved[i] = at->second;
    });
    c.open_interest = std::move(moved);
  }
  known_[session.underlying] = {session.session, std::move(today)};
  return {};
}

}  // namespace optix
