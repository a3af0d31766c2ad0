#pragma once
// How a CSV file of option quotes is laid out, as data: column names, date order, units, when in the
// session the quotes stood and when each column was known, what each option root means.
//
// A row is one contract at one instant, or several: two snapshots side by side (15:45 and the end of
// the day), a call beside its put. `CsvLayout::quotes` names the columns of each.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix {

enum class DateOrder : std::uint8_t { iso, month_day_year, compact };  // 2019-04-25, 04/25/2019, 20190425
constexpr auto enum_names(DateOrder) {
  return std::to_array<std::string_view>({"yyyy-mm-dd", "mm/dd/yyyy", "yyyymmdd"});
}

// What a time column holds. Clocks are New York's; epochs are UTC.
enum class TimeFormat : std::uint8_t {
  none,       // no such column
  clock,      // 15:45 or 15:45:00, beside a session date
  date_time,  // a date in the layout's order, a blank or T, then a clock
  compact,    // 1545, beside a session date
  day_ms,     // milliseconds since midnight in New York, beside a session date
  epoch_s,    // since 1970-01-01T00:00:00Z
  epoch_ms,
  epoch_us,
  epoch_ns,
};
constexpr auto enum_names(TimeFormat) {
  return std::to_array<std::string_view>(
      {"none", "clock", "date_time", "compact", "day_ms", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns"});
}

// Where the price of the underlying comes from.
enum class SpotSource : std::uint8_t {
  column,  // the file
  parity,  // put-call parity of the nearest expiration, for files that have none
};
constexpr auto enum_names(SpotSource) { return std::to_array<std::string_view>({"column", "parity"}); }

// When a row's open interest was published.
enum class OpenInterestKnown : std::uint8_t {
  morning,       // before the session's open: counted at the end of the session before
  next_morning,  // after the session: the import moves it to the next session
};
constexpr auto enum_names(OpenInterestKnown) { return std::to_array<std::string_view>({"morning", "next_morning"}); }

// When in the session the quotes were taken.
struct QuoteTime {
  enum class Kind : std::uint8_t {
    session_close,       // 16:00 ET, 13:00 on early closes
    index_option_close,  // 15 minutes later
    clock,
    product_close,  // of an index the latter, else the former
  };
  Kind kind = Kind::session_close;
  int seconds = 0;                   // clock: seconds past midnight in New York
  std::optional<int> early_seconds;  // clock: the same on early closes from `early_from` on; on those
  Date early_from;                   // before, `seconds` is after the close and there is no quote

  Timestamp at(Date session) const;
  // nullopt: the vendor took no quotes while the exchange was open.
  std::optional<Timestamp> at(Date session, bool index) const;
  // "close", "index_close", "product_close" or "15:45".
  static std::optional<QuoteTime> parse(std::string_view text);
  std::string to_string() const;
};

// The terms a root stands for.
struct RootTerms {
  Settlement settlement = Settlement::pm;
  ExerciseStyle exercise = ExerciseStyle::american;
  std::int32_t multiplier = 100;
};

// Names in the file's header; an empty name means that the file has no such column. A name that
// begins with '?' may be absent from the file.
struct CsvColumns {
  std::string session;           // exchange session date; or CsvLayout::session, session_from_name, or `time`
  std::string underlying;        // else CsvLayout::underlying, else what the root stands for
  std::string underlying_price;  // else the middle of underlying_bid and underlying_ask, else SpotSource::parity
  // The contract: either `osi` (padded or not), or root (or CsvLayout::root), expiration, right and
  // strike. With both, they must agree.
  std::string osi;
  std::string root;
  std::string expiration;
  std::string right;  // call/put, C/P, in any case
  std::string strike;
  std::string bid;  // required; empty field: no bid
  std::string ask;  // required; empty field: no ask
  std::string iv;   // absent or empty: unknown
  std::string delta;
  std::string gamma;
  std::string volume;         // absent or empty: 0
  std::string open_interest;  // absent or empty: 0
  std::string bid_size;       // contracts; absent, empty or 0 beside a price: unknown
  std::string ask_size;
  std::string underlying_bid;
  std::string underlying_ask;
  std::string time;  // see TimeFormat
};

// The columns of one quote in a row that holds several. A column left empty is not in that quote:
// greeks stamped 15:45 never go with the quotes of the close.
struct CsvQuoteColumns {
  std::optional<Right> right;     // when the columns, not the row, say whether it is a call
  std::optional<QuoteTime> time;  // else the layout's
  std::string underlying_price, underlying_bid, underlying_ask;
  std::string bid, ask, iv, delta, gamma, volume, open_interest, bid_size, ask_size;
};

struct CsvLayout {
  std::string name;
  char delimiter = ',';
  CsvColumns columns;
  DateOrder dates = DateOrder::iso;
  QuoteTime quote_time;
  std::string underlying;  // when no column says it
  std::string root;        // when neither `osi` nor `root` does; empty: the underlying
  RootTerms default_terms;
  std::map<std::string, RootTerms> roots;
  // The vendor writes 0 for greeks it could not compute: an implied volatility of 0 becomes
  // unknown, and with it delta and gamma when delta is 0 as well.
  bool zero_greeks_are_unknown = false;

  std::vector<CsvQuoteColumns> quotes;  // empty: one quote a row, in `columns`
  std::vector<std::string> header;      // names, for files without a header line
  bool trim = false;                    // blanks around fields mean nothing
  int price_decimals = 0;               // bid, ask: written as whole numbers of 10^-n dollars
  int strike_decimals = 0;              // the strike: likewise
  double iv_unit = 1;                   // what 1 in the file means per 1.00: 0.01 for percent
  std::string osi_prefix;               // before every option symbol: "O:"
  bool caret_marks_index = false;       // "^SPX" is the index SPX

  TimeFormat time_format = TimeFormat::none;
  int time_offset = 0;              // seconds from the time written to when the quote was known (bars: their length)
  int sample_seconds = 0;           // ticks: the last of each period counts, known at its end
  std::optional<Date> session;      // of all rows
  bool session_from_name = false;   // the file's name holds it, yyyymmdd or yyyy-mm-dd
  bool contract_from_name = false;  // and the contract: Lean's names of zip entries
  SpotSource spot = SpotSource::column;
  bool carry = false;  // a contract without a row in a later snapshot of the session keeps its last quote
  OpenInterestKnown open_interest = OpenInterestKnown::morning;

  RootTerms terms_of(std::string_view root_name) const;
};

// Presets by name: "cboe_historical" (end-of-day chains with OSI symbols written without padding in
// `optionroot`), "optix" (ISO dates, one plain column per field), and those of csv_vendors.cpp.
Result<CsvLayout> csv_layout_preset(std::string_view name);
const std::vector<std::string>& csv_layout_names();
// One line for people: what files it reads.
std::string_view csv_layout_meaning(std::string_view name);

// Positions of a quote's columns in a header, -1 when absent.
struct QuoteBinding {
  int underlying_price = -1, underlying_bid = -1, underlying_ask = -1;
  int bid = -1, ask = -1, iv = -1, delta = -1, gamma = -1, volume = -1, open_interest = -1, bid_size = -1,
      ask_size = -1;
};
struct CsvBinding {
  std::size_t width = 0;           // fields in the header
  std::vector<std::string> names;  // the header
  int session = -1, time = -1, underlying = -1, osi = -1, root = -1, expiration = -1, right = -1, strike = -1;
  std::vector<QuoteBinding> quotes;  // as CsvLayout::quotes, or one
};
// A column that the layout names and the header lacks is an Error that lists the header.
Result<CsvBinding> bind_columns(const CsvLayout& layout, const std::vector<std::string_view>& header,
                                const std::string& file);

}  // namespace optix
