#pragma once
// Whether, at what price and how much of an order trades against the quotes of the moment.
//
// The rules of a limit: when the net price at the touch is within it, the order trades at the fill
// model's price, never worse than the limit. Otherwise it does not on the quotes it came in on; on later
// ones the fill rules' resting policy decides. An atomic combo trades in whole lots; the legs of a legged
// one trade one by one, and its limit is held against what has been paid plus what the rest would
// cost now.
//
// Under `probability` and `queue` a resting order trades passively: every leg at the same depth of its
// spread, which is where the net price is the limit (rounded in the order's favour). In the queue an
// order whose limit is inside the spread is first in line, one at the near touch comes after the
// displayed size, and one behind the near touch waits; volume counts once it traded after the order
// came in.
#include <vector>

#include "core/execution/venue/market_view.hpp"

namespace optix {

class Matching {
 public:
  explicit Matching(const VenueRules& rules);

  struct Outcome {
    RejectReason refused = RejectReason::none;  // why it did not trade at all: a quote, or `unfilled`
    ContractId contract = 0;                    // whose quote
    std::string_view missing = {};              // what the fill rules need and the data lacks
  };
  // Trades what can trade: appends the fills, and counts them in `order` and in `market`. `resting`: the
  // quotes are later than those the order came in on. Fills carry everything but the order's own end.
  Outcome trade(WorkingOrder& order, bool resting, MarketView& market, std::vector<Fill>& fills) const;

  // Net cost of one price unit at the touch or at mid; nullopt when a quote is missing, crossed or lacks the
  // side.
  std::optional<Decimal> net_cost(WorkingOrder& order, StopTrigger at, const MarketView& market) const;

  // RestingPolicy::queue: takes the order's place in line, if its limit is in the spread now.
  void line_up(WorkingOrder& order, const MarketView& market) const;

 private:
  struct PricedLeg {
    LegMarket market;
    LegPrice price;
    std::int64_t quantity = 0;  // contracts to trade
  };
  using PricedLegs = boost::container::small_vector<PricedLeg, 4>;
  enum class Rule : std::uint8_t { none, model, passive };

  PricedLeg priced(WorkingLeg& leg, std::int64_t quantity, std::size_t legs, const MarketView& market) const;
  Outcome trade_atomic(WorkingOrder& order, bool resting, MarketView& market, std::vector<Fill>& fills) const;
  Outcome trade_legged(WorkingOrder& order, bool resting, MarketView& market, std::vector<Fill>& fills) const;
  Rule rule_for(const WorkingOrder& order, const PricedLegs& legs, bool resting) const;
  // Net costs of one price unit at the near and far side of every leg's quote.
  struct Spread {
    Decimal near, far;
  };
  std::optional<Spread> spread_of(const WorkingOrder& order, const PricedLegs& legs) const;
  // Prices at the depth of the limit; false when the limit is not inside the spread.
  bool price_passively(const WorkingOrder& order, const Spread& spread, PricedLegs& legs) const;
  std::int64_t lots_reached(WorkingOrder& order, const PricedLegs& legs, std::int64_t lots) const;
  Fill start_fill(const WorkingOrder& order, const MarketView& market) const;
  void add_leg(Fill& fill, WorkingLeg& leg, const PricedLeg& priced, MarketView& market) const;
  // Its fees and what it leaves; `first_leg`: the order's leg that is the fill's first.
  void finish_fill(Fill& fill, WorkingOrder& order, std::size_t first_leg, const MarketView& market) const;

  const VenueRules& rules_;
  FillRules share_rules_;  // the same without what shares do not have: sizes, volume, impact, increments
};

}  // namespace optix
