#pragma once
// Rows of text, from a database or a service, on their way to a sink: the same reading as a CSV
// file's, so that the same rows give the same quotes wherever they were kept.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/csv_rows.hpp"
#include "core/data/quotes.hpp"

namespace optix {

// A column that a layout reads.
struct LayoutColumn {
  std::string name;
  bool optional = false;  // the source may lack it
};
// Each once.
std::vector<LayoutColumn> layout_columns(const CsvLayout& layout);

// What errors call things: "quotes.db table quotes" + " row " + "17" + " column " + "bid".
struct RowNames {
  std::string source;
  std::string row = "row";
  std::string field = "column";
};

class RowFeed {
 public:
  // `header` are the columns of the rows to come; what the layout takes from a file's name is taken
  // from `names.source`. `sink` and `report` must outlive the feed. An error when the layout's
  // columns are not in the header.
  static Result<std::unique_ptr<RowFeed>> open(const CsvLayout& layout, const std::vector<std::string>& header,
                                               const DefectPolicy& policy, const RowNames& names, QuoteSink& sink,
                                               QualityReport& report);
  RowFeed(const RowFeed&) = delete;
  RowFeed& operator=(const RowFeed&) = delete;

  // Fields in the header's order; an empty one is one that has no value. `row` counts from 1. What
  // the policy lets pass is counted in the report, rows left out go to the sink's reject() too; anything
  // else is an error that names the row.
  Status add(const std::vector<std::string_view>& fields, std::uint64_t row);
  // Hands over what is waiting. Call it once after the last row.
  Status flush();

 private:
  static constexpr std::size_t batch_rows = 8192;

  RowFeed(const CsvLayout& layout, CsvBinding binding, SourceFacts facts, const DefectPolicy& policy, RowNames names,
          QuoteSink& sink, QualityReport& report);
  Error error_of(const RowIssue& issue) const;

  CsvLayout layout_;
  CsvBinding binding_;
  SourceFacts facts_;
  DefectPolicy policy_;
  RowNames names_;
  QuoteSink& sink_;
  QualityReport& report_;
  std::optional<RowReader> reader_;  // one a batch
  std::size_t issues_ = 0;           // of the reader's, seen already
  std::size_t rows_ = 0;             // in the batch
};

}  // namespace optix
