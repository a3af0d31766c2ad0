#include "core/data/quality_policy.hpp"

#include <charconv>
#include <cmath>

namespace optix {
namespace {

constexpr std::string_view prefix = "quality.";
constexpr std::string_view limit_prefix = "limit.";

using enum Severity;
constexpr auto flag = QualityAction::flag;
constexpr auto drop = QualityAction::drop;
constexpr bool yes = true, no = false;

// In the order of QualityCheck: title, meaning, severity, default action, can drop, can stop.
constexpr QualityCheckInfo infos[] = {
    {"missing session", "The exchange was open, but the data has nothing: marks are carried and flagged stale.",
     warning, flag, no, yes},
    {"exchange closed", "A chain is dated on a day without trading: usually a copy of the session before.", warning,
     drop, yes, yes},
    {"early snapshot", "Far less volume than in most sessions, or taken earlier in the day.", warning, flag, no, no},
    {"outside trading hours", "A snapshot is stamped before the open or well after the close of its session.", warning,
     flag, yes, yes},
    {"stale copy", "Nearly every quote equals that of the session before.", warning, flag, yes, yes},
    {"jump of the underlying",
     "The price of the underlying moved more than the limit since the session before: a split, "
     "an adjusted series or a wrong price.",
     warning, flag, yes, yes},
    {"underlying far off the strikes",
     "The price of the underlying lies far outside all strikes: adjusted prices "
     "against strikes as traded, or another unit.",
     error, flag, yes, yes},
    {"broken row", "Wrong number of fields, unreadable date or contract.", error, flag, no, no},
    {"broken quote", "A bid or an ask is negative or unreadable.", error, flag, no, no},
    {"broken value", "A volatility, greek, volume, open interest or underlying price is unreadable.", error, flag, no,
     no},
    {"duplicate row", "The same contract stands twice in a snapshot; the first row counts.", warning, flag, no, no},
    {"no quote", "Neither a bid nor an ask: the contract cannot be traded then.", info, flag, yes, yes},
    {"zero bid", "An ask, but nobody bids: the contract cannot be sold then.", info, flag, yes, yes},
    {"one-sided", "One side of the quote is empty.", info, flag, yes, yes},
    {"locked", "Bid and ask are equal.", info, flag, yes, yes},
    {"crossed", "The bid is above the ask: never traded on.", warning, flag, yes, yes},
    {"unknown volatility", "No implied volatility is given.", info, flag, yes, yes},
    {"unknown delta", "No delta is given: selection by delta passes the contract over.", info, flag, yes, yes},
    {"expired contract", "Its expiration is before the session.", warning, flag, yes, yes},
    {"quoted after settlement", "Its settlement value was fixed earlier on the same day.", info, flag, yes, yes},
    {"outside price bounds",
     "Below the value of exercise or above the underlying (call) or strike (put), by more than "
     "the spread: a stale or mistyped quote; when frequent, the underlying's price is adjusted or of another time.",
     warning, flag, yes, yes},
    {"vertical arbitrage",
     "A spread to the next strike is sold for more than it can ever cost, or bought for less than "
     "nothing.",
     warning, flag, yes, yes},
    {"volatility out of range",
     "An implied volatility is zero, negative or above the limit; when frequent, it is given "
     "in per cent.",
     warning, flag, yes, yes},
    {"delta out of range", "A delta is above 1 or below -1; when frequent, it is given in per cent.", warning, flag,
     yes, yes},
    {"delta of the wrong sign", "A call's delta is negative or a put's positive: the source gives sizes without signs?",
     warning, flag, yes, yes},
    {"key under several roots",
     "Expiration, strike and right are the same under several roots: different contracts, "
     "kept apart.",
     info, flag, no, no},
    {"vanished contract", "No longer quoted although its settlement is still to come.", info, flag, no, no},
    {"gap", "A contract was not quoted in a session between two others.", info, flag, no, no},
};
static_assert(std::size(infos) == quality_check_count);
static_assert(enum_names(QualityCheck{}).size() == quality_check_count);

struct LimitRow {
  std::string_view name;
  double QualityLimits::*value;
};
constexpr LimitRow limit_rows[] = {
    {"low_volume_share", &QualityLimits::low_volume_share}, {"early_minutes", &QualityLimits::early_minutes},
    {"stale_share", &QualityLimits::stale_share},           {"spot_jump", &QualityLimits::spot_jump},
    {"carry_per_year", &QualityLimits::carry_per_year},     {"iv_max", &QualityLimits::iv_max},
};

std::string shortest(double value) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string check_list() {
  std::string out;
  for (const std::string_view name : enum_names(QualityCheck{})) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

}  // namespace

const QualityCheckInfo& check_info(QualityCheck check) { return infos[static_cast<std::size_t>(check)]; }

QualityPolicy::QualityPolicy() {
  for (std::size_t i = 0; i < quality_check_count; ++i) actions_[i] = infos[i].action;
}

Status QualityPolicy::set(QualityCheck check, QualityAction action) {
  const QualityCheckInfo& about = check_info(check);
  const std::string name(enum_name(check));
  const std::string can =
      std::string("it can be: flag") + (about.can_drop ? ", drop" : "") + (about.can_stop ? ", stop" : "");
  if (action == QualityAction::drop && !about.can_drop)
    return Error{"the check '" + name + "' has nothing to drop", "", can};
  if (action == QualityAction::stop && !about.can_stop)
    return Error{"the check '" + name + "' cannot stop an import", "", can};
  actions_[static_cast<std::size_t>(check)] = action;
  return {};
}

Status QualityPolicy::set(std::string_view name, std::string_view value) {
  if (name.substr(0, limit_prefix.size()) == limit_prefix) {
    for (const LimitRow& row : limit_rows) {
      if (row.name != name.substr(limit_prefix.size())) continue;
      double number = 0;
      const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (problem != std::errc{} || end != value.data() + value.size() || !std::isfinite(number) || number < 0)
        return Error{"not a number from 0 up: '" + std::string(value.substr(0, 40)) + "'", std::string(name), ""};
      limits.*row.value = number;
      return {};
    }
    std::string known;
    for (const LimitRow& row : limit_rows)
      known += (known.empty() ? "" : ", ") + std::string(limit_prefix) + std::string(row.name);
    return Error{"there is no limit called '" + std::string(name.substr(0, 60)) + "'", "", "limits: " + known};
  }
  const auto names = enum_names(QualityCheck{});
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] != name) continue;
    const auto actions = enum_names(QualityAction{});
    for (std::size_t a = 0; a < actions.size(); ++a)
      if (actions[a] == value) return set(static_cast<QualityCheck>(i), static_cast<QualityAction>(a));
    return Error{"not an action: '" + std::string(value.substr(0, 40)) + "'", std::string(name),
                 "actions: flag, drop, stop"};
  }
  return Error{"there is no check called '" + std::string(name.substr(0, 60)) + "'", "", "checks: " + check_list()};
}

std::map<std::string, std::string> QualityPolicy::to_map() const {
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < quality_check_count; ++i)
    out[std::string(prefix) + std::string(enum_names(QualityCheck{})[i])] = enum_name(actions_[i]);
  for (const LimitRow& row : limit_rows)
    out[std::string(prefix) + std::string(limit_prefix) + std::string(row.name)] = shortest(limits.*row.value);
  return out;
}

Result<QualityPolicy> QualityPolicy::from_map(const std::map<std::string, std::string>& map) {
  QualityPolicy policy;
  for (const auto& [key, value] : map) {
    if (key.compare(0, prefix.size(), prefix) != 0) continue;
    if (Status status = policy.set(std::string_view(key).substr(prefix.size()), value); !status) return status.error();
  }
  return policy;
}

}  // namespace optix
