#include "core/data/corporate_actions/adjustments.hpp"

namespace optix {
namespace {

Decimal cents(Decimal value) { return value.mul_div(1, Decimal::scale / 100) * (Decimal::scale / 100); }

}  // namespace

AdjustedContract after_split(const AdjustedContract& now, std::int64_t new_shares, std::int64_t old_shares,
                             Decimal price, Symbol root) {
  AdjustedContract out = now;
  if (new_shares % old_shares == 0) {
    const std::int64_t whole = new_shares / old_shares;
    out.terms.strike = cents(now.terms.strike.mul_div(1, whole));
    out.quantity_new = static_cast<std::int32_t>(whole);
    out.quantity_old = 1;
    return out;
  }
  out.terms.root = root;
  out.shares = now.shares.mul_div(new_shares, old_shares);
  if (price.is_none()) return out;
  const Decimal whole = Decimal::from_int(out.shares.raw() / Decimal::scale);
  const Decimal new_price = price.mul_div(old_shares, new_shares);
  out.cash += cents(new_price.mul_div((out.shares - whole).raw(), Decimal::scale));
  out.shares = whole;
  return out;
}

std::optional<AdjustedContract> after_special_dividend(const AdjustedContract& now, Decimal amount, Symbol root) {
  if (amount < smallest_adjusting_dividend) return std::nullopt;
  AdjustedContract out = now;
  if (now.terms.strike > amount) {
    out.terms.strike = now.terms.strike - amount;
  } else {
    out.terms.root = root;
    out.cash += amount.mul_div(now.shares.raw(), Decimal::scale);
  }
  return out;
}

}  // namespace optix
