#include "core/data/csv.hpp"

#include <zlib.h>
#include <catch2/catch.hpp>

#include <zstd.h>

#include <algorithm>
#include <cmath>

#include "core/data/csv_chunks.hpp"
#include "core/data/numbers.hpp"

using namespace optix;

namespace {

std::string gzip(const std::string& text) {
  z_stream z{};
  REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&z, text.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - z.avail_out);
  deflateEnd(&z);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3);
  REQUIRE_FALSE(ZSTD_isError(size));
  out.resize(size);
  return out;
}

// Rows as "line:a|b|c", then the error if any; chunks of at least 64 KiB.
std::string read_all(const std::string& bytes, char delimiter = ',', std::size_t chunk = ChunkReader::usual_size) {
  ChunkReader reader(open_memory("t.csv", bytes), chunk);
  std::string out;
  std::uint64_t base = 0;
  for (TextChunk text;;) {
    auto more = reader.next(text);
    if (!more) return out + "error " + more.error().to_string();
    if (!*more) return out;
    CsvLines lines(text.text(), delimiter);
    while (lines.next()) {
      out += std::to_string(base + lines.line()) + ":";
      for (std::size_t i = 0; i < lines.fields().size(); ++i) out += (i ? "|" : "") + std::string(lines.fields()[i]);
      out += "\n";
    }
    base += lines.line();
    if (!lines.problem().empty()) return out + "error t.csv:" + std::to_string(base) + ": " + lines.problem();
  }
}

std::string big_table(std::size_t rows) {
  std::string text;
  for (std::size_t i = 0; i < rows; ++i) {
    text += std::to_string(i) + "," + std::string(i % 97, 'x') + "," + std::to_string(i * i) + (i % 3 ? "\n" : "\r\n");
    if (i % 1000 == 0) text += "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("delimited lines become fields", "[data][csv]") {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"", ""},
      {"\n\n", ""},
      {"a,b\n", "1:a|b\n"},
      {"a,b", "1:a|b\n"},
      {"a,b\r\nc,d\r\n", "1:a|b\n2:c|d\n"},
      {"a,\n,b\n,\n", "1:a|\n2:|b\n3:|\n"},
      {"a\n\nb\n", "1:a\n3:b\n"},
      {"a,\r\n", "1:a|\n"},
      {"\"a,b\",c\n", "1:a,b|c\n"},
      {"\"say \"\"hi\"\"\",2\nx,y\n", "1:say \"hi\"|2\n2:x|y\n"},
      {"a,\"b\nc\",d\n", "error t.csv:1: a quote is not closed on its line"},
      {"0123456789012345678901234567890,b\n", "1:0123456789012345678901234567890|b\n"},
      {"01234567890123456789012345678901,b\n", "1:01234567890123456789012345678901|b\n"},
      {"012345678901234567890123456789012,b", "1:012345678901234567890123456789012|b\n"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(read_all(c.text) == c.expected);
    CHECK(read_all(gzip(c.text)) == c.expected);
  }
  CHECK(read_all("a;b,c\n", ';') == "1:a|b,c\n");
}

TEST_CASE("lines survive chunk boundaries, plain or inflated", "[data][csv]") {
  const std::string text = big_table(40'000);
  REQUIRE(text.size() > 4 * ChunkReader::usual_size);
  std::string expected;
  std::uint64_t line = 0;
  for (std::size_t i = 0; i < 40'000; ++i) {
    expected += std::to_string(++line) + ":" + std::to_string(i) + "|" + std::string(i % 97, 'x') + "|" +
                std::to_string(i * i) + "\n";
    if (i % 1000 == 0) ++line;
  }
  const std::string packed = gzip(text);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{99'991}, ChunkReader::usual_size}) {
    CHECK((read_all(text, ',', chunk) == expected));
    CHECK((read_all(packed, ',', chunk) == expected));
    CHECK((read_all(zstd(text), ',', chunk) == expected));
  }
  const std::size_t half = text.find('\n', text.size() / 2) + 1;
  CHECK((read_all(gzip(text.substr(0, half)) + gzip(text.substr(half))) == expected));  // two members
  CHECK((read_all(zstd(text.substr(0, half)) + zstd(text.substr(half))) == expected));  // two frames
}

TEST_CASE("a line without end is refused", "[data][csv]") {
  const std::string text = "a\n" + std::string(ChunkReader::usual_size + 1, 'x') + "\n";
  CHECK_THAT(read_all(text), Catch::Contains("error the line is longer than 65536 characters"));
  CHECK_THAT(read_all("a\n" + std::string(CsvLines::longest_line + 1, 'x') + "\nb\n"),
             Catch::Contains("error t.csv:2: the line is longer than 65536 characters"));
}

TEST_CASE("damaged gzip is an error after the rows before it", "[data][csv]") {
  const std::string text = big_table(20'000), packed = gzip(text);
  const auto rows_of = [](const std::string& out) { return std::count(out.begin(), out.end(), '\n'); };
  for (const std::size_t ahead : {std::size_t{1}, ChunkReader::usual_size}) {
    for (const std::size_t keep : {std::size_t{3}, std::size_t{12}, packed.size() / 2, packed.size() - 1}) {
      const std::string out = read_all(packed.substr(0, keep), ',', ahead);
      INFO(keep << " of " << packed.size() << " bytes");
      CHECK_THAT(out, Catch::Contains("error t.csv: the gzip data ends in the middle of the stream, at byte " +
                                      std::to_string(keep)));
      CHECK_THAT(out, Catch::Contains("the file is cut short"));
      if (keep == packed.size() - 1) CHECK(rows_of(out) == 20'001);  // all rows, then the hint line
    }
    std::string flipped = packed;
    flipped[flipped.size() - 6] = static_cast<char>(flipped[flipped.size() - 6] ^ 1);
    CHECK_THAT(read_all(flipped, ',', ahead), Catch::Contains("the gzip data is corrupt at byte"));
    CHECK_THAT(read_all(packed + "trailing garbage", ',', ahead), Catch::Contains("the gzip data is corrupt at byte"));
  }
  const std::string frame = zstd(text);
  CHECK_THAT(read_all(frame.substr(0, frame.size() / 2)),
             Catch::Contains("error t.csv: the zstd data ends in the middle of the stream, at byte " +
                             std::to_string(frame.size() / 2)));
  CHECK_THAT(read_all(frame + "trailing garbage"), Catch::Contains("the zstd data is corrupt at byte"));
  // Every single byte: damaged or cut, never silently a different table.
  const std::string small = big_table(5), good = read_all(gzip(small)), bytes = gzip(small);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string bad = bytes;
    bad[i] = static_cast<char>(bad[i] ^ 0x40);
    const std::string out = read_all(bad);
    // Without its mark (bytes 0 and 1) the file is not gzip any more and reads as text.
    if (i >= 2 && out != good && out.find("error") == std::string::npos)
      FAIL_CHECK("byte " << i << " flipped and nobody noticed:\n" << out);
  }
}

TEST_CASE("a missing file is an error with its path", "[data][csv]") {
  const auto missing = open_file("no/such/file.csv");
  REQUIRE_FALSE(missing.ok());
  CHECK_THAT(missing.error().to_string(),
             Catch::Contains("no/such/file.csv: cannot be opened: No such file or directory"));
}

TEST_CASE("numbers are read exactly", "[data][csv]") {
  struct Case {
    const char* text;
    std::optional<std::int64_t> raw;  // as a decimal
    std::optional<double> number;
    std::optional<std::int32_t> count;
  };
  const auto none = std::nullopt;
  const Case cases[] = {
      {"0", 0, 0.0, 0},
      {"2109.9", 2'109'900'000, 2109.9, none},
      {"-0.05", -50'000, -0.05, none},
      {"12.0", 12'000'000, 12.0, 12},
      {".5", 500'000, 0.5, none},
      {"5.", 5'000'000, 5.0, 5},
      {"0.1234567", none, 0.1234567, none},
      {"0.39399999999999996", none, 0.39399999999999996, none},
      {"1.0000000000", 1'000'000, 1.0, none},
      {"9007199254740993", none, 9007199254740992.0, none},
      {"9999999999999999999999", none, 1e22, none},
      {"18446744073709551616", none, 18446744073709551616.0, none},
      {"1e-5", none, 1e-5, none},
      {"2147483647", 2'147'483'647'000'000, 2147483647.0, 2147483647},
      {"2147483648", 2'147'483'648'000'000, 2147483648.0, none},
      {"", none, none, none},
      {"-", none, none, none},
      {".", none, none, none},
      {"1.2.3", none, none, none},
      {"1,5", none, none, none},
      {" 1", none, none, none},
      {"inf", none, none, none},
      {"0x10", none, none, none},
      {"1e999", none, none, none},
  };
  for (const Case& c : cases) {
    INFO("'" << c.text << "'");
    const auto decimal = read_decimal(c.text);
    CHECK(decimal.has_value() == c.raw.has_value());
    if (decimal && c.raw) CHECK(decimal->raw() == *c.raw);
    CHECK(read_double(c.text) == c.number);
    CHECK(read_count(c.text) == c.count);
  }
  for (const char* nan : {"nan", "NaN", "NAN"}) {
    CHECK(std::isnan(read_double(nan).value()));
    CHECK_FALSE(read_decimal(nan));
  }
}
