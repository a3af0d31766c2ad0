#pragma once
// The checks that count rows of a snapshot, and where their counts are kept.
#include "core/data/quality.hpp"
#include "core/data/quality_policy.hpp"

namespace optix {

struct RowCheck {
  QualityCheck check;
  std::uint64_t QuoteCounts::*count;
};
inline constexpr RowCheck row_checks[] = {
    {QualityCheck::no_quote, &QuoteCounts::no_quote},
    {QualityCheck::zero_bid, &QuoteCounts::zero_bid},
    {QualityCheck::one_sided, &QuoteCounts::one_sided},
    {QualityCheck::locked, &QuoteCounts::locked},
    {QualityCheck::crossed, &QuoteCounts::crossed},
    {QualityCheck::unknown_iv, &QuoteCounts::unknown_iv},
    {QualityCheck::unknown_delta, &QuoteCounts::unknown_delta},
    {QualityCheck::expired, &QuoteCounts::expired},
    {QualityCheck::after_settlement, &QuoteCounts::after_settlement},
    {QualityCheck::price_bound, &QuoteCounts::price_bound},
    {QualityCheck::vertical, &QuoteCounts::vertical},
    {QualityCheck::iv_range, &QuoteCounts::iv_range},
    {QualityCheck::delta_range, &QuoteCounts::delta_range},
    {QualityCheck::delta_sign, &QuoteCounts::delta_sign},
};

}  // namespace optix
