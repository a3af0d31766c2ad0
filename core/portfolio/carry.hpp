#pragma once
// What time costs: interest on cash and the fee for borrowed shares. Simple interest, Act/365, per
// calendar day between sessions, exact, rounded half away from zero to the cent at each credit.
#include "messages/values/decimal.hpp"
#include "messages/values/time.hpp"

namespace optix {

struct CarryRules {
  // Per year, per 1.00. none: the shortest rate published; nothing published: 0.
  Decimal cash_rate = Decimal::none();
  Decimal debit_rate = Decimal::none();  // on negative cash; none: as cash_rate
  Decimal borrow_rate;                   // on the value of short shares
};

// balance × rate × days / 365, USD, a whole number of cents. `rate` per year per 1.00, in millionths;
// days ≥ 0. Throws std::overflow_error when it does not fit.
Decimal simple_interest(Decimal balance, Decimal rate, int days);

// The rate for a balance: `published` is the shortest published rate, 0 when there is none.
Decimal rate_for(const CarryRules& rules, Decimal balance, Decimal published);

}  // namespace optix
