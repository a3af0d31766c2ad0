#pragma once
// From a model price to a bid and an ask on the exchange's ticks.
//
//   spread = (spread + spread_root·√v)·(1 + spread_term·T)·level factor·noise
//            + spread_in_the_money·S·(1 + T/2)·y²/(y² + 1.4) + i/1000
// with v the value of the out-of-the-money option of the strike, i how deep the option is in the
// money, y = i/(S·σ·√T); the noise is from 0.7 to 1.3. Half of it each side, then rounded outwards:
// the bid and ask always bracket the model's price, so what the model has not can not be had at
// the quotes either.
#include <cstdint>

#include "core/data/simulation/parameters.hpp"

namespace optix::simulation {

// Whole cents; bid ≥ 0 and ask > bid.
struct CentQuote {
  std::int64_t bid = 0, ask = 0;
};

struct TickTable {
  std::int64_t below = 5, above = 10;       // cents, below and from 3 USD
  double per_below = 0.2, per_above = 0.1;  // ticks per cent
};
TickTable tick_table(TickRule rule);

// `half`: half of the spread before rounding, USD ≥ 0.
inline CentQuote round_outwards(const TickTable& ticks, double price, double half) {
  constexpr double three = 300;
  const double low = price > half ? (price - half) * 100 + 1e-7 : 0, high = (price + half) * 100 - 1e-7;
  // Three dollars are a multiple of both ticks, so rounding is monotone in the price. Multiplying by
  // the reciprocal is many times faster than dividing whole numbers; the slack covers its rounding.
  const bool cheap_bid = low < three, cheap_ask = high <= three;
  const std::int64_t bid_tick = cheap_bid ? ticks.below : ticks.above;
  const std::int64_t ask_tick = cheap_ask ? ticks.below : ticks.above;
  const std::int64_t bid = static_cast<std::int64_t>(low * (cheap_bid ? ticks.per_below : ticks.per_above)) * bid_tick;
  const double asks = high * (cheap_ask ? ticks.per_below : ticks.per_above);  // above -1e-7
  const auto whole = static_cast<std::int64_t>(asks);
  std::int64_t ask = (whole + (asks > static_cast<double>(whole) ? 1 : 0)) * ask_tick;
  if (ask <= bid) ask = bid + (bid < 300 ? ticks.below : ticks.above);
  return {bid, ask};
}

// Of one instant and expiration: what does not change from strike to strike.
class SpreadRule {
 public:
  SpreadRule(const Params& params, double spot, double years, double atm_vol, double level);
  // Half-spread in USD. `value`: of the out-of-the-money option; `depth`: how deep this option is in
  // the money, USD ≥ 0; `noise` in [0, 1).
  double half(double root_of_value, double depth, double noise) const {
    const double y = depth * inverse_deviation_, y2 = y * y;
    return (base_ + per_root_ * root_of_value) * (0.7 + 0.6 * noise) + deep_ * y2 / (y2 + 1.4) + 0.0005 * depth;
  }

 private:
  double base_ = 0, per_root_ = 0, deep_ = 0, inverse_deviation_ = 0;
};

}  // namespace optix::simulation
