#include "core/execution/venue/matching.hpp"

#include <algorithm>
#include <utility>

#include "core/contracts/products.hpp"
#include "core/contracts/shares.hpp"
#include "core/sequencer/random.hpp"
#include "messages/values/wide.hpp"

namespace optix {
namespace {

bool bid_known(const Quote& quote) { return !quote.bid.is_none() && quote.bid >= Decimal{}; }
bool two_sided(const Quote& quote) { return bid_known(quote) && quote.has_ask() && quote.bid <= quote.ask; }

// Where an order would rest first in line, and where it trades at once.
Decimal near_side(const WorkingLeg& leg, const Quote& quote) { return leg.buys() ? quote.bid : quote.ask; }
Decimal far_side(const WorkingLeg& leg, const Quote& quote) { return leg.buys() ? quote.ask : quote.bid; }

// gap × numerator / denominator, rounded down; all of them positive.
Decimal part_of(Decimal gap, Decimal numerator, Decimal denominator) {
  __extension__ typedef __int128 Wide;
  return Decimal::from_raw(
      static_cast<std::int64_t>(static_cast<Wide>(gap.raw()) * numerator.raw() / denominator.raw()));
}

FillRules for_shares(FillRules rules) {
  rules.ticks = TickClass::none;
  rules.product_ticks = false;
  rules.impact = 0;
  rules.size_share = rules.volume_share = Decimal::none();
  return rules;
}

}  // namespace

Matching::Matching(const VenueRules& rules) : rules_(rules), share_rules_(for_shares(rules.fills)) {}

Matching::PricedLeg Matching::priced(WorkingLeg& leg, std::int64_t quantity, std::size_t legs,
                                     const MarketView& market) const {
  PricedLeg out;
  out.quantity = quantity;
  if (auto quoted = market.quote(leg)) {
    out.market = *quoted;
    out.price =
        price_leg(is_shares(leg.contract) ? share_rules_ : rules_.fills, out.market, leg.buys(), quantity, legs);
  } else {
    out.price.refused = RejectReason::no_quote;
  }
  return out;
}

Matching::Outcome Matching::trade(WorkingOrder& order, bool resting, MarketView& market,
                                  std::vector<Fill>& fills) const {
  return order.legged() ? trade_legged(order, resting, market, fills) : trade_atomic(order, resting, market, fills);
}

Matching::Rule Matching::rule_for(const WorkingOrder& order, const PricedLegs& legs, bool resting) const {
  if (!order.has_limit()) return Rule::model;
  // A lot of an atomic combo; of a legged one what was paid and what is left.
  NetPrice at_touch(order.units), at_price(order.units);
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const WorkingLeg& leg = order.legs[i];
    const bool shares = is_shares(leg.contract);
    std::int64_t quantity = leg.per_lot;
    if (order.legged()) {
      at_touch.add_traded(shares, leg.paid);
      at_price.add_traded(shares, leg.paid);
      quantity = leg.buys() ? order.left(leg) : -order.left(leg);
      if (quantity == 0) continue;
    }
    at_touch.add(shares, legs[i].price.touch, quantity);
    at_price.add(shares, legs[i].price.price, quantity);
  }
  const Decimal limit = order.request.limit;
  const std::int64_t of = order.legged() ? 1 : order.units.lots;
  const bool price_within = at_price.within(limit, 1, of);
  if (price_within && at_touch.within(limit, 1, of)) return Rule::model;
  if (!resting) return Rule::none;
  const RestingPolicy policy = rules_.fills.resting;
  if (price_within && (policy == RestingPolicy::model || policy == RestingPolicy::probability)) return Rule::model;
  const bool passive = policy == RestingPolicy::probability || policy == RestingPolicy::queue;
  return passive && !order.legged() ? Rule::passive : Rule::none;
}

std::optional<Matching::Spread> Matching::spread_of(const WorkingOrder& order, const PricedLegs& legs) const {
  NetPrice near(order.units), far(order.units);
  for (std::size_t i = 0; i < legs.size(); ++i) {
    if (!two_sided(legs[i].market.quote)) return std::nullopt;
    const WorkingLeg& leg = order.legs[i];
    near.add(is_shares(leg.contract), near_side(leg, legs[i].market.quote), leg.per_lot);
    far.add(is_shares(leg.contract), far_side(leg, legs[i].market.quote), leg.per_lot);
  }
  return Spread{near.per_unit(1, order.units.lots), far.per_unit(1, order.units.lots)};
}

bool Matching::price_passively(const WorkingOrder& order, const Spread& spread, PricedLegs& legs) const {
  const Decimal limit = order.request.limit;
  if (limit < spread.near || spread.far <= spread.near) return false;
  const Decimal into = std::min(limit, spread.far) - spread.near;
  NetPrice net(order.units);
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const WorkingLeg& leg = order.legs[i];
    const Quote& quote = legs[i].market.quote;
    const Decimal step = part_of(quote.ask - quote.bid, into, spread.far - spread.near);
    legs[i].price.price = leg.buys() ? quote.bid + step : quote.ask - step;
    net.add(is_shares(leg.contract), legs[i].price.price, leg.per_lot);
  }
  return net.within(limit, 1, order.units.lots);
}

// How many lots the volume since the last quotes has reached.
std::int64_t Matching::lots_reached(WorkingOrder& order, const PricedLegs& legs, std::int64_t lots) const {
  for (std::size_t i = 0; i < legs.size(); ++i) {
    WorkingLeg& leg = order.legs[i];
    if (is_shares(leg.contract)) continue;
    const Quote& quote = legs[i].market.quote;
    if (legs[i].price.price != near_side(leg, quote)) {
      leg.ahead = 0;
    } else if (leg.ahead < 0) {
      leg.ahead = queue_at_start(rules_.fills, legs[i].market, leg.buys());
      lots = 0;
      continue;
    }
    const QueueStep step = advance_queue(leg.ahead, std::max<std::int64_t>(0, legs[i].market.traded_since));
    leg.ahead = step.ahead;
    lots = std::min(lots, std::max<std::int64_t>(0, step.trades - legs[i].market.taken_now) / leg.size());
  }
  return lots;
}

Matching::Outcome Matching::trade_atomic(WorkingOrder& order, bool resting, MarketView& market,
                                         std::vector<Fill>& fills) const {
  const std::int64_t left = order.lots_left();
  std::int64_t lots = left;
  PricedLegs legs;
  for (WorkingLeg& leg : order.legs) {
    legs.push_back(priced(leg, leg.size() * left, order.legs.size(), market));
    const LegPrice& price = legs.back().price;
    if (price.refused != RejectReason::none) return {price.refused, leg.contract, price.missing};
    lots = std::min(lots, price.available / leg.size());
  }
  const bool all_or_nothing = order.request.time_in_force == TimeInForce::fok;
  const Outcome unfilled{RejectReason::unfilled, order.legs.front().contract, {}};
  if (lots == 0 || (all_or_nothing && lots < left)) return unfilled;
  if (lots < left && rules_.fills.impact > 0)
    for (std::size_t i = 0; i < legs.size(); ++i)
      legs[i] = priced(order.legs[i], order.legs[i].size() * lots, legs.size(), market);

  const Rule rule = rule_for(order, legs, resting);
  if (rule == Rule::none) return unfilled;
  if (rule == Rule::passive) {
    const auto spread = spread_of(order, legs);
    if (!spread || !price_passively(order, *spread, legs)) return unfilled;
    if (rules_.fills.resting == RestingPolicy::queue) {
      lots = lots_reached(order, legs, lots);
    } else {
      const double depth = limit_depth(spread->near, spread->far, order.request.limit);
      const std::uint64_t own = draw(rules_.seed, rules_.stream, order.request.order);
      if (!trades_by_chance(rules_.fills, depth, draw_uniform(own, rules_.stream, ++order.attempts))) lots = 0;
    }
    if (lots == 0) return unfilled;
  }
  Fill fill = start_fill(order, market);
  for (std::size_t i = 0; i < legs.size(); ++i) {
    legs[i].quantity = order.legs[i].size() * lots;
    add_leg(fill, order.legs[i], legs[i], market);
  }
  finish_fill(fill, order, 0, market);
  fills.push_back(std::move(fill));
  return {};
}

Matching::Outcome Matching::trade_legged(WorkingOrder& order, bool resting, MarketView& market,
                                         std::vector<Fill>& fills) const {
  Outcome refused;
  PricedLegs legs;
  bool some = false, all_priced = true;
  for (WorkingLeg& leg : order.legs) {
    const std::int64_t left = order.left(leg);
    legs.emplace_back();
    if (left == 0) continue;
    legs.back() = priced(leg, left, 1, market);
    PricedLeg& now = legs.back();
    now.quantity = std::min(left, now.price.available);
    if (now.price.refused != RejectReason::none) {
      now.quantity = 0;
      all_priced = all_priced && !now.price.price.is_none();
      if (refused.refused == RejectReason::none) refused = {now.price.refused, leg.contract, now.price.missing};
    } else if (order.request.time_in_force == TimeInForce::fok && now.quantity < left) {
      now.quantity = 0;
    }
    some = some || now.quantity > 0;
  }
  const Outcome unfilled{RejectReason::unfilled, order.legs.front().contract, {}};
  const bool priced_enough = !order.has_limit() || all_priced;
  if (!some || !priced_enough) return refused.refused != RejectReason::none ? refused : unfilled;
  if (rule_for(order, legs, resting) == Rule::none) return unfilled;
  for (std::size_t i = 0; i < legs.size(); ++i) {
    if (legs[i].quantity == 0) continue;
    Fill fill = start_fill(order, market);
    add_leg(fill, order.legs[i], legs[i], market);
    finish_fill(fill, order, i, market);
    fills.push_back(std::move(fill));
  }
  return {};
}

Fill Matching::start_fill(const WorkingOrder& order, const MarketView& market) const {
  const ChainSnapshot& chain = *market.chain(order.legs.front().underlying);
  Fill fill;
  fill.order = order.request.order;
  fill.position = order.request.position;
  fill.intent = order.request.intent;
  fill.reason = order.request.reason;
  fill.session = chain.session;
  fill.quote_time = chain.time;
  return fill;
}

void Matching::add_leg(Fill& fill, WorkingLeg& leg, const PricedLeg& priced, MarketView& market) const {
  const std::int64_t signed_quantity = leg.buys() ? priced.quantity : -priced.quantity;
  FillLeg out;
  out.contract = leg.contract;
  out.quantity = static_cast<std::int32_t>(signed_quantity);
  out.price = priced.price.price;
  out.bid = priced.market.quote.bid;
  out.ask = priced.market.quote.ask;
  if (is_shares(leg.contract)) out.underlying = leg.underlying;
  out.touch = priced.price.touch;
  out.model = priced.price.model;
  out.mid = priced.price.mid;
  fill.legs.push_back(out);
  leg.filled += priced.quantity;
  leg.paid += out.price * signed_quantity;
  market.take(leg, priced.quantity);
}

void Matching::finish_fill(Fill& fill, WorkingOrder& order, std::size_t first_leg, const MarketView& market) const {
  boost::container::small_vector<FeeLeg, 4> fee_legs;
  for (const FillLeg& leg : fill.legs) {
    const bool shares = is_shares(leg.contract);
    FeeLeg fee;
    const Contract terms = terms_of(leg, market.instruments());
    fee.root = terms.root;
    fee.multiplier = terms.multiplier;
    const Product* product = shares ? nullptr : find_product(fee.root.view(), fill.session);
    fee.product = shares                                           ? FeeProduct::shares
                  : product && product->delivery == Delivery::cash ? FeeProduct::index_option
                                                                   : FeeProduct::equity_option;
    fee.buy = leg.quantity > 0;
    fee.opens = fill.intent == OrderIntent::open;
    fee.quantity = leg.quantity < 0 ? -std::int64_t{leg.quantity} : leg.quantity;
    fee.price = leg.price;
    fee.leg = static_cast<std::int32_t>(first_leg + fee_legs.size());
    fee_legs.push_back(fee);
  }
  fill.fees = rules_.fees.fees_after(order.charged, {fee_legs.data(), fee_legs.size()}, fill.session);
  fill.execution = ++order.executions;
  fill.remaining = order.remaining();
  if (fill.remaining == 0) return;  // an order that fills at once keeps nothing
  for (const FeeLeg& leg : fee_legs) order.charge(leg);
}

std::optional<Decimal> Matching::net_cost(WorkingOrder& order, StopTrigger at, const MarketView& market) const {
  NetPrice net(order.units);
  for (WorkingLeg& leg : order.legs) {
    const auto quoted = market.quote(leg);
    if (!quoted) return std::nullopt;
    const Quote& quote = quoted->quote;
    const bool usable = at == StopTrigger::mid ? two_sided(quote) : leg.buys() ? quote.has_ask() : quote.has_bid();
    if (quote.crossed() || !usable) return std::nullopt;
    const bool shares = is_shares(leg.contract);
    net.add(shares, at == StopTrigger::touch ? far_side(leg, quote) : (quote.bid + quote.ask).half(), leg.per_lot);
  }
  return net.per_unit(1, order.units.lots);
}

void Matching::line_up(WorkingOrder& order, const MarketView& market) const {
  for (WorkingLeg& leg : order.legs) leg.ahead = -1;
  if (rules_.fills.resting != RestingPolicy::queue || !order.has_limit() || order.legged()) return;
  PricedLegs legs;
  for (WorkingLeg& leg : order.legs) {
    const auto quoted = market.quote(leg);
    if (!quoted) return;
    legs.emplace_back();
    legs.back().market = *quoted;
  }
  const auto spread = spread_of(order, legs);
  if (!spread || !price_passively(order, *spread, legs)) return;
  for (std::size_t i = 0; i < legs.size(); ++i) {
    WorkingLeg& leg = order.legs[i];
    const bool at_near = legs[i].price.price == near_side(leg, legs[i].market.quote);
    leg.ahead = at_near ? queue_at_start(rules_.fills, legs[i].market, leg.buys()) : 0;
  }
}

}  // namespace optix
