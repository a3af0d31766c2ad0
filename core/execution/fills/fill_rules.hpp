#pragma once
// At what price, and how much of, an order trades against one quote. A fill is a composition of
// independent parts, each off unless asked for (fill_models.hpp names and documents them):
//
//   price      mid ± fraction × half-spread, the fraction by name or by number of legs
//   impact     + Y·σ·√(Q/V) on top (square-root law), σ = |Δ|·S·iv/√252: the standard deviation of the
//              contract's price over one day
//   size       at most a share of the displayed size, at most a share of the volume traded since
//   resting    how a limit order that rests comes to trade: touch, model, probability, queue
//
// Refused, in this order: a halted market, a stale one, no quote at all, a crossed quote, no ask to buy
// from, no bid to sell to (a zero bid is none). A locked quote is fine. With one side missing there is no
// mid: the order trades at the side that is there, whatever the model.
//
// fraction 1 is the touch exactly, and the touch is never moved by the tick. Otherwise the price is rounded
// to 1e-6, then to the nearest increment, never better than the mid and never beyond the touch. Impact
// comes before the increment and may go beyond the touch; a sale it would take to zero finds no bid.
//
// What a part needs and the data does not have is not made up: the leg is refused as `unfilled`, with
// nothing available, and `missing` says what was missing.
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "core/contracts/chain_view.hpp"
#include "core/execution/fills/fill_models.hpp"
#include "core/execution/ticks.hpp"
#include "messages/orders.hpp"

namespace optix {

enum class RestingPolicy : std::uint8_t {
  touch,        // when a later quote's touch is within the limit
  model,        // when the model's own price on a later quote is within the limit
  probability,  // at its limit, with a probability that grows with how far that is into the spread
  queue,        // at its limit, when the volume traded since has used up what stood before it
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
  Symbol root = {};  // with `session`: whose increments, for FillRules::product_ticks
  Date session = {};
  bool stale = false;  // the source could not vouch for the quote, and the order must not trade on it
  bool halted = false;
  std::int64_t taken_now = 0;      // contracts of ours already traded on this side of this quote
  std::int64_t taken_session = 0;  // and in this session
};

constexpr std::array<Decimal, 8> same_for_all_legs(Decimal fraction) {
  std::array<Decimal, 8> out{};
  for (Decimal& each : out) each = fraction;
  return out;
}

struct FillRules {
  // Of the half-spread, in [0, 1]; index legs − 1, the last for more.
  std::array<Decimal, 8> fraction_by_legs = same_for_all_legs(Decimal::from_int(1));
  TickClass ticks = TickClass::none;
  bool product_ticks = false;              // the class of LegMarket's root and session instead of `ticks`
  std::vector<Symbol> penny_classes = {};  // for product_ticks, see tick_class
  double impact = 0;                       // Y; 0: none
  Decimal size_share = Decimal::none();    // of the displayed size; none: no cap
  Decimal volume_share = Decimal::none();  // of the session's volume; none: no cap
  RestingPolicy resting = RestingPolicy::model;
  double resting_probability = 1;  // per snapshot, at the far touch; see trades_by_chance
  std::int64_t queue_ahead = -1;   // contracts before ours; −1: the displayed size
};

struct LegPrice {
  Decimal price;  // none when refused
  Decimal touch = Decimal::none();
  Decimal model = Decimal::none();  // before impact and tick
  Decimal mid = Decimal::none();
  std::int64_t available = std::numeric_limits<std::int64_t>::max();  // contracts that can trade now
  RejectReason refused = RejectReason::none;
  std::string_view missing = {};  // refused as unfilled: what a part needs and the data lacks; may be empty
};

// The price for `quantity` > 0 contracts, as one of `legs` ≥ 1 legs of an order. When less is available
// the impact is that of what is.
LegPrice price_leg(const FillRules& rules, const LegMarket& market, bool buy, std::int64_t quantity, std::size_t legs);

// The class whose increments a leg's price has.
TickClass leg_ticks(const FillRules& rules, const LegMarket& market);

// Where a limit stands between the cost at the near touch, where it would rest first in line (0), and that
// at the far touch, where it trades at once (1); in [0, 1]. Costs are net debits: near ≤ far. When both
// are equal it is at the far touch or not in the spread at all.
double limit_depth(Decimal near_cost, Decimal far_cost, Decimal limit);
// Whether a resting order trades now under RestingPolicy::probability: with probability
// resting_probability × depth. `uniform` in (0, 1) is the venue's draw.
bool trades_by_chance(const FillRules& rules, double depth, double uniform);

// RestingPolicy::queue. Contracts before an order that comes to rest at the near touch: queue_ahead, or
// the size displayed on its own side (bids for a buyer); −1 when that is unknown: it never trades.
std::int64_t queue_at_start(const FillRules& rules, const LegMarket& market, bool buy);
struct QueueStep {
  std::int64_t ahead = 0;   // left before ours
  std::int64_t trades = 0;  // contracts that reach ours
};
// After `traded` ≥ 0 more contracts at that price; an unknown queue (−1) stays as it is.
QueueStep advance_queue(std::int64_t ahead, std::int64_t traded);

}  // namespace optix
