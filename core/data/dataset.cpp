#include "core/data/dataset.hpp"

#include <algorithm>
#include <optional>

#include "core/data/csv.hpp"
#include "core/data/session_builder.hpp"

namespace optix {
namespace {

// Rows of a file gathered by session, whatever their order.
class Gatherer {
 public:
  Gatherer(const std::string& name, const LoadOptions& options, QualityReport& report)
      : name_(name), options_(options), report_(report) {}

  Status header(const std::vector<std::string_view>& fields) {
    auto binding = bind_columns(options_.layout, fields, name_);
    if (!binding) return binding.error();
    parser_.emplace(options_.layout, *binding, options_.policy, name_, report_);
    return {};
  }

  Status row(const std::vector<std::string_view>& fields, std::uint64_t line) {
    if (!parser_) return header(fields);
    ++report_.lines;
    QuoteRow row;
    RowContext context;
    switch (parser_->parse(fields, line, row, context)) {
      case RowParser::Outcome::failed: return parser_->error();
      case RowParser::Outcome::skipped: return {};
      case RowParser::Outcome::row: break;
    }
    if (!wanted(context, row)) {
      ++report_.filtered;
      return {};
    }
    SessionRows& session = session_of(context);
    if (session.rows.empty()) {
      session.context = context;
      session.rows.reserve(last_size_);
    } else if (session.context.underlying != context.underlying) {
      return Error{
          "the file holds more than one underlying: " + parser_->underlyings()[session.context.underlying].to_string() +
              " and " + parser_->underlyings()[context.underlying].to_string(),
          name_ + ":" + std::to_string(line), "choose one with `underlying`"};
    } else if (session.context.underlying_price != context.underlying_price) {
      return Error{"the price of the underlying is " + context.underlying_price.to_string() + " here and " +
                       session.context.underlying_price.to_string() + " on line " +
                       std::to_string(session.rows.front().line) + " of the same session",
                   name_ + ":" + std::to_string(line),
                   "a layout with one quote time needs one underlying price per session"};
    }
    session.rows.push_back(row);
    return {};
  }

  // In order of date.
  std::vector<SessionRows>& sessions() {
    std::sort(sessions_.begin(), sessions_.end(),
              [](const SessionRows& a, const SessionRows& b) { return a.context.session < b.context.session; });
    return sessions_;
  }
  RowParser* parser() { return parser_ ? &*parser_ : nullptr; }

 private:
  bool wanted(const RowContext& context, const QuoteRow& row) {
    if (options_.first && context.session < *options_.first) return false;
    if (options_.last && context.session > *options_.last) return false;
    if (!options_.underlying.empty() && parser_->underlyings()[context.underlying].view() != options_.underlying)
      return false;
    if (options_.roots.empty()) return true;
    const std::string_view root = parser_->roots()[row.root].view();
    return std::find(options_.roots.begin(), options_.roots.end(), root) != options_.roots.end();
  }

  SessionRows& session_of(const RowContext& context) {
    if (current_ < sessions_.size() && sessions_[current_].context.session == context.session)
      return sessions_[current_];
    if (current_ < sessions_.size())
      last_size_ = std::max(last_size_, std::min<std::size_t>(sessions_[current_].rows.size() + 64, 100'000));
    const auto known = std::find_if(sessions_.begin(), sessions_.end(),
                                    [&](const SessionRows& s) { return s.context.session == context.session; });
    current_ = static_cast<std::size_t>(known - sessions_.begin());
    if (known == sessions_.end()) sessions_.emplace_back();
    return sessions_[current_];
  }

  const std::string& name_;
  const LoadOptions& options_;
  QualityReport& report_;
  std::optional<RowParser> parser_;
  std::vector<SessionRows> sessions_;
  std::size_t current_ = 0;
  std::size_t last_size_ = 0;
};

Result<std::shared_ptr<const Dataset>> load(const std::string& name, std::unique_ptr<ByteSource> bytes,
                                            const LoadOptions& options) {
  QualityReport report;
  report.source = name;
  report.layout = options.layout.name;
  Gatherer gatherer(name, options, report);
  {
    CsvReader reader(std::move(bytes), name, options.layout.delimiter, options.read_ahead);
    const Status status =
        reader.for_each_row([&](const auto& fields, std::uint64_t line) { return gatherer.row(fields, line); });
    if (!status) return status.error();
  }
  if (!gatherer.parser()) return Error{"the file is empty", name, "it needs a header line and rows of quotes"};
  std::vector<DatasetStep> steps;
  SessionBuilder builder(options, name, gatherer.parser()->roots(), gatherer.parser()->underlyings());
  for (SessionRows& session : gatherer.sessions()) {
    if (Status status = builder.add(session, *gatherer.parser(), steps, report); !status) return status.error();
    std::vector<QuoteRow>().swap(session.rows);
  }
  builder.finish(report);
  if (steps.empty())
    return Error{"no session is left to run on: " + std::to_string(report.lines) + " rows read, " +
                     std::to_string(report.filtered) + " outside the chosen dates, underlying or roots",
                 name, "check `start`, `end`, `underlying` and `roots`"};
  return std::shared_ptr<const Dataset>(std::make_shared<Dataset>(std::move(steps), std::move(report)));
}

}  // namespace

Dataset::Dataset(std::vector<DatasetStep> steps, QualityReport quality)
    : steps_(std::move(steps)), quality_(std::move(quality)) {}

Timestamp Dataset::time(std::size_t step) const { return steps_[step].snapshot.get<ChainSnapshot>().time; }

Result<std::shared_ptr<const Dataset>> load_csv(const std::string& path, const LoadOptions& options) {
  auto bytes = open_file(path);
  if (!bytes) return bytes.error();
  return load(path, std::move(*bytes), options);
}

Result<std::shared_ptr<const Dataset>> load_csv_text(const std::string& name, std::string_view bytes,
                                                     const LoadOptions& options) {
  return load(name, open_memory(name, bytes), options);
}

}  // namespace optix
