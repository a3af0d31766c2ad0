#include "core/data/import/importer.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

#include "core/data/import/underlying_bars.hpp"
#include "core/data/store/dataset_folder.hpp"
#include "core/time/calendar.hpp"
#include "tests/core/data/import/taken_quotes.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;
namespace fs = std::filesystem;

namespace {

const std::string header =
    "session,underlying,underlying_price,root,expiration,right,strike,bid,ask,iv,delta,gamma,volume,open_interest\n";

// A folder for one test, removed at its end.
class Folder {
 public:
  explicit Folder(const std::string& name) : path_(fs::temp_directory_path() / ("optix-import-" + name)) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(path_)) out.push_back(entry.path().filename().string());
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  fs::path path_;
};

std::string row(const std::string& session, const std::string& underlying, int strike,
                const std::string& quotes = "1.0,1.5") {
  return session + "," + underlying + ",2900.5," + underlying + ",2019-12-20,put," + std::to_string(strike) + "," +
         quotes + ",0.2,-0.3,0.001,5,10\n";
}

std::vector<std::string> many_rows(int strikes) {
  std::vector<std::string> rows;
  for (const char* session : {"2019-05-20", "2019-05-21", "2019-05-22", "2019-05-23"})
    for (const char* underlying : {"SPX", "XYZ"})
      for (int i = 0; i < strikes; ++i) rows.push_back(row(session, underlying, 1000 + i));
  return rows;
}

std::string joined_text(const std::vector<std::string>& rows) {
  return std::accumulate(rows.begin(), rows.end(), header);
}

ImportOptions quick() {
  ImportOptions o = import_options(*csv_layout_preset("optix"));
  o.write.sync = false;
  return o;
}

Result<ImportSummary> import_text(const std::string& folder, const std::string& text, ImportOptions options = quick(),
                                  CsvProviderOptions reading = {}, const char* layout = "optix") {
  CsvProvider provider = CsvProvider::of_text("a.csv", text, *csv_layout_preset(layout), reading);
  return import_dataset(folder, provider, options);
}

std::string hash_of(const Result<ImportSummary>& r) { return r ? r->manifest.dataset_hash() : r.error().to_string(); }

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("rows in any order, cut anyhow, spilled or not, give the same dataset", "[data][import]") {
  const Folder folder("order");
  const std::vector<std::string> rows = many_rows(3000);
  const auto sorted = import_text(folder / "sorted", joined_text(rows));
  REQUIRE(hash_of(sorted).size() == 32);
  CHECK(sorted->rows_read == rows.size());
  CHECK(sorted->rows_written == rows.size());
  CHECK(sorted->sessions_written == 8);
  CHECK(sorted->manifest.partitions.size() == 8);
  // By contract: every session comes back again and again.
  std::vector<std::string> by_contract;
  for (std::size_t i = 0; i < 3000; ++i)
    for (std::size_t s = 0; s < 8; ++s) by_contract.push_back(rows[s * 3000 + i]);
  std::vector<std::string> shuffled = rows;
  std::uint64_t state = 7;
  for (std::size_t i = shuffled.size() - 1; i > 0; --i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    std::swap(shuffled[i], shuffled[(state >> 33) % (i + 1)]);
  }
  std::vector<std::string> late = rows;  // a few rows of the first session at the end
  std::rotate(late.begin(), late.begin() + 5, late.end());
  int number = 0;
  for (const auto* order : {&by_contract, &shuffled, &late})
    for (const std::size_t memory : {std::size_t{1} << 16, std::size_t{1} << 30})
      for (const unsigned threads : {1u, 3u}) {
        ImportOptions options = quick();
        options.memory_bytes = memory;
        CsvProviderOptions reading;
        reading.threads = threads;
        const std::string name = "other" + std::to_string(number++);
        const auto other = import_text(folder / name, joined_text(*order), options, reading);
        INFO(name);
        CHECK(hash_of(other) == hash_of(sorted));
        CHECK(other->quality.sessions.size() == 8);
        CHECK(other->quality.totals(true).rows == rows.size());
      }
  for (const std::string& name : folder.names()) CHECK(name.find(".waiting") == std::string::npos);
}

TEST_CASE("importing again changes nothing, appending adds, a correction replaces", "[data][import]") {
  const Folder folder("again");
  const std::string data = folder / "data";
  const std::string a = header + row("2019-05-20", "SPX", 2800) + row("2019-05-21", "SPX", 2800),
                    b = header + row("2019-05-22", "SPX", 2810) + row("2019-05-23", "SPX", 2800);
  REQUIRE(import_text(data, a).ok());
  const std::string manifest = content(data + "/manifest.json");
  const auto again = import_text(data, a);
  REQUIRE(again.ok());
  CHECK(again->sessions_unchanged == 2);
  CHECK(again->sessions_written == 0);
  CHECK(content(data + "/manifest.json") == manifest);
  const auto more = import_text(data, b);
  REQUIRE(more.ok());
  CHECK(more->manifest.partitions.size() == 4);
  CHECK(more->quality.sessions.size() == 2);
  CHECK(more->manifest.quality.sessions.size() == 4);
  CHECK(more->manifest.quality.missing_sessions.empty());
  CHECK(more->quality.sessions.front().compared == 0);  // another strike
  const std::string whole = hash_of(import_text(folder / "whole", a + b.substr(header.size())));
  CHECK(hash_of(more) == whole);
  const std::string longer = content(data + "/manifest.json");
  CHECK(hash_of(import_text(data, a)) == whole);
  CHECK(hash_of(import_text(data, b)) == whole);
  CHECK(content(data + "/manifest.json") == longer);
  const auto corrected = import_text(data, header + row("2019-05-21", "SPX", 2800, "1.1,1.5"));
  REQUIRE(corrected.ok());
  CHECK(corrected->sessions_written == 1);
  CHECK(hash_of(corrected) != whole);
  CHECK(corrected->manifest.partitions.size() == 4);
}

TEST_CASE("a failed import leaves the dataset as it was", "[data][import]") {
  const Folder folder("failed");
  const std::string data = folder / "data";
  const std::string good = header + row("2019-05-20", "SPX", 2800);
  REQUIRE(import_text(data, good).ok());
  const std::string manifest = content(data + "/manifest.json");
  ImportOptions spilling = quick();
  spilling.memory_bytes = 1;
  const auto bad =
      import_text(data, good + row("2019-05-21", "SPX", 2800) + row("2019-05-22", "SPX", 2800) + "x\n", spilling);
  REQUIRE_FALSE(bad.ok());
  CHECK_THAT(bad.error().to_string(), Catch::Contains("a.csv:5: the row has 1 fields"));
  CHECK(content(data + "/manifest.json") == manifest);
  CHECK(folder.names() == std::vector<std::string>{"data"});
  const auto nothing = import_text(data, header);
  REQUIRE_FALSE(nothing.ok());
  CHECK_THAT(nothing.error().to_string(), Catch::Contains("no session is left to import: 0 rows read"));
  CHECK(content(data + "/manifest.json") == manifest);
  const auto prices = import_text(data, good + "2019-05-20,SPX,2901,SPX,2019-12-20,put,2810,1,2,,,,,\n");
  REQUIRE_FALSE(prices.ok());
  CHECK_THAT(prices.error().to_string(),
             Catch::Contains("a.csv:3: the price of the underlying is 2901.00 here and 2900.50 on line 2"));
}

TEST_CASE("rows left out are listed with their reasons", "[data][import]") {
  const Folder folder("rejects");
  ImportOptions options = quick();
  options.policy = {BrokenRow::drop, BrokenValue::drop, BrokenValue::flag, Duplicates::keep_first,
                    ClosedSessions::drop};
  options.reject_file = folder / "rejects.csv";
  CsvProviderOptions reading;
  reading.policy = options.policy;
  const std::string text = header + row("2019-05-20", "SPX", 2800) + row("2019-05-20", "SPX", 2810, "-1,2") +
                           row("2019-05-20", "SPX", 2800, "7,8") + "a \"b\",c\n" + row("2019-05-21", "SPX", 2800);
  const auto read = import_text(folder / "data", text, options, reading);
  REQUIRE(read.ok());
  CHECK(read->rows_read == 5);
  CHECK(read->rows_written == 2);
  CHECK(read->rows_rejected == 3);
  CHECK(read->quality.rows_skipped == 3);
  CHECK(
      content(options.reject_file) ==
      "source,line,column,reason,row\n"
      "a.csv,3,bid,the bid is negative: -1,\"2019-05-20,SPX,2900.5,SPX,2019-12-20,put,2810,-1,2,0.2,-0.3,0.001,5,10\"\n"
      "a.csv,5,,\"the row has 2 fields, the header 14\",\"a \"\"b\"\",c\"\n"
      "a.csv,4,,the contract SPX 2019-12-20 put 2800 is already on line 2 for this session,\n");
  options.policy.duplicates = Duplicates::stop;
  const auto stopped = import_text(folder / "data", text, options, reading);
  REQUIRE_FALSE(stopped.ok());
  CHECK_THAT(stopped.error().to_string(), Catch::Contains("a.csv:4: the contract SPX 2019-12-20 put 2800 is already"));
}

TEST_CASE("filters leave out, and are counted", "[data][import]") {
  const Folder folder("filters");
  ImportOptions options = quick();
  options.first = Date::from_civil(2019, 5, 21);
  options.last = Date::from_civil(2019, 5, 22);
  options.keep_underlyings = {"XYZ"};
  double share = -1;
  options.progress = [&](const ImportProgress& p) { share = p.share; };
  const auto read = import_text(folder / "data", joined_text(many_rows(10)), options);
  REQUIRE(read.ok());
  CHECK(share == 1);
  CHECK(read->rows_written == 20);
  CHECK(read->quality.filtered == 60);
  CHECK(read->manifest.partitions.size() == 2);
}

TEST_CASE("bars carry quotes and take the underlying from parity", "[data][import]") {
  const Folder folder("bars");
  // Calls and puts at 95, 100 and 105 around 101; then only the call at 100 moves.
  std::string text = "ms,right,strike,expiry,bid_close,ask_close\n";
  const auto bar = [&](int minute, const char* right, int strike, const char* quotes) {
    text += std::to_string(34'200'000 + 60'000 * minute) + "," + right + "," + std::to_string(strike) + ",20151231," +
            quotes + "\n";
  };
  bar(0, "call", 95, "6.0,6.4");
  bar(0, "call", 100, "1.9,2.1");
  bar(1, "call", 100, "2.4,2.6");
  bar(0, "call", 105, "0.1,0.3");
  bar(0, "put", 95, "0.1,0.3");
  bar(0, "put", 100, "0.9,1.1");
  bar(0, "put", 105, "4.1,4.3");
  CsvLayout layout = *csv_layout_preset("minute_bars");
  layout.underlying = "XYZ";
  CsvProvider provider = CsvProvider::of_text("xyz_20151224.csv", text, layout);
  ImportOptions options = import_options(layout);
  options.write.sync = false;
  const auto read = import_dataset(folder / "data", provider, options);
  REQUIRE(read.ok());
  CHECK(read->manifest.time_meaning == "end of each bar of 60 seconds");
  CHECK_THAT(read->manifest.columns.back().known, Catch::Contains("put-call parity"));
  const auto data = DatasetFolder::open(folder / "data");
  REQUIRE(data.ok());
  const auto session = (*data)->session(0);
  REQUIRE(session.ok());
  REQUIRE((*session)->snapshots() == 2);
  const MessageRef snapshots[] = {(*session)->snapshot(0), (*session)->snapshot(1)};
  const auto& first = snapshots[0].get<ChainSnapshot>();
  const auto& second = snapshots[1].get<ChainSnapshot>();
  CHECK(first.time.to_string() == "2015-12-24T14:31:00Z");
  CHECK(first.underlying_price == *Decimal::parse("101"));  // of 101, 101 and 101
  CHECK(second.strike.size() == 6);
  CHECK(second.bid[1] == *Decimal::parse("2.4"));
  CHECK(second.bid[0] == *Decimal::parse("6"));
  CHECK(second.underlying_price == *Decimal::parse("101"));  // 101, 101.5, 101: the middle one

  layout.spot = SpotSource::parity;
  CsvProvider again = CsvProvider::of_text("xyz_20151224.csv", text, layout);
  options.spot = SpotSource::column;
  const auto none = import_dataset(folder / "none", again, options);
  REQUIRE_FALSE(none.ok());
  CHECK_THAT(none.error().to_string(),
             Catch::Contains("there is no price of the underlying XYZ at 2015-12-24T14:31:00Z") &&
                 Catch::Contains("spot: parity"));
  options.underlying_price = [](Symbol, Timestamp) { return Decimal::parse("101.25"); };
  CsvProvider third = CsvProvider::of_text("xyz_20151224.csv", text, layout);
  const auto given = import_dataset(folder / "given", third, options);
  REQUIRE(given.ok());
  CHECK(given->quality.sessions.front().spot == *Decimal::parse("101.25"));

  // From bars: the last that had ended, of the same day.
  std::vector<Bar> rows(3);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].underlying = *Symbol::from("XYZ");
    rows[i].session = i == 0 ? Date::from_civil(2015, 12, 23) : Date::from_civil(2015, 12, 24);
    rows[i].begin = new_york_time(rows[i].session, clock_seconds(9, 29 + static_cast<int>(i)));
    rows[i].end = rows[i].begin + 60 * nanos_per_second;
    rows[i].open = rows[i].high = rows[i].low = rows[i].close = Decimal::from_int(100 + static_cast<int>(i));
  }
  const auto bars = EventTable<Bar>::from_rows(rows, "bars");
  REQUIRE(bars.ok());
  const auto price = underlying_from_bars(std::make_shared<const EventTable<Bar>>(*bars));
  const Date day = Date::from_civil(2015, 12, 24);
  CHECK_FALSE(price(*Symbol::from("XYZ"), new_york_time(day, clock_seconds(9, 30))));
  CHECK(price(*Symbol::from("XYZ"), new_york_time(day, clock_seconds(9, 31))) == Decimal::from_int(101));
  CHECK(price(*Symbol::from("XYZ"), new_york_time(day, clock_seconds(9, 45))) == Decimal::from_int(102));
  CHECK_FALSE(price(*Symbol::from("ABC"), new_york_time(day, clock_seconds(9, 45))));
}

TEST_CASE("open interest counted at the close is moved to the next session", "[data][import]") {
  const Folder folder("interest");
  const CsvLayout layout = [] {
    CsvLayout l = *csv_layout_preset("optix");
    l.open_interest = OpenInterestKnown::next_morning;
    return l;
  }();
  const auto line = [](const char* session, int strike, int open_interest) {
    return std::string(session) + ",SPX,2900.5,SPX,2019-12-20,put," + std::to_string(strike) + ",1,2,,,,0," +
           std::to_string(open_interest) + "\n";
  };
  const std::string text = header + line("2019-05-20", 2800, 11) + line("2019-05-20", 2810, 12) +
                           line("2019-05-21", 2800, 21) + line("2019-05-21", 2820, 23) + line("2019-05-22", 2820, 33);
  ImportOptions options = import_options(layout);
  options.write.sync = false;
  const auto import = [&](const std::string& name, const std::string& rows) {
    CsvProvider provider = CsvProvider::of_text("a.csv", rows, layout);
    return import_dataset(folder / name, provider, options);
  };
  const auto read = import("data", text);
  REQUIRE(read.ok());
  const auto data = DatasetFolder::open(folder / "data");
  REQUIRE(data.ok());
  std::string seen;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto session = (*data)->session(i);
    REQUIRE(session.ok());
    const MessageRef snapshot = (*session)->snapshot(0);
    for (const std::int32_t n : snapshot.get<ChainSnapshot>().open_interest) seen += std::to_string(n) + " ";
  }
  CHECK(seen == "0 0 11 0 23 ");
  CHECK(hash_of(import("data", text)) == hash_of(read));
  // Continued from the last session that the dataset has: that one stays as it is.
  const std::string first = header + line("2019-05-20", 2800, 11) + line("2019-05-20", 2810, 12) +
                            line("2019-05-21", 2800, 21) + line("2019-05-21", 2820, 23);
  REQUIRE(import("parts", first).ok());
  CHECK(hash_of(import("parts", header + line("2019-05-21", 2800, 21) + line("2019-05-21", 2820, 23) +
                                    line("2019-05-22", 2820, 33))) == hash_of(read));
}

TEST_CASE("the SPX, GOOG and VIX files import", "[data][import][shared]") {
  const Folder folder("shared");
  const auto import = [&](const char* file, const char* layout_name, const char* underlying) {
    CsvLayout layout = *csv_layout_preset(layout_name);
    layout.underlying = underlying;
    CsvProvider provider({shared_path(file)}, layout);
    ImportOptions options = import_options(layout);
    options.write.sync = false;
    return import_dataset(folder / layout_name, provider, options);
  };
  const char* spx = "data/spx_cboe_20190425_20190722_raw.csv.gz";
  const char* goog = "data/goog_20151224_minute_quotes_flat.csv.gz";
  const char* vix = "data/VIX_20160601_cboe_datashop_1day.csv.gz";
  if (shared_file_exists(spx)) {
    const auto read = import(spx, "cboe_historical", "");
    REQUIRE(hash_of(read).size() == 32);
    const QualityReport& q = read->quality;
    CHECK(read->rows_read == 809'782);
    CHECK(read->rows_written == 809'782 - 13'324 - 14'506);
    CHECK(q.sessions_used() == 56);
    std::string stale, early, missing;
    for (const SessionQuality& s : q.sessions) {
      if (s.use == SessionUse::dropped_closed) stale += s.session.to_string() + " ";
      if (s.low_volume) early += s.session.to_string() + " ";
    }
    for (const Date d : q.missing_sessions) missing += d.to_string() + " ";
    CHECK(stale == "2019-05-27 2019-07-04 ");
    CHECK(early == "2019-04-25 ");
    CHECK(missing == "2019-05-10 2019-05-17 2019-06-14 2019-06-17 2019-06-18 ");
    CHECK(q.totals(false).shared_keys == 143'512);
  }
  if (shared_file_exists(goog)) {
    const auto read = import(goog, "minute_bars", "GOOG");
    REQUIRE(hash_of(read).size() == 32);
    CHECK(read->rows_read == 275'552);
    CHECK(read->quality.contracts == 2'192);
    REQUIRE(read->manifest.partitions.size() == 1);
    CHECK(read->manifest.partitions[0].last.to_string() == "2015-12-24T18:01:00Z");  // the closing bar
    std::printf("GOOG: %u snapshots, %zu rows after carrying, underlying %s at the close\n",
                read->manifest.partitions[0].snapshots, static_cast<std::size_t>(read->rows_written),
                read->quality.sessions.front().spot.to_string().c_str());
  }
  if (shared_file_exists(vix)) {
    const auto read = import(vix, "cboe_datashop_eod", "");
    REQUIRE(hash_of(read).size() == 32);
    CHECK(read->rows_read == 882);
    REQUIRE(read->manifest.partitions.size() == 1);
    CHECK(read->manifest.partitions[0].snapshots == 2);
    CHECK(read->manifest.partitions[0].first.to_string() == "2016-06-01T19:45:00Z");
    CHECK(read->manifest.partitions[0].last.to_string() == "2016-06-01T20:15:00Z");
    // The vendor's sizes.
    const auto data = DatasetFolder::open(folder / "cboe_datashop_eod");
    REQUIRE(data.ok());
    const auto session = (*data)->session(0);
    REQUIRE(session.ok());
    for (std::size_t i = 0; i < 2; ++i) {
      const MessageRef snapshot = (*session)->snapshot(i);
      const auto& chain = snapshot.get<ChainSnapshot>();
      REQUIRE(chain.bid_size.size() == chain.rows());
      REQUIRE(chain.ask_size.size() == chain.rows());
      std::int64_t bids = 0, asks = 0;
      for (const std::int32_t size : chain.bid_size) bids += std::max(size, 0);
      for (const std::int32_t size : chain.ask_size) asks += std::max(size, 0);
      CHECK(bids == (i == 0 ? 4408340 : 0));
      CHECK(asks == (i == 0 ? 5231824 : 0));
    }
  }
}
