#include "core/data/providers/sql_provider.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/core/data/providers/quote_table.hpp"
#include "tests/core/data/providers/sql_run.hpp"
#include "tests/data_servers/server_process.hpp"

using namespace optix;
using test::Collect;
using test::TextRow;

namespace {

struct Folder {
  Folder() {
    path = (std::filesystem::temp_directory_path() / "optix-sql-XXXXXX").string();
    REQUIRE(::mkdtemp(path.data()));
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

CsvLayout plain_layout() { return *csv_layout_preset("optix"); }

struct Reading {
  Status status;
  Collect quotes;
  QualityReport report;
};

Reading read(SqlSource source) {
  Reading out;
  auto provider = make_sql_provider(std::move(source));
  if (!provider) {
    out.status = provider.error();
    return out;
  }
  out.status = (*provider)->read(out.quotes, out.report);
  return out;
}

std::string outcome(const Reading& r) { return r.status ? "ok" : r.status.error().to_string(); }

// One PostgreSQL for all tests of the program.
test::ServerProcess& postgres() {
  static test::ServerProcess server("postgres_server.py");
  return server;
}
bool have_postgres() {
  REQUIRE(postgres().problem().empty());
  if (postgres().skipped().empty()) return true;
  std::cout << "skipped: " << postgres().skipped() << "\n";
  return false;
}
std::string postgres_url() {
  const auto& about = postgres().about();
  return "postgresql://owner@:" + std::to_string(about["port"].get<int>()) +
         "/postgres?host=" + about["socket"].get<std::string>();
}
void in_postgres(const std::vector<std::string>& statements) {
  const auto& about = postgres().about();
  test::in_postgres("host=" + about["socket"].get<std::string>() + " port=" + std::to_string(about["port"].get<int>()) +
                        " user=owner dbname=postgres",
                    statements);
}

}  // namespace

TEST_CASE("a table of SQLite gives the quotes of the CSV file, whatever its column types", "[data][sql]") {
  const Folder folder;
  const auto rows = test::quote_rows();
  const auto expected = test::quotes_of_csv(test::csv_text(test::quote_columns(), rows), plain_layout());
  REQUIRE(expected.size() == rows.size());
  struct Case {
    const char* table;
    TextRow types;
    const char* quotes;  // q: the value is written as a text
  };
  const Case cases[] = {
      {"typed",
       {"DATE", "TEXT", "REAL", "TEXT", "DATE", "TEXT", "REAL", "REAL", "REAL", "REAL", "REAL", "REAL", "INTEGER",
        "INTEGER"},
       "qq-qqq--------"},
      {"texts", TextRow(14, "TEXT"), "qqqqqqqqqqqqqq"},
      {"exact",
       {"TEXT", "TEXT", "NUMERIC(12,4)", "TEXT", "TEXT", "CHAR(1)", "NUMERIC", "NUMERIC", "NUMERIC", "DOUBLE", "DOUBLE",
        "FLOAT", "BIGINT", "INT"},
       "qqqqqqqqqqqqqq"},
      {"untyped", TextRow(14, ""), "qq-qqq--------"},
  };
  const std::string file = folder.path + "/quotes of a.db";
  for (const Case& c : cases) {
    INFO(c.table);
    test::in_sqlite(file, test::sql_table(c.table, c.types, c.quotes, rows));
    const Reading all = read({.connection = "sqlite:///" + file, .table = c.table, .layout = plain_layout()});
    REQUIRE(outcome(all) == "ok");
    CHECK(all.quotes.lines == expected);
    CHECK(all.report.lines == rows.size());
    const Reading chosen =
        read({.connection = "sqlite:///" + file,
              .select = "SELECT * FROM " + std::string(c.table) + " WHERE strike > 0 ORDER BY session;\n",
              .layout = plain_layout()});
    REQUIRE(outcome(chosen) == "ok");
    CHECK(chosen.quotes.sorted() == [&] {
      auto s = expected;
      std::sort(s.begin(), s.end());
      return s;
    }());
  }
}

TEST_CASE("what is wrong with a SQLite import is said", "[data][sql]") {
  const Folder folder;
  const std::string file = folder.path + "/q.db";
  auto rows = test::quote_rows();
  rows.resize(6);
  rows[3][7] = "-0.05";
  test::in_sqlite(file, test::sql_table("broken", TextRow(14, ""), "qq-qqq--------", rows));
  rows[3][7] = "0.30000000000000004";
  test::in_sqlite(file, test::sql_table("sums", TextRow(14, ""), "qq-qqq--------", rows));
  rows[3][7] = "x'00ff'";
  test::in_sqlite(file, test::sql_table("blobs", TextRow(14, ""), "qq-qqq--------", rows));
  std::ofstream(folder.path + "/not.db") << "session,underlying\n" << std::string(4096, 'x');
  const std::string url = "sqlite:///" + file;
  CsvLayout missing = plain_layout();
  missing.columns.iv = "implied";
  struct Case {
    SqlSource source;
    std::vector<std::string> said;
  };
  const Case cases[] = {
      {{.connection = url, .table = "broken", .layout = plain_layout()},
       {url + " table broken row 4 column bid", "negative: -0.05", "broken_quotes"}},
      {{.connection = url, .table = "sums", .layout = plain_layout()}, {"row 4 column bid", "0.30000000000000004"}},
      {{.connection = url, .table = "blobs", .layout = plain_layout()}, {"row 4 column bid", "not a number"}},
      {{.connection = url, .table = "quotes", .layout = plain_layout()}, {"no such table", "blobs, broken, sums"}},
      {{.connection = url, .select = "SELEKT 1", .layout = plain_layout()}, {"syntax error", "correct the SELECT"}},
      {{.connection = url, .table = "broken", .layout = missing}, {"missing column: implied", "open_interest"}},
      {{.connection = "sqlite:///" + folder.path + "/none.db", .table = "q", .layout = plain_layout()},
       {"no such database file"}},
      {{.connection = "sqlite:///" + folder.path + "/not.db", .table = "q", .layout = plain_layout()},
       {"not a database"}},
      {{.connection = "mysql://root:secret@host/db", .table = "q", .layout = plain_layout()},
       {"no database driver for 'mysql'", "sqlite, postgresql"}},
      {{.connection = url, .layout = plain_layout()}, {"neither a table nor a SELECT"}},
      {{.connection = url, .table = "a", .select = "SELECT 1", .layout = plain_layout()}, {"a table and a SELECT"}},
      {{.connection = "sqlite:///", .table = "a", .layout = plain_layout()}, {"names no file"}},
  };
  for (const Case& c : cases) {
    const Reading r = read(c.source);
    const std::string text = outcome(r);
    INFO(text);
    for (const std::string& part : c.said) CHECK(text.find(part) != std::string::npos);
    CHECK(text.find("secret") == std::string::npos);
  }
  CHECK(!std::filesystem::exists(folder.path + "/none.db"));

  SqlSource lenient{.connection = url, .table = "broken", .layout = plain_layout()};
  lenient.policy.quotes = BrokenValue::drop;
  const Reading r = read(lenient);
  REQUIRE(outcome(r) == "ok");
  CHECK(r.quotes.rows == 5);
  CHECK(r.report.rows_skipped == 1);
  REQUIRE(r.report.examples.size() == 1);
  CHECK(r.report.examples[0].where == url + " table broken row 4 column bid");
}

TEST_CASE("a sink's error ends the reading of a table", "[data][sql]") {
  const Folder folder;
  const std::string file = folder.path + "/q.db";
  test::in_sqlite(file, test::sql_table("q", TextRow(14, ""), "qq-qqq--------", test::quote_rows()));
  Reading r;
  r.quotes.fail_after = 10;
  auto provider = make_sql_provider({.connection = "sqlite:///" + file, .table = "q", .layout = plain_layout()});
  REQUIRE(provider);
  CHECK((*provider)->description() == "sqlite:///" + file + " table q");
  r.status = (*provider)->read(r.quotes, r.report);
  CHECK(outcome(r).find("the disk is full") != std::string::npos);
}

TEST_CASE("a table of PostgreSQL gives the quotes of the CSV file, whatever its column types", "[data][sql]") {
  if (!have_postgres()) return;
  const auto rows = test::quote_rows();
  const auto expected = test::quotes_of_csv(test::csv_text(test::quote_columns(), rows), plain_layout());
  struct Case {
    const char* table;
    TextRow types;
  };
  const Case cases[] = {
      {"public.typed",
       {"date", "text", "double precision", "varchar(8)", "date", "char(1)", "float8", "float8", "float8", "float8",
        "float8", "float8", "integer", "bigint"}},
      {"exact",
       {"timestamp", "text", "numeric(20,8)", "text", "timestamptz", "text", "numeric(14,6)", "numeric(14,2)",
        "numeric", "numeric(30,20)", "numeric", "numeric", "smallint", "numeric(12,0)"}},
      {"\"Texts\"", TextRow(14, "text")},
  };
  for (const Case& c : cases) {
    INFO(c.table);
    std::vector<std::string> statements{"SET TIME ZONE 'America/New_York'"};
    for (auto& s : test::sql_table(c.table, c.types, std::string(14, 'q'), rows)) statements.push_back(s);
    in_postgres(statements);
    std::string table = c.table;
    table.erase(std::remove(table.begin(), table.end(), '"'), table.end());
    for (const std::size_t at_a_time : {std::size_t{7}, rows.size(), std::size_t{4096}}) {
      const Reading all =
          read({.connection = postgres_url(), .table = table, .layout = plain_layout(), .fetch_rows = at_a_time});
      REQUIRE(outcome(all) == "ok");
      CHECK(all.quotes.lines == expected);
    }
    const Reading chosen = read({.connection = postgres_url(),
                                 .select = "SELECT *, '1 day'::interval AS other FROM " + std::string(c.table),
                                 .layout = plain_layout()});
    REQUIRE(outcome(chosen) == "ok");
    CHECK(chosen.quotes.lines == expected);
  }
  // Columns with dates become the order that the layout says, texts do not.
  CsvLayout american = plain_layout();
  american.dates = DateOrder::month_day_year;
  const Reading ordered = read({.connection = postgres_url(), .table = "exact", .layout = american});
  REQUIRE(outcome(ordered) == "ok");
  CHECK(ordered.quotes.lines == expected);
  CHECK(outcome(read({.connection = postgres_url(), .table = "Texts", .layout = american}))
            .find("row 1 column session") != std::string::npos);
}

TEST_CASE("time stamps of PostgreSQL are read in New York's time", "[data][sql]") {
  if (!have_postgres()) return;
  auto rows = test::quote_rows();
  rows.resize(4);
  std::vector<std::string> statements = test::sql_table(
      "at_times",
      [] {
        TextRow types(14, "text");
        types[0] = "timestamptz";
        return types;
      }(),
      std::string(14, 'q'), rows);
  statements.push_back("UPDATE at_times SET session = '2019-04-25 19:45:00+00'");
  statements.push_back(
      "CREATE VIEW at_times_local AS SELECT session AT TIME ZONE 'America/New_York' AS quoted, * FROM at_times");
  in_postgres(statements);
  for (const DateOrder order : {DateOrder::iso, DateOrder::month_day_year, DateOrder::compact})
    for (const char* column : {"session", "quoted"}) {
      CsvLayout layout = plain_layout();
      layout.columns.session.clear();
      layout.columns.time = column;
      layout.time_format = TimeFormat::date_time;
      layout.dates = order;
      const Reading r = read({.connection = postgres_url(),
                              .select = "SELECT *, expiration::date AS expires FROM at_times_local",
                              .layout = [&] {
                                layout.columns.expiration = "expires";
                                return layout;
                              }()});
      REQUIRE(outcome(r) == "ok");
      REQUIRE(r.quotes.lines.size() == 4);
      CHECK(r.quotes.lines[0].substr(0, 35) == "SPX 2019-04-25 2019-04-25T19:45:00Z");
    }
}

TEST_CASE("PostgreSQL's errors name the place and no password", "[data][sql]") {
  if (!have_postgres()) return;
  const Folder folder;
  auto rows = test::quote_rows();
  rows.resize(6);
  rows[4][8] = "-1";
  std::vector<std::string> statements = test::sql_table("broken", TextRow(14, "text"), std::string(14, 'q'), rows);
  for (const char* s : {"CREATE ROLE reader LOGIN PASSWORD 'swordfish'", "GRANT SELECT ON broken TO reader"})
    statements.emplace_back(s);
  in_postgres(statements);
  const auto secret = [&](const std::string& name, const std::string& text, unsigned mode) {
    const std::string file = folder.path + "/" + name;
    std::ofstream(file) << text;
    ::chmod(file.c_str(), mode);
    return file;
  };
  const std::string right = secret("right", "swordfish\n", 0600), wrong = secret("wrong", "sword'fi\\sh", 0600),
                    open = secret("open", "swordfish\n", 0644), empty = secret("empty", "\n", 0600);
  const std::string tcp =
      "postgresql://reader@127.0.0.1:" + std::to_string(postgres().about()["port"].get<int>()) + "/postgres";
  struct Case {
    SqlSource source;
    std::vector<std::string> said;
  };
  const CsvLayout layout = plain_layout();
  const Case cases[] = {
      {{.connection = tcp, .password_file = right, .table = "broken", .layout = layout},
       {tcp + " table broken row 5 column ask", "negative: -1"}},
      {{.connection = tcp, .password_file = wrong, .table = "broken", .layout = layout},
       {"password authentication failed"}},
      {{.connection = tcp, .password_file = open, .table = "broken", .layout = layout},
       {"may be read by others", "chmod 600"}},
      {{.connection = tcp, .password_file = empty, .table = "broken", .layout = layout}, {"no password"}},
      {{.connection = tcp, .password_file = folder.path + "/none", .table = "broken", .layout = layout},
       {"cannot be read"}},
      {{.connection = tcp, .password_file = right, .table = "typed_secret", .layout = layout},
       {"typed_secret", "does not exist"}},
      {{.connection = postgres_url(), .table = "nothing", .layout = layout}, {"does not exist", "public.broken"}},
      {{.connection = postgres_url(), .select = "DELETE FROM broken RETURNING *", .layout = layout}, {"syntax error"}},
      {{.connection = postgres_url(), .select = "SELECT 1 AS a", .layout = layout},
       {"missing column: session", "the header has: a"}},
      {{.connection = postgres_url(),
        .select = "SELECT *, 1/0 AS x, (1/(length(strike)-length(strike)))::text AS bid2 FROM broken",
        .layout = layout},
       {"division by zero"}},
      {{.connection = "postgresql://reader:swordfish@127.0.0.1/postgres", .table = "broken", .layout = layout},
       {"holds a password"}},
      {{.connection = "postgresql://reader@127.0.0.1/postgres?password=swordfish", .table = "broken", .layout = layout},
       {"holds a password"}},
      {{.connection = "postgresql://reader@127.0.0.1:1/postgres", .table = "broken", .layout = layout},
       {"cannot be reached", "refused"}},
      {{.connection = "postgresql://reader@127.0.0.1:x/postgres", .table = "broken", .layout = layout}, {"port"}},
      {{.connection = "postgresql://reader@127.0.0.1", .table = "broken", .layout = layout}, {"names no database"}},
  };
  for (const Case& c : cases) {
    const std::string text = outcome(read(c.source));
    INFO(text);
    for (const std::string& part : c.said) CHECK(text.find(part) != std::string::npos);
    CHECK(text.find("swordfish") == std::string::npos);
    CHECK(text.find("sword'fi") == std::string::npos);
  }
  // The server's own password file serves too.
  const std::string own = secret("pgpass", "127.0.0.1:*:postgres:reader:swordfish\n", 0600);
  CHECK(outcome(read({.connection = tcp + "?passfile=" + own, .table = "broken", .layout = layout})).find("row 5") !=
        std::string::npos);
}

TEST_CASE("rows that others write while a table is read are not seen", "[data][sql]") {
  if (!have_postgres()) return;
  const auto rows = test::quote_rows();
  in_postgres(test::sql_table("moving", TextRow(14, "text"), std::string(14, 'q'), rows));
  struct Meddler final : QuoteSink {
    Status take(RawQuotes quotes) override {
      taken += quotes.rows.size();
      if (!std::exchange(done, true))
        in_postgres({"DELETE FROM moving WHERE ctid IN (SELECT ctid FROM moving ORDER BY ctid DESC LIMIT 5000)"});
      return {};
    }
    Status take(SessionQuotes) override { return {}; }
    std::size_t taken = 0;
    bool done = false;
  } sink;
  for (int i = 0; i < 30; ++i) in_postgres({"INSERT INTO moving SELECT * FROM moving LIMIT 360"});
  auto provider =
      make_sql_provider({.connection = postgres_url(), .table = "moving", .layout = plain_layout(), .fetch_rows = 100});
  REQUIRE(provider);
  QualityReport report;
  REQUIRE((*provider)->read(sink, report));
  CHECK(sink.done);
  CHECK(sink.taken == 31 * rows.size());
}
