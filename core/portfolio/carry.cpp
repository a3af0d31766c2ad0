#include "core/portfolio/carry.hpp"

#include <limits>
#include <stdexcept>

#include "messages/values/wide.hpp"

namespace optix {

Decimal simple_interest(Decimal balance, Decimal rate, int days) {
  constexpr std::int64_t cent = Decimal::scale / 100;
  const int128 exact = int128{balance.raw()} * rate.raw() * days;  // at most 2^63 · 2^63 in sane books
  constexpr int128 per_cent = int128{365} * Decimal::scale * cent;
  const int128 magnitude = exact < 0 ? -exact : exact;
  const int128 cents = (2 * magnitude + per_cent) / (2 * per_cent);
  if (cents > std::numeric_limits<std::int64_t>::max() / cent)
    throw std::overflow_error("interest on " + balance.to_string() + " at " + rate.to_string() + " is too large");
  const auto raw = static_cast<std::int64_t>(cents) * cent;
  return Decimal::from_raw(exact < 0 ? -raw : raw);
}

Decimal rate_for(const CarryRules& rules, Decimal balance, Decimal published) {
  if (balance < Decimal{} && !rules.debit_rate.is_none()) return rules.debit_rate;
  return rules.cash_rate.is_none() ? published : rules.cash_rate;
}

}  // namespace optix
