// The same rows, wherever they were kept, give the same dataset: file by file, byte by byte.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "core/data/bytes.hpp"
#include "core/data/import/importer.hpp"
#include "core/data/providers/csv_provider.hpp"
#include "core/data/providers/http_provider.hpp"
#include "core/data/providers/sql_provider.hpp"
#include "tests/core/data/providers/quote_table.hpp"
#include "tests/core/data/providers/sql_run.hpp"
#include "tests/data_servers/server_process.hpp"

using namespace optix;
using test::TextRow;

namespace {

namespace fs = std::filesystem;

struct Folder {
  Folder() {
    path = (fs::temp_directory_path() / "optix-same-XXXXXX").string();
    REQUIRE(::mkdtemp(path.data()));
  }
  ~Folder() { fs::remove_all(path); }
  std::string path;
};

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A dataset as its hash and its files; the manifest says where the data came from, so it differs.
struct Imported {
  std::string hash;
  std::uint64_t rows = 0;
  std::map<std::string, std::string> files;
};

Imported imported(const std::string& folder, MarketDataProvider& provider, const CsvLayout& layout) {
  ImportOptions options = import_options(layout);
  options.write.sync = false;
  const auto summary = import_dataset(folder, provider, options);
  INFO((summary ? "" : summary.error().to_string()));
  REQUIRE(summary);
  Imported out{summary->manifest.dataset_hash(), summary->rows_written, {}};
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().filename() != "manifest.json")
      out.files[fs::relative(entry.path(), folder).string()] = text_of(entry.path());
  return out;
}

void check_same(const Imported& csv, const Imported& other) {
  CHECK(csv.hash == other.hash);
  CHECK(csv.rows == other.rows);
  REQUIRE(csv.files.size() == other.files.size());
  for (const auto& [name, bytes] : csv.files) {
    INFO(name);
    REQUIRE(other.files.count(name) == 1);
    CHECK(bytes == other.files.at(name));
  }
}

std::string where(const test::ServerProcess& server) {
  return "host=" + server.about()["socket"].get<std::string>() +
         " port=" + std::to_string(server.about()["port"].get<int>()) + " user=owner dbname=postgres";
}
std::string url(const test::ServerProcess& server) {
  return "postgresql://owner@:" + std::to_string(server.about()["port"].get<int>()) +
         "/postgres?host=" + server.about()["socket"].get<std::string>();
}

}  // namespace

TEST_CASE("CSV, SQLite, PostgreSQL and HTTP give one and the same dataset", "[data][sql][http]") {
  const Folder folder;
  const auto rows = test::quote_rows();
  const CsvLayout layout = *csv_layout_preset("optix");
  std::ofstream(folder.path + "/quotes.csv") << test::csv_text(test::quote_columns(), rows);
  CsvProvider file({folder.path + "/quotes.csv"}, layout);
  const Imported csv = imported(folder.path + "/csv", file, layout);
  CHECK(csv.rows == rows.size());
  CHECK(csv.files.size() >= 7);

  const std::string database = folder.path + "/quotes.db";
  const TextRow sqlite_types{"DATE", "TEXT", "REAL", "TEXT", "DATE", "TEXT",    "REAL",
                             "REAL", "REAL", "REAL", "REAL", "REAL", "INTEGER", "INTEGER"};
  test::in_sqlite(database, test::sql_table("quotes", sqlite_types, "qq-qqq--------", rows));
  auto sqlite = make_sql_provider({.connection = "sqlite:///" + database, .table = "quotes", .layout = layout});
  REQUIRE(sqlite);
  check_same(csv, imported(folder.path + "/sqlite", **sqlite, layout));

  const test::ServerProcess server("postgres_server.py");
  REQUIRE(server.problem().empty());
  if (server.skipped().empty()) {
    const TextRow types{"date",    "text",          "numeric(12,4)", "text",   "date",   "char(1)", "numeric(14,6)",
                        "numeric", "numeric(12,2)", "float8",        "float8", "float8", "integer", "bigint"};
    test::in_postgres(where(server), test::sql_table("quotes", types, std::string(14, 'q'), rows));
    auto postgres = make_sql_provider({.connection = url(server), .table = "quotes", .layout = layout});
    REQUIRE(postgres);
    check_same(csv, imported(folder.path + "/postgres", **postgres, layout));
    // Rows in any order.
    auto shuffled = make_sql_provider(
        {.connection = url(server), .select = "SELECT * FROM quotes ORDER BY bid, ask, strike", .layout = layout});
    REQUIRE(shuffled);
    check_same(csv, imported(folder.path + "/shuffled", **shuffled, layout));
  } else {
    std::cout << "skipped: " << server.skipped() << "\n";
  }

  nlohmann::json objects = nlohmann::json::array();
  for (const auto& row : rows) {
    nlohmann::json object;
    for (std::size_t i = 0; i < row.size(); ++i) object[test::quote_columns()[i]] = row[i];
    objects.push_back(object);
  }
  std::ofstream(folder.path + "/rows.json") << objects.dump();
  const test::ServerProcess service("http_server.py", {folder.path + "/rows.json", "size=100"});
  REQUIRE(service.problem().empty());
  if (!service.skipped().empty()) {
    std::cout << "skipped: " << service.skipped() << "\n";
    return;
  }
  HttpSource source;
  source.url = "http://127.0.0.1:" + std::to_string(service.about()["port"].get<int>()) + "/link";
  source.shape = {.rows = "results", .next = "next_url"};
  source.paging.kind = HttpPaging::Kind::link;
  source.layout = layout;
  auto http = make_http_provider(source);
  REQUIRE(http);
  check_same(csv, imported(folder.path + "/http", **http, layout));
}

namespace {

// The recorded SPX quotes: `most` rows of the file, in a database and as CSV.
void compare_spx(std::size_t most) {
  const std::string recorded = std::string(OPTIX_SOURCE_DIR) + "/../shared/data/spx_cboe_20190425_20190722_raw.csv.gz";
  if (!fs::exists(recorded)) {
    std::cout << "skipped: the recorded SPX quotes are not there\n";
    return;
  }
  const Folder folder;
  std::string text;
  auto source = open_file(recorded);
  REQUIRE(source);
  std::size_t lines = 0;
  std::vector<char> block(1 << 18);
  for (bool more = true; more;) {
    const auto got = (*source)->read(block.data(), block.size());
    REQUIRE(got);
    for (std::size_t i = 0; i < *got && lines <= most; ++i) {
      text += block[i];
      lines += block[i] == '\n';
    }
    more = *got > 0 && lines <= most;
  }
  std::ofstream(folder.path + "/spx.csv") << text;
  const CsvLayout layout = *csv_layout_preset("cboe_historical");
  CsvProvider file({folder.path + "/spx.csv"}, layout);
  const Imported csv = imported(folder.path + "/csv", file, layout);

  const std::string database = folder.path + "/spx.db";
  text += std::string(CsvLines::padding, '\0');
  CsvLines split(std::string_view(text.data(), text.size() - CsvLines::padding), ',');
  REQUIRE(split.next());
  std::string create = "CREATE TABLE spx (", insert = "INSERT INTO spx VALUES (";
  const std::vector<std::string> names(split.fields().begin(), split.fields().end());
  const auto is_text = [](const std::string& name) {
    for (const char* t : {"underlying", "exchange", "optionroot", "type", "expiration", "quotedate"})
      if (name == t) return true;
    return false;
  };
  for (std::size_t i = 0; i < names.size(); ++i) {
    create += (i ? ", \"" : "\"") + names[i] + (is_text(names[i]) ? "\" TEXT" : "\" NUMERIC");
    insert += (i ? ", :v" : ":v") + std::to_string(i);
  }
  {
    test::in_sqlite(database, {create + ")"});
    soci::session session(*soci::factory_sqlite3(), "dbname=\"" + database + "\" synchronous=off");
    session.begin();
    std::vector<std::string> values(names.size());
    std::vector<soci::indicator> there(names.size());
    soci::statement statement(session);
    for (std::size_t i = 0; i < names.size(); ++i) statement.exchange(soci::use(values[i], there[i]));
    statement.alloc();
    statement.prepare(insert + ")");
    statement.define_and_bind();
    while (split.next()) {
      for (std::size_t i = 0; i < names.size(); ++i) {
        values[i] = split.fields()[i];
        there[i] = values[i].empty() ? soci::i_null : soci::i_ok;
      }
      statement.execute(true);
    }
    session.commit();
  }
  auto sqlite = make_sql_provider({.connection = "sqlite:///" + database, .table = "spx", .layout = layout});
  REQUIRE(sqlite);
  check_same(csv, imported(folder.path + "/sqlite", **sqlite, layout));

  const test::ServerProcess server("postgres_server.py");
  REQUIRE(server.problem().empty());
  if (!server.skipped().empty()) {
    std::cout << "skipped: " << server.skipped() << "\n";
    return;
  }
  {
    std::string types = create + ")";
    for (std::string to : {"expiration", "quotedate"})
      types.replace(types.find("\"" + to + "\" TEXT"), to.size() + 7, "\"" + to + "\" date");
    test::in_postgres(where(server), {types, "ALTER DATABASE postgres SET datestyle = 'ISO, MDY'"});
  }
  const std::string copy = server.about()["bin"].get<std::string>() + "/psql -q '" + where(server) +
                           "' -c \"\\copy spx FROM '" + folder.path + "/spx.csv' WITH (FORMAT csv, HEADER)\"";
  REQUIRE(std::system(copy.c_str()) == 0);
  auto postgres = make_sql_provider({.connection = url(server), .table = "spx", .layout = layout});
  REQUIRE(postgres);
  check_same(csv, imported(folder.path + "/postgres", **postgres, layout));
  std::cout << csv.rows << " rows of recorded SPX quotes: dataset " << csv.hash << " from CSV, SQLite and PostgreSQL\n";
}

}  // namespace

TEST_CASE("recorded SPX quotes give the same dataset from CSV, SQLite and PostgreSQL", "[data][sql]") {
  compare_spx(60'000);
}
TEST_CASE("all recorded SPX quotes give the same dataset from CSV, SQLite and PostgreSQL", "[.][measure][sql]") {
  compare_spx(SIZE_MAX);
}
