#include "core/data/providers/row_feed.hpp"

#include <algorithm>
#include <utility>

namespace optix {

std::vector<LayoutColumn> layout_columns(const CsvLayout& layout) {
  std::vector<LayoutColumn> columns;
  const auto add = [&](const std::string& named) {
    const bool optional = !named.empty() && named.front() == '?';
    const std::string name = named.substr(optional ? 1 : 0);
    if (name.empty()) return;
    for (LayoutColumn& c : columns)
      if (c.name == name) {
        c.optional = c.optional && optional;
        return;
      }
    columns.push_back({name, optional});
  };
  const auto add_quote = [&](const auto& c) {  // CsvColumns or CsvQuoteColumns
    for (const std::string* name : {&c.underlying_price, &c.underlying_bid, &c.underlying_ask, &c.bid, &c.ask, &c.iv,
                                    &c.delta, &c.gamma, &c.volume, &c.open_interest, &c.bid_size, &c.ask_size})
      add(*name);
  };
  const CsvColumns& c = layout.columns;
  for (const std::string* name :
       {&c.session, &c.time, &c.underlying, &c.osi, &c.root, &c.expiration, &c.right, &c.strike})
    add(*name);
  if (layout.quotes.empty()) add_quote(c);
  for (const CsvQuoteColumns& q : layout.quotes) add_quote(q);
  return columns;
}

Result<std::unique_ptr<RowFeed>> RowFeed::open(const CsvLayout& layout, const std::vector<std::string>& header,
                                               const DefectPolicy& policy, const RowNames& names, QuoteSink& sink,
                                               QualityReport& report) {
  auto binding = bind_columns(layout, {header.begin(), header.end()}, names.source);
  if (!binding) {
    Error error = binding.error();
    error.where = names.source;  // there is no line of a header here
    return error;
  }
  SourceFacts facts;
  if (layout.session_from_name || layout.contract_from_name) {
    auto named = facts_of_name(layout, names.source);
    if (!named) return named.error();
    facts = *named;
  }
  return std::unique_ptr<RowFeed>(
      new RowFeed(layout, std::move(*binding), std::move(facts), policy, names, sink, report));
}

RowFeed::RowFeed(const CsvLayout& layout, CsvBinding binding, SourceFacts facts, const DefectPolicy& policy,
                 RowNames names, QuoteSink& sink, QualityReport& report)
    : layout_(layout),
      binding_(std::move(binding)),
      facts_(std::move(facts)),
      policy_(policy),
      names_(std::move(names)),
      sink_(sink),
      report_(report) {}

Error RowFeed::error_of(const RowIssue& issue) const {
  const std::string field = issue.column.empty() ? "" : " " + names_.field + " " + issue.column;
  return {issue.what, names_.source + " " + names_.row + " " + std::to_string(issue.line) + field,
          remedy(issue.defect)};
}

Status RowFeed::add(const std::vector<std::string_view>& fields, std::uint64_t row) {
  if (!reader_) {
    reader_.emplace(layout_, binding_, facts_, policy_);
    reader_->quotes().rows.reserve(batch_rows);
    issues_ = 0;
  }
  ++report_.lines;
  ++rows_;
  const bool going_on = reader_->read(fields, row);
  for (; issues_ < reader_->issues().size(); ++issues_) {
    const RowIssue& issue = reader_->issues()[issues_];
    if (!going_on && issues_ + 1 == reader_->issues().size()) return error_of(issue);
    if (report_.defects[static_cast<std::size_t>(issue.defect)]++ < QualityReport::examples_per_defect)
      report_.examples.push_back({issue.defect, error_of(issue).where, issue.what});
    if (!issue.dropped) continue;
    ++report_.rows_skipped;
    RejectedRow left_out{names_.source, row, issue.column, issue.what, {}};
    for (const std::string_view field : fields) (left_out.text += &field == fields.data() ? "" : ",") += field;
    if (Status status = sink_.reject(left_out); !status) return status;
  }
  return rows_ < batch_rows ? Status{} : flush();
}

Status RowFeed::flush() {
  rows_ = 0;
  if (!reader_) return {};
  report_.filtered += reader_->sampled_away();
  RawQuotes quotes = std::move(reader_->quotes());
  quotes.source = names_.source;
  reader_.reset();
  return quotes.rows.empty() ? Status{} : sink_.take(std::move(quotes));
}

}  // namespace optix
