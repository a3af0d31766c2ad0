#include "core/data/store/contract_numbers.hpp"

#include <tuple>

namespace optix::stored {
namespace {

bool same_name(const GroupTerms& a, const GroupTerms& b) {
  return std::tie(a.root, a.expiration, a.right) == std::tie(b.root, b.expiration, b.right);
}

}  // namespace

void ContractNumbers::number(const GroupTerms& terms, std::span<const Decimal> strikes, std::span<ContractId> ids) {
  const auto [at, is_new] = groups_.try_emplace(terms);
  Group& group = at->second;
  if (is_new) {
    group.number = static_cast<std::uint32_t>(groups_by_number_.size());
    groups_by_number_.push_back(&at->first);
    const auto next = std::next(at);
    ambiguous_ = ambiguous_ || (at != groups_.begin() && same_name(std::prev(at)->first, terms)) ||
                 (next != groups_.end() && same_name(next->first, terms));
  }
  std::vector<Known>& known = group.contracts;
  bool missing = false;
  std::size_t k = 0;
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    while (k < known.size() && known[k].strike < strikes[i]) ++k;
    if (k < known.size() && known[k].strike == strikes[i]) {
      ids[i] = known[k++].id;
      continue;
    }
    missing = true;
    ids[i] = size();
    strikes_.push_back(strikes[i]);
    group_of_.push_back(group.number);
  }
  if (!missing) return;
  merged_.clear();
  k = 0;
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    while (k < known.size() && known[k].strike < strikes[i]) merged_.push_back(known[k++]);
    if (k < known.size() && known[k].strike == strikes[i]) ++k;
    merged_.push_back({strikes[i], ids[i]});
  }
  merged_.insert(merged_.end(), known.begin() + static_cast<std::ptrdiff_t>(k), known.end());
  known.assign(merged_.begin(), merged_.end());
}

InstrumentBatch ContractNumbers::table(Symbol underlying, std::span<const ContractId> ids) const {
  const std::size_t n = ids.size();
  std::vector<Symbol> root(n), tickers(n, underlying);
  std::vector<Date> expiration(n);
  std::vector<Timestamp> settles(n);
  std::vector<Decimal> strike(n);
  std::vector<Right> right(n);
  std::vector<Settlement> settlement(n);
  std::vector<ExerciseStyle> exercise(n);
  std::vector<std::int32_t> multiplier(n);
  for (std::size_t i = 0; i < n; ++i) {
    const GroupTerms& t = terms(ids[i]);
    root[i] = t.root;
    expiration[i] = t.expiration;
    settles[i] = t.settles;
    strike[i] = strikes_[ids[i]];
    right[i] = t.right;
    settlement[i] = t.settlement;
    exercise[i] = t.exercise;
    multiplier[i] = t.multiplier;
  }
  InstrumentBatch out;
  out.root = std::move(root);
  out.underlying = std::move(tickers);
  out.expiration = std::move(expiration);
  out.settles = std::move(settles);
  out.strike = std::move(strike);
  out.right = std::move(right);
  out.settlement = std::move(settlement);
  out.exercise = std::move(exercise);
  out.multiplier = std::move(multiplier);
  return out;
}

std::string describe(const GroupTerms& t) {
  return t.root.to_string() + " " + t.expiration.to_string() + " " + std::string(enum_name(t.right)) + " settling " +
         t.settles.to_string() + " (" + std::string(enum_name(t.settlement)) + "), " +
         std::string(enum_name(t.exercise)) + ", times " + std::to_string(t.multiplier);
}

}  // namespace optix::stored
