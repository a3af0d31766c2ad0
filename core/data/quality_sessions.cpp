// The part of QualityChecker that looks at whole sessions and at what follows what.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <tuple>

#include "core/data/quality_checks.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

constexpr std::uint64_t least_compared = 20;  // quotes: fewer say nothing about a copy
constexpr std::size_t least_strikes = 5;      // of one group: fewer say nothing about where the underlying is
constexpr double far_off = 1.25;              // factor beyond the outermost strikes
constexpr std::size_t least_sessions = 3;     // for a median
constexpr std::int64_t after_close = 15 * 60 * nanos_per_second;

std::string place(const SessionQuality& q) { return q.underlying.to_string() + " " + q.session.to_string(); }

std::string percent(double share) {
  char text[40];
  std::snprintf(text, sizeof text, "%.1f%%", 100 * share);
  return text;
}

bool off_strikes(const ChainSnapshot& chain) {
  if (chain.underlying_price.is_none() || chain.underlying_price <= Decimal{}) return false;
  Decimal least = Decimal::none(), most = Decimal::none();
  for (std::size_t g = 0; g < chain.groups(); ++g) {
    const std::uint32_t begin = chain.group_begin[g], end = chain.group_begin[g + 1];
    if (end - begin < least_strikes) continue;
    if (least.is_none() || chain.strike[begin] < least) least = chain.strike[begin];
    if (most.is_none() || chain.strike[end - 1] > most) most = chain.strike[end - 1];
  }
  const double spot = chain.underlying_price.to_double();
  return !least.is_none() && (spot * far_off < least.to_double() || spot > most.to_double() * far_off);
}

template <class T>
T median(std::vector<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Of one underlying.
void mark_early(const std::vector<SessionQuality*>& used, const QualityLimits& limits) {
  for (SessionQuality* s : used) s->low_volume = s->early_time = false;
  if (used.size() < least_sessions) return;
  std::vector<std::uint64_t> volumes;
  std::vector<std::int64_t> before_close;
  for (const SessionQuality* s : used) {
    volumes.push_back(s->volume);
    if (is_session(s->session) && s->last.ns != 0) before_close.push_back(session_close(s->session) - s->last);
  }
  const double least = limits.low_volume_share * static_cast<double>(median(volumes));
  for (SessionQuality* s : used) s->low_volume = static_cast<double>(s->volume) < least;
  if (before_close.size() < least_sessions) return;
  const auto latest = static_cast<double>(median(before_close)) + limits.early_minutes * 60e9;
  for (SessionQuality* s : used)
    s->early_time =
        is_session(s->session) && s->last.ns != 0 && static_cast<double>(session_close(s->session) - s->last) > latest;
}

}  // namespace

void mark_early_sessions(std::vector<SessionQuality>& sessions, const QualityLimits& limits) {
  std::map<Symbol, std::vector<SessionQuality*>> used;
  for (SessionQuality& s : sessions)
    if (s.use == SessionUse::used) used[s.underlying].push_back(&s);
  for (const auto& [underlying, list] : used) mark_early(list, limits);
}

void QualityChecker::compare_with_last(SessionQuality& quality, const History& history,
                                       const SetComparison& comparison) const {
  quality.compared = comparison.common;
  quality.unchanged = comparison.unchanged;
  quality.stale_copy =
      comparison.common >= least_compared &&
      static_cast<double>(comparison.unchanged) >= policy_.limits.stale_share * static_cast<double>(comparison.common);
  if (history.spot.is_none() || quality.spot.is_none() || history.spot <= Decimal{}) return;
  quality.spot_change = quality.spot.to_double() / history.spot.to_double() - 1;
  quality.spot_jump = std::fabs(quality.spot_change) > policy_.limits.spot_jump;
}

// Examples of the session's own checks, and what the policy says to them.
Status QualityChecker::decide(SessionQuality& q, QualityReport& report) {
  char text[160];
  std::snprintf(text, sizeof text, "the underlying went from one session to the next by %+.1f%% to %s",
                100 * q.spot_change, q.spot.is_none() ? "none" : q.spot.to_string().c_str());
  const struct {
    QualityCheck check;
    bool found;
    std::string what;
  } found[] = {
      {QualityCheck::closed_session, !q.closed_reason.empty(),
       q.closed_reason + (q.compared == 0
                              ? ""
                              : ", " + percent(static_cast<double>(q.unchanged) / static_cast<double>(q.compared)) +
                                    " of " + std::to_string(q.compared) + " quotes unchanged from the session before")},
      {QualityCheck::outside_hours, q.outside_hours,
       "snapshots from " + q.first.to_string() + " to " + q.last.to_string()},
      {QualityCheck::stale_copy, q.stale_copy && q.closed_reason.empty(),
       std::to_string(q.unchanged) + " of " + std::to_string(q.compared) + " quotes unchanged from the session before"},
      {QualityCheck::spot_jump, q.spot_jump, text},
      {QualityCheck::spot_off_strikes, q.spot_off_strikes,
       "the underlying is at " + (q.spot.is_none() ? "none" : q.spot.to_string())},
  };
  for (const auto& f : found) {
    if (!f.found) continue;
    const QualityAction action = policy_.action(f.check);
    const std::string name(enum_name(f.check));
    if (action == QualityAction::stop)
      return Error{std::string(check_info(f.check).title) + ": " + f.what, place(q),
                   "the policy stops here; `" + name + "=drop` leaves such sessions out, `=flag` keeps them"};
    if (wants_example(f.check)) example(f.check, place(q), f.what, report);
    if (action == QualityAction::drop && q.use == SessionUse::used) {
      q.use = f.check == QualityCheck::closed_session ? SessionUse::dropped_closed : SessionUse::dropped_policy;
      q.dropped_by = name;
    }
  }
  return {};
}

Result<bool> QualityChecker::add(SessionQuotes& session, QualityReport& report) {
  SessionQuality q;
  q.session = session.session;
  q.underlying = session.underlying;
  q.snapshots = static_cast<std::uint32_t>(session.snapshots.size());
  const bool covered = calendar_covers(q.session);
  if (covered) q.closed_reason = closed_reason(q.session);
  ContractSet contracts;
  for (SnapshotQuotes& snapshot : session.snapshots) {
    const ChainSnapshot& chain = snapshot.chain;
    if (q.first.ns == 0) q.first = chain.time;
    q.last = chain.time;
    q.spot = chain.underlying_price;
    q.spot_off_strikes = q.spot_off_strikes || off_strikes(chain);
    if (covered && q.closed_reason.empty())
      q.outside_hours = q.outside_hours || chain.time < session_open(q.session) ||
                        index_option_close(q.session) + after_close < chain.time;
    if (Status status = count(snapshot, q, report); !status) return status.error();
    contracts.unite(chain);
  }
  std::erase_if(session.snapshots, [](const SnapshotQuotes& s) { return s.chain.strike.empty(); });

  History& history = histories_[q.underlying];
  const bool follows = !history.any || history.session < q.session;
  SetComparison comparison;
  if (follows && history.any) {
    comparison = compare(history.contracts, contracts, q.last);
    compare_with_last(q, history, comparison);
  }
  if (Status status = decide(q, report); !status) return status.error();
  if (q.use == SessionUse::used && session.snapshots.empty()) {
    q.use = SessionUse::dropped_policy;
    q.dropped_by = "no row was left";
  }
  const bool used = q.use == SessionUse::used;
  if (used && follows) {
    if (!history.any) {
      report.contracts += contracts.size();
    } else {
      for (const QuotedContract& key : comparison.fresh) {
        if (history.gone.erase(key))
          ++report.gaps;
        else
          ++report.contracts;
      }
      history.gone.insert(comparison.gone.begin(), comparison.gone.end());
    }
    history.any = true;
    history.session = q.session;
    history.spot = q.spot;
    history.contracts = std::move(contracts);
  }
  report.sessions.push_back(std::move(q));
  return used;
}

void QualityChecker::resume(const SessionQuotes& last) {
  History& history = histories_[last.underlying];
  history.any = true;
  history.session = last.session;
  history.contracts.clear();
  for (const SnapshotQuotes& snapshot : last.snapshots) {
    history.contracts.unite(snapshot.chain);
    history.spot = snapshot.chain.underlying_price;
  }
}

Status QualityChecker::finish(QualityReport& report) {
  for (const auto& [underlying, history] : histories_) report.vanished += history.gone.size();
  std::stable_sort(report.sessions.begin(), report.sessions.end(),
                   [](const SessionQuality& a, const SessionQuality& b) {
                     return std::tie(a.session, a.underlying) < std::tie(b.session, b.underlying);
                   });
  mark_early_sessions(report.sessions, policy_.limits);
  for (const SessionQuality& s : report.sessions)
    if ((s.low_volume || s.early_time) && wants_example(QualityCheck::early_snapshot))
      example(QualityCheck::early_snapshot, place(s),
              s.low_volume ? "volume " + std::to_string(s.volume) + " is below " +
                                 percent(policy_.limits.low_volume_share) + " of the median session"
                           : "the last snapshot is of " + s.last.to_string(),
              report);
  report.missing_sessions = missing_sessions(report.sessions);
  for (const auto& [key, value] : policy_.to_map()) report.policy.emplace_back(key, value);
  if (!report.missing_sessions.empty() && policy_.action(QualityCheck::missing_session) == QualityAction::stop)
    return Error{std::to_string(report.missing_sessions.size()) + " sessions of the exchange are missing, the first " +
                     report.missing_sessions.front().to_string(),
                 report.source, "the policy stops here; `missing_session=flag` imports what is there"};
  return {};
}

}  // namespace optix
