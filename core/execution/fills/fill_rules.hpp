#pragma once
// At what price, and how much of, an order trades against one quote. A fill model is a composition of
// independent parts, each off unless asked for:
//
//   price      mid ± fraction × half-spread, the fraction by name or by number of legs
//   impact     + Y·σ·√(Q/V) on top (square-root law)
//   size       at most a share of the displayed size, at most a share of the volume traded since
//   resting    how a limit order that rests comes to trade: touch, model, probability, queue
//
// See fill_price in fill_rules.cpp for the refusals (crossed, stale, one-sided, NaN, zero bid).
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "core/contracts/chain_view.hpp"
#include "core/execution/ticks.hpp"
#include "messages/orders.hpp"

namespace optix {

enum class RestingPolicy : std::uint8_t {
  touch,        // when a later quote's touch is within the limit
  model,        // when the model's own price on a later quote is within the limit
  probability,  // as model, and with a probability that grows with how far the limit is into the spread
  queue,        // when the volume traded since has used up what stood before it at that price
};
constexpr auto enum_names(RestingPolicy) {
  return std::to_array<std::string_view>({"touch", "model", "probability", "queue"});
}

// What the venue knows of one contract (or share) at one snapshot.
struct LegMarket {
  Quote quote;
  Decimal underlying_price = Decimal::none();
  double iv = std::numeric_limits<double>::quiet_NaN();
  double delta = std::numeric_limits<double>::quiet_NaN();
  std::int64_t volume = 0;        // contracts traded this session
  std::int64_t traded_since = 0;  // since the snapshot before
  std::int64_t bid_size = -1;     // −1: unknown
  std::int64_t ask_size = -1;
};

struct FillRules {
  std::array<Decimal, 8> fraction_by_legs{};  // of the half-spread, in [0, 1]; index legs − 1, the last for more
  TickClass ticks = TickClass::none;
  double impact = 0;                       // Y; 0: none
  Decimal size_share = Decimal::none();    // of the displayed size; none: no cap
  Decimal volume_share = Decimal::none();  // of the session's volume; none: no cap
  RestingPolicy resting = RestingPolicy::model;
  double resting_probability = 1;  // per snapshot, at the far touch; see fill_rules.cpp
  std::int64_t queue_ahead = -1;   // contracts before ours; −1: the displayed size
};

struct LegPrice {
  Decimal price;  // none when refused
  Decimal touch = Decimal::none();
  Decimal model = Decimal::none();  // before impact and tick
  Decimal mid = Decimal::none();
  std::int64_t available = std::numeric_limits<std::int64_t>::max();  // contracts that can trade now
  RejectReason refused = RejectReason::none;
};

// The price for `quantity` > 0 contracts, as one of `legs` legs of an order.
LegPrice price_leg(const FillRules& rules, const LegMarket& market, bool buy, std::int64_t quantity, std::size_t legs);

// Whether a resting order trades now under RestingPolicy::probability: `depth` is how far its limit is
// from the near touch (0) to the far touch (1); `uniform` in (0, 1) is the venue's draw.
bool trades_by_chance(const FillRules& rules, double depth, double uniform);

}  // namespace optix
