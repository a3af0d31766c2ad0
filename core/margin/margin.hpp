#pragma once
// Margin requirement of what is held on one underlying. Rules: Cboe Margin Manual, FINRA Rule 4210,
// Regulation T (12 CFR 220). Amounts are exact USD; only the portfolio scan prices by a model.
#include <cstdint>
#include <span>
#include <string_view>

#include "messages/field.hpp"
#include "messages/market.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/time.hpp"

namespace optix {

// Percentage of a naked short: 20 % for equity and narrow_index, 15 % for broad_index and broad_etf;
// the portfolio scan has further classes, see portfolio_margin.hpp.
enum class MarginClass : std::uint8_t { equity, narrow_index, broad_index, broad_etf };
constexpr auto enum_names(MarginClass) {
  return std::to_array<std::string_view>({"equity", "narrow_index", "broad_index", "broad_etf"});
}

enum class MarginKind : std::uint8_t { initial, maintenance };
constexpr auto enum_names(MarginKind) { return std::to_array<std::string_view>({"initial", "maintenance"}); }

struct MarginUnderlying {
  Symbol symbol = {};
  Decimal price;  // USD
  MarginClass margin_class = MarginClass::equity;
  Decimal leverage = Decimal::from_int(1);  // of a leveraged fund: 1.5, 2, 3; the absolute value for inverse ones
};

// One holding. Shares: contract = shares_contract, multiplier 1, price the share's price.
struct MarginLeg {
  ContractId contract = 0;
  Right right = Right::call;
  Decimal strike;
  Date expiration;
  std::int64_t quantity = 0;  // negative is short
  std::int32_t multiplier = 100;
  Decimal price;  // current value per share (per share of stock), USD
  Decimal entry;  // what was paid or received per share, USD: shares are charged on it when opened
  bool shares = false;
};

// What the account must have for the legs, and what the legs themselves lend to it.
//   requirement: gross, as in the margin manual: of short options their current value is part of it
//   net_deposit: requirement + premium paid − premium received, at the legs' prices: the cash that an
//                opening of exactly these legs takes out of buying power
struct MarginRequirement {
  Decimal requirement;
  Decimal net_deposit;
  bool exact = true;  // false: the book is larger than the bound and the pairing is the best found
};

}  // namespace optix
