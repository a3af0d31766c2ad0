#pragma once
// Looks at quotes on their way into a dataset, session by session: counts what is unusual, leaves out
// what the policy drops, stops where it says so. A few nanoseconds a row; memory for the contracts of
// one session and of those that vanished, per underlying.
//
//   QualityChecker checker(policy);
//   for each session, ascending in time within an underlying (underlyings may alternate):
//     auto keep = checker.add(session, report);   // may remove rows and snapshots
//     if (!keep) return keep.error();
//     if (*keep) writer->put(std::move(session));
//   if (Status done = checker.finish(report); !done) return done.error();
//
// Broken and repeated rows are known only to whoever reads them: they are counted in
// QualityReport::defects by the reader.
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "core/data/quality_contracts.hpp"
#include "core/data/quality_policy.hpp"
#include "core/data/quotes.hpp"

namespace optix {

class QualityChecker {
 public:
  explicit QualityChecker(const QualityPolicy& policy);

  // Adds the session's line to `report.sessions`. False: the session is to be left out (the exchange
  // was closed, a check that drops sessions, or no row is left). A session that is not after the last
  // one of its underlying is checked by itself, not against its neighbour. An error is what the policy
  // stops at, with the session and contract in `where`.
  Result<bool> add(SessionQuotes& session, QualityReport& report);
  // The last session that the dataset had before: what the first one added is compared with.
  void resume(const SessionQuotes& last);
  // Once, at the end: what needs all sessions (missing ones, early ones by the median of all,
  // contracts that vanished); sorts `report.sessions` by date, then underlying.
  // An error when the policy stops at missing sessions and there are some.
  Status finish(QualityReport& report);

 private:
  struct History {
    bool any = false;
    Date session;  // the last used one
    Decimal spot;
    ContractSet contracts;          // of that session
    std::set<QuotedContract> gone;  // quoted before and missing since, though not settled when they went
  };

  Status count(SnapshotQuotes& snapshot, SessionQuality& quality, QualityReport& report);
  void compare_with_last(SessionQuality& quality, const History& history, const SetComparison& comparison) const;
  Status decide(SessionQuality& quality, QualityReport& report);
  bool wants_example(QualityCheck check) const;
  void example(QualityCheck check, std::string where, std::string what, QualityReport& report);

  QualityPolicy policy_;
  std::uint32_t drop_rows_ = 0, stop_rows_ = 0;  // bits of row checks
  std::array<std::uint8_t, quality_check_count> examples_{};
  std::map<Symbol, History> histories_;
};

// Flags the used sessions that look early among all those of their underlying; fewer than three say
// nothing. Done by finish() for what was added, by merged() for everything.
void mark_early_sessions(std::vector<SessionQuality>& sessions, const QualityLimits& limits);

}  // namespace optix
