#pragma once
// How a CSV file of option quotes is laid out, as data: column names, date order, what each option
// root means. One row is one contract at one session.
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

// When in the session the quotes were taken.
struct QuoteTime {
  enum class Kind : std::uint8_t { session_close, index_option_close, clock };
  Kind kind = Kind::session_close;  // 16:00 ET, 13:00 on early closes
  int seconds = 0;                  // clock: seconds past midnight in New York

  Timestamp at(Date session) const;
  // "close", "index_close" or "15:45".
  static std::optional<QuoteTime> parse(std::string_view text);
  std::string to_string() const;
};

// The terms a root stands for.
struct RootTerms {
  Settlement settlement = Settlement::pm;
  ExerciseStyle exercise = ExerciseStyle::american;
  std::int32_t multiplier = 100;
};

// Names in the file's header; an empty name means that the file has no such column.
struct CsvColumns {
  std::string session;           // required: exchange session date
  std::string underlying;        // else CsvLayout::underlying
  std::string underlying_price;  // required
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
};

struct CsvLayout {
  std::string name;
  char delimiter = ',';
  CsvColumns columns;
  DateOrder dates = DateOrder::iso;
  QuoteTime quote_time;
  std::string underlying;  // when no column says it
  std::string root;        // when neither `osi` nor `root` does
  RootTerms default_terms;
  std::map<std::string, RootTerms> roots;
  // The vendor writes 0 for greeks it could not compute: an implied volatility of 0 becomes
  // unknown, and with it delta and gamma when delta is 0 as well.
  bool zero_greeks_are_unknown = false;

  RootTerms terms_of(std::string_view root_name) const;
};

// Presets by name: "cboe_historical" (end-of-day chains with OSI symbols written without padding in
// `optionroot`), "optix" (ISO dates, one plain column per field).
Result<CsvLayout> csv_layout_preset(std::string_view name);
const std::vector<std::string>& csv_layout_names();

// Positions of the layout's columns in a header, -1 when absent.
struct CsvBinding {
  std::size_t width = 0;  // fields in the header
  int session, underlying, underlying_price, osi, root, expiration, right, strike, bid, ask, iv, delta, gamma, volume,
      open_interest;
};
// A column that the layout names and the header lacks is an Error that lists the header.
Result<CsvBinding> bind_columns(const CsvLayout& layout, const std::vector<std::string_view>& header,
                                const std::string& file);

}  // namespace optix
