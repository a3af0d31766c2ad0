#include "core/execution/risk/liquidation_orders.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "core/contracts/chain_view.hpp"
#include "core/contracts/shares.hpp"

namespace optix {
namespace {

// What a buyer pays, or a seller gets, for a leg now; none when that side is missing.
Decimal touch_of(const RiskHoldings& holdings, const RiskLeg& leg, bool buy) {
  const ChainSnapshot* chain = holdings.chains().find(leg.terms.underlying);
  if (chain == nullptr || chain->halted) return Decimal::none();
  if (is_shares(leg.contract)) return chain->underlying_price;
  const auto row = find_row(*chain, leg.terms);
  if (!row) return Decimal::none();
  const Quote quote = quote_at(*chain, *row);
  if (quote.crossed()) return Decimal::none();
  if (buy) return quote.has_ask() ? quote.ask : Decimal::none();
  return quote.has_bid() ? quote.bid : Decimal::none();
}

Decimal closing_cost(const RiskHoldings& holdings, const RiskPosition& position) {
  Decimal cost;
  for (const RiskLeg& leg : position.legs) {
    const bool is_short = leg.quantity < 0;
    const Decimal touch = touch_of(holdings, leg, is_short);
    if (touch.is_none() && is_short) return Decimal::none();
    if (!touch.is_none()) cost -= touch * leg.quantity * leg.terms.multiplier;
  }
  return cost;
}

}  // namespace

std::int64_t being_closed(const RiskHoldings& holdings, std::uint64_t position, const OrderLeg& leg, std::uint64_t oco,
                          std::int64_t quantity, std::uint64_t without) {
  std::map<std::uint64_t, std::int64_t> of_group;  // the largest of each group
  std::int64_t sum = 0;
  const auto count = [&](std::uint64_t group, std::int64_t closes) {
    std::int64_t& counted = of_group[group];
    const std::int64_t more = group == 0 ? closes : std::max<std::int64_t>(0, closes - counted);
    counted = std::max(counted, closes);
    sum += more;
  };
  for (const PendingOrder& order : holdings.orders()) {
    if (order.request.position != position || order.request.intent != OrderIntent::close ||
        order.request.order == without)
      continue;
    for (const OrderLeg& known : order.legs)
      if (known.contract == leg.contract && known.underlying == leg.underlying)
        count(order.request.oco, std::abs(std::int64_t{known.quantity}));
  }
  if (quantity != 0) count(oco, quantity);
  return sum;
}

std::optional<OrderRequest> closing_order(const RiskHoldings& holdings, const RiskPosition& position) {
  OrderRequest order;
  bool short_left = false;
  for (const bool buy : {true, false}) {  // shorts first: they decide about the longs
    if (!buy && short_left) break;
    for (const RiskLeg& leg : position.legs) {
      if ((leg.quantity < 0) != buy) continue;
      const OrderLeg same{leg.contract, 0, leg.underlying};
      const std::int64_t left = std::abs(leg.quantity) - being_closed(holdings, position.id, same);
      if (left <= 0) continue;
      if (touch_of(holdings, leg, buy).is_none()) {
        short_left |= buy;
        continue;
      }
      order.legs.push_back({leg.contract, static_cast<std::int32_t>(buy ? left : -left), leg.underlying});
    }
  }
  if (order.legs.empty()) return std::nullopt;
  order.position = position.id;
  order.intent = OrderIntent::close;
  return order;
}

std::vector<std::uint64_t> positions_to_close(MarginDesk& desk, const RiskHoldings& holdings) {
  std::vector<LiquidationPosition> book;
  for (const RiskPosition& held : holdings.positions()) {
    LiquidationPosition position;
    position.position = held.id;
    position.underlying = desk.underlying(held.legs[0].terms.underlying, holdings);
    for (const RiskLeg& leg : held.legs) position.legs.push_back(desk.margin_leg(leg, holdings));
    position.closing_cost = closing_cost(holdings, held);
    book.push_back(std::move(position));
  }
  std::vector<std::uint64_t> out;
  for (const LiquidationStep& step : liquidation_order(desk.rules().policy, *desk.rules().account, holdings.cash(),
                                                       book, latest_moment(holdings.chains()).session))
    out.push_back(step.position);
  return out;
}

}  // namespace optix
