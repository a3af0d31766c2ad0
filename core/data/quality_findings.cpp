#include "core/data/quality_findings.hpp"

#include <algorithm>
#include <map>

#include "core/data/quality_row_checks.hpp"

namespace optix {
namespace {

// Above this share a check of values no longer finds slips but a wrong unit or a wrong series.
constexpr double systematic_share = 0.2;

// What was recorded, else the defaults; a record that cannot be read counts as the defaults.
QualityPolicy policy_of(const QualityReport& report) {
  const auto policy = QualityPolicy::from_map({report.policy.begin(), report.policy.end()});
  return policy ? *policy : QualityPolicy();
}

std::uint64_t defect_count(const QualityReport& report, QualityCheck check) {
  const auto of = [&](Defect d) { return report.defects[static_cast<std::size_t>(d)]; };
  switch (check) {
    case QualityCheck::broken_row: return of(Defect::field_count) + of(Defect::date) + of(Defect::contract);
    case QualityCheck::broken_quote: return of(Defect::quote);
    case QualityCheck::broken_value: return of(Defect::value);
    default: return of(Defect::duplicate);
  }
}

}  // namespace

std::vector<QualityCheck> session_flags(const SessionQuality& s) {
  std::vector<QualityCheck> out;
  if (!s.closed_reason.empty()) out.push_back(QualityCheck::closed_session);
  if (s.low_volume || s.early_time) out.push_back(QualityCheck::early_snapshot);
  if (s.outside_hours) out.push_back(QualityCheck::outside_hours);
  if (s.stale_copy && s.closed_reason.empty()) out.push_back(QualityCheck::stale_copy);
  if (s.spot_jump) out.push_back(QualityCheck::spot_jump);
  if (s.spot_off_strikes) out.push_back(QualityCheck::spot_off_strikes);
  return out;
}

std::vector<Finding> quality_findings(const QualityReport& report) {
  std::vector<Finding> out(quality_check_count);
  const QualityPolicy policy = policy_of(report);
  const QuoteCounts all = report.totals(false);
  for (std::size_t i = 0; i < quality_check_count; ++i) {
    Finding& f = out[i];
    f.check = static_cast<QualityCheck>(i);
    f.severity = check_info(f.check).severity;
    f.action = policy.action(f.check);
    if (f.check <= QualityCheck::spot_off_strikes) {
      f.unit = "sessions";
      f.of = report.sessions.size();
    } else if (f.check <= QualityCheck::duplicate_row) {
      f.unit = "rows";
      f.of = report.lines;
      f.count = defect_count(report, f.check);
    } else if (f.check <= QualityCheck::shared_key) {
      f.unit = "rows";
      f.of = all.rows;
    } else {
      f.unit = "contracts";
      f.of = report.contracts;
      f.count = f.check == QualityCheck::vanished ? report.vanished : report.gaps;
    }
  }
  const auto at = [&](QualityCheck check) -> Finding& { return out[static_cast<std::size_t>(check)]; };
  for (const RowCheck& row : row_checks) at(row.check).count = all.*row.count;
  at(QualityCheck::shared_key).count = all.shared_keys;
  for (const QualityCheck check : {QualityCheck::price_bound, QualityCheck::iv_range, QualityCheck::delta_range,
                                   QualityCheck::delta_sign, QualityCheck::crossed}) {
    Finding& f = at(check);
    if (static_cast<double>(f.count) > systematic_share * static_cast<double>(f.of)) f.severity = Severity::error;
  }
  for (const SessionQuality& s : report.sessions)
    for (const QualityCheck check : session_flags(s)) {
      ++at(check).count;
      if (at(check).dates.empty() || at(check).dates.back() != s.session) at(check).dates.push_back(s.session);
    }
  Finding& missing = at(QualityCheck::missing_session);
  missing.dates = report.missing_sessions;
  missing.count = missing.dates.size();
  missing.of = report.sessions.size() + missing.count;
  return out;
}

}  // namespace optix
