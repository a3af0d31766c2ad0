#pragma once
// What a multi-leg position can cost at expiration, for accounts without a margin rule: the cash that is
// put aside for it. Defined risk is the exact maximum over the underlying's price, premiums aside. Where
// shorts have no long behind them it is instead
//   fraction × highest uncovered short strike × multiplier × uncovered contracts
// plus the worst outcome at any strike; short shares reserve their value and that fraction of it. A long
// that expires before a short does not cover it, and shares cover nothing.
#include <span>

#include "core/execution/risk/holdings.hpp"

namespace optix {

struct Reserve {
  Decimal amount;          // USD
  bool undefined = false;  // something short has nothing behind it
};

Reserve reserve_of(std::span<const RiskLeg> legs, Decimal fraction);

}  // namespace optix
