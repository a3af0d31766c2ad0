#include "core/portfolio/book.hpp"

#include <algorithm>
#include <stdexcept>

namespace optix {
namespace {

constexpr std::uint64_t snapshots_between_audits = 256;

}  // namespace

void Book::on_start(BookOutputs& out) {
  if (rules_.cash == Decimal{}) return;
  ledger_.deposit(rules_.cash);
  ledger_.check();
  report_cash(CashCause::deposit, rules_.cash, 0, out);
}

void Book::advance(Timestamp time, Date session, BookOutputs& out) {
  const Date before = session_;
  const bool began = time_ != Timestamp{};
  const bool next = session > session_;
  if (next && began && attributes()) attribute_session(out);
  time_ = std::max(time_, time);
  session_ = std::max(session_, session);
  ledger_.at(time_, session_);
  if (next && began) pay_carry(session - before, out);
}

void Book::pay_carry(int days, BookOutputs& out) {
  const Decimal published = lifecycle_.state().rates.empty() ? Decimal{} : Decimal::from_double(lifecycle_.rate(0));
  const Decimal cash = ledger_.state().cash;
  const Decimal interest = simple_interest(cash, rate_for(rules_.carry, cash, published), days);
  if (interest != Decimal{}) {
    ledger_.interest(interest);
    report_cash(CashCause::interest, interest, 0, out);
  }
  if (rules_.carry.borrow_rate == Decimal{} || counts_.shares == 0) return;
  for (BookPosition& position : ledger_.positions()) {
    Decimal cost;
    for (const Holding& leg : position.legs)
      if (leg.shares() && leg.quantity < 0) cost += simple_interest(leg.value.abs(), rules_.carry.borrow_rate, days);
    if (cost == Decimal{}) continue;
    ledger_.pay_borrow(position, cost);
    report_cash(CashCause::borrow, -cost, position.id, out);
  }
}

void Book::on_underlying(const UnderlyingPrice& price, BookOutputs& out) {
  lifecycle_.on_underlying(price);
  // Shares of a security without a chain of its own have no other price.
  if (counts_.shares == 0 || price.price.is_none() || chains_.find(price.underlying)) return;
  advance(price.time, price.session, out);
  mark_shares(price.underlying, price.price);
}

void Book::on_snapshot(const MessageRef& message, BookOutputs& out) {
  const auto& chain = message.get<ChainSnapshot>();
  advance(chain.time, chain.session, out);
  if (lifecycle_.on_snapshot(message)) {  // also without holdings: what is past must not wait for the next ones
    lifecycle_.due(living(), actions_);
    apply_all(out);
  }
  chains_.update(message);
  const Decimal cash = ledger_.state().cash;
  if (counts_.holdings != 0) mark_all(chain);
  if (ledger_.state().cash != cash)
    throw std::logic_error("ledger invariant broken: marks changed cash from " + cash.to_string() + " to " +
                           ledger_.state().cash.to_string());
  if (++snapshots_ % snapshots_between_audits == 0)
    ledger_.audit();
  else
    ledger_.check();
  report_equity(out);
}

void Book::on_fill(const Fill& fill, BookOutputs& out) {
  advance(fill.quote_time, fill.session, out);
  BookPosition& position = ledger_.position(fill.position);
  if (position.legs.empty()) {
    position.opened = fill.quote_time;
    position.entry_session = fill.session;
  }
  Decimal cash;
  for (const FillLeg& leg : fill.legs) {
    const Contract contract = terms_of(leg, instruments_);
    if (const Holding* before = position.find(leg.contract, leg.underlying)) {
      if (before->quantity != 0 && (before->quantity > 0) != (leg.quantity > 0) && !position.exiting) {
        position.exiting = true;
        position.exit_reason = fill.reason;
      }
      if (attributes()) explain_until(position, *before);
    }
    const Ledger::Change change = ledger_.trade(position, contract, leg.quantity, leg.price);
    cash += change.cash;
    const Quote quote{leg.bid, leg.ask};
    const Decimal mid = leg.mid.is_none() ? mark_price(MarkMode::mid, quote, true) : leg.mid;
    const Decimal touch = leg.touch.is_none() ? mark_price(MarkMode::touch, quote, leg.quantity < 0) : leg.touch;
    const std::int64_t units = std::int64_t{leg.quantity} * contract.multiplier;
    if (!touch.is_none()) position.over_touch += (touch - leg.price) * units;
    if (!mid.is_none()) position.over_mid += (mid - leg.price) * units;
    Holding& holding = *position.find(leg.contract, leg.underlying);
    if (holding.quantity != 0) {
      mark_by_quote(holding, quote, false);
      lifecycle_.on_held(contract);
    }
    if (attributes()) explain_from(position, holding);
    report_holding(position, holding, change.realised, out);
  }
  if (cash != Decimal{}) report_cash(CashCause::trade, cash, fill.position, out);
  if (fill.fees != Decimal{}) {
    ledger_.pay_fees(position, fill.fees);
    report_cash(CashCause::fee, -fill.fees, fill.position, out);
  }
  changed_ = true;
  update_excursions(position);
  close_if_flat(position, fill.quote_time, fill.session, out);
  book_changed();
}

void Book::on_split(const SplitNotice& notice, BookOutputs& out) {
  advance(time_, notice.ex, out);
  lifecycle_.on_split(notice, living(), actions_);
  apply_all(out);
}

void Book::on_adjusted(const ContractsAdjusted& adjusted, BookOutputs& out) {
  advance(time_, adjusted.ex, out);
  lifecycle_.on_adjusted(adjusted, living(), actions_);
  apply_all(out);
}

void Book::on_instruction(const ExerciseInstruction& instruction, BookOutputs& out) {
  lifecycle_.on_instruction(instruction, living(), actions_);
  apply_all(out);
}

void Book::apply_all(BookOutputs& out) {
  for (const LifecycleAction& action : actions_) apply(action, out);
  actions_.clear();
}

const std::vector<LivingHolding>& Book::living() {
  if (living_known_) return living_;
  living_.clear();
  for (const BookPosition& position : ledger_.positions())
    for (const Holding& leg : position.legs)
      if (leg.quantity != 0) living_.push_back({position.id, leg.terms, leg.quantity});
  living_known_ = true;
  return living_;
}

// The whole ledger is recounted after every change.
void Book::book_changed() {
  counts_ = ledger_.audit();
  living_known_ = false;
}

void Book::end_of_wave(BookOutputs& out) {
  if (changed_) report_equity(out);
  if (ledger_.anything_recorded()) report_ledger(out);
}

void Book::on_end(BookOutputs& out) {
  lifecycle_.finish(living(), actions_);
  apply_all(out);
  ledger_.audit();
  if (attributes() && time_ != Timestamp{}) attribute_session(out);
  for (const BookPosition& position : ledger_.positions()) report_closed(position, time_, session_, out);
  if (time_ != Timestamp{}) report_equity(out);
}

Book::State Book::state() const {
  return {instruments_.batches(),
          chains_.snapshots(),
          lifecycle_.state(),
          ledger_.state(),
          attributor_.state(),
          time_,
          session_,
          changed_};
}

void Book::restore(State state) {
  instruments_ = {};
  for (const MessageRef& batch : state.instruments) instruments_.add(batch);
  chains_ = LatestChains(std::move(state.snapshots));
  lifecycle_.restore(std::move(state.lifecycle));
  ledger_.restore(std::move(state.ledger), instruments_);
  attributor_.restore(std::move(state.attribution));
  time_ = state.time;
  session_ = state.session;
  changed_ = state.changed;
  ledger_.at(time_, session_);
  book_changed();
}

}  // namespace optix
