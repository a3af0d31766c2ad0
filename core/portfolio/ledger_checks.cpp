// The invariants of the ledger, and putting a saved one back.
#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "core/portfolio/ledger.hpp"

namespace optix {
namespace {

[[noreturn]] void broken(const char* invariant, Decimal left, Decimal right) {
  throw std::logic_error(std::string("ledger invariant broken: ") + invariant + ": " + left.to_string() + " against " +
                         right.to_string());
}

void require_equal(const char* invariant, Decimal left, Decimal right) {
  if (left != right) broken(invariant, left, right);
}

}  // namespace

void Ledger::check() const {
  const State& s = state_;
  Decimal sum;
  for (const Decimal& account : s.accounts) sum += account;
  require_equal("accounts sum to 0", sum, Decimal{});
  require_equal("cash = balance of its account", s.cash, balance(LedgerAccount::cash));
  require_equal("cost of holdings = balance of its account", s.cost, balance(LedgerAccount::holdings));
  require_equal("realised = balance of its account", -s.realised, balance(LedgerAccount::realised));
  require_equal("cash = deposits + trades + settlements + deliveries + income - fees", s.cash,
                s.deposits + s.traded + s.settled + s.delivered + income() - s.fees);
  require_equal("equity - deposits = realised + unrealised + income - fees", equity() - s.deposits,
                s.realised + unrealised() + income() - s.fees);
  if (s.liquidation_value > s.mid_value)
    broken("liquidation value is at most the value at mid", s.liquidation_value, s.mid_value);
}

Ledger::Counts Ledger::count() const {
  Counts counts;
  for (const BookPosition& position : state_.positions) {
    ++counts.positions;
    for (const Holding& leg : position.legs) {
      if (leg.quantity == 0) continue;
      ++counts.holdings;
      counts.stale += leg.stale ? 1 : 0;
      if (leg.shares())
        ++counts.shares;
      else
        counts.contracts += static_cast<std::int32_t>(std::abs(leg.quantity));
    }
  }
  return counts;
}

Ledger::Counts Ledger::audit() const {
  check();
  const State& s = state_;
  Decimal value, touch, mid, cost, profit = s.closed_profit;
  for (const BookPosition& position : s.positions) {
    Decimal flows = position.income - position.fees;
    for (const Holding& leg : position.legs) {
      if (!leg.carried) require_equal("value = mark x quantity x multiplier", leg.value, leg.mark * leg.units);
      if (!leg.lots.empty()) {
        std::int64_t quantity = 0;
        Decimal lots;
        for (const Lot& lot : leg.lots) quantity += lot.quantity, lots += lot.cost;
        require_equal("quantity = sum of its lots", Decimal::from_int(leg.quantity), Decimal::from_int(quantity));
        require_equal("cost = sum of its lots", leg.cost, lots);
      }
      flows += leg.closed_proceeds - leg.opened_cost;
      value += leg.value;
      touch += leg.touch * leg.units;
      mid += leg.mid * leg.units;
      cost += leg.cost;
    }
    require_equal("cash of a position = its legs + income - fees", position.flows, flows);
    profit += position.profit();
  }
  require_equal("market value = sum of position x mark x multiplier", s.market_value, value);
  require_equal("liquidation value = sum over holdings", s.liquidation_value, touch);
  require_equal("value at mid = sum over holdings", s.mid_value, mid);
  require_equal("cost = sum over holdings", s.cost, cost);
  require_equal("profit of closed and open positions = equity - deposits - interest", profit,
                equity() - s.deposits - s.interest);
  const Counts counts = count();
  if (counts.holdings == 0) require_equal("nothing held: equity = cash", equity(), s.cash);
  return counts;
}

void Ledger::restore(State state, const InstrumentTable& instruments) {
  state_ = std::move(state);
  for (BookPosition& position : state_.positions) {
    for (Holding& leg : position.legs) {
      leg.terms = terms_of(leg, instruments);
      leg.market = leg.terms.underlying;
      leg.units = leg.quantity * leg.terms.multiplier;
    }
  }
}

}  // namespace optix
