#include "core/data/providers/sql_provider.hpp"

#include <soci/soci.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "core/data/providers/row_feed.hpp"
#include "core/data/providers/sql_connection.hpp"
#include "core/data/providers/sql_text.hpp"

// The drivers are linked, not loaded by name, so none can be missing at run time. Declared here as their
// headers do, which would want those of SQLite and libpq.
namespace soci {
extern "C" {
backend_factory const* factory_sqlite3();
backend_factory const* factory_postgresql();
}
}  // namespace soci

namespace optix {
namespace {

// How a value becomes text.
enum class ValueKind : std::uint8_t { text, number, date, date_time };

struct SqlColumn {
  std::string name;
  ValueKind kind = ValueKind::text;
};

// Without `session << text`: what that makes in SOCI's headers cannot be linked with the sanitizers,
// because the library keeps the type information to itself.
void run(soci::statement& statement, const std::string& text) {
  statement.alloc();
  statement.prepare(text, soci::details::st_one_time_query);
  statement.define_and_bind();
  statement.execute(false);
}
void run(soci::session& session, const std::string& text) {
  soci::statement statement(session);
  run(statement, text);
}
// The first column of all rows.
std::vector<std::string> first_column(soci::session& session, const std::string& query) {
  std::vector<std::string> out;
  std::string value;
  soci::statement statement(session);
  statement.exchange(soci::into(value));
  run(statement, query);
  while (statement.fetch()) out.push_back(value);
  return out;
}

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : between) + part;
  return out;
}

class SqlProvider final : public MarketDataProvider {
 public:
  SqlProvider(SqlSource source, SqlAddress address)
      : source_(std::move(source)),
        address_(std::move(address)),
        name_(address_.to_string() + (source_.table.empty() ? " SELECT" : " table " + source_.table)) {}

  std::string description() const override { return name_; }

  Status read(QuoteSink& sink, QualityReport& report) override {
    report.source = name_;
    report.layout = source_.layout.name;
    row_ = 0;
    std::string password;
    if (!source_.password_file.empty()) {
      auto secret = read_secret(source_.password_file);
      if (!secret) return secret.error();
      password = *secret;
    }
    std::error_code ignored;
    if (sqlite() && !std::filesystem::is_regular_file(address_.path, ignored))
      return Error{"there is no such database file", name_,
                   "check the path: relative ones start where the program does"};
    try {
      soci::session session;
      try {
        session.open(sqlite() ? *soci::factory_sqlite3() : *soci::factory_postgresql(), address_.driver_text(password));
      } catch (const soci::soci_error& e) {
        return Error{"the database cannot be reached: " + without(e.get_error_message(), password), name_,
                     sqlite() ? "check that the file is a SQLite database and may be read"
                              : "check host, port, user and database, and that the password file is named"};
      }
      return read_all(session, sink, report);
    } catch (const soci::soci_error& e) {
      return Error{without(e.get_error_message(), password),
                   row_ ? name_ + " after row " + std::to_string(row_) : name_,
                   "nothing was imported; check that the database can be read and import again"};
    }
  }

 private:
  bool sqlite() const { return address_.kind == SqlAddress::Kind::sqlite; }

  static std::string without(std::string text, const std::string& secret) {
    for (std::size_t at = 0; !secret.empty() && (at = text.find(secret, at)) != std::string::npos; at += 3)
      text.replace(at, secret.size(), "***");
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
  }

  // What to read, as it stands behind FROM.
  std::string relation() const {
    if (source_.table.empty()) return "(" + source_.select + "\n) q";
    std::string out;
    for (std::size_t from = 0; from <= source_.table.size();) {
      const auto end = std::min(source_.table.find('.', from), source_.table.size());
      out += (out.empty() ? "" : ".") + quoted(source_.table.substr(from, end - from));
      from = end + 1;
    }
    return out + " q";
  }

  void begin(soci::session& session) const {
    if (sqlite()) {
      run(session, "BEGIN");
      return;
    }
    run(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    run(session, "SET LOCAL datestyle = 'ISO, YMD'");
    run(session, "SET LOCAL TIME ZONE 'America/New_York'");
  }

  std::vector<std::string> tables(soci::session& session) const {
    try {
      if (!sqlite()) run(session, "ROLLBACK");
      return first_column(session,
                          sqlite() ? "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY 1"
                                   : "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE "
                                     "table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT 20");
    } catch (const soci::soci_error&) {  // only a hint was wanted
      return {};
    }
  }

  // All names of the relation. Types that SOCI cannot describe (an interval, say) do not matter in
  // columns that are not read: nullopt, and the columns wanted are asked for one by one.
  Result<std::optional<std::vector<std::string>>> column_names(soci::session& session) const {
    try {
      soci::row row;
      soci::statement describe(session);
      describe.exchange(soci::into(row));
      run(describe, "SELECT * FROM " + relation() + " LIMIT 0");
      std::vector<std::string> names;
      for (std::size_t i = 0; i < row.size(); ++i) names.push_back(row.get_properties(i).get_name());
      return std::optional(std::move(names));
    } catch (const soci::soci_error& e) {
      const std::string what = without(e.get_error_message(), "");
      if (what.find("unknown data type with typelem") != std::string::npos)
        return std::optional<std::vector<std::string>>();
      std::string hint = source_.table.empty() ? "correct the SELECT" : "names are taken exactly as written";
      if (const auto known = tables(session); !source_.table.empty() && !known.empty())
        hint += "; tables there: " + joined(known, ", ");
      return Error{what, name_, hint};
    }
  }

  ValueKind kind_of(const std::string& type, const std::string& column) const {
    if (type == "real" || type == "double precision" || type == "numeric") return ValueKind::number;
    const bool stamp = type.compare(0, 9, "timestamp") == 0;
    if (stamp && source_.layout.time_format == TimeFormat::date_time &&
        (column == source_.layout.columns.time || "?" + column == source_.layout.columns.time))
      return ValueKind::date_time;
    return stamp || type == "date" ? ValueKind::date : ValueKind::text;
  }

  // The columns that the layout reads, and what they are.
  Result<std::vector<SqlColumn>> columns(soci::session& session) const {
    auto names = column_names(session);
    if (!names) return names.error();
    std::vector<SqlColumn> out;
    for (const LayoutColumn& wanted : layout_columns(source_.layout)) {
      const auto& known = *names;
      const bool there =
          known ? std::find(known->begin(), known->end(), wanted.name) != known->end() : !wanted.optional;
      if (there) out.push_back({wanted.name});
    }
    if (*names) {  // says which are missing and which there are
      const auto bound = bind_columns(source_.layout, {(*names)->begin(), (*names)->end()}, name_);
      if (!bound) {
        Error error = bound.error();
        error.where = name_;
        return error;
      }
    }
    if (sqlite()) return out;  // there a value has a type, not a column
    // Types without running the query: joined to nothing, its columns are NULL.
    std::vector<std::string> types;
    for (const SqlColumn& c : out) types.push_back("pg_typeof(q." + quoted(c.name) + ")::text");
    std::string text = joined(first_column(session, "SELECT concat_ws('|', " + joined(types, ", ") +
                                                        ") FROM (SELECT 1) one LEFT JOIN " + relation() + " ON false"),
                              "|");
    for (SqlColumn& c : out) {
      const auto end = std::min(text.find('|'), text.size());
      c.kind = kind_of(text.substr(0, end), c.name);
      text.erase(0, end + 1);
    }
    return out;
  }

  Status read_all(soci::session& session, QuoteSink& sink, QualityReport& report) {
    begin(session);
    const auto read = columns(session);
    if (!read) return read.error();
    std::vector<std::string> header;
    for (const SqlColumn& c : *read) header.push_back(c.name);
    auto feed = RowFeed::open(source_.layout, header, source_.policy, {name_}, sink, report);
    if (!feed) return feed.error();
    if (Status status = sqlite() ? read_sqlite(session, *read, **feed) : read_postgresql(session, *read, **feed);
        !status)
      return status;
    if (Status status = (*feed)->flush(); !status) return status;
    run(session, "ROLLBACK");
    return {};
  }

  // SQLite reads row by row from the file. A binary number is fetched as one, because SQLite's own
  // text of it has 15 digits only.
  Status read_sqlite(soci::session& session, const std::vector<SqlColumn>& columns, RowFeed& feed) {
    const std::size_t width = columns.size();
    std::vector<std::string> texts(width);
    std::vector<double> numbers(width);
    std::vector<soci::indicator> has_text(width), has_number(width);
    std::vector<std::string> select;
    soci::statement statement(session);
    for (std::size_t i = 0; i < width; ++i) {
      const std::string c = "q." + quoted(columns[i].name);
      select.push_back("CASE typeof(" + c + ") WHEN 'real' THEN NULL ELSE " + c + " END");
      select.push_back("CASE typeof(" + c + ") WHEN 'real' THEN " + c + " END");
      statement.exchange(soci::into(texts[i], has_text[i]));
      statement.exchange(soci::into(numbers[i], has_number[i]));
    }
    run(statement, "SELECT " + joined(select, ", ") + " FROM " + relation());
    std::vector<std::string_view> fields(width);
    while (statement.fetch()) {
      for (std::size_t i = 0; i < width; ++i) {
        if (has_number[i] == soci::i_ok)
          texts[i] = shortest_text(numbers[i]);
        else if (has_text[i] != soci::i_ok)
          texts[i].clear();
        fields[i] = texts[i];
      }
      if (Status status = feed.add(fields, ++row_); !status) return status;
    }
    return {};
  }

  // PostgreSQL keeps the result on its side, behind a cursor; here is one batch of it at a time.
  Status read_postgresql(soci::session& session, const std::vector<SqlColumn>& columns, RowFeed& feed) {
    const std::size_t width = columns.size();
    std::vector<std::string> texts(width), select;
    std::vector<soci::indicator> has(width);
    soci::statement statement(session);
    for (std::size_t i = 0; i < width; ++i) {
      select.push_back("q." + quoted(columns[i].name) + "::text");
      statement.exchange(soci::into(texts[i], has[i]));
    }
    run(session, "DECLARE optix_rows NO SCROLL CURSOR FOR SELECT " + joined(select, ", ") + " FROM " + relation());
    statement.alloc();
    statement.prepare("FETCH FORWARD " + std::to_string(source_.fetch_rows) + " FROM optix_rows");
    statement.define_and_bind();
    std::vector<std::string_view> fields(width);
    for (;;) {
      std::size_t fetched = 0;
      statement.execute(false);
      for (; statement.fetch(); ++fetched) {
        for (std::size_t i = 0; i < width; ++i) {
          if (has[i] != soci::i_ok)
            texts[i].clear();
          else if (columns[i].kind == ValueKind::number)
            texts[i] = plain_decimal_text(texts[i]);
          else if (columns[i].kind == ValueKind::date)
            texts[i] = date_text(texts[i], source_.layout.dates);
          else if (columns[i].kind == ValueKind::date_time)
            texts[i] = date_time_text(texts[i], source_.layout.dates);
          fields[i] = texts[i];
        }
        if (Status status = feed.add(fields, ++row_); !status) return status;
      }
      if (fetched < source_.fetch_rows) return {};
    }
  }

  SqlSource source_;
  SqlAddress address_;
  std::string name_;
  std::uint64_t row_ = 0;
};

}  // namespace

Result<std::unique_ptr<MarketDataProvider>> make_sql_provider(SqlSource source) {
  auto address = SqlAddress::parse(source.connection);
  if (!address) return address.error();
  const std::string where = address->to_string();
  while (!source.select.empty() && std::string_view(" ;\n\r\t").find(source.select.back()) != std::string_view::npos)
    source.select.pop_back();
  if (source.table.empty() == source.select.empty())
    return Error{source.table.empty() ? "neither a table nor a SELECT is named" : "a table and a SELECT are named",
                 where, "name one of them"};
  if (source.fetch_rows == 0) return Error{"the number of rows to fetch at a time is 0", where, "4096 is usual"};
  return std::unique_ptr<MarketDataProvider>(std::make_unique<SqlProvider>(std::move(source), std::move(*address)));
}

}  // namespace optix
