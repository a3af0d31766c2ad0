#include <zlib.h>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>

#include "tests/core/data/import/taken_quotes.hpp"

using namespace optix;

namespace {

const std::string header =
    "session,underlying,underlying_price,root,expiration,right,strike,bid,ask,iv,delta,gamma,volume,open_interest\n";

std::string good(int strike) {
  return "2019-04-25,SPX,2900.5,SPXW,2019-05-31,put," + std::to_string(strike) + ",1.0,1.5,0.2,-0.3,0.001,5,10\n";
}
std::string read_back(int line, int strike) {
  return std::to_string(line) + ": SPX@2900.5 2019-04-25T20:00:00Z SPXW 2019-05-31 put " + std::to_string(strike) +
         " 1/1.5 0.2 -0.3 0.001 v5 o10\n";
}

CsvProviderOptions lenient() {
  CsvProviderOptions o;
  o.policy = {BrokenRow::drop, BrokenValue::drop, BrokenValue::drop, Duplicates::keep_first, ClosedSessions::drop};
  return o;
}

const CsvLayout& plain() {
  static const CsvLayout layout = *csv_layout_preset("optix");
  return layout;
}

}  // namespace

TEST_CASE("files come with every kind of line end, mark and quoting", "[data][import][csv]") {
  const std::string expected = read_back(2, 2800) + read_back(3, 2810);
  const std::string a = good(2800), b = good(2810);
  const auto crlf = [](std::string text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return out;
  };
  const std::string texts[] = {
      header + a + b,
      "\xEF\xBB\xBF" + header + a + b,
      crlf(header + a + b),
      (header + a + b).substr(0, (header + a + b).size() - 1),
      header + "\"2019-04-25\",\"SPX\",2900.5,SPXW,2019-05-31,\"put\",2800,1.0,1.5,0.2,-0.3,0.001,5,10\n" + b,
      header + a + b + "\n\n",
  };
  for (const std::string& text : texts) {
    INFO(text);
    const ReadResult read = read_text("a.csv", text, plain());
    CHECK(read.error == "");
    CHECK(read.lines == expected);
    CHECK(read.report.lines == 2);
  }
  const ReadResult late = read_text("a.csv", "\n\r\n" + header + "\n" + a, plain());
  CHECK(late.lines == read_back(5, 2800));
  CHECK(read_text("a.csv", "", plain()).error ==
        "a.csv: the file is empty\n  hint: it needs a header line and rows of quotes");
  CHECK_THAT(read_text("a.csv", "\n\n", plain()).error, Catch::Contains("a.csv: the file is empty"));
  CHECK(read_text("a.csv", header, plain()).error == "");
}

TEST_CASE("bad rows are named exactly, stopped at or left out with the reason", "[data][import][csv]") {
  struct {
    const char* row;
    const char* where;
    const char* what;
    Defect defect;
  } const rows[] = {
      {"2019-04-25,SPX", "", "the row has 2 fields, the header 14", Defect::field_count},
      {"2019-02-30,SPX,2900.5,SPXW,2019-05-31,put,2750,1,2,,,,,", "session", "not a date (yyyy-mm-dd): 2019-02-30",
       Defect::date},
      {"2019-04-25,SPX,2900.5,SPXW,20190531,put,2750,1,2,,,,,", "expiration", "not a date (yyyy-mm-dd): 20190531",
       Defect::date},
      {"2019-04-25,SPX,2900.5,SPXW,2019-05-31,x,2750,1,2,,,,,", "right", "neither call nor put: x", Defect::contract},
      {"2019-04-25,SPX,2900.5,SPXW,2019-05-31,put,-1,1,2,,,,,", "strike", "the strike must be positive: -1",
       Defect::contract},
      {"2019-04-25,SPX,2900.5,TOOLONGNAME,2019-05-31,put,2750,1,2,,,,,", "root",
       "not an option root of one to eight characters: TOOLONGNAME", Defect::contract},
      {"2019-04-25,,2900.5,SPXW,2019-05-31,put,2750,1,2,,,,,", "underlying",
       "not a symbol of one to eight characters: (empty)", Defect::value},
      {"2019-04-25,SPX,0,SPXW,2019-05-31,put,2750,1,2,,,,,", "underlying_price",
       "the price of the underlying must be a positive number with at most six decimals: 0", Defect::value},
      {"2019-04-25,SPX,2900.5,SPXW,2019-05-31,put,2750,-1,2,,,,,", "bid", "the bid is negative: -1", Defect::quote},
      {"2019-04-25,SPX,2900.5,SPXW,2019-05-31,put,2750,1,two,,,,,", "ask", "the ask is not a number: two",
       Defect::quote},
      {"2019-04-25,SPX,2900.5,SPXW,2019-05-31,put,2750,1,2,-0.1,,,,", "iv", "negative: -0.1", Defect::value},
      {"2019-04-25,SPX,2900.5,SPXW,2019-05-31,put,2750,1,2,0.1,1.5,,,", "delta", "not from -1 to 1: 1.5",
       Defect::value},
      {"2019-04-25,SPX,2900.5,SPXW,2019-05-31,put,2750,1,2,0.1,0.5,inf,,", "gamma", "not a number: inf", Defect::value},
      {"2019-04-25,SPX,2900.5,SPXW,2019-05-31,put,2750,1,2,0.1,0.5,,1.5,", "volume",
       "not a whole number from 0 to 2147483647: 1.5", Defect::value},
      {"2019-04-25,SPX,2900.5,SPXW,2019-05-31,put,2750,1,2,0.1,0.5,,,-3", "open_interest",
       "not a whole number from 0 to 2147483647: -3", Defect::value},
  };
  std::string text = header, rejects;
  int line = 1;
  for (const auto& row : rows) {
    INFO(row.row);
    const std::string place = std::string(":3") + (*row.where ? std::string(" column ") + row.where : "");
    const ReadResult strict = read_text("a.csv", header + good(2800) + row.row + "\n" + good(2810), plain());
    CHECK_THAT(strict.error, Catch::StartsWith("a.csv" + place + ": " + row.what + "\n  hint: correct the row"));
    CHECK(strict.lines == read_back(2, 2800));
    text += std::string(row.row) + "\n";
    rejects += "a.csv:" + std::to_string(++line) + (*row.where ? std::string(" column ") + row.where : "") + ": " +
               row.what + " [" + row.row + "]\n";
  }
  const ReadResult read = read_text("a.csv", text + good(2800), plain(), lenient());
  CHECK(read.error == "");
  CHECK(read.lines == read_back(line + 1, 2800));
  CHECK(read.rejects == rejects);
  CHECK(read.report.rows_skipped == std::size(rows));
  std::uint64_t counts[defect_kinds] = {};
  for (const auto& row : rows) ++counts[static_cast<std::size_t>(row.defect)];
  for (std::size_t i = 0; i < defect_kinds; ++i) CHECK(read.report.defects[i] == counts[i]);
}

TEST_CASE("any number of threads and any size of chunks read the same", "[data][import][csv]") {
  std::string text = header;
  for (int i = 0; i < 30'000; ++i) {
    text += i % 997 == 13 ? "broken,row\n" : good(100 + i % 5000);
    if (i % 1009 == 7) text += "\n";
  }
  CsvProviderOptions options = lenient();
  options.threads = 1;
  const ReadResult one = read_text("a.csv", text, plain(), options);
  CHECK(one.error == "");
  CHECK(one.report.rows_skipped == 31);
  for (const unsigned threads : {2u, 3u, 8u})
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{100'003}, std::size_t{1} << 22}) {
      options.threads = threads;
      options.chunk_bytes = chunk;
      const ReadResult many = read_text("a.csv", text, plain(), options);
      INFO(threads << " threads, chunks of " << chunk);
      CHECK((many.lines == one.lines));
      CHECK((many.rejects == one.rejects));
      CHECK(to_text(many.report) == to_text(one.report));
      CsvProviderOptions strict;
      strict.threads = threads;
      strict.chunk_bytes = chunk;
      const ReadResult stopped = read_text("a.csv", text, plain(), strict);
      CHECK_THAT(stopped.error, Catch::StartsWith("a.csv:16: the row has 2 fields"));  // a blank line before it
    }
  CsvProviderOptions quotes = lenient();
  const std::string unclosed = text + "\"never,closed\n" + good(1);
  const auto lines = std::count(unclosed.begin(), unclosed.end(), '\n') - 1;
  CHECK_THAT(read_text("a.csv", unclosed, plain(), quotes).error,
             Catch::StartsWith("a.csv:" + std::to_string(lines) + ": a quote is not closed on its line"));
}

TEST_CASE("several files and zip archives are read in order", "[data][import][csv]") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / "optix-csv-provider-test";
  fs::create_directories(folder);
  const auto write = [&](const std::string& name, const std::string& bytes) {
    const std::string path = (folder / name).string();
    std::FILE* file = std::fopen(path.c_str(), "wb");
    REQUIRE(file);
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    std::fclose(file);
    return path;
  };
  const auto read = [&](std::vector<std::string> paths, const CsvLayout& layout) {
    TakenQuotes sink;
    QualityReport report;
    CsvProvider provider(std::move(paths), layout);
    const Status status = provider.read(sink, report);
    return joined(sink.lines) + (status ? "" : status.error().to_string());
  };
  const std::string a = write("a.csv", header + good(2800)), b = write("b.csv", header + good(2810) + good(2820));
  CHECK(read({b, a}, plain()) == read_back(2, 2810) + read_back(3, 2820) + read_back(2, 2800));
  const std::string broken = write("c.csv", header + good(2810) + "x\n");
  CHECK_THAT(read({a, broken}, plain()), Catch::Contains("c.csv:3: the row has 1 fields"));
  CHECK_THAT(read({a, (folder / "no.csv").string()}, plain()), Catch::Contains("no.csv: cannot be opened"));

  // A stored entry after a deflated one, as zip programs write them.
  const auto u16 = [](std::uint32_t v) { return std::string{static_cast<char>(v), static_cast<char>(v >> 8)}; };
  const auto u32 = [&](std::uint32_t v) { return u16(v & 0xffff) + u16(v >> 16); };
  std::string archive, directory;
  std::uint32_t entries = 0;
  const auto add = [&](const std::string& name, const std::string& text, bool deflated) {
    std::string packed = text;
    if (deflated) {
      z_stream z{};
      REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
      packed.resize(deflateBound(&z, text.size()));
      z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
      z.avail_in = static_cast<uInt>(text.size());
      z.next_out = reinterpret_cast<Bytef*>(packed.data());
      z.avail_out = static_cast<uInt>(packed.size());
      REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
      packed.resize(packed.size() - z.avail_out);
      deflateEnd(&z);
    }
    const auto crc = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
    const auto offset = static_cast<std::uint32_t>(archive.size());
    const std::string common =
        u16(20) + u16(0) + u16(deflated ? 8 : 0) + u32(0) + u32(crc) + u32(static_cast<std::uint32_t>(packed.size())) +
        u32(static_cast<std::uint32_t>(text.size())) + u16(static_cast<std::uint32_t>(name.size())) + u16(0);
    archive += u32(0x04034b50) + common + name + packed;
    directory += u32(0x02014b50) + u16(20) + common + u16(0) + u16(0) + u16(0) + u32(0) + u32(offset) + name;
    ++entries;
  };
  add("20140606_xyz_minute_quote_american_put_425000_20140621.csv", "34200000,1000,1000,1000,1100,5,1,1,1,1250,6\n",
      true);
  add("20140606_xyz_minute_quote_american_call_425000_20140621.csv", "34200000,1000,1000,1000,1200,5,1,1,1,1350,6\n",
      false);
  const auto whole = [&] {
    return archive + directory + u32(0x06054b50) + u32(0) + u16(entries) + u16(entries) +
           u32(static_cast<std::uint32_t>(directory.size())) + u32(static_cast<std::uint32_t>(archive.size())) + u16(0);
  };
  const CsvLayout lean = *csv_layout_preset("lean_zip");
  const std::string expected =
      "1: XYZ@- 2014-06-06T13:31:00Z XYZ 2014-06-21 call 42.5 0.12/0.135 - - - v0 o0 s5x6\n"
      "1: XYZ@- 2014-06-06T13:31:00Z XYZ 2014-06-21 put 42.5 0.11/0.125 - - - v0 o0 s5x6\n";
  CHECK(read({write("20140606_quote_american.zip", whole())}, lean) == expected);
  // Packed bytes are checked; of the rest, some flips only rename an entry, and none may do harm.
  const std::string bytes = whole();
  const std::size_t first = 30 + std::string("20140606_xyz_minute_quote_american_put_425000_20140621.csv").size();
  for (std::size_t i = 4; i < bytes.size(); ++i) {
    std::string bad = bytes;
    bad[i] = static_cast<char>(bad[i] ^ 0x21);
    const std::string out = read({write("bad.zip", bad)}, lean);
    if (i >= first && i < first + 30 && out != expected && out.find("bad.zip") == std::string::npos)
      FAIL_CHECK("byte " << i << " flipped and nobody noticed:\n" << out);
  }
  fs::remove_all(folder);
}
