#include "core/data/dataset.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "core/data/import/snapshot_builder.hpp"
#include "core/data/providers/csv_provider.hpp"
#include "core/data/quality_checks.hpp"
#include "core/data/store/contract_numbers.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

// Rows of a file gathered by session, whatever their order.
class Gatherer final : public QuoteSink {
 public:
  Gatherer(const LoadOptions& options, QualityReport& report) : options_(options), report_(report) {}

  Status take(RawQuotes quotes) override {
    std::vector<std::uint16_t> roots;
    std::vector<bool> wanted_roots;
    for (const Symbol root : quotes.roots) {
      const auto known = std::find(roots_.begin(), roots_.end(), root);
      roots.push_back(static_cast<std::uint16_t>(known - roots_.begin()));
      if (known == roots_.end()) roots_.push_back(root);
      wanted_roots.push_back(options_.roots.empty() || std::find(options_.roots.begin(), options_.roots.end(),
                                                                 root.view()) != options_.roots.end());
    }
    for (RawQuote& row : quotes.rows) {
      const Symbol underlying = quotes.underlyings[row.underlying];
      if ((options_.first && row.session < *options_.first) || (options_.last && row.session > *options_.last) ||
          (!options_.underlying.empty() && underlying.view() != options_.underlying) || !wanted_roots[row.root]) {
        ++report_.filtered;
        continue;
      }
      if (underlying_.empty()) underlying_ = underlying;
      if (underlying != underlying_)
        return Error{
            "the file holds more than one underlying: " + underlying_.to_string() + " and " + underlying.to_string(),
            place(quotes.source, row.line, ""), "choose one with `underlying`"};
      row.root = roots[row.root];
      row.underlying = 0;
      session_of(row.session).push_back(row);
    }
    return {};
  }
  Status take(SessionQuotes) override { return Error{"whole sessions are not read from CSV files", "", ""}; }

  Symbol underlying() const { return underlying_; }
  const std::vector<Symbol>& roots() const { return roots_; }
  std::map<Date, std::vector<RawQuote>>& sessions() { return sessions_; }

 private:
  std::vector<RawQuote>& session_of(Date session) {
    if (current_ && current_day_ == session) return *current_;
    if (current_) last_size_ = std::max(last_size_, std::min<std::size_t>(current_->size() + 64, 100'000));
    current_ = &sessions_[session];
    current_day_ = session;
    if (current_->empty()) current_->reserve(last_size_);
    return *current_;
  }

  const LoadOptions& options_;
  QualityReport& report_;
  Symbol underlying_;
  std::vector<Symbol> roots_;
  std::map<Date, std::vector<RawQuote>> sessions_;
  std::vector<RawQuote>* current_ = nullptr;
  Date current_day_;
  std::size_t last_size_ = 0;
};

// Numbers the contracts of snapshots in order of first appearance and makes the messages.
class StepMaker {
 public:
  explicit StepMaker(Symbol underlying) : underlying_(underlying) {}

  DatasetStep operator()(SnapshotQuotes snapshot) {
    ChainSnapshot& chain = snapshot.chain;
    std::vector<ContractId> ids(chain.strike.size());
    const std::uint32_t known = numbers_.size();
    const ChainSnapshot& c = chain;
    for (std::size_t g = 0; g < c.groups(); ++g) {
      const std::size_t begin = c.group_begin[g], count = c.group_begin[g + 1] - begin;
      numbers_.number({c.group_root[g], c.group_expiration[g], c.group_right[g], c.group_settles[g],
                       c.group_settlement[g], snapshot.group_exercise[g], snapshot.group_multiplier[g]},
                      {c.strike.data() + begin, count}, {ids.data() + begin, count});
    }
    chain.contract = std::move(ids);
    DatasetStep step;
    if (numbers_.size() > known) {
      std::vector<ContractId> added(numbers_.size() - known);
      std::iota(added.begin(), added.end(), known);
      InstrumentBatch batch = numbers_.table(underlying_, added);
      batch.first_id = known;
      step.instruments = make_message(std::move(batch));
    }
    step.underlying = make_message(UnderlyingPrice{underlying_, chain.time, chain.session, chain.underlying_price});
    step.snapshot = make_message(std::move(chain));
    return step;
  }

 private:
  Symbol underlying_;
  stored::ContractNumbers numbers_;
};

QualityPolicy quality_policy(const DefectPolicy& policy) {
  QualityPolicy out;
  const auto closed = policy.closed == ClosedSessions::drop ? QualityAction::drop : QualityAction::flag;
  if (Status status = out.set(QualityCheck::closed_session, closed); !status)
    throw std::logic_error(status.error().to_string());
  return out;
}

Result<std::shared_ptr<const Dataset>> load(CsvProvider provider, const std::string& name, const LoadOptions& options) {
  QualityReport report;
  report.source = name;
  report.layout = options.layout.name;
  Gatherer gatherer(options, report);
  if (Status status = provider.read(gatherer, report); !status) return status.error();
  SnapshotOptions how;
  how.terms = [&](Symbol root, Date) { return options.layout.terms_of(root.view()); };
  how.duplicates = options.policy.duplicates;
  how.last_wins = options.layout.sample_seconds > 0;
  how.carry = options.layout.carry;
  how.spot = options.layout.spot;
  SnapshotBuilder builder(how, [&](const RawQuote&) { return name; });
  QualityChecker checker(quality_policy(options.policy));
  StepMaker make_step(gatherer.underlying());
  std::vector<DatasetStep> steps;
  const auto left_out = [&](const RawQuote& row, Defect defect, std::string reason) {
    note_defect(report, defect, name, row.line, "", std::move(reason));
    ++report.rows_skipped;
  };
  for (auto& [date, rows] : gatherer.sessions()) {
    if (options.policy.closed == ClosedSessions::stop && !closed_reason(date).empty())
      return Error{"the exchange was closed on " + date.to_string() + " (" + std::string(closed_reason(date)) +
                       "), but the data has a chain for it",
                   place(name, rows.front().line, ""),
                   "stale holiday snapshots are usual in vendor files: set `closed_sessions: drop` to leave them out"};
    std::vector<const RawQuote*> pointers(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) pointers[i] = &rows[i];
    auto session = builder.build(gatherer.underlying(), date, pointers, gatherer.roots(), left_out);
    if (!session) return session.error();
    const auto keep = checker.add(*session, report);
    if (!keep) return keep.error();
    if (*keep)
      for (SnapshotQuotes& snapshot : session->snapshots) steps.push_back(make_step(std::move(snapshot)));
    std::vector<RawQuote>().swap(rows);
  }
  if (Status status = checker.finish(report); !status) return status.error();
  if (steps.empty())
    return Error{"no session is left to run on: " + std::to_string(report.lines) + " rows read, " +
                     std::to_string(report.filtered) + " outside the chosen dates, underlying or roots",
                 name, "check `start`, `end`, `underlying` and `roots`"};
  return std::shared_ptr<const Dataset>(std::make_shared<Dataset>(std::move(steps), std::move(report)));
}

CsvProviderOptions provider_options(const LoadOptions& options) {
  CsvProviderOptions out;
  out.policy = options.policy;
  out.threads = options.read_ahead ? 2 : 1;
  return out;
}

}  // namespace

Dataset::Dataset(std::vector<DatasetStep> steps, QualityReport quality)
    : steps_(std::move(steps)), quality_(std::move(quality)) {}

Timestamp Dataset::time(std::size_t step) const { return steps_[step].snapshot.get<ChainSnapshot>().time; }

Result<std::shared_ptr<const Dataset>> load_csv(const std::string& path, const LoadOptions& options) {
  return load(CsvProvider({path}, options.layout, provider_options(options)), path, options);
}

Result<std::shared_ptr<const Dataset>> load_csv_text(const std::string& name, std::string_view bytes,
                                                     const LoadOptions& options) {
  return load(CsvProvider::of_text(name, bytes, options.layout, provider_options(options)), name, options);
}

}  // namespace optix
