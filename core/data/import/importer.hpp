#pragma once
// From a provider to a dataset: rows in any order are gathered by session within a bound of memory,
// sorted, checked and written; nothing is left behind when it fails.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/data/csv_layout.hpp"
#include "core/data/csv_rows.hpp"
#include "core/data/quotes.hpp"
#include "core/data/store/dataset_writer.hpp"

namespace optix {

struct ImportProgress {
  std::uint64_t rows = 0;
  std::uint64_t sessions = 0;
  double share = 0;  // of the source's bytes or rows, NaN when unknown
};

struct ImportOptions {
  DefectPolicy policy;
  RootTerms default_terms;                 // of roots that `roots` does not name
  std::map<std::string, RootTerms> roots;  // what option roots mean
  std::optional<Date> first, last;         // sessions outside are left out
  std::vector<std::string> keep_roots;     // empty: all
  std::vector<std::string> keep_underlyings;
  std::string time_meaning = "close";
  std::vector<ColumnNote> columns;
  std::string reject_file;                // rows left out, with reasons; empty: not written
  std::size_t memory_bytes = 160u << 20;  // for rows waiting for their session to be complete
  WriteOptions write;
  std::function<void(const ImportProgress&)> progress;  // called now and then, from the caller's thread
};

struct ImportSummary {
  Manifest manifest;
  QualityReport quality;  // of what was imported now
  std::uint64_t rows_read = 0, rows_written = 0, rows_rejected = 0;
  std::uint64_t sessions_written = 0, sessions_unchanged = 0;
};

Result<ImportSummary> import_dataset(const std::string& folder, MarketDataProvider& provider,
                                     const ImportOptions& options);

}  // namespace optix
