#include "core/data/store/manifest.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>

#include "core/data/store/files.hpp"
#include "core/data/store/layout.hpp"

using namespace optix;

namespace {

Symbol symbol(std::string_view text) { return Symbol::from(text).value(); }

Manifest example(int sessions = 2) {
  Manifest m;
  m.time_meaning = "15:45 \"ET\"";
  m.calendar = "US options 2005-2099";
  m.columns = {{"iv", "1.00 a year", "15:45"}, {"open_interest", "contracts", "before the session's open"}};
  m.sources = {{"csv caf\xc3\xa9.csv.gz", "cboe", 17}};
  m.policy = {{"duplicates", "keep_first"}, {"rows", "stop"}};
  for (int i = 0; i < sessions; ++i)
    for (const char* name : {"NDX", "^SPX"}) {
      Partition p;
      p.underlying = symbol(name);
      p.session = Date::from_civil(2019, 3, 1) + i;
      const auto file = [&](auto path, const std::string& content) {
        StoredFile f{"", content.size(), stored::content_hash(content)};
        f.path = path(p.underlying, p.session, f.hash, 8);
        return f;
      };
      p.quotes = file(stored::quotes_path, name + std::to_string(i));
      p.groups = file(stored::groups_path, name + std::to_string(-i));
      p.rows = 100;
      p.snapshots = 2;
      p.first = p.session.midnight_utc() + 5;
      p.last = p.session.midnight_utc() + 123'456'789;
      p.contracts = 60 + static_cast<std::uint32_t>(i);
      m.partitions.push_back(p);
      m.instruments[name] = {stored::instruments_path(p.underlying, p.quotes.hash), 5, p.quotes.hash};
    }
  m.events["dividends"] = {stored::events_path("dividends", stored::content_hash("d")), 9, stored::content_hash("d")};
  m.quality.source = "a file";
  m.quality.lines = 12;
  m.quality.missing_sessions = {Date::from_civil(2019, 3, 4)};
  m.quality.sessions.resize(2);
  m.quality.sessions[1].session = Date::from_civil(2019, 3, 1);
  m.quality.sessions[1].counts.crossed = 3;
  return m;
}

// The text with its own hash made right again, as somebody would who wants it to be believed.
std::string sealed(std::string text) {
  const std::string key = "\"hash\": \"";
  const std::size_t at = text.find(key) + key.size();
  const std::string hash = stored::content_hash(std::string_view(text).substr(at + 32));
  return text.replace(at, 32, hash);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a manifest reads back as it was written, to the byte", "[data][store][manifest]") {
  for (const Manifest& m : {Manifest{}, example(), example(40)}) {
    const std::string text = to_json(m);
    const auto again = manifest_from_json("manifest.json", text);
    REQUIRE((again.ok() ? "" : again.error().to_string()) == std::string());
    CHECK(to_json(*again) == text);
    CHECK(again->dataset_hash() == m.dataset_hash());
    CHECK(again->partitions == m.partitions);
    CHECK(again->instruments == m.instruments);
    CHECK(again->events == m.events);
    CHECK(again->columns == m.columns);
    CHECK(again->sources == m.sources);
    CHECK(again->policy == m.policy);
    CHECK(again->quality.missing_sessions == m.quality.missing_sessions);
  }
}

TEST_CASE("the dataset's hash depends on the data alone", "[data][store][manifest]") {
  const Manifest m = example();
  Manifest other = m;
  other.sources.clear();
  other.policy.clear();
  other.quality = {};
  other.time_meaning = "close";
  CHECK(other.dataset_hash() == m.dataset_hash());
  void (*const changes[])(Manifest&) = {
      [](Manifest& x) { x.partitions.pop_back(); },
      [](Manifest& x) { x.partitions[1].quotes.hash[3] ^= 1; },
      [](Manifest& x) { x.partitions[1].contracts += 1; },
      [](Manifest& x) { x.instruments["NDX"].bytes += 1; },
      [](Manifest& x) { x.events.clear(); },
  };
  for (const auto change : changes) {
    other = m;
    change(other);
    CHECK(other.dataset_hash() != m.dataset_hash());
  }
}

TEST_CASE("manifests that were not written like this are refused with key and remedy", "[data][store][manifest]") {
  const std::string good = to_json(example());
  struct Case {
    std::string text;
    const char* says;
  };
  const std::string deep(100'000, '[');
  const Case cases[] = {
      {"", "is not a dataset's manifest"},
      {"{}", "is not a dataset's manifest"},
      {deep, "is not a dataset's manifest"},
      {"{\"format\": " + deep, "is not a dataset's manifest"},
      {replaced(good, "\"format\": 2", "\"format\": 1"), "format 1 is not known"},
      {good.substr(0, good.size() - 1), "does not match its own hash"},
      {good + "\n", "does not match its own hash"},
      {good.substr(0, 60), "does not match its own hash"},
      {replaced(good, "\"rows\":100", "\"rows\":101"), "does not match its own hash"},
      {sealed(good + " "), "not written as this program writes it"},
      {sealed(replaced(good, "\"calendar\": ", "\"calendar\":")), "not written as this program writes it"},
      {sealed(replaced(good, "\"calendar\": ", "\"calendra\": ")), "key calendar: the key is missing"},
      {sealed(replaced(good, "\"calendar\": ", "\"more\": 1,\n\"calendar\": ")), "key more: no such key is known"},
      {sealed(replaced(good, "\"calendar\": ", "\"calendar\": \"\",\n\"calendar\": ")), "manifest.json"},
      {sealed(replaced(good, "\"rows\":100", "\"rows\":-1")), "partitions[0].rows: should be a whole number"},
      {sealed(replaced(good, "\"rows\":100", "\"rows\":1e2")), "partitions[0].rows: should be a whole number"},
      {sealed(replaced(good, "\"rows\":100", "\"rows\":1")), "a row in each of its snapshots"},
      {sealed(replaced(good, "\"snapshots\":2", "\"snapshots\":5000000000")), "from 0 to 4294967295"},
      {sealed(replaced(good, "\"snapshots\":2", "\"snapshots\":1")), "contradict its number of snapshots"},
      {sealed(replaced(good, "\"contracts\":60", "\"contracts\":62")), "fall behind"},
      {sealed(replaced(good, "2019-03-01\",\"und", "2019-03-32\",\"und")), "should be a date"},
      {sealed(replaced(good, "2019-03-01\",\"und", "2019-03-04\",\"und")), "partitions[0].quotes.path"},
      {sealed(replaced(good, "\"quotes/NDX/", "\"../../NDX/")), "the file should be called quotes/NDX/2019-03-01-"},
      {sealed(replaced(good, "\"underlying\":\"NDX\"", "\"underlying\":\"\"")), "should be a symbol"},
      {sealed(replaced(good, "\"underlying\":\"NDX\"", "\"underlying\":\"N X\"")), "printable"},
      {sealed(replaced(good, "\"hash\":\"", "\"hash\":\"X")), "32 hexadecimal digits"},
      {sealed(replaced(good, "\"dividends\"", "\"../x\"")), "no name of a kind of events"},
      {sealed(replaced(good, "\"NDX\": {", "\"RUT\": {")), "the contracts of NDX are missing"},
      {sealed(replaced(good, "\"lines\": 12", "\"lines\": \"12\"")), "quality"},
      {sealed(replaced(good, "\"policy\": {", "\"policy\": {{")), "is not JSON"},
      {sealed(replaced(good, "\"policy\": {", "\"policy\": " + deep + "{")), "is not JSON"},
  };
  for (const Case& c : cases) {
    const auto manifest = manifest_from_json("manifest.json", c.text);
    INFO(c.says);
    REQUIRE_FALSE(manifest.ok());
    INFO(manifest.error().to_string());
    CHECK(manifest.error().to_string().find(c.says) != std::string::npos);
    CHECK(manifest.error().where.find("manifest.json") != std::string::npos);
    CHECK_FALSE(manifest.error().hint.empty());
  }
}

TEST_CASE("names of files", "[data][store][manifest]") {
  struct Case {
    const char* symbol;
    const char* name;
  };
  for (const Case& c :
       {Case{"SPX", "SPX"}, {"BRK/B", "BRK%2FB"}, {"..", "%2E%2E"}, {"^VIX", "%5EVIX"}, {"a-_9", "a-_9"}})
    CHECK(stored::file_name(symbol(c.symbol)) == c.name);
  for (const char* name : {"2019-03-01-0123abcd.arrow", "SPX-0123456789abcdef0123456789abcdef.arrow"})
    CHECK(stored::is_ours(name));
  for (const char* name :
       {"", ".arrow", "mine.arrow", "x-0123abcd", "x-0123abc.arrow", "x-0123ABCD.arrow", "-0123abcd.arrow"})
    CHECK_FALSE(stored::is_ours(name));
}

TEST_CASE("a manifest of ten years is read in a moment", "[data][store][manifest]") {
  const std::string text = to_json(example(2520));
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(manifest_from_json("manifest.json", text).ok());
  const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  std::cout << "manifest of 5040 sessions: " << text.size() / 1024 << " KiB read and checked in " << ms << " ms\n";
}
