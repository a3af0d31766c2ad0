#pragma once
// The checks that imported quotes go through: each has a name, a severity and an action, and the
// limits that the checks measure by. What was decided is recorded with the dataset.
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "messages/field.hpp"
#include "messages/values/result.hpp"

namespace optix {

enum class QualityCheck : std::uint8_t {
  // Of sessions.
  missing_session,   // the exchange was open, the data has nothing
  closed_session,    // the exchange was closed, the data has a chain: a stale copy
  early_snapshot,    // far less volume than usual, or taken earlier in the day than usual
  outside_hours,     // taken before the open or after the close
  stale_copy,        // nearly every quote equals that of the session before
  spot_jump,         // the underlying moved more than the limit since the session before
  spot_off_strikes,  // the underlying lies outside the strikes: adjusted prices against unadjusted strikes?
  // Of rows, when they are read.
  broken_row,
  broken_quote,
  broken_value,
  duplicate_row,
  // Of rows, in a snapshot.
  no_quote,
  zero_bid,
  one_sided,
  locked,
  crossed,
  unknown_iv,
  unknown_delta,
  expired,
  after_settlement,
  price_bound,  // outside what exercise and the underlying's price allow, by more than the spread
  vertical,     // selling one strike and buying its neighbour earns money whatever happens
  iv_range,     // implied volatility ≤ 0 or above the limit
  delta_range,  // |delta| above 1
  delta_sign,   // a call's delta below 0, a put's above
  // Of contracts.
  shared_key,  // (expiration, strike, right) quoted under several roots
  vanished,    // no longer quoted although not yet settled
  gap,         // not quoted for a session or more, then back
};
inline constexpr std::size_t quality_check_count = 28;
constexpr auto enum_names(QualityCheck) {
  return std::to_array<std::string_view>({"missing_session", "closed_session", "early_snapshot",   "outside_hours",
                                          "stale_copy",      "spot_jump",      "spot_off_strikes", "broken_row",
                                          "broken_quote",    "broken_value",   "duplicate_row",    "no_quote",
                                          "zero_bid",        "one_sided",      "locked",           "crossed",
                                          "unknown_iv",      "unknown_delta",  "expired",          "after_settlement",
                                          "price_bound",     "vertical",       "iv_range",         "delta_range",
                                          "delta_sign",      "shared_key",     "vanished",         "gap"});
}

enum class Severity : std::uint8_t { info, warning, error };
constexpr auto enum_names(Severity) { return std::to_array<std::string_view>({"info", "warning", "error"}); }

// flag: kept and counted; drop: the row or the session is left out and counted; stop: the import is
// refused at the first.
enum class QualityAction : std::uint8_t { flag, drop, stop };
constexpr auto enum_names(QualityAction) { return std::to_array<std::string_view>({"flag", "drop", "stop"}); }

struct QualityCheckInfo {
  std::string_view title;    // "exchange closed"
  std::string_view meaning;  // one sentence for the report
  Severity severity = Severity::info;
  QualityAction action = QualityAction::flag;  // unless the policy says otherwise
  bool can_drop = false;
  bool can_stop = false;
};
const QualityCheckInfo& check_info(QualityCheck check);

struct QualityLimits {
  double low_volume_share = 0.2;  // early_snapshot: of the median session's volume
  double early_minutes = 30;      // early_snapshot: before the median session's last snapshot, seen from the close
  double stale_share = 0.95;      // stale_copy: share of quotes unchanged since the session before
  double spot_jump = 0.2;         // relative
  double carry_per_year = 0.1;    // price_bound: slack for European exercise, of the larger of strike and spot
  double iv_max = 10;             // iv_range: per 1.00
};

class QualityPolicy {
 public:
  QualityPolicy();  // the defaults of check_info()

  QualityAction action(QualityCheck check) const { return actions_[static_cast<std::size_t>(check)]; }
  // An error when the check cannot do that (a missing session cannot be dropped).
  Status set(QualityCheck check, QualityAction action);
  // "crossed=drop", "limit.spot_jump=0.3".
  Status set(std::string_view name, std::string_view value);

  // All actions and limits as text, for the manifest and back: {"quality.crossed": "flag",
  // "quality.limit.spot_jump": "0.2", …}; other keys are not looked at.
  std::map<std::string, std::string> to_map() const;
  static Result<QualityPolicy> from_map(const std::map<std::string, std::string>& map);

  QualityLimits limits;

 private:
  std::array<QualityAction, quality_check_count> actions_{};
};

}  // namespace optix
