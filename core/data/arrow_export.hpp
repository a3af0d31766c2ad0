#pragma once
// Quotes out of a dataset into one file that anything reads: Arrow IPC or CSV, in the columns of the
// layout `optix`, rows in the order of sessions and snapshots. Importing it gives the same dataset.
//
//   session, time, underlying, underlying_price, root, expiration, right, strike, bid, ask, iv, delta,
//   gamma, volume, open_interest and, where the source has displayed sizes, bid_size, ask_size
//
// Arrow: dates as date32, time as UTC nanoseconds, names as text, missing prices and unknown greeks as
// nulls. CSV: ISO dates, time as New York's clock ("2019-04-25 16:00:00"), missing values as empty
// fields, all numbers exact.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/arrow/ipc.hpp"
#include "core/data/store/dataset_folder.hpp"

namespace optix {

enum class ExportFormat : std::uint8_t { arrow, csv };
constexpr auto enum_names(ExportFormat) { return std::to_array<std::string_view>({"arrow", "csv"}); }

// Prices in Arrow: whole millionths of a dollar (field metadata `scale: 1000000`), exact for every
// reader; or doubles, easier to work with, whose shortest decimal text is the price.
enum class ExportPrices : std::uint8_t { decimal, float64 };
constexpr auto enum_names(ExportPrices) { return std::to_array<std::string_view>({"decimal", "float64"}); }

struct ExportOptions {
  ExportFormat format = ExportFormat::arrow;
  ExportPrices prices = ExportPrices::float64;
  arrow::Compression compression = arrow::Compression::none;
  std::optional<Date> first, last;       // sessions outside are left out
  std::vector<std::string> underlyings;  // empty: all
  bool sizes = false;                    // the columns of sizes; export_dataset decides it by the data
};

struct ExportSummary {
  std::uint64_t rows = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t bytes = 0;  // of the file
};

// Writes one file: under another name until finish(), so that nobody sees half of it.
class QuoteExport {
 public:
  // Replaces a file of that name, at finish(). Errors name the path.
  static Result<std::unique_ptr<QuoteExport>> open(const std::string& path, const ExportOptions& options);
  // Without finish(): nothing is left behind.
  virtual ~QuoteExport() = default;
  virtual Status add(const ChainSnapshot& chain) = 0;
  virtual Result<ExportSummary> finish() = 0;
};

// The dataset's sessions that the options choose; an error when they choose none.
Result<ExportSummary> export_dataset(const DatasetFolder& data, const std::string& path, const ExportOptions& options);

}  // namespace optix
