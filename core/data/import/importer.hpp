#pragma once
// From a provider to a dataset: rows in any order are gathered by session within a bound of memory,
// sorted, checked and written; nothing is left behind when it fails.
//
// Memory: `memory_bytes` for rows that wait, and a few copies of the largest session of one
// underlying, which must fit. Sources that come session by session never wait; of others, what does
// not fit is put aside in a temporary folder beside the dataset.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/data/csv_layout.hpp"
#include "core/data/csv_rows.hpp"
#include "core/data/quality_policy.hpp"
#include "core/data/quotes.hpp"
#include "core/data/store/dataset_writer.hpp"

namespace optix {

struct ImportProgress {
  std::uint64_t rows = 0;
  std::uint64_t sessions = 0;
  double share = 0;  // of the source's bytes or rows, NaN when unknown
};

struct ImportOptions {
  DefectPolicy policy;  // `closed` is not looked at: see QualityCheck::closed_session
  QualityPolicy quality;
  // Of roots that neither `roots` nor the table of products names.
  RootTerms default_terms;
  std::map<std::string, RootTerms> roots;  // what option roots mean
  std::optional<Date> first, last;         // sessions outside are left out
  std::vector<std::string> keep_roots;     // empty: all
  std::vector<std::string> keep_underlyings;
  std::string layout;  // name, for the manifest
  std::string time_meaning = "close";
  std::vector<ColumnNote> columns;
  bool carry = false;      // see CsvLayout
  bool last_wins = false;  // of rows of one contract and instant
  SpotSource spot = SpotSource::column;
  OpenInterestKnown open_interest = OpenInterestKnown::morning;
  // The price of an underlying as known at an instant, for rows that have none (see
  // underlying_bars.hpp); may be empty. Called from a helper thread.
  std::function<std::optional<Decimal>(Symbol underlying, Timestamp time)> underlying_price;
  std::string reject_file;                // rows left out, with reasons; empty: not written
  std::size_t memory_bytes = 160u << 20;  // for rows waiting for their session to be complete
  // What goes into the dataset with the quotes, in the same commit: events. May be empty.
  std::function<Status(DatasetWriter&)> add_to;
  WriteOptions write;
  std::function<void(const ImportProgress&)> progress;  // called now and then, from the caller's thread
};

// What a layout decides: terms, meaning of times, notes on columns, carrying and so on.
ImportOptions import_options(const CsvLayout& layout);

struct ImportSummary {
  Manifest manifest;
  QualityReport quality;  // of what was imported now
  std::uint64_t rows_read = 0, rows_written = 0, rows_rejected = 0;
  std::uint64_t sessions_written = 0, sessions_unchanged = 0;
};

// Errors come from the provider, the policy or the folder, with place and remedy; the dataset is then
// as it was before.
Result<ImportSummary> import_dataset(const std::string& folder, MarketDataProvider& provider,
                                     const ImportOptions& options);

}  // namespace optix
