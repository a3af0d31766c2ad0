#include "core/margin/liquidation.hpp"

#include <algorithm>
#include <optional>

#include "messages/values/wide.hpp"

namespace optix {
namespace {

// Positions still held, grouped as the account sees them.
class Remaining {
 public:
  Remaining(AccountKind kind, Decimal cash, std::span<const LiquidationPosition> book, Date session)
      : kind_(kind), cash_(cash), book_(book), session_(session), held_(book.size(), true) {}

  bool held(std::size_t i) const { return held_[i]; }
  AccountMargin margin() { return margin_of(held_, cash_); }
  // As if position i had been closed.
  AccountMargin without(std::size_t i) {
    std::vector<bool> held = held_;
    held[i] = false;
    return margin_of(held, cash_ - book_[i].closing_cost);
  }
  void close(std::size_t i) {
    held_[i] = false;
    cash_ -= book_[i].closing_cost;
  }

 private:
  AccountMargin margin_of(const std::vector<bool>& held, Decimal cash) const {
    std::map<Symbol, UnderlyingHoldings> by_symbol;
    for (std::size_t i = 0; i < book_.size(); ++i) {
      if (!held[i]) continue;
      UnderlyingHoldings& h = by_symbol[book_[i].underlying.symbol];
      h.underlying = book_[i].underlying;
      h.legs.insert(h.legs.end(), book_[i].legs.begin(), book_[i].legs.end());
    }
    std::vector<UnderlyingHoldings> all;
    for (auto& [symbol, holdings] : by_symbol) all.push_back(std::move(holdings));
    return account_margin(kind_, cash, all, session_);
  }

  AccountKind kind_;
  Decimal cash_;
  std::span<const LiquidationPosition> book_;
  Date session_;
  std::vector<bool> held_;
};

struct Candidate {
  std::size_t index = 0;
  LiquidationStep step;
};

// a / b < c / d for positive b, d.
bool lower_ratio(Decimal a, Decimal b, Decimal c, Decimal d) {
  return static_cast<int128>(a.raw()) * d.raw() < static_cast<int128>(c.raw()) * b.raw();
}

// Cash that comes in without releasing anything is the cheapest of all.
bool cheaper(const LiquidationStep& a, const LiquidationStep& b) {
  const bool a_free = a.released <= Decimal{}, b_free = b.released <= Decimal{};
  if (a_free || b_free) return a_free && (!b_free || a.closing_cost < b.closing_cost);
  return lower_ratio(a.closing_cost, a.released, b.closing_cost, b.released);
}

bool better(LiquidationPolicy policy, const LiquidationStep& a, const LiquidationStep& b) {
  if (policy == LiquidationPolicy::cheapest_first) return cheaper(a, b);
  if (policy == LiquidationPolicy::largest_requirement_first) return a.released > b.released;
  return a.position < b.position;
}

}  // namespace

std::vector<LiquidationStep> liquidation_order(LiquidationPolicy policy, AccountKind kind, Decimal cash,
                                               std::span<const LiquidationPosition> book, Date session) {
  std::vector<LiquidationPosition> sorted(book.begin(), book.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const LiquidationPosition& a, const LiquidationPosition& b) { return a.position < b.position; });
  const bool whole = policy == LiquidationPolicy::whole_book;
  Remaining remaining(kind, cash, sorted, session);
  std::vector<LiquidationStep> steps;
  AccountMargin now = remaining.margin();
  if (now.excess >= Decimal{}) return steps;
  while (whole || now.excess < Decimal{}) {
    std::optional<Candidate> best;
    AccountMargin best_after;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (!remaining.held(i) || sorted[i].closing_cost.is_none()) continue;
      const AccountMargin after = remaining.without(i);
      if (!whole && after.excess <= now.excess) continue;
      const LiquidationStep step{sorted[i].position, sorted[i].closing_cost, now.maintenance - after.maintenance,
                                 after.excess};
      if (best && !better(policy, step, best->step)) continue;
      best = {i, step};
      best_after = after;
    }
    if (!best) break;
    remaining.close(best->index);
    steps.push_back(best->step);
    now = best_after;
  }
  return steps;
}

}  // namespace optix
