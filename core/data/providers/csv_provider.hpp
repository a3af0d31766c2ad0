#pragma once
// Quotes from CSV files: plain, gzip, zstd, or in zip archives. Chunks of whole lines are parsed by
// helper threads and delivered in the files' order; the result is the same for any number of them.
#include <string>
#include <string_view>
#include <vector>

#include "core/data/csv_layout.hpp"
#include "core/data/csv_rows.hpp"
#include "core/data/quotes.hpp"

namespace optix {

struct CsvProviderOptions {
  DefectPolicy policy;
  unsigned threads = 2;  // that parse; 1 (or 0): the caller's own
  std::size_t chunk_bytes = 256 * 1024;
};

class CsvProvider final : public MarketDataProvider {
 public:
  // Files are read in the order given; the entries of a zip archive in order of name. Every file has
  // the layout's header.
  CsvProvider(std::vector<std::string> paths, CsvLayout layout, CsvProviderOptions options = {});
  // One file that lies in memory (plain, gzip or zstd); `bytes` must outlive the provider.
  static CsvProvider of_text(std::string name, std::string_view bytes, CsvLayout layout,
                             CsvProviderOptions options = {});

  std::string description() const override;
  // Rows with defects that the policy lets pass are counted; those left out also go to sink.reject().
  // Errors name file, line, column, value and remedy.
  Status read(QuoteSink& sink, QualityReport& report) override;
  double share() const override { return share_; }

 private:
  std::vector<std::string> paths_;
  std::string_view text_;
  bool in_memory_ = false;
  CsvLayout layout_;
  CsvProviderOptions options_;
  double share_ = 0;
};

}  // namespace optix
