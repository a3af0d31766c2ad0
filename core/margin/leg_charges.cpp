#include "core/margin/leg_charges.hpp"

#include <algorithm>

#include "messages/values/wide.hpp"

namespace optix::margin {
namespace {

constexpr Decimal low_price = Decimal::from_int(5);  // shares below it have their own floor
constexpr Decimal floor_per_share = Decimal::from_int(5);
constexpr Decimal low_floor_per_share = Decimal::from_raw(2'500'000);

constexpr int share_initial_percent = 50;
constexpr int long_share_percent = 25;
constexpr int short_share_percent = 30;
constexpr int protected_percent = 10;

Raw times(Decimal per_share, std::int64_t units) { return (per_share * units).raw(); }

// A percentage of a leveraged fund's price: percent × L of it, all of it at most.
Raw capped_share(Decimal price, int percent, Decimal leverage, std::int64_t units) {
  return std::min(share_of(price, percent, leverage, units), times(price, units));
}

// What a short share must have above its own price, to be held.
Raw short_share_extra(Decimal price, Decimal leverage, std::int64_t shares) {
  if (price < low_price) return std::max(times(price, shares), times(low_floor_per_share, shares));
  return std::max(capped_share(price, short_share_percent, leverage, shares), times(floor_per_share, shares));
}

Raw protected_charge(const MarginLeg& option, const MarginUnderlying& u) {
  return share_of(option.strike, protected_percent, u.leverage, option.multiplier) +
         times(out_of_the_money(option.right, option.strike, u.price), option.multiplier);
}

}  // namespace

Raw share_of(Decimal price, int percent, Decimal leverage, std::int64_t units) {
  constexpr int128 divisor = static_cast<int128>(Decimal::scale) * 100;
  const int128 product = static_cast<int128>(price.raw()) * leverage.raw() * percent * units;
  return static_cast<Raw>((product + divisor / 2) / divisor);
}

Decimal in_the_money(Right right, Decimal strike, Decimal spot) {
  const Decimal inside = right == Right::call ? spot - strike : strike - spot;
  return std::max(inside, Decimal{});
}

Decimal out_of_the_money(Right right, Decimal strike, Decimal spot) {
  const Decimal outside = right == Right::call ? strike - spot : spot - strike;
  return std::max(outside, Decimal{});
}

Raw naked_charge(const MarginLeg& leg, const MarginUnderlying& u) {
  const Raw base = share_of(u.price, naked_percent(u.margin_class), u.leverage, leg.multiplier) -
                   times(out_of_the_money(leg.right, leg.strike, u.price), leg.multiplier);
  const Raw minimum =
      share_of(leg.right == Right::call ? u.price : leg.strike, naked_minimum_percent, u.leverage, leg.multiplier);
  return times(leg.price, leg.multiplier) + std::max(base, minimum);
}

bool long_dated(Date expiration, Date session) {
  const Date::Civil from = session.civil();
  const int months = from.month - 1 + long_dated_months;
  const int year = from.year + months / 12;
  const int month = months % 12 + 1;
  int day = from.day;
  while (!Date::valid_civil(year, month, day)) --day;
  return expiration > Date::from_civil(year, month, day);
}

Raw long_share_charge(Decimal price, Decimal entry, Decimal leverage, MarginKind kind, std::int64_t shares) {
  if (kind == MarginKind::maintenance) return capped_share(price, long_share_percent, leverage, shares);
  return std::max(share_of(entry, share_initial_percent, Decimal::from_int(1), shares),
                  capped_share(entry, long_share_percent, leverage, shares));
}

Raw short_share_charge(Decimal price, Decimal entry, Decimal leverage, MarginKind kind, std::int64_t shares) {
  if (kind == MarginKind::maintenance) return times(price, shares) + short_share_extra(price, leverage, shares);
  return times(entry, shares) + std::max(share_of(entry, share_initial_percent, Decimal::from_int(1), shares),
                                         short_share_extra(entry, leverage, shares));
}

Raw covered_call_charge(const MarginLeg& call, const MarginUnderlying& u) {
  return capped_share(std::min(u.price, call.strike), long_share_percent, u.leverage, call.multiplier);
}

Raw protective_put_charge(const MarginLeg& put, const MarginUnderlying& u) {
  return std::min(protected_charge(put, u), capped_share(u.price, long_share_percent, u.leverage, put.multiplier));
}

Raw collar_charge(const MarginLeg& put, const MarginLeg& call, const MarginUnderlying& u) {
  if (put.strike == call.strike) return share_of(put.strike, protected_percent, u.leverage, put.multiplier);
  return std::min(protected_charge(put, u), capped_share(call.strike, long_share_percent, u.leverage, put.multiplier));
}

Raw protective_call_charge(const MarginLeg& call, const MarginUnderlying& u) {
  return times(u.price, call.multiplier) +
         std::min(protected_charge(call, u), short_share_extra(u.price, u.leverage, call.multiplier));
}

Raw reverse_conversion_charge(const MarginLeg& put, const MarginUnderlying& u) {
  return times(u.price, put.multiplier) + share_of(put.strike, protected_percent, u.leverage, put.multiplier) +
         times(in_the_money(put.right, put.strike, u.price), put.multiplier);
}

}  // namespace optix::margin
