// How fast tables are read and how much memory it takes; not part of the usual run: test_core "[measure][sql]".
#include <catch2/catch.hpp>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "core/data/providers/sql_provider.hpp"
#include "tests/core/data/providers/collect.hpp"
#include "tests/core/data/providers/sql_run.hpp"
#include "tests/data_servers/server_process.hpp"

using namespace optix;

namespace {

std::size_t peak_kilobytes() {
  std::ifstream in("/proc/self/status");
  for (std::string word; in >> word;)
    if (word == "VmHWM:") {
      std::size_t kilobytes = 0;
      in >> kilobytes;
      return kilobytes;
    }
  return 0;
}

void measure(const std::string& name, const SqlSource& source, std::size_t rows) {
  const std::size_t before = peak_kilobytes();
  auto provider = make_sql_provider(source);
  REQUIRE(provider);
  test::Collect sink(false);
  QualityReport report;
  const std::clock_t used = std::clock();
  const auto start = std::chrono::steady_clock::now();
  const Status status = (*provider)->read(sink, report);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double busy = static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC;
  INFO((status ? "" : status.error().to_string()));
  REQUIRE(status);
  CHECK(sink.rows == rows);
  const std::size_t grown = peak_kilobytes() - before;
  std::cout << name << ": " << sink.rows << " rows in " << seconds << " s, "
            << static_cast<double>(sink.rows) / seconds / 1e6 << " M rows/s, processor time " << busy
            << " s, peak memory " << peak_kilobytes() / 1024 << " MB, grown by " << grown / 1024 << " MB\n";
  CHECK(grown < 64 * 1024);
}

// A thousand contracts a session of ordinary numbers; `n` counts rows.
const std::string columns =
    "'SPX' AS underlying, 2930.25 AS underlying_price, 'SPXW' AS root, '2019-06-21' AS expiration, "
    "CASE n % 2 WHEN 0 THEN 'C' ELSE 'P' END AS \"right\", 1000 + n / 2 % 1000 AS strike, "
    "(n % 9973) / 100.0 AS bid, (n % 9973 + 5) / 100.0 AS ask, 0.1 + (n % 7919) / 79190.0 AS iv, "
    "(n % 1999 - 999) / 1000.0 AS delta, (n % 97) / 100000.0 AS gamma, n % 500 AS volume, n % 7001 AS open_interest";

}  // namespace

TEST_CASE("reading tables takes little memory, however large they are", "[.][measure][sql]") {
  constexpr std::size_t rows = 2'000'000;
  const std::string count = std::to_string(rows);
  const auto file = std::filesystem::temp_directory_path() / "optix-measure.db";
  std::filesystem::remove(file);
  test::in_sqlite(file.string(),
                  {"CREATE TABLE quotes AS WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < " +
                   count + " - 1) SELECT '2019-04-' || (22 + n % 5) AS session, " + columns + " FROM c"});
  const CsvLayout layout = *csv_layout_preset("optix");
  measure("sqlite", {.connection = "sqlite:///" + file.string(), .table = "quotes", .layout = layout}, rows);
  std::filesystem::remove(file);

  test::ServerProcess server("postgres_server.py");
  if (!server.skipped().empty()) {
    std::cout << "skipped: " << server.skipped() << "\n";
    return;
  }
  const std::string folder = server.about()["socket"].get<std::string>();
  const std::string port = std::to_string(server.about()["port"].get<int>());
  test::in_postgres(
      "host=" + folder + " port=" + port + " user=owner dbname=postgres",
      {"CREATE TABLE quotes AS SELECT date '2019-04-22' + (n % 5)::int AS session, " + columns +
           " FROM generate_series(0, " + count + " - 1) n",
       "CREATE TABLE doubles AS SELECT session, underlying, underlying_price::float8, root, expiration::date, "
       "\"right\", strike::float8, bid::float8, ask::float8, iv::float8, delta::float8, gamma::float8, volume, "
       "open_interest FROM quotes"});
  const std::string url = "postgresql://owner@:" + port + "/postgres?host=" + folder;
  measure("postgresql, numeric", {.connection = url, .table = "quotes", .layout = layout}, rows);
  measure("postgresql, double precision", {.connection = url, .table = "doubles", .layout = layout}, rows);
}
