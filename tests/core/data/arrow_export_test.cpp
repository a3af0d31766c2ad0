// What is exported and imported again is the same dataset.
#include "core/data/arrow_export.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/data/import/importer.hpp"
#include "core/data/providers/arrow_provider.hpp"
#include "core/data/providers/csv_provider.hpp"
#include "tests/core/data/store/small_sessions.hpp"

using namespace optix;
using test::TempFolder;

namespace {

std::shared_ptr<const DatasetFolder> opened(const std::string& folder) {
  auto data = DatasetFolder::open(folder);
  if (!data) FAIL(data.error().to_string());
  return *data;
}

// Sessions of two underlyings with several snapshots each, as an import leaves them: terms and settlement by the
// roots' table, no stale flags.
std::string imported_dataset(const TempFolder& temp, bool sizes = false) {
  std::string csv =
      "session,time,underlying,underlying_price,root,expiration,right,strike,bid,ask,iv,delta,gamma,volume,"
      "open_interest";
  csv += sizes ? ",bid_size,ask_size\n" : "\n";
  int n = 0;
  for (const char* session : {"2019-04-25", "2019-04-26", "2019-04-29"})
    for (const char* time : {"10:00:00", "15:45:00", "16:00:00"})
      for (const char* underlying : {"SPX", "AAPL"})
        for (const char* expiration : {"2019-05-17", "2019-06-21"})
          for (const char* right : {"C", "P"})
            for (int k = 0; k < 9; ++k, ++n) {
              const bool spx = underlying[0] == 'S';
              const auto cents = [](int value) {
                return std::to_string(value / 100) + "." + std::to_string(value % 100 / 10) +
                       std::to_string(value % 10);
              };
              csv += std::string(session) + "," + session + " " + time + "," + underlying + "," +
                     (spx ? "2930.123456" : "205.07") + "," + (spx && k % 2 ? "SPXW" : underlying) + "," + expiration +
                     "," + right + "," + (spx ? std::to_string(2900 + 5 * k) : std::to_string(200 + k) + ".5") + "," +
                     (n % 7 == 0 ? "" : cents(n * 37 % 9000)) + "," + (n % 13 == 0 ? "" : cents(9000 + n * 37 % 900)) +
                     "," + (n % 5 == 0 ? "," : "0.1" + std::to_string(n * 7919 % 99991) + ",0.2" + std::to_string(n)) +
                     "," + (n % 3 == 0 ? "" : "0.00" + std::to_string(1 + n)) + "," + std::to_string(n % 11) + "," +
                     std::to_string(n * 3);
              // Not in every session, and not in every row.
              if (sizes && session[9] == '6') csv += ",," + std::string(n % 4 == 0 ? "" : std::to_string(n % 50));
              if (sizes && session[9] == '9') csv += "," + std::to_string(n % 20) + ",0";
              if (sizes && session[9] == '5') csv += ",,";
              csv += "\n";
            }
  CsvLayout layout = *csv_layout_preset("optix");
  layout.columns.time = "time";
  layout.time_format = TimeFormat::date_time;
  auto provider = CsvProvider::of_text("made_up.csv", csv, layout);
  ImportOptions options = import_options(layout);
  options.write.sync = false;
  const auto summary = import_dataset(temp.dataset(), provider, options);
  if (!summary) FAIL(summary.error().to_string());
  REQUIRE(summary->rows_written == static_cast<std::uint64_t>(n));
  return temp.dataset();
}

}  // namespace

TEST_CASE("an export imports as the same dataset", "[arrow][export]") {
  const bool sizes = GENERATE(false, true);
  const TempFolder temp;
  const auto data = opened(imported_dataset(temp, sizes));
  struct Case {
    const char* name;
    ExportOptions options;
  };
  const Case cases[] = {
      {"doubles", {}},
      {"decimals", {.prices = ExportPrices::decimal}},
      {"zstd", {.prices = ExportPrices::decimal, .compression = arrow::Compression::zstd}},
      {"csv", {.format = ExportFormat::csv}},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const std::string file = (temp.path() / (std::string(c.name) + ".export")).string();
    const auto exported = export_dataset(*data, file, c.options);
    if (!exported) FAIL(exported.error().to_string());
    CHECK(exported->rows == 3 * 3 * 2 * 4 * 9);
    CHECK(exported->snapshots == 3 * 3 * 2);
    CHECK(exported->bytes == std::filesystem::file_size(file));
    CHECK(!std::filesystem::exists(file + ".part"));
    CsvLayout layout = *csv_layout_preset("optix");
    ImportOptions options = import_options(layout);
    options.write.sync = false;
    std::unique_ptr<MarketDataProvider> provider;
    if (c.options.format == ExportFormat::csv) {
      layout.columns.time = "time";
      layout.time_format = TimeFormat::date_time;
      provider = std::make_unique<CsvProvider>(std::vector{file}, layout);
    } else {
      provider = std::make_unique<ArrowProvider>(ArrowSource{{file}, layout, {}});
    }
    const std::string again = temp.dataset() + c.name;
    const auto summary = import_dataset(again, *provider, options);
    if (!summary) FAIL(summary.error().to_string());
    CHECK(summary->manifest.dataset_hash() == data->manifest().dataset_hash());
    CHECK(test::replay(again) == test::replay(data->path()));
  }
}

TEST_CASE("an export holds the sessions and underlyings asked for", "[arrow][export]") {
  const TempFolder temp;
  const auto data = opened(imported_dataset(temp));
  const std::string file = (temp.path() / "part.arrow").string();
  const Date second = Date::from_civil(2019, 4, 26);
  struct Case {
    ExportOptions options;
    std::uint64_t snapshots;  // 0: an error
  };
  const Case cases[] = {{{.underlyings = {"SPX"}}, 9},
                        {{.first = second, .last = second}, 6},
                        {{.first = second, .underlyings = {"AAPL", "XYZ"}}, 6},
                        {{.last = Date::from_civil(2019, 1, 1)}, 0},
                        {{.underlyings = {"XYZ"}}, 0}};
  for (const Case& c : cases) {
    const auto exported = export_dataset(*data, file, c.options);
    REQUIRE(exported.ok() == (c.snapshots > 0));
    if (exported) CHECK(exported->snapshots == c.snapshots);
    if (!exported) CHECK_THAT(exported.error().what, Catch::Contains("no session"));
    CHECK(!std::filesystem::exists(file + ".part"));
  }
}

TEST_CASE("an export that fails leaves nothing behind", "[arrow][export]") {
  const TempFolder temp;
  const auto missing = QuoteExport::open((temp.path() / "no" / "such.arrow").string(), {});
  REQUIRE(!missing);
  CHECK_THAT(missing.error().to_string(), Catch::Contains("such.arrow: the file cannot be written"));
  const std::string file = (temp.path() / "half.csv").string();
  {
    auto out = QuoteExport::open(file, {.format = ExportFormat::csv});
    REQUIRE(out);
    ChainSnapshot broken = test::make_session("SPX", Date::from_civil(2019, 4, 25)).snapshots[0].chain;
    broken.contract.resize(std::as_const(broken.strike).size());
    REQUIRE((*out)->add(broken));
    broken.iv.pop_back();
    CHECK(!(*out)->add(broken));
    CHECK(std::filesystem::exists(file + ".part"));
  }
  CHECK(std::filesystem::is_empty(temp.path()));
}
