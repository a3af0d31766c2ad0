#include "core/execution/venue/working_order.hpp"

#include <algorithm>
#include <utility>

#include "core/contracts/products.hpp"
#include "core/contracts/shares.hpp"

namespace optix {
namespace {

// AM contracts stop trading on the session before their settlement, all others at it.
Timestamp last_trade_of(const Contract& contract) {
  if (is_shares(contract.id) || contract.settlement == Settlement::pm || !calendar_covers(contract.expiration - 10))
    return contract.settles + (is_shares(contract.id) ? 0 : -1);
  const Product* known = find_product(contract.root.view(), contract.expiration);
  Product product = known ? *known : equity_product(contract.root.view());
  product.settlement = Settlement::am;
  return trading_close(product, contract.expiration, last_trading_day(product, contract.expiration));
}

}  // namespace

std::int64_t WorkingOrder::filled() const {
  std::int64_t sum = 0;
  for (const WorkingLeg& leg : legs) sum += leg.filled;
  return sum;
}

std::int64_t WorkingOrder::remaining() const {
  std::int64_t sum = 0;
  for (const WorkingLeg& leg : legs) sum += leg.size() * units.lots - leg.filled;
  return sum;
}

std::int64_t WorkingOrder::lots_begun() const {
  std::int64_t most = 0;
  for (const WorkingLeg& leg : legs) most = std::max(most, (leg.filled + leg.size() - 1) / leg.size());
  return most;
}

bool WorkingOrder::balanced() const {
  for (const WorkingLeg& leg : legs)
    if (leg.filled * legs[0].size() != legs[0].filled * leg.size()) return false;
  return true;
}

void WorkingOrder::charge(const FeeLeg& leg) {
  for (FeeLeg& known : charged)
    if (known.leg == leg.leg && known.price == leg.price) {  // a leg has one side
      known.quantity += leg.quantity;
      return;
    }
  charged.push_back(leg);
}

void WorkingOrder::resize(std::int64_t lots) {
  units.price_units = units.price_units / units.lots * lots;  // a multiple of the lots
  units.lots = lots;
  for (std::size_t i = 0; i < legs.size(); ++i)
    request.legs[i].quantity = static_cast<std::int32_t>(legs[i].per_lot * lots);
}

WorkingOrder working_order(const OrderRequest& request, const InstrumentTable& instruments) {
  WorkingOrder order;
  order.request = request;
  order.units = units_of({request.legs.data(), request.legs.size()}, instruments);
  for (const OrderLeg& leg : request.legs) {
    const Contract contract = terms_of(leg, instruments);
    WorkingLeg working;
    working.contract = leg.contract;
    working.underlying = contract.underlying;
    working.per_lot = leg.quantity / order.units.lots;
    working.last_trade = last_trade_of(contract);
    order.legs.push_back(working);
  }
  return order;
}

WorkingOrder* WorkingOrders::find(std::uint64_t id) {
  for (Shelf& shelf : shelves_)
    for (WorkingOrder& order : shelf.orders)
      if (order.request.order == id && !order.ended()) return &order;
  return nullptr;
}

void WorkingOrders::add(WorkingOrder order) {
  const Symbol underlying = order.legs.front().underlying;
  for (Shelf& shelf : shelves_)
    if (shelf.underlying == underlying) return shelf.orders.push_back(std::move(order));
  shelves_.emplace_back();
  shelves_.back().underlying = underlying;
  shelves_.back().orders.push_back(std::move(order));
}

WorkingOrder* WorkingOrders::move_last(std::uint64_t id) {
  for (Shelf& shelf : shelves_)
    for (auto at = shelf.orders.begin(); at != shelf.orders.end(); ++at)
      if (at->request.order == id && !at->ended()) {
        std::rotate(at, at + 1, shelf.orders.end());
        return &shelf.orders.back();
      }
  return nullptr;
}

std::span<WorkingOrder> WorkingOrders::on(Symbol underlying) {
  for (Shelf& shelf : shelves_)
    if (shelf.underlying == underlying) return shelf.orders;
  return {};
}

void WorkingOrders::sweep() {
  for (Shelf& shelf : shelves_)
    shelf.orders.erase(
        std::remove_if(shelf.orders.begin(), shelf.orders.end(), [](const WorkingOrder& o) { return o.ended(); }),
        shelf.orders.end());
  shelves_.erase(
      std::remove_if(shelves_.begin(), shelves_.end(), [](const Shelf& shelf) { return shelf.orders.empty(); }),
      shelves_.end());
}

std::vector<WorkingOrder> WorkingOrders::saved() const {
  std::vector<WorkingOrder> all;
  for (const Shelf& shelf : shelves_) all.insert(all.end(), shelf.orders.begin(), shelf.orders.end());
  return all;
}

void WorkingOrders::restore(std::vector<WorkingOrder> orders) {
  shelves_.clear();
  for (WorkingOrder& order : orders) add(std::move(order));
}

}  // namespace optix
