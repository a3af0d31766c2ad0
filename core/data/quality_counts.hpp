#pragma once
// The quote counts of a quality report as one table: label, JSON key, member.
#include "core/data/quality.hpp"

namespace optix {

struct QuoteCountRow {
  const char* label;
  const char* key;
  std::uint64_t QuoteCounts::*value;
};
inline constexpr QuoteCountRow quote_count_rows[] = {
    {"no quote at all", "no_quote", &QuoteCounts::no_quote},
    {"zero bid", "zero_bid", &QuoteCounts::zero_bid},
    {"one-sided", "one_sided", &QuoteCounts::one_sided},
    {"locked", "locked", &QuoteCounts::locked},
    {"crossed", "crossed", &QuoteCounts::crossed},
    {"unknown volatility", "unknown_iv", &QuoteCounts::unknown_iv},
    {"unknown delta", "unknown_delta", &QuoteCounts::unknown_delta},
    {"expired contracts", "expired", &QuoteCounts::expired},
    {"quoted after settlement", "after_settlement", &QuoteCounts::after_settlement},
    {"same key, several roots", "shared_keys", &QuoteCounts::shared_keys},
    {"outside price bounds", "price_bound", &QuoteCounts::price_bound},
    {"vertical arbitrage", "vertical", &QuoteCounts::vertical},
    {"volatility out of range", "iv_range", &QuoteCounts::iv_range},
    {"delta out of range", "delta_range", &QuoteCounts::delta_range},
    {"delta of wrong sign", "delta_sign", &QuoteCounts::delta_sign},
};

}  // namespace optix
