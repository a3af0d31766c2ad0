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
//   checker.finish(report);
//
// Broken and repeated rows are known only to whoever reads them: they are counted in
// QualityReport::defects by the reader.
#include <cstdint>
#include <map>
#include <vector>

#include "core/data/quality_policy.hpp"
#include "core/data/quotes.hpp"

namespace optix {

class QualityChecker {
 public:
  explicit QualityChecker(QualityPolicy policy);

  // Adds the session's line to `report.sessions`. False: the session is to be left out (the exchange
  // was closed, a check that drops sessions, or no row is left). A session that is not after the last
  // one of its underlying is checked by itself, not against its neighbour. An error is what the policy
  // stops at, with the session and contract in `where`.
  Result<bool> add(SessionQuotes& session, QualityReport& report);
  // The last session that the dataset had before: what the first one added is compared with.
  void resume(const SessionQuotes& last);
  // Once, at the end: what needs all sessions (missing ones, early ones by the median of all,
  // contracts that vanished); sorts `report.sessions` by date, then underlying.
  void finish(QualityReport& report);

 private:
  // A contract as remembered from the last used session of its underlying, in snapshot order.
  struct Seen {
    Date expiration;
    Symbol root;
    Right right = Right::call;
    Decimal strike, bid, ask;
    Timestamp settles;
  };
  struct History {
    bool any = false;
    Date session;
    Decimal spot;
    std::vector<Seen> contracts;  // of the last used session
    std::vector<Seen> absent;     // quoted before, not in the last session, and not yet settled then
  };

  void count(const SnapshotQuotes& snapshot, SessionQuality& quality) const;
  std::vector<Seen> contracts_of(const SessionQuotes& session) const;
  void compare(const std::vector<Seen>& now, const History& before, SessionQuality& quality) const;
  void follow(std::vector<Seen> now, Timestamp time, History& history, QualityReport& report) const;

  QualityPolicy policy_;
  std::map<Symbol, History> histories_;
};

// The report of a dataset after an import on top of what it held: sessions of `now` take the place of
// the same sessions in `before`; counts of lines, defects and contracts add up.
QualityReport merged(const QualityReport& before, const QualityReport& now);

}  // namespace optix
