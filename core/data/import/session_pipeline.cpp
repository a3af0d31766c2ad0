#include "core/data/import/session_pipeline.hpp"

#include <algorithm>
#include <exception>

#include "core/contracts/products.hpp"

namespace optix {
namespace {

SnapshotOptions snapshot_options(const ImportOptions& options) {
  SnapshotOptions out;
  out.terms = [&options](Symbol root, Date session) {
    const std::string name = root.to_string();
    if (const auto own = options.roots.find(name); own != options.roots.end()) return own->second;
    if (const Product* product = find_product(name, session))
      return RootTerms{product->settlement, product->exercise, product->multiplier};
    return options.default_terms;
  };
  out.duplicates = options.policy.duplicates;
  out.last_wins = options.last_wins;
  out.carry = options.carry;
  out.spot = options.spot;
  out.underlying_price = options.underlying_price;
  return out;
}

}  // namespace

std::uint16_t SourceNames::add(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (!names_.empty() && names_.back() == name) return static_cast<std::uint16_t>(names_.size() - 1);
  constexpr std::size_t most = UINT16_MAX;
  if (names_.size() == most) names_.emplace_back("one of many sources");
  if (names_.size() < most) names_.push_back(name);
  return static_cast<std::uint16_t>(names_.size() - 1);
}

std::string SourceNames::of(const RawQuote& row) const {
  const std::lock_guard lock(mutex_);
  return row.source < names_.size() ? names_[row.source] : "";
}

SessionPipeline::SessionPipeline(const ImportOptions& options, DatasetWriter& writer, const SourceNames& names)
    : options_(options),
      writer_(writer),
      names_(names),
      builder_(snapshot_options(options), [&names](const RawQuote& row) { return names.of(row); }),
      checker_(options.quality) {
  thread_ = std::thread([this] { work(); });
}

SessionPipeline::~SessionPipeline() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    queue_.clear();
    queued_rows_ = 0;
  }
  changed_.notify_all();
  thread_.join();
}

Status SessionPipeline::push(PendingSession session) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return error_ || queue_.empty() || (queue_.size() < most_waiting && queued_rows_ < most_rows_waiting);
  });
  if (error_) return *error_;
  queued_rows_ += session.rows.size();
  queue_.push_back(std::move(session));
  lock.unlock();
  changed_.notify_all();
  return {};
}

Status SessionPipeline::finish(QualityReport& report) {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  thread_.join();
  if (error_) return *error_;
  report.sessions = std::move(report_.sessions);
  report.check_examples = std::move(report_.check_examples);
  report.policy = std::move(report_.policy);
  report.contracts = report_.contracts;
  report.vanished = report_.vanished;
  report.gaps = report_.gaps;
  report.rows_skipped += report_.rows_skipped;
  for (std::size_t i = 0; i < defect_kinds; ++i) report.defects[i] += report_.defects[i];
  report.examples.insert(report.examples.end(), report_.examples.begin(), report_.examples.end());
  return checker_.finish(report);
}

std::uint64_t SessionPipeline::sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_;
}

std::uint64_t SessionPipeline::rows_written() const {
  std::uint64_t rows = 0;
  for (const auto& [key, count] : written_) rows += count;
  return rows;
}

void SessionPipeline::work() {
  for (;;) {
    PendingSession session;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return closed_ || !queue_.empty(); });
      if (queue_.empty()) return;
      session = std::move(queue_.front());
      queue_.pop_front();
      queued_rows_ -= session.rows.size();
    }
    changed_.notify_all();
    Status status;
    try {
      status = process(session);
    } catch (const std::exception& e) {  // out of memory, a broken invariant
      status = Error{e.what(), session.underlying.to_string() + " " + session.session.to_string(), ""};
    }
    const std::lock_guard lock(mutex_);
    ++sessions_;
    if (!status) {
      error_ = status.error();
      changed_.notify_all();
      return;
    }
  }
}

// What the dataset held before the first imported session is what that is compared with.
Status SessionPipeline::resume_from_folder(Symbol underlying, Date session) {
  if (!resumed_.insert(underlying).second) return {};
  const Partition* last = nullptr;
  for (const Partition& p : writer_.before().partitions)
    if (p.underlying == underlying && p.session < session && (!last || last->session < p.session)) last = &p;
  if (!last) return {};
  auto quotes = writer_.current(underlying, last->session);
  if (!quotes) return quotes.error();
  checker_.resume(*quotes);
  return {};
}

// Late rows of a session that was written already come behind those.
Status SessionPipeline::merge_with_written(PendingSession& session) {
  const auto key = std::pair(session.session, session.underlying);
  auto& sessions = report_.sessions;
  std::erase_if(sessions, [&](const SessionQuality& s) {
    return s.session == session.session && (s.underlying == session.underlying || s.underlying.empty());
  });
  if (written_.count(key) == 0) return {};
  auto quotes = writer_.current(session.underlying, session.session);
  if (!quotes) return quotes.error();
  auto earlier = std::make_shared<RawQuotes>(rows_of(*quotes));
  std::vector<std::uint16_t> numbers;
  for (const Symbol root : earlier->roots)
    numbers.push_back(static_cast<std::uint16_t>(std::find(session.roots->begin(), session.roots->end(), root) -
                                                 session.roots->begin()));
  std::vector<const RawQuote*> rows;
  rows.reserve(earlier->rows.size() + session.rows.size());
  for (RawQuote& row : earlier->rows) {
    row.root = numbers[row.root];
    rows.push_back(&row);
  }
  rows.insert(rows.end(), session.rows.begin(), session.rows.end());
  session.rows = std::move(rows);
  session.keepers.push_back(std::move(earlier));
  return {};
}

Status SessionPipeline::process(PendingSession& session) {
  if (session.reopened)
    if (Status status = merge_with_written(session); !status) return status;
  if (!session.whole) {
    auto built = builder_.build(session.underlying, session.session, session.rows, *session.roots,
                                [&](const RawQuote& row, Defect defect, std::string reason) {
                                  const std::string source = names_.of(row);
                                  note_defect(report_, defect, source, row.line, "", reason);
                                  ++report_.rows_skipped;
                                  ++rows_rejected_;
                                  if (rejected_.size() < most_rejects)
                                    rejected_.push_back({source, row.line, "", std::move(reason), ""});
                                });
    if (!built) return built.error();
    session.whole = std::move(*built);
    session.rows.clear();
    session.keepers.clear();
  }
  if (options_.open_interest == OpenInterestKnown::next_morning) {
    auto current = writer_.current(session.underlying, session.session);
    if (!current) return current.error();
    if (Status status = shift_.apply(*session.whole, *current); !status) return status;
  }
  if (Status status = resume_from_folder(session.underlying, session.session); !status) return status;
  const auto keep = checker_.add(*session.whole, report_);
  if (!keep) return keep.error();
  if (!*keep) return {};
  std::uint64_t rows = 0;
  for (const SnapshotQuotes& snapshot : session.whole->snapshots) rows += snapshot.chain.strike.size();
  written_[{session.session, session.underlying}] = rows;
  return writer_.put(std::move(*session.whole));
}

}  // namespace optix
