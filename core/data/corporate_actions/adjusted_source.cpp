#include "core/data/corporate_actions/adjusted_source.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

Contract row_of(const InstrumentBatch& batch, std::size_t row) {
  Contract c;
  c.root = batch.root[row];
  c.underlying = batch.underlying[row];
  c.expiration = batch.expiration[row];
  c.settles = batch.settles[row];
  c.strike = batch.strike[row];
  c.right = batch.right[row];
  c.settlement = batch.settlement[row];
  c.exercise = batch.exercise[row];
  c.multiplier = batch.multiplier[row];
  return c;
}

void append(InstrumentBatch& batch, const Contract& c) {
  batch.root.push_back(c.root);
  batch.underlying.push_back(c.underlying);
  batch.expiration.push_back(c.expiration);
  batch.settles.push_back(c.settles);
  batch.strike.push_back(c.strike);
  batch.right.push_back(c.right);
  batch.settlement.push_back(c.settlement);
  batch.exercise.push_back(c.exercise);
  batch.multiplier.push_back(c.multiplier);
}

Timestamp opening_of(Date ex) { return session_open(session_on_or_after(ex)); }

}  // namespace

std::vector<CorporateAction> corporate_actions(const EventStore& events, const std::vector<Symbol>& underlyings,
                                               Timestamp from, Timestamp to) {
  std::vector<CorporateAction> out;
  const auto wanted = [&](Symbol underlying, Date ex) {
    return std::find(underlyings.begin(), underlyings.end(), underlying) != underlyings.end() && calendar_covers(ex) &&
           opening_of(ex) > from && opening_of(ex) <= to;
  };
  std::set<decltype(Split{}.key())> splits;
  for (const Split& any : events.splits.all()) {
    if (!wanted(any.underlying, any.ex) || !splits.insert(any.key()).second) continue;
    const Split* split = events.splits.latest(any.key(), opening_of(any.ex));
    if (!split || split->new_shares == split->old_shares) continue;
    out.push_back({opening_of(any.ex), any.underlying, any.ex, split->new_shares, split->old_shares, {}});
  }
  std::set<decltype(Dividend{}.key())> dividends;
  for (const Dividend& any : events.dividends.all()) {
    if (any.type != DividendKind::special || !wanted(any.underlying, any.ex)) continue;
    if (!dividends.insert(any.key()).second) continue;
    const Dividend* dividend = events.dividends.latest(any.key(), opening_of(any.ex));
    if (!dividend || dividend->amount < smallest_adjusting_dividend) continue;
    out.push_back({opening_of(any.ex), any.underlying, any.ex, 1, 1, dividend->amount});
  }
  std::stable_sort(out.begin(), out.end(), [](const CorporateAction& a, const CorporateAction& b) {
    return std::tie(a.time, a.underlying, a.dividend) < std::tie(b.time, b.underlying, b.dividend);
  });
  return out;
}

AdjustedSource::AdjustedSource(std::shared_ptr<const SnapshotSource> source, std::vector<CorporateAction> actions)
    : source_(std::move(source)), actions_(std::move(actions)) {}

// Everything up to a step of the source, that one included, and the actions before it.
void AdjustedSource::follow_to(std::size_t step) const {
  while (followed_ <= step) {
    const Timestamp at = source_->time(followed_);
    while (messages_.size() < actions_.size() && actions_[messages_.size()].time <= at)
      messages_.push_back(adjust(actions_[messages_.size()]));
    known_before_.push_back(static_cast<std::uint32_t>(contracts_.size()));
    number(source_->step(followed_));
    ++followed_;
  }
}

void AdjustedSource::follow_until(std::size_t action) const {
  while (messages_.size() <= action) {
    if (followed_ < source_->steps() && source_->time(followed_) < actions_[action].time)
      follow_to(followed_);
    else
      messages_.push_back(adjust(actions_[messages_.size()]));
  }
}

void AdjustedSource::number(const DatasetStep& step) const {
  if (const auto* price = step.underlying.get_if<UnderlyingPrice>())
    if (!price->price.is_none()) price_[price->underlying] = price->price;
  const auto* batch = step.instruments ? step.instruments.get_if<InstrumentBatch>() : nullptr;
  if (!batch) return;
  if (batch->first_id != run_id_.size())
    throw std::runtime_error("contract definitions begin at " + std::to_string(batch->first_id) + ", expected " +
                             std::to_string(run_id_.size()));
  for (std::size_t row = 0; row < batch->root.size(); ++row) {
    Contract terms = row_of(*batch, row);
    const auto known = defined_.find({terms.underlying, terms.root, terms.expiration, terms.right, terms.strike});
    if (known != defined_.end()) {
      run_id_.push_back(known->second);
      defined_.erase(known);
      continue;
    }
    terms.id = static_cast<ContractId>(contracts_.size());
    run_id_.push_back(terms.id);
    contracts_.push_back(terms);
  }
}

std::vector<MessageRef> AdjustedSource::adjust(const CorporateAction& action) const {
  const bool split = action.new_shares != action.old_shares;
  const auto price = price_.find(action.underlying);
  const Decimal last = price == price_.end() ? Decimal::none() : price->second;
  std::map<Terms, ContractId> ids;
  std::vector<ContractId> alive;
  std::set<Symbol> roots;
  for (const Contract& c : contracts_) {
    if (c.underlying != action.underlying) continue;
    ids.emplace(Terms{c.underlying, c.root, c.expiration, c.right, c.strike}, c.id);
    roots.insert(c.root);
    if (c.settles > action.time) alive.push_back(c.id);
  }
  std::map<Symbol, Symbol> own_roots;  // old root → the new one of what is adjusted now
  const auto own_root = [&](Symbol root) {
    const auto [at, fresh] = own_roots.try_emplace(root);
    if (fresh) {
      at->second = adjusted_root(root, [&](Symbol name) { return roots.contains(name); });
      roots.insert(at->second);
    }
    return at->second;
  };
  InstrumentBatch batch;
  batch.first_id = static_cast<ContractId>(contracts_.size());
  ContractsAdjusted told;
  told.underlying = action.underlying;
  told.ex = action.ex;
  std::map<ContractId, Delivers> delivers;
  for (const ContractId id : alive) {
    AdjustedContract now;
    now.terms = contracts_[id];
    const auto special = delivers_.find(id);
    now.shares = special == delivers_.end() ? Decimal::from_int(now.terms.multiplier) : special->second.shares;
    now.cash = special == delivers_.end() ? Decimal{} : special->second.cash;
    // Only the contracts that need a root of their own take one.
    const bool needs_root = split ? action.new_shares % action.old_shares != 0 : now.terms.strike <= action.dividend;
    const Symbol root = needs_root ? own_root(now.terms.root) : now.terms.root;
    AdjustedContract after = split ? after_split(now, action.new_shares, action.old_shares, last, root)
                                   : after_special_dividend(now, action.dividend, root).value();
    const Terms terms{after.terms.underlying, after.terms.root, after.terms.expiration, after.terms.right,
                      after.terms.strike};
    const auto [known, fresh] = ids.try_emplace(terms, static_cast<ContractId>(contracts_.size()));
    if (fresh) {
      after.terms.id = known->second;
      contracts_.push_back(after.terms);
      defined_.emplace(terms, known->second);
      append(batch, after.terms);
    }
    told.from.push_back(id);
    told.to.push_back(known->second);
    told.quantity_new.push_back(after.quantity_new);
    told.quantity_old.push_back(after.quantity_old);
    told.security.push_back(action.underlying);
    told.shares.push_back(after.shares);
    told.cash.push_back(after.cash);
    if (after.shares != Decimal::from_int(after.terms.multiplier) || after.cash != Decimal{})
      delivers[known->second] = {after.shares, after.cash};
  }
  for (const ContractId id : alive) delivers_.erase(id);
  for (const auto& [id, what] : delivers) delivers_[id] = what;

  std::vector<MessageRef> out;
  if (!batch.root.empty()) out.push_back(make_message(std::move(batch)));
  if (split)
    out.push_back(make_message(SplitNotice{action.underlying, action.ex, action.new_shares, action.old_shares}));
  else
    out.push_back(
        make_message(DividendNotice{action.underlying, DividendType::special, action.ex, action.ex, action.dividend}));
  if (!told.from.empty()) out.push_back(make_message(std::move(told)));
  return out;
}

std::vector<MessageRef> AdjustedSource::messages(std::size_t action) const {
  const std::lock_guard lock(mutex_);
  follow_until(action);
  return messages_[action];
}

DatasetStep AdjustedSource::step(std::size_t index) const {
  DatasetStep out = source_->step(index);
  const std::lock_guard lock(mutex_);
  follow_to(index);
  const std::uint32_t first = known_before_[index];
  if (const auto* batch = out.instruments ? out.instruments.get_if<InstrumentBatch>() : nullptr) {
    InstrumentBatch moved;
    moved.first_id = first;
    std::size_t kept = 0;
    for (std::size_t row = 0; row < batch->root.size(); ++row) {
      if (run_id_[batch->first_id + row] < first) continue;  // defined by an adjustment
      append(moved, row_of(*batch, row));
      ++kept;
    }
    if (kept == 0)
      out.instruments = {};
    else if (first != batch->first_id || kept != batch->root.size())
      out.instruments = make_message(std::move(moved));
  }
  const auto& chain = out.snapshot.get<ChainSnapshot>();
  const auto same = [&](ContractId id) { return run_id_[id] == id; };
  if (std::all_of(chain.contract.begin(), chain.contract.end(), same)) return out;
  ChainSnapshot rewritten = chain;  // views of the same columns but one
  std::vector<ContractId> ids;
  ids.reserve(chain.rows());
  for (const ContractId id : chain.contract) ids.push_back(run_id_[id]);
  rewritten.contract = std::move(ids);
  out.snapshot = make_message(std::move(rewritten));
  return out;
}

}  // namespace optix
