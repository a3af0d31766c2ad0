#pragma once
// What splits and special dividends make of listed options.
//
// Sources: OCC By-Laws, Article VI Section 11A, and its interpretations. Whole splits (n new shares for
// one): n contracts for one, strike / n, the same deliverable. Every other ratio (3 for 2, reverse
// splits): the same contract under a root of its own that delivers what the old shares have become;
// strike and multiplier stay, fractions of a share are delivered in cash. Special dividends of at least
// 0.125 USD a share: strike less the dividend. Ordinary dividends: nothing.
#include <cstdint>
#include <optional>
#include <string>

#include "core/contracts/instruments.hpp"

namespace optix {

inline constexpr Decimal smallest_adjusting_dividend = Decimal::from_raw(125'000);

struct AdjustedContract {
  Contract terms;  // the id is that of the contract before
  std::int32_t quantity_new = 1, quantity_old = 1;
  Decimal shares;  // of the underlying that one contract delivers
  Decimal cash;    // beside them, USD
};

// `now`: what one contract delivers before, in `shares` and `cash`. `price`: of the old share, for
// fractions; none leaves them in shares. `root`: for contracts that get a root of their own.
AdjustedContract after_split(const AdjustedContract& now, std::int64_t new_shares, std::int64_t old_shares,
                             Decimal price, Symbol root);
// nullopt when the dividend is too small to adjust. A strike that would not stay positive is left as it
// is, and what a share has paid is delivered in cash, under a root of its own.
std::optional<AdjustedContract> after_special_dividend(const AdjustedContract& now, Decimal amount, Symbol root);

// The first of XYZ1, XYZ2, … that `taken` does not say is used; of a root that ends in such a number,
// the name before it counts. At most six characters, as in OSI symbols.
template <class Taken>
Symbol adjusted_root(Symbol root, Taken&& taken) {
  std::string name = root.to_string();
  while (name.size() > 1 && name.back() >= '0' && name.back() <= '9') name.pop_back();
  for (int number = 1;; ++number) {
    const std::string suffix = std::to_string(number);
    const Symbol candidate = *Symbol::from(name.substr(0, 6 - suffix.size()) + suffix);
    if (!taken(candidate)) return candidate;
  }
}

}  // namespace optix
