// Dividends, splits and adjusted contracts.
#include <algorithm>
#include <limits>
#include <stdexcept>

#include "core/portfolio/lifecycle/work.hpp"

namespace optix {
namespace {

constexpr Date never{std::numeric_limits<std::int32_t>::max()};
constexpr int dividends_kept_days = 10;
constexpr Decimal ordinary_shares = Decimal::from_int(100);  // what contracts deliver that need no mention

Decimal cents(Decimal value) { return value.mul_div(1, Decimal::scale / 100) * (Decimal::scale / 100); }

}  // namespace

void Lifecycle::pay_dividends(Date session, Work& work) {
  if (session < next_ex_) return;
  next_ex_ = never;
  for (KnownDividend& d : state_.dividends) {
    if (d.ex > session) {
      next_ex_ = std::min(next_ex_, d.ex);
      continue;
    }
    if (d.passed) continue;
    d.passed = true;
    if (d.amount == Decimal{}) continue;
    const std::vector<LivingHolding> before = work.holdings;
    for (const LivingHolding& held : before) {
      if (!is_shares(held.terms.id) || held.terms.underlying != d.underlying || held.quantity == 0) continue;
      LifecycleAction action;
      action.kind = LifecycleAction::dividend;
      action.position = held.position;
      action.contract = shares_contract;
      action.underlying = d.underlying;
      action.quantity = held.quantity;
      action.cash = d.amount * held.quantity;
      action.reason =
          std::string(enum_name(d.type)) + " dividend of " + d.amount.to_string() + " a share, ex " + d.ex.to_string();
      work.act(std::move(action));
    }
  }
  std::erase_if(state_.dividends,
                [&](const KnownDividend& d) { return d.passed && d.ex + dividends_kept_days < session; });
}

void Lifecycle::on_split(const SplitNotice& notice, std::span<const LivingHolding> holdings, LifecycleActions& out) {
  if (notice.new_shares <= 0 || notice.old_shares <= 0)
    throw std::runtime_error("split of " + notice.underlying.to_string() + " on " + notice.ex.to_string() + ": " +
                             std::to_string(notice.new_shares) + " shares for " + std::to_string(notice.old_shares) +
                             " is no ratio");
  Work work(holdings, out);
  begin_session(notice.ex, work);
  const std::vector<LivingHolding> before = work.holdings;
  for (const LivingHolding& held : before) {
    if (!is_shares(held.terms.id) || held.terms.underlying != notice.underlying || held.quantity == 0) continue;
    LifecycleAction action;
    action.kind = LifecycleAction::split;
    action.position = held.position;
    action.contract = action.to = shares_contract;
    action.underlying = notice.underlying;
    action.quantity = held.quantity;
    action.quantity_after = held.quantity * notice.new_shares / notice.old_shares;  // towards zero
    const std::int64_t rest = held.quantity * notice.new_shares % notice.old_shares;
    if (rest != 0) {
      // rest / old shares of the new kind, at the last old price × old / new.
      const Decimal price = price_of(notice.underlying);
      if (price.is_none())
        throw std::runtime_error("split of " + notice.underlying.to_string() + " on " + notice.ex.to_string() +
                                 ": fractions are paid in cash, and no price was seen");
      action.cash = cents(price.mul_div(rest, notice.new_shares));
    }
    action.reason = "split, " + std::to_string(notice.new_shares) + " for " + std::to_string(notice.old_shares) +
                    ", ex " + notice.ex.to_string();
    work.act(std::move(action));
  }
  remember(work);
}

void Lifecycle::on_adjusted(const ContractsAdjusted& rows, std::span<const LivingHolding> holdings,
                            LifecycleActions& out) {
  Work work(holdings, out);
  begin_session(rows.ex, work);
  const auto row_of = [&](ContractId from) {
    return static_cast<std::size_t>(std::find(rows.from.begin(), rows.from.end(), from) - rows.from.begin());
  };
  struct Move {
    LifecycleAction action;
    bool done = false;
  };
  std::vector<Move> moves;
  for (const LivingHolding& held : work.holdings) {
    const std::size_t row = held.quantity == 0 || is_shares(held.terms.id) ? rows.from.size() : row_of(held.terms.id);
    if (row == rows.from.size()) continue;
    LifecycleAction action;
    action.kind = LifecycleAction::split;
    action.position = held.position;
    action.contract = held.terms.id;
    action.to = rows.to[row];
    action.quantity = held.quantity;
    action.quantity_after = held.quantity * rows.quantity_new[row] / rows.quantity_old[row];
    action.reason = describe(held.terms) + " adjusted on " + rows.ex.to_string() + ": delivers " +
                    rows.shares[row].to_string(0) + " " + rows.security[row].to_string() +
                    (rows.cash[row] == Decimal{} ? "" : " and " + rows.cash[row].to_string() + " USD");
    moves.push_back({std::move(action)});
  }
  // What becomes of a contract goes before what becomes that contract.
  for (std::size_t left = moves.size(); left > 0;) {
    const std::size_t before = left;
    for (Move& move : moves) {
      const bool waits = std::any_of(moves.begin(), moves.end(), [&](const Move& other) {
        return !other.done && &other != &move && other.action.position == move.action.position &&
               other.action.contract == move.action.to;
      });
      if (move.done || waits) continue;
      move.done = true;
      --left;
      work.act(move.action);
    }
    if (left == before)
      throw std::runtime_error("adjusted contracts of " + rows.underlying.to_string() + " on " + rows.ex.to_string() +
                               " turn into each other in a circle");
  }
  for (HolderWish& wish : state_.wishes) {
    const std::size_t row = row_of(wish.contract);
    if (row == rows.from.size()) continue;
    wish.contract = rows.to[row];
    wish.exercise = wish.exercise * rows.quantity_new[row] / rows.quantity_old[row];
    wish.leave = wish.leave * rows.quantity_new[row] / rows.quantity_old[row];
  }
  std::erase_if(state_.deliverables,
                [&](const LivingDeliverable& d) { return row_of(d.contract) != rows.from.size(); });
  for (std::size_t row = 0; row < rows.to.size(); ++row) {
    const LivingDeliverable now{rows.to[row], rows.security[row], rows.shares[row], rows.cash[row]};
    const auto at = std::lower_bound(state_.deliverables.begin(), state_.deliverables.end(), now.contract,
                                     [](const LivingDeliverable& d, ContractId id) { return d.contract < id; });
    if (at != state_.deliverables.end() && at->contract == now.contract)
      *at = now;
    else if (now.security != rows.underlying || now.shares != ordinary_shares || now.cash != Decimal{})
      state_.deliverables.insert(at, now);
  }
  remember(work);
}

}  // namespace optix
