#pragma once
// From the text of a row to typed values, exactly: prices become Decimal without passing through a
// double. Broken rows follow the caller's policy.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/csv_layout.hpp"
#include "core/data/quality.hpp"

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

// One parsed row. `root` and `underlying` index the parser's name tables.
struct QuoteRow {
  Date expiration;
  std::uint16_t root = 0;
  Right right = Right::call;
  Decimal strike, bid, ask;
  double iv = 0, delta = 0, gamma = 0;
  std::int32_t volume = 0, open_interest = 0;
  std::uint32_t line = 0;
};

struct RowContext {
  Date session;
  std::uint16_t underlying = 0;
  Decimal underlying_price;
};

class RowParser {
 public:
  // The references must outlive the parser; defects that the policy lets pass are counted in `report`.
  RowParser(const CsvLayout& layout, CsvBinding binding, DefectPolicy policy, std::string file, QualityReport& report);

  enum class Outcome : std::uint8_t { row, skipped, failed };
  // Fills `row` and `context`. `skipped`: left out and counted; `failed`: error() says why.
  Outcome parse(const std::vector<std::string_view>& fields, std::uint64_t line, QuoteRow& row, RowContext& context);
  // Counts a defect and keeps the first few as examples.
  void note(Defect defect, std::uint64_t line, const std::string& column, std::string what);

  const Error& error() const { return error_; }
  const std::vector<Symbol>& roots() const { return roots_.names; }
  const std::vector<Symbol>& underlyings() const { return underlyings_.names; }

 private:
  enum class Action : std::uint8_t { stop, flag, drop };

  // What is wrong with a field: filled by the readers below when they return false.
  struct Problem {
    std::string column;
    std::string what;
  };
  // Names seen so far; the last text is remembered, because neighbours repeat it.
  struct NameTable {
    std::vector<Symbol> names;
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
  // Decides what happens to a row with this problem; remembers the error when the answer is stop.
  Outcome settle(Defect defect, Action action);
  bool read_date(int column, const std::string& name, DateMemo& memo);
  bool read_underlying(RowContext& context);
  bool read_contract(QuoteRow& row);
  bool read_osi_only(QuoteRow& row);
  bool agrees_with_osi(const QuoteRow& row, std::string_view root);
  bool read_quote(int column, const std::string& name, Decimal& price);
  bool read_values(QuoteRow& row);

  const CsvLayout& layout_;
  CsvBinding at_;
  DefectPolicy policy_;
  std::string file_;
  QualityReport& report_;
  Error error_;
  Problem problem_;
  const std::vector<std::string_view>* fields_ = nullptr;
  std::uint64_t line_ = 0;

  NameTable roots_, underlyings_;
  DateMemo session_, expiration_;
  std::string price_text_;
  Decimal price_;
};

}  // namespace optix
