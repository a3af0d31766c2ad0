#pragma once
// A quality report as one line per check: how many, of how many, what was done. What the tables for
// people are made from.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/quality.hpp"
#include "core/data/quality_policy.hpp"

namespace optix {

struct Finding {
  QualityCheck check = QualityCheck::missing_session;
  Severity severity = Severity::info;          // of the check; error when a value is wrong in a fifth of the rows
  QualityAction action = QualityAction::flag;  // what the policy says
  std::uint64_t count = 0;
  std::uint64_t of = 0;
  std::string_view unit;    // "sessions", "rows", "contracts"
  std::vector<Date> dates;  // of session checks, ascending
};

// One per check, in the order of QualityCheck, also those that found nothing.
std::vector<Finding> quality_findings(const QualityReport& report);

// Flags of one session, as names of checks: "early_snapshot", "spot_jump".
std::vector<QualityCheck> session_flags(const SessionQuality& session);

}  // namespace optix
