#include "core/execution/venue/order_checks.hpp"

#include <algorithm>

#include "core/contracts/shares.hpp"
#include "core/execution/ticks.hpp"

namespace optix {
namespace {

constexpr std::size_t max_legs = 64;
constexpr Decimal cent = Decimal::from_raw(10'000);

Refusal bad(std::string detail) { return {RejectReason::bad_request, std::move(detail)}; }
bool present(Decimal d) { return !d.is_none(); }
bool takes_limit(OrderType type) { return type == OrderType::limit || type == OrderType::stop_limit; }
bool takes_stop(OrderType type) { return type == OrderType::stop || type == OrderType::stop_limit; }
// Prices are bounded so that sums over any quantity stay exact.
bool too_large(Decimal d) { return present(d) && d.abs() > Decimal::from_int(10'000'000); }

std::string price_text(Decimal d) { return present(d) ? d.to_string() : "none"; }

}  // namespace

std::optional<Refusal> request_defect(const OrderRequest& order, const InstrumentTable& instruments) {
  if (order.legs.empty() || order.legs.size() > max_legs)
    return bad("an order has 1 to 64 legs, not " + std::to_string(order.legs.size()));
  for (std::size_t i = 0; i < order.legs.size(); ++i) {
    const OrderLeg& leg = order.legs[i];
    if (is_shares(leg.contract)) {
      if (leg.underlying.empty()) return bad("a leg of shares names its underlying");
    } else if (!instruments.contains(leg.contract)) {
      return Refusal{RejectReason::unknown_contract, "contract " + std::to_string(leg.contract) + " was never defined"};
    }
    if (leg.quantity == 0 || leg.quantity == INT32_MIN) return bad("leg " + std::to_string(i + 1) + " has no quantity");
    for (std::size_t j = 0; j < i; ++j)
      if (order.legs[j].contract == leg.contract &&
          (!is_shares(leg.contract) || order.legs[j].underlying == leg.underlying))
        return bad("legs " + std::to_string(j + 1) + " and " + std::to_string(i + 1) + " are the same");
  }
  const std::string type(enum_name(order.type));
  if (takes_limit(order.type) && !present(order.limit)) return bad("a " + type + " order needs a limit");
  if (takes_stop(order.type) && !present(order.stop)) return bad("a " + type + " order needs a stop");
  if (order.type == OrderType::trailing_stop && !(present(order.trail) && order.trail > Decimal{}))
    return bad("a trailing_stop order needs a trail above 0, not " + price_text(order.trail));
  if (too_large(order.limit) || too_large(order.stop) || too_large(order.trail))
    return bad("a price is beyond 10,000,000");
  if (order.parent != 0 && order.parent == order.order) return bad("an order cannot follow itself");
  return std::nullopt;
}

std::optional<Refusal> tick_defect(const OrderRequest& order, const FillRules& rules, Date session,
                                   const InstrumentTable& instruments) {
  const auto class_of = [&](const OrderLeg& leg) {
    return is_shares(leg.contract) ? TickClass::penny_all
                                   : tick_class(instruments.at(leg.contract).root.view(), session, rules.penny_classes);
  };
  Decimal increment = cent;
  for (const OrderLeg& leg : order.legs)
    if (!is_shares(leg.contract))
      increment = std::max(increment, complex_increment(instruments.at(leg.contract).root.view()));
  const auto defect = [&](const char* what, Decimal price) -> std::optional<Refusal> {
    if (!present(price)) return std::nullopt;
    const bool single = order.legs.size() == 1;
    if (single && on_tick(class_of(order.legs[0]), price)) return std::nullopt;
    if (!single && is_multiple(increment, price)) return std::nullopt;
    const Decimal step = single ? tick_size(class_of(order.legs[0]), price) : increment;
    return Refusal{RejectReason::bad_tick, std::string("the ") + what + " " + price.to_string() +
                                               " is no multiple of the increment " + step.to_string()};
  };
  if (takes_limit(order.type))
    if (auto found = defect("limit", order.limit)) return found;
  if (takes_stop(order.type))
    if (auto found = defect("stop", order.stop)) return found;
  if (order.type == OrderType::trailing_stop) return defect("trail", order.trail);
  return std::nullopt;
}

std::optional<Refusal> replace_defect(const OrderReplace& change, const WorkingOrder& order) {
  const OrderType type = order.request.type;
  const std::string name(enum_name(type));
  if (present(change.limit) && !takes_limit(type)) return bad("a " + name + " order has no limit to change");
  if (present(change.stop) && !takes_stop(type)) return bad("a " + name + " order has no stop to change");
  if (present(change.stop) && order.state != OrderState::waiting) return bad("its stop has been reached already");
  if (present(change.trail) && type != OrderType::trailing_stop)
    return bad("a " + name + " order has no trail to change");
  if (present(change.trail) && change.trail <= Decimal{})
    return bad("the trail " + change.trail.to_string() + " is not above 0");
  if (too_large(change.limit) || too_large(change.stop) || too_large(change.trail))
    return bad("a price is beyond 10,000,000");
  if (change.units < 0) return bad("units cannot be negative");
  if (change.units != 0 && change.units <= order.lots_begun())
    return bad(std::to_string(change.units) + " units leave nothing: " + std::to_string(order.lots_begun()) +
               " have traded; cancel the order instead");
  for (const WorkingLeg& leg : order.legs)
    if (change.units > INT32_MAX / leg.size()) return bad(std::to_string(change.units) + " units are too many");
  return std::nullopt;
}

std::optional<Refusal> exercise_defect(const ExerciseInstruction& wish, const MarketView& market) {
  if (is_shares(wish.contract)) return bad("shares cannot be exercised");
  if (!market.instruments().contains(wish.contract))
    return Refusal{RejectReason::unknown_contract, "contract " + std::to_string(wish.contract) + " was never defined"};
  if (wish.quantity <= 0) return bad("exercise of " + std::to_string(wish.quantity) + " contracts");
  const Contract contract = market.instruments().at(wish.contract);
  const ChainSnapshot* chain = market.chain(contract.underlying);
  if (!chain) return Refusal{RejectReason::no_quote, "no market data yet"};
  if (chain->time > contract.settles) return Refusal{RejectReason::market_closed, describe(contract) + " has settled"};
  const bool early = wish.choice == ExerciseChoice::exercise && chain->session < contract.expiration;
  if (early && contract.exercise == ExerciseStyle::european)
    return bad(describe(contract) + " is european: it cannot be exercised before its expiration");
  return std::nullopt;
}

std::string refusal_detail(RejectReason reason, const OrderLeg& leg, std::string_view missing,
                           const MarketView& market) {
  const Contract contract = terms_of(leg, market.instruments());
  const std::string name = is_shares(leg.contract) ? "shares of " + leg.underlying.to_string() : describe(contract);
  const ChainSnapshot* chain = market.chain(contract.underlying);
  switch (reason) {
    case RejectReason::stale_book: return "the market is stale: nothing trades on quotes nobody vouches for";
    case RejectReason::halted: return "trading in " + contract.underlying.to_string() + " is halted";
    case RejectReason::market_closed: return name + ": its last trade is over";
    default: break;
  }
  if (!chain) return "no market data yet for " + contract.underlying.to_string();
  if (!missing.empty()) return name + ": the data has no " + std::string(missing);
  if (is_shares(leg.contract)) return name + " at " + price_text(chain->underlying_price);
  const auto row = find_row(*chain, contract);
  if (!row) return name + " is not quoted";
  const Quote quote = quote_at(*chain, *row);
  return name + " at " + price_text(quote.bid) + " / " + price_text(quote.ask);
}

}  // namespace optix
