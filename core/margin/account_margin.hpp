#pragma once
// Margin of an account over all its underlyings, and what an order would do to it.
//
//   available    = cash + Σ collateral
//   excess       = available − maintenance      below 0: a margin call
//   buying_power = available − initial
//
// Short options are in the requirement at their current value and their premium is in cash; long
// options are paid for and count for nothing (a long-dated one lends a quarter). docs/margin.md steps
// through an example.
#include <map>
#include <span>
#include <vector>

#include "core/margin/margin.hpp"

namespace optix {

// What is held on one underlying, all positions together.
struct UnderlyingHoldings {
  MarginUnderlying underlying;
  std::vector<MarginLeg> legs;
};

struct AccountMargin {
  Decimal equity;     // cash + market value of everything
  Decimal available;  // cash + Σ collateral
  Decimal initial;    // Σ charge
  Decimal maintenance;
  Decimal excess;        // available − maintenance
  Decimal buying_power;  // available − initial
  bool exact = true;
  bool permitted = true;
};

// Requirements of underlyings as they were last computed: asked again with the same legs, prices and
// session it answers from memory. Holds nothing that cannot be computed again.
class MarginCache {
 public:
  struct Both {
    MarginRequirement initial, maintenance;
    Decimal market_value;
  };
  const Both& requirement(AccountKind kind, const UnderlyingHoldings& holdings, Date session);
  // Forgets underlyings that are no longer held.
  void clear() { known_.clear(); }
  std::size_t computed() const { return computed_; }  // how often it had to compute

 private:
  struct Entry {
    AccountKind kind = AccountKind::reg_t;
    Date session;
    UnderlyingHoldings holdings;
    Both result;
  };
  std::map<Symbol, Entry> known_;
  std::size_t computed_ = 0;
};

// One entry per underlying. `cache` may be nullptr.
AccountMargin account_margin(AccountKind kind, Decimal cash, std::span<const UnderlyingHoldings> holdings, Date session,
                             MarginCache* cache = nullptr);

// What an order of `legs` on one underlying, filled at the legs' prices, takes out of buying power, USD:
// requirement after − requirement before + cash paid. Negative when it frees some. `before` are the
// holdings on the same underlying; shares are entered at their price; `fees` are paid.
struct BuyingPowerEffect {
  Decimal amount;
  Decimal cash;         // received (+) or paid (−), fees included
  Decimal initial;      // change of the initial charge
  Decimal maintenance;  // change of the maintenance charge
  Decimal collateral;   // change
  bool exact = true;
  bool permitted = true;  // false: the account may not hold what would result
};
BuyingPowerEffect buying_power_effect(AccountKind kind, const UnderlyingHoldings& before,
                                      std::span<const MarginLeg> legs, Date session, Decimal fees = {},
                                      MarginCache* cache = nullptr);

}  // namespace optix
