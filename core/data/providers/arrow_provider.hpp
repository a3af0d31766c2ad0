#pragma once
// Quotes from Arrow IPC files: what OPTIX exports, and tables that other programs write. Each cell
// becomes the text that a CSV file would hold and is read as such, so a table gives exactly the quotes
// of the CSV file it came from:
//   - integers digit for digit; with the field metadata `scale: 1000000` (a power of ten) in units of
//     1/scale, as OPTIX stores prices
//   - float32 and float64 as their shortest decimal text: 0.1 is 0.10; a price that needs more than six
//     decimals is a defect; NaN and null are empty fields
//   - utf8 and dictionaries as they are
//   - dates in the layout's order. A timestamp where a date is wanted: its date when it is midnight or
//     has no zone, else the date in New York
//   - a timestamp where a time is wanted: the instant; without a zone, the clock in New York
// A column `time` of timestamps is read as the quotes' time even when the layout names no time column.
#include <string>
#include <vector>

#include "core/data/csv_layout.hpp"
#include "core/data/csv_rows.hpp"
#include "core/data/quotes.hpp"

namespace optix {

struct ArrowSource {
  std::vector<std::string> paths;  // read in this order
  CsvLayout layout;                // columns by the names they have in the files
  DefectPolicy policy;
};

class ArrowProvider final : public MarketDataProvider {
 public:
  explicit ArrowProvider(ArrowSource source) : source_(std::move(source)) {}

  std::string description() const override;
  // Files are mapped and read a record batch at a time. Errors name file, record batch, row (from 1
  // within the batch) and column.
  Status read(QuoteSink& sink, QualityReport& report) override;
  double share() const override { return share_; }

 private:
  Status read_file(const std::string& path, std::size_t number, QuoteSink& sink, QualityReport& report);

  ArrowSource source_;
  double share_ = 0;
};

}  // namespace optix
