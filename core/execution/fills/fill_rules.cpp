#include "core/execution/fills/fill_rules.hpp"

#include <algorithm>
#include <cmath>

#include "messages/values/wide.hpp"

namespace optix {
namespace {

constexpr Decimal whole = Decimal::from_int(1);

// mid ± fraction × half-spread, in one rounding.
Decimal inside(const Quote& quote, Decimal fraction, bool buy) {
  const int128 one = Decimal::scale;
  const int128 sum = int128{quote.bid.raw()} + quote.ask.raw();
  const int128 spread = int128{quote.ask.raw()} - quote.bid.raw();
  const int128 twice = sum * one + (buy ? 1 : -1) * spread * fraction.raw();  // 2e6 × raw price, not negative
  return Decimal::from_raw(static_cast<std::int64_t>((twice + one) / (2 * one)));
}

Decimal worse(Decimal a, Decimal b, bool buy) { return buy ? std::max(a, b) : std::min(a, b); }
Decimal better(Decimal a, Decimal b, bool buy) { return buy ? std::min(a, b) : std::max(a, b); }

// The nearest increment that is not better than the mid.
Decimal to_tick(TickClass ticks, Decimal price, Decimal mid, bool buy) {
  const Decimal nearest = round_to_tick(ticks, price);
  const bool too_good = !mid.is_none() && (buy ? nearest < mid : nearest > mid);
  return too_good ? round_passive(ticks, mid, !buy) : nearest;
}

std::int64_t share_of(Decimal share, std::int64_t size) {
  return static_cast<std::int64_t>(int128{share.raw()} * size / Decimal::scale);
}

// Caps `available`; gives what is missing, or nothing.
std::string_view cap_size(const FillRules& rules, const LegMarket& market, bool buy, std::int64_t& available) {
  if (!rules.size_share.is_none()) {
    const std::int64_t displayed = buy ? market.ask_size : market.bid_size;
    if (displayed < 0) return "displayed size";
    available = std::min(available, share_of(rules.size_share, displayed) - market.taken_now);
  }
  if (!rules.volume_share.is_none())
    available = std::min(available, share_of(rules.volume_share, market.volume) - market.taken_session);
  return {};
}

// Y·σ·√(Q/V); gives what is missing, or nothing.
std::string_view impact_of(const FillRules& rules, const LegMarket& market, std::int64_t quantity, Decimal& impact) {
  if (market.volume <= 0) return "volume of the session";
  const double day_move = std::fabs(market.delta) * market.underlying_price.to_double() * market.iv / std::sqrt(252.0);
  if (market.underlying_price.is_none() || !(day_move >= 0)) return "volatility, delta or price of the underlying";
  impact = Decimal::from_double(rules.impact * day_move *
                                std::sqrt(static_cast<double>(quantity) / static_cast<double>(market.volume)));
  return {};
}

RejectReason refusal(const LegMarket& market, bool buy) {
  const Quote& quote = market.quote;
  if (market.halted) return RejectReason::halted;
  if (market.stale) return RejectReason::stale_book;
  const bool bid_known = !quote.bid.is_none() && quote.bid >= Decimal{};
  if (!bid_known && !quote.has_ask()) return RejectReason::no_quote;
  if (quote.crossed()) return RejectReason::crossed_quote;
  if (buy && !quote.has_ask()) return RejectReason::no_ask;
  if (!buy && !quote.has_bid()) return RejectReason::no_bid;
  return RejectReason::none;
}

}  // namespace

TickClass leg_ticks(const FillRules& rules, const LegMarket& market) {
  return rules.product_ticks ? tick_class(market.root.view(), market.session, rules.penny_classes) : rules.ticks;
}

LegPrice price_leg(const FillRules& rules, const LegMarket& market, bool buy, std::int64_t quantity, std::size_t legs) {
  LegPrice out;
  const auto refuse = [&out](RejectReason reason, std::string_view missing = {}) {
    out.price = Decimal::none();
    out.available = 0;
    out.refused = reason;
    out.missing = missing;
    return out;
  };
  if (const RejectReason reason = refusal(market, buy); reason != RejectReason::none) return refuse(reason);

  const Quote& quote = market.quote;
  out.touch = out.model = out.price = buy ? quote.ask : quote.bid;
  if (!quote.bid.is_none() && quote.bid >= Decimal{} && quote.has_ask()) {
    out.mid = (quote.bid + quote.ask).half();
    const Decimal fraction = rules.fraction_by_legs[std::min(legs, rules.fraction_by_legs.size()) - 1];
    if (fraction != whole) {
      out.model = inside(quote, fraction, buy);
      out.price = better(to_tick(leg_ticks(rules, market), out.model, out.mid, buy), out.touch, buy);
    }
  }

  if (const auto missing = cap_size(rules, market, buy, out.available); !missing.empty())
    return refuse(RejectReason::unfilled, missing);
  if (out.available <= 0) return refuse(RejectReason::unfilled);

  if (rules.impact > 0) {
    Decimal impact;
    if (const auto missing = impact_of(rules, market, std::min(quantity, out.available), impact); !missing.empty())
      return refuse(RejectReason::unfilled, missing);
    const Decimal moved = buy ? out.model + impact : out.model - impact;
    if (moved <= Decimal{}) return refuse(RejectReason::no_bid);
    // The increment may take the price back, but not to where it is better than without impact.
    out.price = worse(to_tick(leg_ticks(rules, market), moved, out.mid, buy), out.price, buy);
    if (out.price <= Decimal{}) return refuse(RejectReason::no_bid);
  }
  return out;
}

double limit_depth(Decimal near_cost, Decimal far_cost, Decimal limit) {
  if (limit >= far_cost) return 1;
  if (limit <= near_cost) return 0;
  return (limit - near_cost).to_double() / (far_cost - near_cost).to_double();
}

bool trades_by_chance(const FillRules& rules, double depth, double uniform) {
  return uniform < rules.resting_probability * depth;
}

std::int64_t queue_at_start(const FillRules& rules, const LegMarket& market, bool buy) {
  if (rules.queue_ahead >= 0) return rules.queue_ahead;
  return buy ? market.bid_size : market.ask_size;
}

QueueStep advance_queue(std::int64_t ahead, std::int64_t traded) {
  if (ahead < 0) return {ahead, 0};
  const std::int64_t used = std::min(ahead, traded);
  return {ahead - used, traded - used};
}

}  // namespace optix
