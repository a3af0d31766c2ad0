#include "core/data/providers/http_provider.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/core/data/providers/quote_table.hpp"
#include "tests/data_servers/server_process.hpp"

using namespace optix;
using namespace std::chrono_literals;
using test::Collect;

namespace {

namespace fs = std::filesystem;

struct Folder {
  Folder() {
    path = (fs::temp_directory_path() / "optix-http-XXXXXX").string();
    REQUIRE(::mkdtemp(path.data()));
  }
  ~Folder() { fs::remove_all(path); }
  std::string path;
};

// Notes the waits instead of waiting; or waits as well.
struct Waits final : HttpWaiter {
  explicit Waits(bool real_ = false) : real(real_) {}
  void wait(std::chrono::milliseconds time) override {
    asked.push_back(time.count());
    if (real) sleeping_waiter().wait(time);
  }
  std::vector<std::int64_t> asked;
  bool real;
};

// The service with the quotes of quote_table.hpp.
struct Service {
  explicit Service(std::vector<std::string> options = {}) {
    const std::string file = folder.path + "/rows.json";
    nlohmann::json rows = nlohmann::json::array();
    for (const auto& row : test::quote_rows()) {
      nlohmann::json object;
      for (std::size_t i = 0; i < row.size(); ++i) object[test::quote_columns()[i]] = row[i];
      rows.push_back(object);
    }
    std::ofstream(file) << rows.dump();
    options.insert(options.begin(), file);
    server = std::make_unique<test::ServerProcess>("http_server.py", options);
    REQUIRE(server->problem().empty());
    if (server->skipped().empty())
      here = "http://127.0.0.1:" + std::to_string(server->about()["port"].get<int>());
    else
      std::cout << "skipped: " << server->skipped() << "\n";
  }
  explicit operator bool() const { return !here.empty(); }
  nlohmann::json get(const std::string& path) const {
    HttpClient client({}, "", "");
    return nlohmann::json::parse(client.get({.url = here + path}).body, nullptr, false);
  }
  std::size_t asked() const { return get("/log").size(); }

  Folder folder;
  std::unique_ptr<test::ServerProcess> server;
  std::string here;
};

HttpSource flat_source(const Service& s, const std::string& path, HttpPaging::Kind kind, const std::string& rows,
                       const std::string& next = "", const std::string& parameter = "") {
  HttpSource out;
  out.url = s.here + path;
  out.shape.rows = rows;
  out.shape.next = next;
  out.paging.kind = kind;
  out.paging.parameter = parameter;
  out.layout = *csv_layout_preset("optix");
  return out;
}
HttpSource linked(const Service& s) { return flat_source(s, "/link", HttpPaging::Kind::link, "results", "next_url"); }

struct Reading {
  Status status;
  Collect quotes;
  QualityReport report;
  std::vector<std::int64_t> waits;
};
Reading read(HttpSource source, bool wait = false) {
  Reading out;
  Waits waits(wait);
  auto provider = make_http_provider(std::move(source), waits);
  out.status = provider ? (*provider)->read(out.quotes, out.report) : Status(provider.error());
  out.waits = waits.asked;
  return out;
}
std::string outcome(const Reading& r) { return r.status ? "ok" : r.status.error().to_string(); }

std::vector<std::string> expected_quotes() {
  return test::quotes_of_csv(test::csv_text(test::quote_columns(), test::quote_rows()), *csv_layout_preset("optix"));
}

std::string secret_file(const Folder& folder, const std::string& text) {
  const std::string file = folder.path + "/key";
  std::ofstream(file) << text << "\n";
  ::chmod(file.c_str(), 0600);
  return file;
}

}  // namespace

TEST_CASE("a service gives the quotes of the CSV file, however it pages", "[data][http]") {
  const Service service;
  if (!service) return;
  const auto expected = expected_quotes();
  using Kind = HttpPaging::Kind;
  HttpSource nested = flat_source(service, "/nested", Kind::link, "results", "next_url");
  nested.layout.columns.underlying = "underlying_asset.ticker";
  nested.layout.columns.underlying_price = "underlying_asset.price";
  nested.layout.columns.iv = "?implied_volatility";
  nested.layout.columns.delta = "?greeks.delta";
  nested.layout.columns.gamma = "?greeks.gamma";
  HttpSource columns = flat_source(service, "/columns", Kind::none, "");
  columns.shape.form = JsonForm::columns;
  HttpSource sessions = linked(service);
  sessions.url += "?session={session}";
  sessions.first = Date::from_civil(2019, 4, 25);
  sessions.last = Date::from_civil(2019, 4, 30);
  sessions.not_found_is_empty = true;
  sessions.layout.columns.session.clear();
  const HttpSource sources[] = {linked(service),
                                flat_source(service, "/header", Kind::header, ""),
                                flat_source(service, "/cursor", Kind::cursor, "data.rows", "data.next", "cursor"),
                                flat_source(service, "/number", Kind::number, "rows", "", "page"),
                                flat_source(service, "/redirect?to=" + service.here + "/columns", Kind::none, ""),
                                nested,
                                columns,
                                sessions};
  for (HttpSource source : sources) {
    INFO(source.url);
    if (source.url.find("/redirect") != std::string::npos) source.shape.form = JsonForm::columns;
    const Reading r = read(source);
    REQUIRE(outcome(r) == "ok");
    CHECK(r.quotes.lines == expected);
    CHECK(r.report.lines == expected.size());
    CHECK(r.waits.empty());
  }
  HttpSource strict = sessions;
  strict.not_found_is_empty = false;
  const std::string said = outcome(read(strict));
  CHECK(said.find("session=2019-04-30 page 1: the service answered with status 404") != std::string::npos);
}

TEST_CASE("a service that is busy, broken or cut off gives the same quotes", "[data][http]") {
  const auto expected = expected_quotes();
  struct Case {
    std::vector<std::string> options;
    bool wait;
  };
  const Case cases[] = {
      {{"errors=0.4", "seed=7", "size=20"}, false},
      {{"cut=3", "size=20"}, false},
      {{"errors=0.2", "seed=3", "cut=5", "size=10", "slow=0.005"}, false},
      {{"rate=5", "size=60"}, true},
  };
  for (const Case& c : cases) {
    const Service service(c.options);
    if (!service) return;
    HttpSource source = linked(service);
    source.patience.attempts = 12;
    const Reading r = read(source, c.wait);
    REQUIRE(outcome(r) == "ok");
    CHECK(r.quotes.lines == expected);
    CHECK(!r.waits.empty());
    if (c.wait) CHECK(std::all_of(r.waits.begin(), r.waits.end(), [](std::int64_t w) { return w == 1000; }));
  }
}

TEST_CASE("the waits between tries double up to a bound and end", "[data][http]") {
  const Service service({"errors=1"});
  if (!service) return;
  HttpSource source = linked(service);
  source.patience = {.attempts = 5, .first_wait = 500ms, .longest = 1500ms};
  const Reading r = read(source);
  CHECK(r.waits == std::vector<std::int64_t>{500, 1000, 1500, 1500});
  const std::string said = outcome(r);
  CHECK(said.find(service.here + "/link page 1: the service answered with status 500") == 0);
  CHECK(said.find("(tried 5 times)") != std::string::npos);
  CHECK(service.asked() == 5);

  HttpSource asks = linked(service);
  struct Raw {
    const char* header;
    std::vector<std::int64_t> waits;
    const char* said;
  };
  const Raw cases[] = {
      {"Retry-After: 3", {3000}, "tried 2 times"},
      {"Retry-After: Thu, 25 Apr 2019 20:00:07 GMT|Date: Thu, 25 Apr 2019 20:00:00 GMT", {}, ""},
      {"Retry-After: 86400", {}, "asks to wait 86400 s"},
      {"Retry-After: soon", {1000}, "tried 2 times"},
      {"Retry-After: 99999999999999999999", {}, "asks to wait 10000000 s"},
  };
  asks.patience.attempts = 2;
  for (const Raw& c : cases) {
    asks.url = url_with_parameter(service.here + "/raw?status=503&body=busy", "header", c.header);
    const Reading raw = read(asks);
    INFO(outcome(raw));
    if (*c.said) CHECK(raw.waits == c.waits);
    CHECK(outcome(raw).find(c.said) != std::string::npos);
  }
  HttpAnswer dated;
  dated.headers = {{"retry-after", "Thu, 25 Apr 2019 20:00:07 GMT"}, {"date", "Thu, 25 Apr 2019 20:00:00 GMT"}};
  CHECK(retry_after(dated) == 7000ms);
}

TEST_CASE("a service is asked no more often than agreed", "[data][http]") {
  const Service service({"size=30"});
  if (!service) return;
  HttpSource source = linked(service);
  source.patience.requests_per_second = 20;
  const Reading r = read(source, true);
  REQUIRE(outcome(r) == "ok");
  const auto log = service.get("/log");
  REQUIRE(log.size() == 12);
  const double seconds = log.back()["time"].get<double>() - log.front()["time"].get<double>();
  CHECK(seconds >= 11 * 0.049);
}

TEST_CASE("keys reach the service and nothing else", "[data][http]") {
  const std::string key = "k3y+s&cret/100%";
  const Service service({"key=" + key, "size=60"});
  if (!service) return;
  const Folder folder;
  const HttpKey keys[] = {
      {.header = "X-Api-Key"}, {.header = "Authorization", .prefix = "Bearer "}, {.parameter = "apikey"}};
  for (const HttpKey& how : keys) {
    HttpSource source = linked(service);
    source.key = how;
    source.key.file = secret_file(folder, key);
    source.resume_folder = folder.path + "/pages";
    const Reading r = read(source);
    REQUIRE(outcome(r) == "ok");
    CHECK(r.quotes.lines == expected_quotes());
    CHECK(r.report.source.find("k3y") == std::string::npos);
  }
  HttpSource wrong = linked(service);
  wrong.key = {.file = secret_file(folder, "wr0ng-key"), .parameter = "apikey"};
  const std::string said = outcome(read(wrong));
  CHECK(said.find("status 401") != std::string::npos);
  CHECK(said.find("not ***") != std::string::npos);
  CHECK(said.find("wr0ng") == std::string::npos);

  // Redirected elsewhere, the key stays behind.
  const Service other;
  HttpSource away = linked(service);
  away.url = service.here + "/redirect?to=" + other.here + "/link?session=2019-04-25";
  away.paging.kind = HttpPaging::Kind::none;
  away.key = {.file = secret_file(folder, key), .header = "X-Api-Key"};
  REQUIRE(outcome(read(away)) == "ok");
  REQUIRE(other.get("/log").size() == 1);
  CHECK(other.get("/log")[0]["key"].is_null());
  CHECK(service.get("/log").back()["key"] == key);
}

TEST_CASE("an interrupted download goes on where it was", "[data][http]") {
  const Folder folder;
  const auto expected = expected_quotes();
  const Service full({"size=40"});
  if (!full) return;
  for (const char* etags : {"etags=0", "etags=1"})
    for (const std::size_t stop_after : {1u, 4u, 8u}) {
      INFO(etags << " stopped after " << stop_after);
      fs::remove_all(folder.path + "/pages");
      const Service service({"size=40", etags, "volatile=1"});
      HttpSource source = flat_source(service, "/number", HttpPaging::Kind::number, "rows", "", "page");
      source.resume_folder = folder.path + "/pages";
      source.resume_check = ResumeCheck::last;
      // The sink gives up, as a full disk would.
      Reading first;
      first.quotes.fail_after = stop_after * 40 - 1;
      Waits waits;
      auto provider = make_http_provider(source, waits);
      REQUIRE(provider);
      first.status = (*provider)->read(first.quotes, first.report);
      REQUIRE(outcome(first).find("the disk is full") != std::string::npos);
      CHECK(service.asked() == stop_after);
      // A page that was half written when the power went.
      std::ofstream(source.resume_folder + "/pages.jsonl", std::ios::app) << "{\"page\": \"page 5\", \"fi";
      const Reading second = read(source);
      REQUIRE(outcome(second) == "ok");
      CHECK(second.quotes.lines == expected);
      // Nine pages of rows and an empty one; of the pages at hand only the last is asked for again.
      CHECK(service.asked() == stop_after + 1 + (10 - stop_after));
      CHECK(!fs::exists(source.resume_folder + "/pages.jsonl"));
      CHECK(fs::is_empty(source.resume_folder));
      if (std::string(etags) == "etags=1") CHECK(service.get("/log")[stop_after]["etag"].is_string());
    }
}

TEST_CASE("a server that dies is asked again later, and the download goes on", "[data][http]") {
  const Folder folder;
  std::string port;
  HttpSource source;
  const auto pages = [&] {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder.path)) count += entry.path().extension() == ".json";
    return count;
  };
  for (int attempt = 0; attempt < 5; ++attempt) {
    // It dies after three pages each time; the first of a later attempt is the last one at hand.
    std::vector<std::string> options{"size=40", "die_after=3"};
    if (!port.empty()) options.push_back("port=" + port);
    const Service service(options);
    if (!service) return;
    port = service.here.substr(service.here.rfind(':') + 1);
    source = linked(service);
    source.patience.attempts = 3;
    source.resume_folder = folder.path;
    const Reading r = read(source);
    INFO(attempt << " " << outcome(r));
    if (attempt < 3) {
      const std::size_t before = attempt == 0 ? 0 : 1;
      CHECK(outcome(r).find("page " + std::to_string(4 + 2 * attempt) + ": no answer") != std::string::npos);
      CHECK(r.waits == std::vector<std::int64_t>{1000, 2000});
      CHECK(r.quotes.rows == 40 * (3 + 2 * static_cast<std::size_t>(attempt)));
      CHECK(pages() == 3 + static_cast<std::size_t>(attempt) * (3 - before));
    } else {
      CHECK(outcome(r) == "ok");
      CHECK(r.quotes.lines == expected_quotes());
      CHECK(pages() == 0);
      break;
    }
  }
  const Service elsewhere;
  HttpSource other = linked(elsewhere);
  other.resume_folder = folder.path;
  Reading stopped;
  stopped.quotes.fail_after = 60;
  auto provider = make_http_provider(other);
  REQUIRE(provider);
  CHECK(!(*provider)->read(stopped.quotes, stopped.report));
  CHECK(outcome(read(source)).find("pages of another download") != std::string::npos);
}

TEST_CASE("pages that changed or were damaged since are not mixed with new ones", "[data][http]") {
  for (const char* check : {"last", "all"})
    for (const char* what : {"change", "damage", "other"}) {
      INFO(check << " " << what);
      const Folder folder;
      const Service service({"size=40", "etags=1"});
      if (!service) return;
      HttpSource source = linked(service);
      source.resume_folder = folder.path;
      source.resume_check = check == std::string("all") ? ResumeCheck::all : ResumeCheck::last;
      Reading first;
      first.quotes.fail_after = 100;
      auto provider = make_http_provider(source);
      REQUIRE(provider);
      first.status = (*provider)->read(first.quotes, first.report);
      REQUIRE(!first.status);
      if (what == std::string("change")) service.get("/change");
      if (what == std::string("damage")) std::ofstream(folder.path + "/page-000002.json", std::ios::app) << " ";
      if (what == std::string("other")) source.shape.next = "next";
      const Reading second = read(source);
      const std::string said = outcome(second);
      INFO(said);
      if (what == std::string("change")) {
        CHECK(said.find(check == std::string("all") ? "page 1: " : "page 3: ") != std::string::npos);
        CHECK(said.find("not the one that was downloaded") != std::string::npos);
      } else if (what == std::string("damage")) {
        CHECK(said == "ok");
        CHECK(second.quotes.lines == expected_quotes());
      } else {
        CHECK(said.find("pages of another download") != std::string::npos);
      }
    }
}

TEST_CASE("what is wrong with a service or its address is said", "[data][http]") {
  const Service service({"size=40"});
  if (!service) return;
  const Folder folder;
  const auto raw = [&](const std::string& body, const std::string& status = "200") {
    HttpSource source = linked(service);
    source.url = url_with_parameter(service.here + "/raw?status=" + status, "body", body);
    source.patience.attempts = 2;
    return source;
  };
  const auto with = [&](auto change) {
    HttpSource source = linked(service);
    change(source);
    return source;
  };
  const std::string key = secret_file(folder, "abracadabra");
  std::string negative =
      R"({"results":[{"session":"2019-04-25","underlying":"SPX","underlying_price":2930,"root":"SPX",)"
      R"("expiration":"2019-05-17","right":"C","strike":2900,"bid":1,"ask":-2,"iv":1,"delta":0,"gamma":0,)"
      R"("volume":0,"open_interest":0}]})";
  struct Case {
    HttpSource source;
    std::vector<std::string> said;
  };
  const Case cases[] = {
      {raw(negative), {" page 1 item 1 field ask: the ask is negative: -2", "broken_quotes"}},
      {raw(R"({"results":[{"session":"2019-04-25"}]})"), {"no item has the field: underlying", "write '?'"}},
      {raw(R"({"results":[)"), {"page 1: not JSON", "(tried 2 times)"}},
      {raw("<html>"), {"page 1: not JSON at byte 1"}},
      {raw("{}"), {"no array of rows at 'results'"}},
      {raw("no such thing", "403"), {"status 403: no such thing", "check the key"}},
      {raw("", "500"), {"status 500 (tried 2 times)"}},
      {raw("", "304"), {"status 304"}},
      {raw("", "999"), {"status 999"}},
      {with([&](HttpSource& s) { s.url = service.here + "/loop"; }), {"leads back"}},
      {with([&](HttpSource& s) { s.url = service.here + "/elsewhere"; }), {"leads to http://example.invalid:80"}},
      {with([&](HttpSource& s) { s.url = service.here + "/redirect?to=file:///etc/hostname"; }), {"not http or https"}},
      {with([&](HttpSource& s) {
         s.url = service.here + "/redirect?to=/redirect?to=/redirect";
         s.limits.redirects = 1;
       }),
       {"more than 1 redirects"}},
      {with([](HttpSource& s) { s.limits.body_bytes = 1000; }), {"more than 1000 bytes"}},
      {with([](HttpSource& s) { s.limits.header_bytes = 50; }), {"headers have more than 50 bytes"}},
      {with([](HttpSource& s) { s.json.rows = 39; }), {"more than 39 rows"}},
      {with([](HttpSource& s) { s.paging.most_pages = 2; }), {"page 3: more than 2 pages"}},
      {with([](HttpSource& s) {
         s.url = "http://127.0.0.1:1/";
         s.patience.attempts = 1;
       }),
       {"no answer", "host's name and port"}},
      {with([](HttpSource& s) { s.url = "ftp://example.invalid/x"; }), {"not an address of http"}},
      {with([](HttpSource& s) { s.url = "https://me:hush@example.invalid/x"; }), {"user or a password"}},
      {with([](HttpSource& s) { s.url = "https://example.invalid/x?a=1&apiKey=hush"; }), {"holds a key in 'apikey'"}},
      {with([](HttpSource& s) { s.url += "?d={date}"; }), {"only {session}"}},
      {with([](HttpSource& s) { s.url += "?d={session}"; }), {"of which dates"}},
      {with([](HttpSource& s) { s.first = s.last = Date::from_civil(2019, 4, 25); }), {"the address is one for all"}},
      {with([&](HttpSource& s) {
         s.url = "http://example.invalid/x";
         s.key = {.file = key, .header = "X-Api-Key"};
       }),
       {"plain http"}},
      {with([&](HttpSource& s) { s.key = {.file = key}; }), {"in a header or as a parameter"}},
      {with([](HttpSource& s) {
         s.headers = {{"X", "a\r\nY: b"}};
       }),
       {"cannot be sent"}},
      {with([](HttpSource& s) { s.paging.kind = HttpPaging::Kind::number; }), {"query parameter"}},
      {with([](HttpSource& s) { s.shape.next.clear(); }), {"field that leads to the next page"}},
  };
  for (const Case& c : cases) {
    const std::string said = outcome(read(c.source));
    INFO(said);
    for (const std::string& part : c.said) CHECK(said.find(part) != std::string::npos);
    CHECK(said.find("hush") == std::string::npos);
  }
}

TEST_CASE("a service that stalls is given up in time", "[data][http]") {
  const Service service({"slow=20"});
  if (!service) return;
  HttpSource source = linked(service);
  source.limits.total = 300ms;
  source.patience.attempts = 2;
  const Reading r = read(source);
  CHECK(outcome(r).find("no answer: ") != std::string::npos);
  CHECK(outcome(r).find("(tried 2 times)") != std::string::npos);
  CHECK(r.waits == std::vector<std::int64_t>{1000});
}

TEST_CASE("addresses and links", "[data][http]") {
  CHECK(url_origin("HTTPS://Example.com/a?b") == "https://example.com:443");
  CHECK(url_origin("http://[::1]:8080/") == "http://[::1]:8080");
  CHECK(url_origin("file:///x").empty());
  CHECK(url_resolved("https://h/a/b?c", "../d?e#f") == "https://h/d?e");
  CHECK(url_resolved("https://h/a", "//other/x") == "https://other/x");
  CHECK(url_resolved("https://h/a", "javascript:x").empty());
  CHECK(url_with_parameter("https://h/a?x=1&cursor=old&y=2", "cursor", "a b&c") ==
        "https://h/a?x=1&y=2&cursor=a%20b%26c");
  CHECK(url_with_parameter("https://h/a", "page", "1") == "https://h/a?page=1");
  CHECK(url_is_local("http://localhost:1/"));
  CHECK(url_is_local("http://127.1.2.3/"));
  CHECK(!url_is_local("http://127.evil.com/"));
  CHECK(!url_is_local("http://localhost.evil.com/"));
  const std::pair<const char*, const char*> links[] = {
      {"<https://h/2>; rel=\"next\"", "https://h/2"},
      {"<https://h/1>; rel=\"first\", <https://h/2>; rel=\"next\"", "https://h/2"},
      {"<https://h/1>; rel=prev, <https://h/3>;title=\"x\"; rel=next", "https://h/3"},
      {"<https://h/1>; rel=nextish", ""},
      {"<https://h/1>; rel=\"last\"", ""},
      {"", ""},
      {"<broken", ""}};
  for (const auto& [header, next] : links) CHECK(next_of_link_header(header) == next);
}
