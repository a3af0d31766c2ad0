#pragma once
// From the text of a row to quotes, exactly: prices become Decimal without passing through a double.
// Broken rows follow the caller's policy.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/csv_layout.hpp"
#include "core/data/quality.hpp"
#include "core/data/quotes.hpp"

namespace optix {

enum class BrokenRow : std::uint8_t { stop, drop };
constexpr auto enum_names(BrokenRow) { return std::to_array<std::string_view>({"stop", "drop"}); }
enum class BrokenValue : std::uint8_t { stop, flag, drop };
constexpr auto enum_names(BrokenValue) { return std::to_array<std::string_view>({"stop", "flag", "drop"}); }
enum class Duplicates : std::uint8_t { stop, keep_first };
constexpr auto enum_names(Duplicates) { return std::to_array<std::string_view>({"stop", "keep_first"}); }
enum class ClosedSessions : std::uint8_t { stop, drop, keep };
constexpr auto enum_names(ClosedSessions) { return std::to_array<std::string_view>({"stop", "drop", "keep"}); }

// What to do about defects. `stop` refuses the file, `drop` skips the row, `flag` keeps it without
// the broken value; the last two are counted in the report.
struct DefectPolicy {
  BrokenRow rows = BrokenRow::stop;        // field count, dates, contract terms
  BrokenValue quotes = BrokenValue::stop;  // bid and ask
  BrokenValue values = BrokenValue::stop;  // volatility, greeks, volume, open interest
  Duplicates duplicates = Duplicates::keep_first;
  ClosedSessions closed = ClosedSessions::drop;
};

// What to do about a defect that stopped the reading.
const char* remedy(Defect defect);
// Counts a defect in the report and keeps the first few as examples.
void note_defect(QualityReport& report, Defect defect, const std::string& file, std::uint64_t line,
                 const std::string& column, std::string what);
// "chain.csv:17 column ask".
std::string place(const std::string& file, std::uint64_t line, const std::string& column);

// Something wrong in a row.
struct RowIssue {
  Defect defect = Defect::field_count;
  std::uint64_t line = 0;
  std::string column;
  std::string what;
  bool dropped = false;  // the quote was left out
};

// What a file's name says about all its rows.
struct SourceFacts {
  std::optional<Date> session, expiration;
  std::optional<Right> right;
  std::optional<Decimal> strike;
  std::string underlying;
};
// Reads a file's (or a zip entry's) name as far as the layout asks for it.
Result<SourceFacts> facts_of_name(const CsvLayout& layout, const std::string& name);

class RowReader {
 public:
  // The references must outlive the reader.
  RowReader(const CsvLayout& layout, const CsvBinding& binding, const SourceFacts& facts, const DefectPolicy& policy);

  // Appends the row's quotes to quotes().rows. False: an issue stops the reading; it is the last of
  // issues().
  bool read(const std::vector<std::string_view>& fields, std::uint64_t line);
  RawQuotes& quotes() { return out_; }
  const std::vector<RowIssue>& issues() const { return issues_; }
  // Rows of ticks that a later one of the same contract and period replaced, and quotes outside the
  // session's hours.
  std::uint64_t sampled_away() const { return sampled_away_; }

 private:
  enum class Action : std::uint8_t { stop, flag, drop };
  enum class Next : std::uint8_t { go_on, skip, stop };

  // What is wrong with a field: filled by the readers below when they return false.
  struct Problem {
    int column = -1;
    std::string what;
  };
  // Names seen so far; the last text is remembered, because neighbours repeat it.
  struct NameTable {
    std::vector<Symbol>* names = nullptr;
    std::map<std::string, std::uint16_t, std::less<>> index;
    std::string last_text;
    std::uint16_t last = 0;
    std::optional<std::uint16_t> find_or_add(std::string_view text);
  };
  struct DateMemo {
    std::string text;
    Date date;
    char yymmdd[6] = {};
  };

  std::string_view field(int column) const { return (*fields_)[static_cast<std::size_t>(column)]; }
  std::string name_of(int column) const { return column < 0 ? "" : binding_.names[static_cast<std::size_t>(column)]; }
  // Decides what happens to a row or quote with this problem.
  Next settle(Defect defect, Action action);
  bool read_date(int column, DateMemo& memo);
  bool keep_date(int column, std::string_view text, Date date, DateMemo& memo);
  bool read_session(RawQuote& row);
  bool read_time(RawQuote& row);
  bool read_contract(RawQuote& row);
  bool read_osi_only(RawQuote& row, std::string_view text);
  bool agrees_with_osi(const RawQuote& row, std::string_view root);
  bool read_underlying(RawQuote& row);
  bool read_spot(const QuoteBinding& at, RawQuote& row);
  bool read_price(int column, const char* what, Decimal& price);
  bool read_values(const QuoteBinding& at, RawQuote& row);
  void append(const RawQuote& row);

  const CsvLayout& layout_;
  const CsvBinding& binding_;
  const SourceFacts& facts_;
  DefectPolicy policy_;
  RawQuotes out_;
  std::vector<RowIssue> issues_;
  Problem problem_;
  const std::vector<std::string_view>* fields_ = nullptr;
  std::uint64_t line_ = 0;
  std::uint64_t sampled_away_ = 0;

  NameTable roots_, underlyings_;
  bool index_ = false;  // the underlying is an index
  DateMemo session_, expiration_;
  Date timed_session_{INT32_MIN};  // the session and kind that times_ are of
  bool timed_index_ = false;
  std::vector<std::optional<Timestamp>> times_;  // per quote of a row, by the layout
  Timestamp row_time_;                           // by a time column
  std::vector<std::string> spot_texts_;
  std::vector<Decimal> spots_;
};

}  // namespace optix
