#pragma once
// The second half of an import, in a thread of its own: rows of complete sessions are sorted into
// snapshots, checked, and written, one session after the other in the order they are handed over.
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "core/data/import/importer.hpp"
#include "core/data/import/open_interest_shift.hpp"
#include "core/data/import/snapshot_builder.hpp"
#include "core/data/quality_checks.hpp"

namespace optix {

// Files and tables that rows came from, by number; used from two threads.
class SourceNames {
 public:
  std::uint16_t add(const std::string& name);
  std::string of(const RawQuote& row) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> names_;
};

// Rows of one underlying and session, or the session as a provider gave it whole.
struct PendingSession {
  Symbol underlying;
  Date session;
  std::vector<const RawQuote*> rows;  // in the source's order; RawQuote::root indexes `roots`
  std::shared_ptr<const std::vector<Symbol>> roots;
  std::vector<std::shared_ptr<const void>> keepers;  // of the rows
  bool reopened = false;                             // it was handed over before, without these rows
  std::optional<SessionQuotes> whole;
};

class SessionPipeline {
 public:
  // The references must outlive the pipeline; nobody else uses the writer until finish().
  SessionPipeline(const ImportOptions& options, DatasetWriter& writer, const SourceNames& names);
  SessionPipeline(const SessionPipeline&) = delete;
  SessionPipeline& operator=(const SessionPipeline&) = delete;
  ~SessionPipeline();

  // Waits while much is queued. An error is what happened to an earlier session.
  Status push(PendingSession session);
  // Everything handed over is written then. Sessions, defects and examples are added to `report`.
  Status finish(QualityReport& report);

  std::uint64_t sessions() const;
  // After finish().
  const std::vector<RejectedRow>& rejected() const { return rejected_; }
  std::uint64_t rows_rejected() const { return rows_rejected_; }
  std::uint64_t rows_written() const;
  const std::map<std::pair<Date, Symbol>, std::uint64_t>& written() const { return written_; }  // rows

 private:
  static constexpr std::size_t most_waiting = 4;
  static constexpr std::size_t most_rows_waiting = 200'000;
  // Duplicates that are kept for the file of rejects; the rest is counted.
  static constexpr std::size_t most_rejects = 100'000;

  void work();
  Status process(PendingSession& session);
  Status merge_with_written(PendingSession& session);
  Status resume_from_folder(Symbol underlying, Date session);

  const ImportOptions& options_;
  DatasetWriter& writer_;
  const SourceNames& names_;
  SnapshotBuilder builder_;
  QualityChecker checker_;
  OpenInterestShift shift_;
  QualityReport report_;
  std::set<Symbol> resumed_;
  std::map<std::pair<Date, Symbol>, std::uint64_t> written_;
  std::vector<RejectedRow> rejected_;
  std::uint64_t rows_rejected_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<PendingSession> queue_;
  std::size_t queued_rows_ = 0;
  std::uint64_t sessions_ = 0;
  std::optional<Error> error_;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace optix
