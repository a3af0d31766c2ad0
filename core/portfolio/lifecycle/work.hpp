#pragma once
// One question to a Lifecycle: the holdings, kept up with the actions that were decided.
#include <utility>

#include "core/contracts/shares.hpp"
#include "core/portfolio/lifecycle/lifecycle.hpp"

namespace optix {

class Lifecycle::Work {
 public:
  Work(std::span<const LivingHolding> book, LifecycleActions& out) : holdings(book.begin(), book.end()), out_(out) {}

  // Appends the action and follows it; holdings of options become smaller, shares come at the end.
  void act(LifecycleAction action) {
    if (action.kind == LifecycleAction::settle || action.kind == LifecycleAction::deliver) {
      for (LivingHolding& held : holdings)
        if (held.position == action.position && held.terms.id == action.contract) held.quantity -= action.quantity;
      if (action.shares != 0) shares_of(action.position, action.security).quantity += action.shares;
    }
    out_.push_back(std::move(action));
  }

  std::vector<LivingHolding> holdings;  // in the order of the book; quantities may become 0

 private:
  LivingHolding& shares_of(std::uint64_t position, Symbol security) {
    for (LivingHolding& held : holdings)
      if (held.position == position && is_shares(held.terms.id) && held.terms.underlying == security) return held;
    return holdings.emplace_back(LivingHolding{position, shares_terms(security), 0});
  }

  LifecycleActions& out_;
};

}  // namespace optix
