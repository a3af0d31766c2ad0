#pragma once
// What an import found: printed before anything runs and kept with the result. Everything here is
// computed from the data and the exchange calendar.
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/field.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/result.hpp"
#include "messages/values/symbol.hpp"
#include "messages/values/time.hpp"

namespace optix {

// What can be wrong with a row.
enum class Defect : std::uint8_t {
  field_count,  // not as many fields as the header
  date,         // unreadable, or outside the calendar
  contract,     // strike, right, root or symbol unreadable, or they disagree
  quote,        // bid or ask negative or unreadable
  value,        // underlying price, volatility, greek, volume or open interest unreadable
  duplicate,    // the same contract again within a session
};
inline constexpr std::size_t defect_kinds = 6;
constexpr auto enum_names(Defect) {
  return std::to_array<std::string_view>(
      {"wrong field count", "bad date", "bad contract", "bad quote", "bad value", "duplicate row"});
}

// One place where a defect was met and let pass by policy.
struct DefectExample {
  Defect defect = Defect::field_count;
  std::string where;  // "chain.csv:17 column ask"
  std::string what;   // "the ask is negative: -0.05"
};

enum class SessionUse : std::uint8_t {
  used,
  dropped_closed,  // the calendar says that the exchange was closed: a stale snapshot
  dropped_policy,  // a check whose policy is to leave such sessions out, or no row was left
};
constexpr auto enum_names(SessionUse) {
  return std::to_array<std::string_view>({"used", "dropped: exchange closed", "dropped: by policy"});
}

struct QuoteCounts {
  std::uint64_t rows = 0;
  std::uint64_t no_quote = 0;   // neither a bid nor an ask (both zero or empty)
  std::uint64_t zero_bid = 0;   // an ask, and a bid of zero
  std::uint64_t one_sided = 0;  // one side empty, or a bid without an ask
  std::uint64_t locked = 0;     // bid = ask > 0
  std::uint64_t crossed = 0;    // bid > ask > 0
  std::uint64_t unknown_iv = 0;
  std::uint64_t unknown_delta = 0;
  std::uint64_t expired = 0;           // expiration date before the session
  std::uint64_t after_settlement = 0;  // settled before the quote was taken, on the same day
  std::uint64_t shared_keys = 0;       // (expiration, strike, right) quoted under two or more roots
  std::uint64_t price_bound = 0;       // outside the bounds of exercise and spot by more than the spread
  std::uint64_t vertical = 0;          // arbitrage against the next strike of the group
  std::uint64_t iv_range = 0;          // implied volatility ≤ 0 or above the policy's limit
  std::uint64_t delta_range = 0;       // |delta| > 1
  std::uint64_t delta_sign = 0;        // a call's delta < 0, a put's > 0

  QuoteCounts& operator+=(const QuoteCounts& o);
};

struct SessionQuality {
  Date session;
  SessionUse use = SessionUse::used;
  std::string closed_reason;  // when dropped
  QuoteCounts counts;
  std::uint64_t volume = 0;
  // Contracts also quoted in the used session before, and how many of them have the same bid and
  // ask as there: a stale copy shows as nearly all.
  std::uint64_t compared = 0;
  std::uint64_t unchanged = 0;
  bool low_volume = false;  // see QualityReport::low_volume_share
  Symbol underlying;        // empty: the only one
  std::uint32_t snapshots = 1;
  Timestamp first, last;           // times of the first and last snapshot; 0 when not known
  Decimal spot = Decimal::none();  // the underlying at the last snapshot
  double spot_change = std::numeric_limits<double>::quiet_NaN();  // relative, since the used session before; NaN: none
  bool early_time = false;     // the last snapshot is earlier in the day than in most sessions
  bool outside_hours = false;  // a snapshot before the open or more than 15 minutes after the close
  bool stale_copy = false;     // nearly all quotes unchanged
  bool spot_jump = false;
  bool spot_off_strikes = false;
  std::uint64_t rows_dropped = 0;  // by the policy
  std::string dropped_by;          // name of the check that left the session out
};

// One contract or session that a check found, for people; the first few of each check.
struct CheckExample {
  std::string check;  // enum_name of QualityCheck
  std::string where;  // "SPX 2019-04-25 16:00"
  std::string what;   // "SPXW 2019-05-17 call 2900: bid 3.10 above ask 3.00"
};

struct QualityReport {
  // A session whose total volume is below this share of the median over the sessions used was
  // probably captured early in the day. Flagged, never dropped: the median looks ahead.
  static constexpr double low_volume_share = 0.2;
  static constexpr std::size_t examples_per_defect = 5;

  std::string source;  // file or generator
  std::string layout;
  std::uint64_t lines = 0;                   // data lines read, the header not counted
  std::uint64_t filtered = 0;                // outside the chosen dates and roots
  std::uint64_t defects[defect_kinds] = {};  // met and let pass by policy
  std::uint64_t rows_skipped = 0;            // rows left out because of them
  std::vector<DefectExample> examples;
  std::vector<SessionQuality> sessions;  // every date in the data, ascending
  std::vector<Date> missing_sessions;    // exchange sessions between the first and last date without data
  std::uint64_t contracts = 0;           // distinct, in the sessions used
  std::uint64_t vanished = 0;            // last quoted although a later session of the data came before they settled
  std::uint64_t gaps = 0;                // times a contract missed one or more sessions of the data and came back
  std::vector<CheckExample> check_examples;
  std::vector<std::pair<std::string, std::string>> policy;  // what was decided, by key

  QuoteCounts totals(bool used_only) const;
  std::size_t sessions_used() const;
  std::uint64_t rows_used() const;
};

// The exchange's sessions between the first and the last date of each underlying for which it has no
// line: ascending, every date once.
std::vector<Date> missing_sessions(const std::vector<SessionQuality>& sessions);

// The report of a dataset after an import on top of what it held: sessions of `now` take the place of
// the same sessions in `before`; counts of lines, defects and contracts add up.
QualityReport merged(const QualityReport& before, const QualityReport& now);

// A plain-text table for people.
std::string to_text(const QualityReport& report);
// The same as one JSON object, complete: reading it back gives the report.
std::string to_json(const QualityReport& report);
// `name` is what errors call the text. Keys that are not known are refused; keys that reports of
// earlier versions lack are taken as empty.
Result<QualityReport> quality_from_json(const std::string& name, std::string_view json);

}  // namespace optix
