// What the book says.
#include <algorithm>
#include <limits>
#include <stdexcept>

#include "core/portfolio/book.hpp"

namespace optix {
namespace {

// Average price of `amount` over contracts, USD per share.
Decimal per_share(Decimal amount, std::int64_t contracts, std::int32_t multiplier) {
  const std::int64_t units = contracts * multiplier;
  if (units == 0) return Decimal{};
  return units > 0 ? amount.mul_div(1, units) : (-amount).mul_div(1, -units);
}

}  // namespace

std::int32_t narrow(std::int64_t quantity) {
  const auto out = static_cast<std::int32_t>(quantity);
  if (quantity != out)
    throw std::overflow_error("the book: " + std::to_string(quantity) + " contracts or shares are too many");
  return out;
}

void Book::report_cash(CashCause cause, Decimal change, std::uint64_t position, BookOutputs& out) const {
  put(out, BookOutput::account, CashChanged{cause, change, ledger_.state().cash, position});
}

void Book::report_holding(const BookPosition& position, const Holding& holding, Decimal realised,
                          BookOutputs& out) const {
  put(out, BookOutput::account,
      PositionChanged{holding.contract, position.id, narrow(holding.quantity), holding.cost, realised,
                      holding.underlying});
}

void Book::report_closed(const BookPosition& position, Timestamp closed, Date session, BookOutputs& out) const {
  TradeClosed trade;
  trade.position = position.id;
  trade.opened = position.opened;
  trade.closed = closed;
  trade.entry_session = position.entry_session;
  trade.exit_session = session;
  trade.exit_reason = position.exit_reason;
  trade.fees = position.fees;
  trade.income = position.income;
  trade.worst = position.worst;
  trade.best = position.best;
  trade.estimated = position.estimated;
  trade.expiration = Date{std::numeric_limits<std::int32_t>::max()};
  Decimal touch, mid;  // what the open legs would bring at the touch and at mid beyond `proceeds`
  for (const Holding& leg : position.legs) {
    // A corporate action made it another. Shares that were long and then as many short add up to nothing
    // opened too, but brought something.
    if (leg.opened == 0 && leg.quantity == 0 && leg.opened_cost == Decimal{} && leg.closed_proceeds == Decimal{})
      continue;
    trade.expiration = std::min(trade.expiration, leg.terms.expiration);
    Decimal proceeds = leg.closed_proceeds;
    if (leg.quantity != 0) {  // still open: what it would bring now
      trade.still_open = true;
      trade.exit_reason = TradeReason::end_of_data;
      const Decimal price = liquidation_price(leg);
      trade.estimated = trade.estimated || price.is_none();
      const Decimal value = (price.is_none() ? leg.mark : price) * leg.units;
      touch += leg.touch * leg.units - value;
      mid += leg.mid * leg.units - value;
      proceeds += value;
    }
    trade.entry_cost += leg.opened_cost;
    trade.exit_proceeds += proceeds;
    trade.legs.push_back({leg.contract, narrow(leg.opened),
                          per_share(leg.opened_cost, leg.opened, leg.terms.multiplier),
                          per_share(proceeds, leg.opened, leg.terms.multiplier), leg.underlying});
  }
  // Shares alone have no expiration.
  if (trade.expiration == shares_terms({}).expiration) trade.expiration = trade.exit_session;
  trade.pnl = trade.exit_proceeds - trade.entry_cost - trade.fees + trade.income;
  trade.pnl_touch = trade.pnl - position.over_touch + touch;
  trade.pnl_mid = trade.pnl - position.over_mid + mid;
  put(out, BookOutput::trades, std::move(trade));
}

Decimal Book::liquidation_price(const Holding& leg) const {
  const ChainSnapshot* chain = chains_.find(leg.market);
  if (!chain) return Decimal::none();
  const bool is_long = leg.quantity > 0;
  if (leg.shares())
    return chain->underlying_price.is_none()
               ? Decimal::none()
               : mark_price(rules_.liquidation, share_quote(chain->underlying_price, rules_.share_half_spread),
                            is_long);
  const auto row = find_row(*chain, leg.terms);
  return row ? mark_price(rules_.liquidation, quote_at(*chain, *row), is_long) : Decimal::none();
}

void Book::report_equity(BookOutputs& out) {
  const Ledger::State& sums = ledger_.state();
  Equity equity;
  equity.time = time_;
  equity.session = session_;
  equity.equity = ledger_.equity();
  equity.cash = sums.cash;
  equity.market_value = sums.market_value;
  equity.realised = sums.realised;
  equity.unrealised = ledger_.unrealised();
  equity.fees = sums.fees;
  equity.open_positions = counts_.positions;
  equity.open_contracts = counts_.contracts;
  equity.stale_marks = counts_.stale;
  equity.income = ledger_.income();
  equity.liquidation_value = sums.liquidation_value;
  equity.mid_value = sums.mid_value;
  put(out, BookOutput::account, equity);
  changed_ = false;
}

void Book::report_ledger(BookOutputs& out) {
  for (LedgerEntry& entry : ledger_.take_entries()) put(out, BookOutput::ledger, std::move(entry));
  for (LotClosed& lot : ledger_.take_closed_lots()) put(out, BookOutput::ledger, lot);
}

}  // namespace optix
