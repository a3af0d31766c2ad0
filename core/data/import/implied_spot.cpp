#include "core/data/import/implied_spot.hpp"

#include <algorithm>
#include <vector>

namespace optix {
namespace {

std::optional<Decimal> mid(Decimal bid, Decimal ask) {
  if (bid.is_none() || ask.is_none() || bid <= Decimal{} || ask < bid) return std::nullopt;
  return (bid + ask).half();
}

struct Pair {
  Decimal spot;      // strike + call − put
  Decimal distance;  // |call − put|
};

// Strikes that the groups `call` and `put` both quote soundly.
std::vector<Pair> pairs_of(const ChainSnapshot& chain, std::size_t call, std::size_t put) {
  std::vector<Pair> out;
  std::size_t i = chain.group_begin[call], j = chain.group_begin[put];
  while (i < chain.group_begin[call + 1] && j < chain.group_begin[put + 1]) {
    if (chain.strike[i] < chain.strike[j]) {
      ++i;
    } else if (chain.strike[j] < chain.strike[i]) {
      ++j;
    } else {
      const auto c = mid(chain.bid[i], chain.ask[i]), p = mid(chain.bid[j], chain.ask[j]);
      if (c && p) out.push_back({chain.strike[i] + *c - *p, (*c - *p).abs()});
      ++i;
      ++j;
    }
  }
  return out;
}

}  // namespace

std::optional<Decimal> implied_spot(const ChainSnapshot& chain) {
  constexpr std::size_t most = 5;
  std::optional<Decimal> fallback;  // of an expiration with fewer than three strikes
  for (std::size_t g = 0; g + 1 < chain.groups(); ++g) {
    const std::size_t h = g + 1;  // a call group is followed by the put group of the same root and date
    if (chain.group_right[g] != Right::call || chain.group_right[h] != Right::put ||
        chain.group_root[g] != chain.group_root[h] || chain.group_expiration[g] != chain.group_expiration[h] ||
        chain.group_settles[g] <= chain.time)
      continue;
    std::vector<Pair> pairs = pairs_of(chain, g, h);
    if (pairs.empty()) continue;
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.distance < b.distance; });
    std::size_t n = std::min(pairs.size(), most);
    n -= n % 2 == 0;
    std::sort(pairs.begin(), pairs.begin() + static_cast<std::ptrdiff_t>(n),
              [](const Pair& a, const Pair& b) { return a.spot < b.spot; });
    const Decimal median = pairs[n / 2].spot;
    if (median <= Decimal{}) continue;
    if (n >= 3) return median;
    if (!fallback) fallback = median;
  }
  return fallback;
}

}  // namespace optix
