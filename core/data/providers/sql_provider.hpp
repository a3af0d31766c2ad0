#pragma once
// Quotes from a table or a SELECT of a database, SQLite or PostgreSQL. Each row becomes the text that
// a CSV file would hold and is read as such, so a table gives exactly the quotes of the file it came
// from: NUMERIC and INTEGER digit for digit, binary floating point as its shortest text, DATE and
// TIMESTAMP in the layout's order, NULL as an empty field. In a TIMESTAMP WITH TIME ZONE the clock is
// New York's.
//
// All rows are read in one read-only transaction: a consistent state of the database, whatever
// others write meanwhile. They are fetched some at a time, so memory does not grow with the table.
#include <cstddef>
#include <memory>
#include <string>

#include "core/data/csv_layout.hpp"
#include "core/data/csv_rows.hpp"
#include "core/data/quotes.hpp"

namespace optix {

struct SqlSource {
  std::string connection;     // see SqlAddress
  std::string password_file;  // postgresql; empty: none, or PostgreSQL's own password file
  std::string table;          // "quotes" or "schema.quotes", as the database writes it; or
  std::string select;         // one SELECT
  CsvLayout layout;           // columns by the names they have in the table or SELECT
  DefectPolicy policy;
  std::size_t fetch_rows = 4096;  // rows fetched at a time
};

// Checks the source without connecting. Errors, here and of read(), name the connection without its
// password, the table, and row (counted from 1 in the order they came), column and value.
Result<std::unique_ptr<MarketDataProvider>> make_sql_provider(SqlSource source);

}  // namespace optix
