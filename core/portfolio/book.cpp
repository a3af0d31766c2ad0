#include "core/portfolio/book.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/contracts/row_hint.hpp"

namespace optix {
namespace {

template <Message M>
void put(BookOutputs& out, BookOutput::Stream stream, M message) {
  out.push_back({stream, make_message(std::move(message))});
}

Decimal per_share(Decimal amount, std::int64_t contracts, std::int32_t multiplier) {
  const std::int64_t units = contracts * multiplier;
  if (units == 0) return Decimal{};
  return units > 0 ? amount.mul_div(1, units) : (-amount).mul_div(1, -units);
}

}  // namespace

Book::Market& Book::path_of(Symbol underlying) {
  for (Market& market : markets_)
    if (market.path.underlying == underlying) return market;
  Market fresh;
  fresh.path.underlying = underlying;
  return markets_.emplace_back(std::move(fresh));
}

void Book::on_start(BookOutputs& out) {
  if (rules_.cash == Decimal{}) return;
  ledger_.deposit(rules_.cash);
  ledger_.check();
  put(out, BookOutput::account, CashChanged{CashCause::deposit, rules_.cash, ledger_.state().cash, 0});
}

void Book::on_snapshot(const MessageRef& message, BookOutputs& out) {
  const ChainSnapshot& chain = message.get<ChainSnapshot>();
  Market& market = path_of(chain.underlying);
  market.path.observe(chain.session, chain.underlying_price);
  market.snapshot = message;
  time_ = chain.time;
  session_ = chain.session;
  if (!ledger_.positions().empty()) {
    settle_due(chain, market.path, out);
    mark_all(chain);
  }
  ledger_.check();
  report_equity(out);
}

void Book::mark_by_quote(Holding& holding, const Quote& quote, bool stale) {
  const Decimal price = mark_price(rules_.mark, quote, holding.quantity > 0);
  holding.stale = stale || price.is_none();
  if (!price.is_none()) ledger_.mark(holding, price);
}

void Book::mark_all(const ChainSnapshot& chain) {
  for (BookPosition& position : ledger_.positions()) {
    bool touched = false;
    for (Holding& holding : position.legs) {
      if (holding.quantity == 0 || holding.terms.underlying != chain.underlying) continue;
      touched = true;
      if (find_row_again(chain, instruments_, holding.contract, holding.row_hint))
        mark_by_quote(holding, quote_at(chain, holding.row_hint), chain.stale);
      else
        holding.stale = true;
    }
    if (touched) update_excursions(position);
  }
}

void Book::update_excursions(BookPosition& position) {
  const Decimal profit = position.profit();
  position.worst = std::min(position.worst, profit);
  position.best = std::max(position.best, profit);
}

void Book::settle_due(const ChainSnapshot& chain, const UnderlyingPath& path, BookOutputs& out) {
  auto& positions = ledger_.positions();
  for (std::size_t i = 0; i < positions.size();) {
    BookPosition& position = positions[i];
    bool any = false;
    for (Holding& holding : position.legs) {
      const Contract& terms = holding.terms;
      if (holding.quantity == 0 || terms.underlying != chain.underlying || chain.time < terms.settles) continue;
      const SettlementValue settlement = settlement_value(terms, path, rules_.settlement);
      const Decimal value = exercise_value(terms, settlement.price);
      const std::int32_t quantity = holding.quantity;
      const Ledger::Change change = ledger_.settle(holding, value);
      ledger_.check();
      any = true;
      position.estimated |= settlement.estimated;
      if (!position.exiting) position.exit_reason = TradeReason::expiration;
      position.exiting = true;
      put(out, BookOutput::settled,
          ContractSettled{terms.id, position.id, quantity, settlement.price, value, change.cash, settlement.estimated});
      put(out, BookOutput::account, PositionChanged{terms.id, position.id, 0, Decimal{}, change.realised});
      if (change.cash != Decimal{})
        put(out, BookOutput::account,
            CashChanged{CashCause::settlement, change.cash, ledger_.state().cash, position.id});
    }
    if (any && position.flat()) {
      update_excursions(position);
      report_closed(position, chain.time, chain.session, out);
      ledger_.close(position.id);
      ledger_.audit();
    } else {
      ++i;
    }
  }
}

void Book::on_fill(const Fill& fill, BookOutputs& out) {
  BookPosition& position = ledger_.position(fill.position);
  if (position.legs.empty()) {
    position.opened = fill.quote_time;
    position.entry_session = fill.session;
  }
  if (time_ < fill.quote_time) {
    time_ = fill.quote_time;
    session_ = fill.session;
  }
  Decimal cash;
  for (const FillLeg& leg : fill.legs) {
    const Contract contract = instruments_.at(leg.contract);
    const Decimal closed_before = ledger_.state().realised;
    const Ledger::Change change = ledger_.trade(position, contract, leg.quantity, leg.price);
    cash += change.cash;
    auto& holding = *std::find_if(position.legs.begin(), position.legs.end(),
                                  [&](const Holding& h) { return h.contract == leg.contract; });
    const bool reduced = holding.opened != holding.quantity;
    if (reduced && !position.exiting) {
      position.exiting = true;
      position.exit_reason = fill.reason;
    }
    if (holding.quantity != 0) mark_by_quote(holding, {leg.bid, leg.ask}, false);
    put(out, BookOutput::account,
        PositionChanged{leg.contract, fill.position, change.quantity, change.cost,
                        ledger_.state().realised - closed_before});
  }
  if (cash != Decimal{})
    put(out, BookOutput::account, CashChanged{CashCause::trade, cash, ledger_.state().cash, fill.position});
  if (fill.fees != Decimal{}) {
    ledger_.pay_fees(position, fill.fees);
    put(out, BookOutput::account, CashChanged{CashCause::fee, -fill.fees, ledger_.state().cash, fill.position});
  }
  update_excursions(position);
  changed_ = true;
  if (position.flat()) {
    report_closed(position, fill.quote_time, fill.session, out);
    ledger_.close(position.id);
  }
  ledger_.audit();
}

void Book::end_of_wave(BookOutputs& out) {
  if (changed_) report_equity(out);
}

void Book::report_closed(const BookPosition& position, Timestamp closed, Date session, BookOutputs& out) const {
  TradeClosed trade;
  trade.position = position.id;
  trade.opened = position.opened;
  trade.closed = closed;
  trade.entry_session = position.entry_session;
  trade.exit_session = session;
  trade.expiration = position.legs.front().terms.expiration;
  trade.exit_reason = position.exit_reason;
  trade.fees = position.fees;
  trade.worst = position.worst;
  trade.best = position.best;
  trade.estimated = position.estimated;
  for (const Holding& leg : position.legs) {
    trade.expiration = std::min(trade.expiration, leg.terms.expiration);
    Decimal proceeds = leg.closed_proceeds;
    if (leg.quantity != 0) {  // still open: what it would bring now
      trade.still_open = true;
      trade.exit_reason = TradeReason::end_of_data;
      Decimal price = Decimal::none();
      for (const Market& market : markets_) {
        if (market.path.underlying != leg.terms.underlying || !market.snapshot) continue;
        const auto& chain = market.snapshot.get<ChainSnapshot>();
        if (const auto row = find_row(chain, leg.terms))
          price = mark_price(rules_.liquidation, quote_at(chain, *row), leg.quantity > 0);
      }
      if (price.is_none()) {
        price = leg.mark;
        trade.estimated = true;
      }
      proceeds += price * leg.quantity * leg.terms.multiplier;
    }
    trade.entry_cost += leg.opened_cost;
    trade.exit_proceeds += proceeds;
    trade.legs.push_back({leg.contract, leg.opened, per_share(leg.opened_cost, leg.opened, leg.terms.multiplier),
                          per_share(proceeds, leg.opened, leg.terms.multiplier)});
  }
  trade.pnl = trade.exit_proceeds - trade.entry_cost - trade.fees;
  put(out, BookOutput::trades, std::move(trade));
}

void Book::report_equity(BookOutputs& out) {
  Equity equity;
  equity.time = time_;
  equity.session = session_;
  const Ledger::State& sums = ledger_.state();
  equity.equity = ledger_.equity();
  equity.cash = sums.cash;
  equity.market_value = sums.market_value;
  equity.realised = sums.realised;
  equity.unrealised = ledger_.unrealised();
  equity.fees = sums.fees;
  for (const BookPosition& position : sums.positions) {
    ++equity.open_positions;
    for (const Holding& leg : position.legs) {
      equity.open_contracts += std::abs(leg.quantity);
      if (leg.quantity != 0 && leg.stale) ++equity.stale_marks;
    }
  }
  put(out, BookOutput::account, equity);
  changed_ = false;
}

void Book::on_end(BookOutputs& out) {
  ledger_.audit();
  for (const BookPosition& position : ledger_.positions()) report_closed(position, time_, session_, out);
  if (time_ != Timestamp{}) report_equity(out);
}

Book::State Book::state() const {
  return {instruments_.batches(), markets_, ledger_.state(), time_, session_, changed_};
}

void Book::restore(State state) {
  instruments_ = {};
  for (const MessageRef& batch : state.instruments) instruments_.add(batch);
  markets_ = std::move(state.markets);
  ledger_.restore(std::move(state.ledger), instruments_);
  time_ = state.time;
  session_ = state.session;
  changed_ = state.changed;
}

}  // namespace optix
