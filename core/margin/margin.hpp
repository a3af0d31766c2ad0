#pragma once
// Margin requirement of what is held on one underlying. Rules: Cboe Margin Manual, FINRA Rule 4210,
// Regulation T (12 CFR 220). Amounts are exact USD; only the portfolio scan prices by a model.
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "messages/field.hpp"
#include "messages/market.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/time.hpp"

namespace optix {

// Percentage of a naked short: 20 % for equity and narrow_index, 15 % for broad_index and broad_etf.
enum class MarginClass : std::uint8_t { equity, narrow_index, broad_index, broad_etf };
constexpr auto enum_names(MarginClass) {
  return std::to_array<std::string_view>({"equity", "narrow_index", "broad_index", "broad_etf"});
}

// How far the portfolio scan moves the underlying: ±15 %, ±10 %, −8 % to +6 %, ±20 %.
enum class ScanRange : std::uint8_t { equity, index, high_cap_index, volatility_index };
constexpr auto enum_names(ScanRange) {
  return std::to_array<std::string_view>({"equity", "index", "high_cap_index", "volatility_index"});
}

enum class MarginKind : std::uint8_t { initial, maintenance };
constexpr auto enum_names(MarginKind) { return std::to_array<std::string_view>({"initial", "maintenance"}); }

// cash: everything paid for, puts secured by their exercise price, calls covered, nothing naked.
// reg_t: strategy-based. portfolio: ten-point scan.
enum class AccountKind : std::uint8_t { cash, reg_t, portfolio };
constexpr auto enum_names(AccountKind) { return std::to_array<std::string_view>({"cash", "reg_t", "portfolio"}); }

struct MarginUnderlying {
  Symbol symbol = {};
  Decimal price;  // USD
  MarginClass margin_class = MarginClass::equity;
  Decimal leverage = Decimal::from_int(1);  // of a leveraged fund: 1.5, 2, 3; the absolute value for inverse ones
  bool european_cash = false;               // European options settled in cash: spreads are allowed in a cash account
  // Portfolio scan only.
  ScanRange scan = ScanRange::equity;
  double rate = 0;            // continuous per year
  double dividend_yield = 0;  // continuous per year
};

// One holding. Shares: contract = shares_contract, multiplier 1, price the share's price.
struct MarginLeg {
  ContractId contract = 0;
  Right right = Right::call;
  Decimal strike;
  Date expiration;
  Timestamp settles;          // of contracts that expire on one day, AM before PM; 0: not known, only days count
  std::int64_t quantity = 0;  // negative is short
  std::int32_t multiplier = 100;
  Decimal price;  // current value per share (per share of stock), USD
  Decimal entry;  // shares: what was paid or received per share, USD; charged on when opened; 0: the price
  bool shares = false;
  // Portfolio scan only.
  double vol = std::numeric_limits<double>::quiet_NaN();    // implied, per 1.00 a year; NaN: implied from the price
  double years = std::numeric_limits<double>::quiet_NaN();  // to settlement; NaN: whole days from the session / 365
};

// What the account must have for the legs on one underlying.
//
//   charge       what is set aside: the requirement of short options (their current value is in it) and
//                of shares, less what long options lend (a quarter of the value of a long option that
//                lives longer than nine months and stands alone)
//   collateral   market value of what counts in full against it: long shares; everything held, shorts
//                negative, in a portfolio account. Long options are paid for and lend nothing.
//   requirement  gross, as in the margin manual: the charge without what long options lend and without
//                the part of shares' value that covered options take (below); for long options alone,
//                what must be paid for them
//   net_deposit  requirement + premium paid − premium received at the legs' prices (short shares at
//                entry): what opening exactly these legs takes, long shares at their margin
//   capped       covered calls in the money: shares count at most at the strike (short shares with
//                puts: at least); the difference is in the charge, not in the requirement
//
// cash + Σ collateral − Σ charge is what an account has left: see account_margin.hpp.
struct MarginRequirement {
  Decimal requirement;
  Decimal net_deposit;
  Decimal charge;
  Decimal collateral;
  Decimal capped;
  bool exact = true;      // false: the book is larger than the bound and the pairing is the best found
  bool permitted = true;  // false: a cash account may not hold this
};

}  // namespace optix
