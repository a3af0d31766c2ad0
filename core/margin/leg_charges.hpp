#pragma once
// What the rules charge for one contract or lot of shares by itself, and for those pairings whose charge
// is more than a maximum loss. Everything is exact and per contract: raw units of Decimal (1e-6 USD).
// Sources: FINRA Rule 4210 (c), (e), (f)(2); Cboe Margin Manual; Regulatory Notice 09-53 (leverage).
#include "core/margin/margin.hpp"

namespace optix::margin {

using Raw = std::int64_t;  // 1e-6 USD

// Percentage of the underlying, and of underlying or strike for the minimum, of a naked short.
constexpr int naked_percent(MarginClass c) {
  return c == MarginClass::broad_index || c == MarginClass::broad_etf ? 15 : 20;
}
inline constexpr int naked_minimum_percent = 10;
inline constexpr int long_dated_percent = 75;  // of a listed long option that lives more than nine months
inline constexpr int long_dated_months = 9;

// round(price × percent/100 × leverage × units), half away from zero.
Raw share_of(Decimal price, int percent, Decimal leverage, std::int64_t units);

// What is in it for the holder now, per share.
Decimal in_the_money(Right right, Decimal strike, Decimal spot);
Decimal out_of_the_money(Right right, Decimal strike, Decimal spot);

// A short option by itself: its value + max(r·L·S − out of the money, 10 %·L·(S for calls, K for puts)).
Raw naked_charge(const MarginLeg& leg, const MarginUnderlying& underlying);

// Short call and short put: the greater side plus the other's option value; of equal sides the dearer
// arrangement. `value` is the option's own.
constexpr Raw straddle_charge(Raw charge_a, Raw value_a, Raw charge_b, Raw value_b) {
  if (charge_a == charge_b) return charge_a + (value_a > value_b ? value_a : value_b);
  return charge_a > charge_b ? charge_a + value_b : charge_b + value_a;
}

// More than nine calendar months from `session` to `expiration`. The day nine months on is still within;
// where the month has no such day its last one is taken.
bool long_dated(Date expiration, Date session);

// Shares, per share; `entry` is what they were bought or sold at. Short: with the liability itself.
//   long   initial 50 % of entry, maintenance 25 %·L of the price
//   short  initial 150 % of entry, maintenance the price + 30 %·L of it, at least $5; below a price of
//          $5 the price + 100 % of it, at least $2.50. Initial is never less than those floors ask.
// L raises the percentages of leveraged funds, to 100 % at most.
Raw long_share_charge(Decimal price, Decimal entry, Decimal leverage, MarginKind kind, std::int64_t shares);
Raw short_share_charge(Decimal price, Decimal entry, Decimal leverage, MarginKind kind, std::int64_t shares);

// Maintenance of shares that options protect, `shares` to the contract. Instead of the share's charge.
//   covered call          25 %·L of min(S, K)
//   protective put        min(10 %·L·K + out of the money, 25 %·L·S)
//   collar                min(10 %·L·Kput + out of the money, 25 %·L·Kcall)
//   conversion            10 %·L·K                                   put and call of one strike
//   protective call       S + min(10 %·L·K + out of the money, the short share's own)
//   reverse conversion    S + 10 %·L·K + what the put is in the money
Raw covered_call_charge(const MarginLeg& call, const MarginUnderlying& u);
Raw protective_put_charge(const MarginLeg& put, const MarginUnderlying& u);
Raw collar_charge(const MarginLeg& put, const MarginLeg& call, const MarginUnderlying& u);
Raw protective_call_charge(const MarginLeg& call, const MarginUnderlying& u);
Raw reverse_conversion_charge(const MarginLeg& put, const MarginUnderlying& u);

}  // namespace optix::margin
