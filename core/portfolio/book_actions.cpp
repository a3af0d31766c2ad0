// Carrying out what the lifecycle decided.
#include <cstdlib>
#include <stdexcept>

#include "core/portfolio/book.hpp"

namespace optix {
namespace {

bool is_assignment(SettlementCause cause) {
  return cause == SettlementCause::assigned || cause == SettlementCause::early_assignment;
}

TradeReason reason_of(const LifecycleAction& action) {
  if (action.kind == LifecycleAction::split) return TradeReason::corporate_action;
  if (action.cause == SettlementCause::early_assignment) return TradeReason::assignment;
  if (action.cause == SettlementCause::early_exercise) return TradeReason::manual;
  return action.kind == LifecycleAction::deliver && is_assignment(action.cause) ? TradeReason::assignment
                                                                                : TradeReason::expiration;
}

}  // namespace

void Book::apply(const LifecycleAction& action, BookOutputs& out) {
  BookPosition* position = ledger_.find(action.position);
  if (action.kind == LifecycleAction::dividend) {
    ledger_.dividend(position, action.cash);
    report_cash(CashCause::dividend, action.cash, action.position, out);
  } else if (!position) {
    throw std::logic_error("the book: an action names position " + std::to_string(action.position) +
                           ", which is not open");
  } else if (action.kind == LifecycleAction::settle) {
    settle(*position, action, out);
  } else if (action.kind == LifecycleAction::deliver) {
    deliver(*position, action, out);
  } else {
    convert(*position, action, out);
  }
  changed_ = true;
  book_changed();
}

Holding& Book::held(BookPosition& position, const LifecycleAction& action) {
  Holding* found = position.find(action.contract, action.underlying);
  const bool enough = found && (action.quantity > 0 ? found->quantity >= action.quantity
                                                    : found->quantity <= action.quantity && found->quantity < 0);
  if (!enough)
    throw std::logic_error("the book: an action takes " + std::to_string(action.quantity) + " of contract " +
                           std::to_string(action.contract) + " out of position " + std::to_string(position.id) +
                           ", which holds " + std::to_string(found ? found->quantity : 0));
  return *found;
}

void Book::leaves(BookPosition& position, const LifecycleAction& action) {
  position.estimated = position.estimated || action.estimated;
  // Of legs that end at one instant, assignment says more than that the others expired.
  const TradeReason reason = reason_of(action);
  if (!position.exiting || (position.exit_reason == TradeReason::expiration && reason == TradeReason::assignment))
    position.exit_reason = reason;
  position.exiting = true;
}

void Book::settle(BookPosition& position, const LifecycleAction& action, BookOutputs& out) {
  Holding& holding = held(position, action);
  if (attributes()) explain_until(position, holding, &action);
  const Ledger::Change change = ledger_.settle(position, holding, action.quantity, action.intrinsic);
  if (attributes()) explain_from(position, holding);
  leaves(position, action);
  put(out, BookOutput::settled,
      ContractSettled{action.contract, position.id, narrow(action.quantity), action.settlement_price, action.intrinsic,
                      change.cash, action.estimated, action.cause});
  report_holding(position, holding, change.realised, out);
  if (change.cash != Decimal{}) report_cash(CashCause::settlement, change.cash, position.id, out);
  close_if_flat(position, time_, session_, out);
}

void Book::deliver(BookPosition& position, const LifecycleAction& action, BookOutputs& out) {
  Holding* option = action.quantity == 0 ? nullptr : &held(position, action);
  Decimal price = lifecycle_.price_of(action.security);
  if (price.is_none()) price = action.settlement_price;
  if (price.is_none()) price = action.shares == 0 ? Decimal{} : action.cash.abs().mul_div(1, std::abs(action.shares));
  if (attributes()) {
    if (option) explain_until(position, *option, &action);
    if (const Holding* stock = position.find(shares_contract, action.security)) explain_until(position, *stock);
  }
  const Ledger::Change change =
      ledger_.deliver(position, option, action.quantity, action.security, action.shares, action.cash, price);
  leaves(position, action);
  put(out, BookOutput::settled,
      ContractSettled{action.contract, position.id, narrow(action.quantity), action.settlement_price, action.intrinsic,
                      change.cash, action.estimated, action.cause, action.shares,
                      action.shares == 0 ? Symbol{} : action.security});
  if (option) {
    const Holding& left = *position.find(action.contract, {});  // may have moved
    if (attributes()) explain_from(position, left);
    report_holding(position, left, change.realised, out);
  }
  if (action.shares != 0) {
    Holding& stock = *position.find(shares_contract, action.security);
    if (stock.quantity != 0) mark_share(stock, price, false);
    if (attributes()) explain_from(position, stock);
    report_holding(position, stock, change.realised_shares, out);
  }
  if (change.cash != Decimal{}) report_cash(CashCause::delivery, change.cash, position.id, out);
  close_if_flat(position, time_, session_, out);
}

void Book::convert(BookPosition& position, const LifecycleAction& action, BookOutputs& out) {
  Holding& holding = held(position, action);
  if (holding.quantity != action.quantity)
    throw std::logic_error("the book: a corporate action adjusts " + std::to_string(action.quantity) + " of " +
                           std::to_string(holding.quantity) + " held");
  const Symbol security = action.security.empty() ? action.underlying : action.security;
  const Contract to = is_shares(action.to) ? shares_terms(security) : instruments_.at(action.to);
  if (attributes()) {
    explain_until(position, holding);
    attributor_.forget(position.id, holding.contract, holding.underlying);
    if (const Holding* joined = position.find(to.id, to.underlying)) explain_until(position, *joined);
  }
  const Decimal equity = ledger_.equity();
  const Ledger::Change change = ledger_.convert(position, holding, to, action.quantity_after, action.cash);
  if (action.quantity_after != 0 && ledger_.equity() != equity)
    throw std::logic_error("ledger invariant broken: a corporate action moved equity from " + equity.to_string() +
                           " to " + ledger_.equity().to_string());
  if (action.quantity_after == 0) leaves(position, action);
  lifecycle_.on_held(to);
  const Holding& fresh = *position.find(to.id, to.underlying);
  if (attributes()) explain_from(position, fresh, false);
  if (to.id != action.contract || (is_shares(to.id) && to.underlying != action.underlying))
    report_holding(position, *position.find(action.contract, action.underlying), Decimal{}, out);
  report_holding(position, fresh, change.realised, out);
  put(out, BookOutput::account,
      HoldingAdjusted{position.id, action.contract, action.to, is_shares(to.id) ? security : to.underlying,
                      action.quantity, action.quantity_after, action.cash});
  if (action.cash != Decimal{}) report_cash(CashCause::settlement, action.cash, position.id, out);
  close_if_flat(position, time_, session_, out);
}

void Book::close_if_flat(BookPosition& position, Timestamp time, Date session, BookOutputs& out) {
  if (!position.flat()) return;
  update_excursions(position);
  report_closed(position, time, session, out);
  ledger_.close(position.id);
}

}  // namespace optix
