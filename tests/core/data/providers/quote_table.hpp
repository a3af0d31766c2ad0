#pragma once
// One table of made-up quotes as CSV text and as SQL statements for different column types.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/data/csv.hpp"
#include "core/data/csv_layout.hpp"
#include "core/data/csv_rows.hpp"
#include "tests/core/data/providers/collect.hpp"

namespace optix::test {

using TextRow = std::vector<std::string>;

inline const TextRow& quote_columns() {
  static const TextRow names{
      "session", "underlying", "underlying_price", "root",         "expiration", "right", "strike", "bid", "ask", "iv",
      "delta",   "gamma",      "volume",           "open_interest"};
  return names;
}

// Three sessions of two roots; one-sided quotes, missing greeks, numbers that binary fractions do not hold.
inline std::vector<TextRow> quote_rows() {
  std::vector<TextRow> rows;
  const char* sessions[] = {"2019-04-25", "2019-04-26", "2019-04-29"};
  for (int s = 0; s < 3; ++s)
    for (int k = 0; k < 60; ++k)
      for (int side = 0; side < 2; ++side) {
        const int n = s * 120 + k * 2 + side;
        const auto cents = [](int value) {
          const std::string part = std::to_string(value % 100);
          return std::to_string(value / 100) + "." + (part.size() < 2 ? "0" : "") + part;
        };
        rows.push_back({sessions[s], "SPX", cents(293000 + s * 37), k % 2 ? "SPXW" : "SPX",
                        k % 3 ? "2019-05-17" : "2019-06-21", side ? "P" : "C",
                        k % 5 ? std::to_string(2500 + 5 * k) : std::to_string(2500 + 5 * k) + ".5",
                        n % 7 == 0 ? "" : cents(10 + n * 7 % 9000), cents(35 + n * 7 % 9000),
                        n % 11 == 0 ? "" : "0." + std::to_string(100000 + n * 7919 % 800000),
                        n % 11 == 0 ? "" : (side ? "-0." : "0.") + std::to_string(100 + n * 31 % 800),
                        n % 11 == 0 ? "" : "0.0000" + std::to_string(1 + n % 97), std::to_string(n % 13 * 10),
                        std::to_string(n * 17 % 5000)});
      }
  return rows;
}

inline std::string csv_text(const TextRow& columns, const std::vector<TextRow>& rows) {
  std::string out;
  const auto line = [&](const TextRow& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) out += (i ? "," : "") + fields[i];
    out += "\n";
  };
  line(columns);
  for (const TextRow& row : rows) line(row);
  return out;
}

// CREATE TABLE and INSERT; `types` as many as columns; values are quoted when `quotes` says so.
inline std::vector<std::string> sql_table(const std::string& table, const TextRow& types, const std::string& quotes,
                                          const std::vector<TextRow>& rows) {
  std::string create = "CREATE TABLE " + table + " (";
  for (std::size_t i = 0; i < types.size(); ++i) create += (i ? ", \"" : "\"") + quote_columns()[i] + "\" " + types[i];
  std::vector<std::string> out{create + ")"};
  for (std::size_t from = 0; from < rows.size(); from += 50) {
    std::string insert = "INSERT INTO " + table + " VALUES ";
    for (std::size_t r = from; r < std::min(from + 50, rows.size()); ++r) {
      insert += r > from ? ",(" : "(";
      for (std::size_t i = 0; i < rows[r].size(); ++i) {
        const std::string& v = rows[r][i];
        insert += (i ? "," : "") + (v.empty() ? "NULL" : quotes[i] == 'q' ? "'" + v + "'" : v);
      }
      insert += ")";
    }
    out.push_back(insert);
  }
  return out;
}

// What the same rows give when they are read as CSV.
inline std::vector<std::string> quotes_of_csv(const std::string& text, const CsvLayout& layout) {
  const std::string padded = text + std::string(CsvLines::padding, '\0');
  CsvLines lines(std::string_view(padded.data(), text.size()), ',');
  Collect out;
  if (!lines.next()) return {};
  const auto binding = bind_columns(layout, lines.fields(), "test.csv");
  if (!binding) return {binding.error().to_string()};
  const SourceFacts facts;
  RowReader reader(layout, *binding, facts, {});
  while (lines.next())
    if (!reader.read(lines.fields(), lines.line())) return {reader.issues().back().what};
  static_cast<void>(out.take(std::move(reader.quotes())));
  return out.lines;
}

}  // namespace optix::test
