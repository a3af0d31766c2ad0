#include "core/portfolio/ledger.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace optix {
namespace {

bool same_side(std::int64_t a, std::int64_t b) { return (a > 0) == (b > 0); }

Posting cash_posting(Decimal amount) { return {LedgerAccount::cash, amount}; }

// amount / units, rounded half away from zero.
Decimal per_unit(Decimal amount, std::int64_t units) {
  return units > 0 ? amount.mul_div(1, units) : (-amount).mul_div(1, -units);
}

}  // namespace

void Ledger::post(CashCause cause, std::uint64_t position, const Postings& postings) {
  Decimal sum;
  for (const Posting& posting : postings.list()) {
    sum += posting.amount;
    state_.accounts[static_cast<std::size_t>(posting.account)] += posting.amount;
  }
  ++state_.entries;
  if (sum != Decimal{})
    throw std::logic_error("ledger invariant broken: postings of entry " + std::to_string(state_.entries) + " (" +
                           std::string(enum_name(cause)) + ", position " + std::to_string(position) + ") sum to " +
                           sum.to_string() + ", not to 0");
  if (!record_) return;
  LedgerEntry& entry = entries_.emplace_back();
  entry.number = state_.entries;
  entry.time = time_;
  entry.session = session_;
  entry.cause = cause;
  entry.position = position;
  for (const Posting& posting : postings.list()) entry.postings.push_back(posting);
}

void Ledger::post_pair(CashCause cause, std::uint64_t position, Decimal cash, LedgerAccount against) {
  Postings postings;
  postings.add(cash_posting(cash));
  postings.add({against, -cash});
  post(cause, position, postings);
}

void Ledger::move_cash(CashCause cause, BookPosition* position, Decimal amount) {
  state_.cash += amount;
  if (position) position->flows += amount;
  switch (cause) {
    case CashCause::deposit: state_.deposits += amount; break;
    case CashCause::trade: state_.traded += amount; break;
    case CashCause::fee: state_.fees -= amount; break;
    case CashCause::settlement: state_.settled += amount; break;
    case CashCause::delivery: state_.delivered += amount; break;
    case CashCause::dividend: state_.dividends += amount; break;
    case CashCause::interest: state_.interest += amount; break;
    case CashCause::borrow: state_.borrow -= amount; break;
  }
}

void Ledger::deposit(Decimal amount) {
  move_cash(CashCause::deposit, nullptr, amount);
  post_pair(CashCause::deposit, 0, amount, LedgerAccount::capital);
}

void Ledger::pay_fees(BookPosition& position, Decimal amount) {
  position.fees += amount;
  move_cash(CashCause::fee, &position, -amount);
  post_pair(CashCause::fee, position.id, -amount, LedgerAccount::fees);
}

void Ledger::interest(Decimal amount) {
  move_cash(CashCause::interest, nullptr, amount);
  post_pair(CashCause::interest, 0, amount, LedgerAccount::interest);
}

void Ledger::dividend(BookPosition* position, Decimal amount) {
  if (position)
    position->income += amount;
  else
    state_.closed_profit += amount;
  move_cash(CashCause::dividend, position, amount);
  post_pair(CashCause::dividend, position ? position->id : 0, amount, LedgerAccount::dividends);
}

void Ledger::pay_borrow(BookPosition& position, Decimal amount) {
  position.income -= amount;
  move_cash(CashCause::borrow, &position, -amount);
  post_pair(CashCause::borrow, position.id, -amount, LedgerAccount::borrow);
}

BookPosition* Ledger::find(std::uint64_t id) {
  auto& all = state_.positions;
  const auto found =
      std::lower_bound(all.begin(), all.end(), id, [](const BookPosition& p, std::uint64_t v) { return p.id < v; });
  return found != all.end() && found->id == id ? &*found : nullptr;
}

BookPosition& Ledger::position(std::uint64_t id) {
  if (BookPosition* known = find(id)) return *known;
  auto& all = state_.positions;
  BookPosition fresh;
  fresh.id = id;
  const auto before = [](const BookPosition& p, std::uint64_t v) { return p.id < v; };
  return *all.insert(std::lower_bound(all.begin(), all.end(), id, before), std::move(fresh));
}

Holding& Ledger::holding_of(BookPosition& position, const Contract& contract, Decimal mark) {
  Holding* found = position.find(contract.id, contract.underlying);
  if (!found) {
    found = &position.legs.emplace_back();
    found->contract = contract.id;
    found->terms = contract;
    found->market = contract.underlying;
    if (is_shares(contract.id)) found->underlying = contract.underlying;
  }
  if (found->quantity == 0) found->mark = found->touch = found->mid = mark;
  return *found;
}

Decimal Ledger::release(BookPosition& position, Holding& holding, std::int64_t quantity, Decimal proceeds) {
  const std::int64_t held = holding.quantity;
  if (lots_.method == LotMethod::average)  // the last contract takes what rounding left in the cost
    return quantity == held ? holding.cost : holding.cost.mul_div(std::abs(quantity), std::abs(held));
  Decimal cost, given;
  std::int64_t seen = 0;
  for (const LotPart& part : take_lots(holding.lots, lots_, quantity)) {
    cost += part.cost;
    seen += part.quantity;
    const Decimal upto = proceeds.mul_div(std::abs(seen), std::abs(quantity));
    if (record_)
      closed_lots_.push_back({position.id, holding.contract, holding.underlying, part.quantity, part.opened, time_,
                              part.cost, upto - given});
    given = upto;
  }
  return cost;
}

void Ledger::revalue(Holding& holding) {
  const std::int64_t units = holding.quantity * holding.terms.multiplier;
  state_.liquidation_value += holding.touch * (units - holding.units);
  state_.mid_value += holding.mid * (units - holding.units);
  const Decimal value = holding.mark * units;
  state_.market_value += value - holding.value;
  holding.value = value;
  holding.units = units;
  holding.carried = false;
}

Ledger::Change Ledger::exchange(BookPosition& position, Holding& holding, std::int64_t quantity, Decimal amount,
                                Postings& postings) {
  const Decimal cost_before = holding.cost;
  const std::int64_t traded = quantity;
  Change change;
  change.cash = amount;
  if (holding.quantity != 0 && !same_side(holding.quantity, quantity)) {
    const std::int64_t closing = std::abs(quantity) <= std::abs(holding.quantity) ? quantity : -holding.quantity;
    const Decimal proceeds = amount.mul_div(std::abs(closing), std::abs(quantity));
    const Decimal cost = release(position, holding, -closing, proceeds);
    holding.quantity += closing;
    holding.cost -= cost;
    holding.closed_proceeds += proceeds;
    change.realised = proceeds - cost;
    quantity -= closing;
    amount -= proceeds;
  }
  if (quantity != 0) {
    holding.quantity += quantity;
    holding.opened += quantity;
    holding.cost -= amount;
    holding.opened_cost -= amount;
    if (lots_.method != LotMethod::average) holding.lots.push_back({++holding.last_lot, time_, quantity, -amount});
  }
  state_.cost += holding.cost - cost_before;
  state_.realised += change.realised;
  revalue(holding);
  postings.add({LedgerAccount::holdings, holding.cost - cost_before, holding.contract, holding.underlying, traded});
  if (change.realised != Decimal{}) postings.add({LedgerAccount::realised, -change.realised});
  change.quantity = holding.quantity;
  change.cost = holding.cost;
  return change;
}

Ledger::Change Ledger::trade(BookPosition& position, const Contract& contract, std::int64_t quantity, Decimal price) {
  Holding& holding = holding_of(position, contract, price);
  const Decimal amount = -(price * quantity * contract.multiplier);
  Postings postings;
  postings.add(cash_posting(amount));
  const bool through_zero = holding.quantity != 0 && !same_side(holding.quantity + quantity, holding.quantity);
  const Change change = exchange(position, holding, quantity, amount, postings);
  if (through_zero && holding.quantity != 0) {
    mark(holding, price);
  }
  move_cash(CashCause::trade, &position, amount);
  post(CashCause::trade, position.id, postings);
  return change;
}

Ledger::Change Ledger::settle(BookPosition& position, Holding& holding, std::int64_t quantity, Decimal value) {
  const Decimal amount = value * quantity * holding.terms.multiplier;
  Postings postings;
  postings.add(cash_posting(amount));
  const Change change = exchange(position, holding, -quantity, amount, postings);
  move_cash(CashCause::settlement, &position, amount);
  post(CashCause::settlement, position.id, postings);
  return change;
}

Ledger::Change Ledger::deliver(BookPosition& position, Holding* holding, std::int64_t quantity, Symbol security,
                               std::int64_t shares, Decimal cash, Decimal share_price) {
  const ContractId contract = holding ? holding->contract : 0;
  Postings postings;
  postings.add(cash_posting(cash));
  Change change;
  Decimal realised;
  if (shares != 0) {  // may move the holdings of the position in memory
    Holding& stock = holding_of(position, shares_terms(security), share_price);
    realised = exchange(position, stock, shares, cash, postings).realised;
  }
  if (quantity != 0) {
    change = exchange(position, *position.find(contract, {}), -quantity, shares == 0 ? cash : Decimal{}, postings);
  }
  change.realised_shares = realised;
  change.cash = cash;
  move_cash(CashCause::delivery, &position, cash);
  post(CashCause::delivery, position.id, postings);
  return change;
}

Ledger::Change Ledger::convert(BookPosition& position, Holding& holding, const Contract& to, std::int64_t quantity,
                               Decimal cash) {
  const Holding old = holding;
  const Decimal kept_cost = quantity == 0 ? Decimal{} : old.cost - cash;
  // Out of the old holding as if it had never been opened; what was closed of it before stays there.
  holding.lots.clear();
  holding.quantity = 0;
  holding.opened -= old.quantity;
  holding.cost = Decimal{};
  holding.opened_cost -= old.cost;
  revalue(holding);
  state_.cost -= old.cost;
  Postings postings;
  postings.add(cash_posting(cash));
  postings.add({LedgerAccount::holdings, -old.cost, old.contract, old.underlying, -old.quantity});

  Holding& fresh = holding_of(position, to, Decimal{});
  Change change;
  if (quantity == 0) {  // nothing left but cash
    fresh.opened_cost += old.cost;
    fresh.closed_proceeds += cash;
    change.realised = cash - old.cost;
    state_.realised += change.realised;
    if (change.realised != Decimal{}) postings.add({LedgerAccount::realised, -change.realised});
  } else if (fresh.quantity != 0) {  // joins what is held of it already
    change = exchange(position, fresh, quantity, -kept_cost, postings);
  } else {
    fresh.quantity = quantity;
    fresh.opened += quantity;
    fresh.cost = kept_cost;
    fresh.opened_cost += old.cost;
    fresh.closed_proceeds += cash;
    fresh.lots = old.lots;
    fresh.last_lot = std::max(fresh.last_lot, old.last_lot);
    fresh.vol = old.vol;
    fresh.stale = old.stale;
    convert_lots(fresh.lots, quantity, cash);
    state_.cost += kept_cost;
    carry_value(old, fresh, cash);
    postings.add({LedgerAccount::holdings, kept_cost, fresh.contract, fresh.underlying, quantity});
  }
  change.cash = cash;
  change.quantity = fresh.quantity;
  change.cost = fresh.cost;
  move_cash(CashCause::settlement, &position, cash);
  post(CashCause::settlement, position.id, postings);
  return change;
}

// `to` is worth exactly what `from` was, less the cash; its prices are the rounded quotients.
void Ledger::carry_value(const Holding& from, Holding& to, Decimal cash) {
  const std::int64_t units = to.quantity * to.terms.multiplier;
  const auto price_of = [&](Decimal value) { return per_unit(value - cash, units); };
  to.mark = price_of(from.value);
  to.touch = price_of(from.touch * from.units);
  to.mid = price_of(from.mid * from.units);
  revalue(to);
  state_.market_value += from.value - cash - to.value;
  to.value = from.value - cash;
  to.carried = true;
}

void Ledger::close(std::uint64_t id) {
  BookPosition* found = find(id);
  if (!found || !found->flat())
    throw std::logic_error("ledger: position " + std::to_string(id) + " is not there or not flat");
  state_.closed_profit += found->profit();
  state_.positions.erase(state_.positions.begin() + (found - state_.positions.data()));
}

}  // namespace optix
