#include "core/portfolio/ledger.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace optix {
namespace {

void require_equal(const char* invariant, Decimal left, Decimal right) {
  if (left == right) return;
  throw std::logic_error(std::string("ledger invariant broken: ") + invariant + ": " + left.to_string() + " against " +
                         right.to_string());
}

bool same_side(std::int32_t a, std::int32_t b) { return (a > 0) == (b > 0); }

}  // namespace

Decimal BookPosition::profit() const {
  Decimal sum = -fees;
  for (const Holding& leg : legs) sum += leg.closed_proceeds - leg.opened_cost + leg.value();
  return sum;
}

bool BookPosition::flat() const {
  for (const Holding& leg : legs)
    if (leg.quantity != 0) return false;
  return true;
}

void Ledger::deposit(Decimal amount) {
  state_.cash += amount;
  state_.deposits += amount;
}

void Ledger::pay_fees(BookPosition& position, Decimal amount) {
  position.fees += amount;
  state_.fees += amount;
  state_.cash -= amount;
}

BookPosition& Ledger::position(std::uint64_t id) {
  auto& all = state_.positions;
  const auto found =
      std::lower_bound(all.begin(), all.end(), id, [](const BookPosition& p, std::uint64_t v) { return p.id < v; });
  if (found != all.end() && found->id == id) return *found;
  BookPosition fresh;
  fresh.id = id;
  return *all.insert(found, std::move(fresh));
}

Ledger::Change Ledger::close_some(Holding& holding, std::int32_t quantity, Decimal price) {
  const std::int32_t held = holding.quantity;
  const Decimal value_before = holding.value();
  const Decimal proceeds = -(price * quantity * holding.terms.multiplier);
  // The last contract takes what rounding left in the cost.
  const Decimal cost = quantity == -held ? holding.cost : holding.cost.mul_div(std::abs(quantity), std::abs(held));
  holding.quantity += quantity;
  holding.cost -= cost;
  holding.closed_proceeds += proceeds;
  state_.cost -= cost;
  state_.realised += proceeds - cost;
  state_.market_value += holding.value() - value_before;
  return {proceeds, proceeds - cost, holding.quantity, holding.cost};
}

Ledger::Change Ledger::trade(BookPosition& position, const Contract& contract, std::int32_t quantity, Decimal price) {
  auto found = std::find_if(position.legs.begin(), position.legs.end(),
                            [&](const Holding& h) { return h.contract == contract.id; });
  if (found == position.legs.end()) {
    Holding fresh;
    fresh.contract = contract.id;
    fresh.terms = contract;
    fresh.mark = price;
    position.legs.push_back(fresh);
    found = position.legs.end() - 1;
  }
  Holding& holding = *found;
  Change change;
  if (holding.quantity != 0 && !same_side(holding.quantity, quantity)) {
    const std::int32_t closing = std::abs(quantity) <= std::abs(holding.quantity) ? quantity : -holding.quantity;
    change = close_some(holding, closing, price);
    quantity -= closing;
  }
  if (quantity != 0) {
    if (holding.quantity == 0) holding.mark = price;
    const Decimal value_before = holding.value();
    const Decimal cost = price * quantity * contract.multiplier;
    holding.quantity += quantity;
    holding.opened += quantity;
    holding.cost += cost;
    holding.opened_cost += cost;
    state_.cost += cost;
    state_.market_value += holding.value() - value_before;
    change.cash -= cost;
  }
  change.quantity = holding.quantity;
  change.cost = holding.cost;
  state_.cash += change.cash;
  state_.traded += change.cash;
  return change;
}

Ledger::Change Ledger::settle(Holding& holding, Decimal value) {
  const Change change = close_some(holding, -holding.quantity, value);
  state_.cash += change.cash;
  state_.settled += change.cash;
  return change;
}

void Ledger::mark(Holding& holding, Decimal price) {
  const Decimal before = holding.value();
  holding.mark = price;
  state_.market_value += holding.value() - before;
}

void Ledger::close(std::uint64_t id) {
  auto& all = state_.positions;
  const auto found = std::find_if(all.begin(), all.end(), [&](const BookPosition& p) { return p.id == id; });
  if (found == all.end() || !found->flat())
    throw std::logic_error("ledger: position " + std::to_string(id) + " is not there or not flat");
  state_.closed_profit += found->profit();
  all.erase(found);
}

void Ledger::check() const {
  const State& s = state_;
  require_equal("cash = deposits + trades + settlements - fees", s.cash, s.deposits + s.traded + s.settled - s.fees);
  require_equal("equity - deposits = realised + unrealised - fees", equity() - s.deposits,
                s.realised + unrealised() - s.fees);
}

void Ledger::audit() const {
  check();
  Decimal value, cost, profit = state_.closed_profit;
  for (const BookPosition& position : state_.positions) {
    profit += position.profit();
    for (const Holding& leg : position.legs) {
      value += leg.value();
      cost += leg.cost;
    }
  }
  require_equal("market value = sum of position x mark x multiplier", state_.market_value, value);
  require_equal("cost = sum over holdings", state_.cost, cost);
  require_equal("profit of closed and open positions = equity - deposits", profit, equity() - state_.deposits);
}

void Ledger::restore(State state, const InstrumentTable& instruments) {
  state_ = std::move(state);
  for (BookPosition& position : state_.positions)
    for (Holding& leg : position.legs) leg.terms = instruments.at(leg.contract);
}

}  // namespace optix
