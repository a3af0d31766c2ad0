#pragma once
// What american.cpp and american_implied_vol.cpp share: which rows have an exercise boundary, their
// reduction to puts with a strike of 1, and the early-exercise premium of many such puts.
#include <span>

#include "core/pricing/american.hpp"

namespace optix {

// An American put with a strike of 1.
struct UnitPut {
  double spot = 0;
  double rate = 0, yield = 0;
  double years = 0;
  double vol = 0;
};

// Over the European value, in units of the strike.
struct PutPremium {
  double value = 0, delta = 0, gamma = 0;
  bool exercise = false;  // at or below the boundary; the other figures do not matter then
};

// McDonald & Schroder (1998): a call is a put with spot and strike, and rate and yield, exchanged.
UnitPut unit_put(Right right, const BlackScholesInput& in);

enum class ExerciseRegion : unsigned char { none, single, double_boundary };
ExerciseRegion exercise_region(double put_rate, double put_yield);

// The domain american.hpp states; vol is looked at only when with_vol.
bool usable_american_input(const BlackScholesInput& in, bool with_vol);

// The largest volatility of the domain.
double largest_american_vol(double years);
// Too little volatility to tell from none (the price differs by less than 1e-6 of the spot), or too
// little time for rates to matter.
bool nearly_certain(double years, double vol);

// Value without randomness: the best moment along the certain path, e^(−rt)·payoff(S·e^((r−q)t)).
struct CertainValue {
  double price = 0;
  double moment = 0;       // when to exercise; years when never
  bool exercised = false;  // false: not worth exercising at any time
};
CertainValue certain_value(Right right, const BlackScholesInput& in);

// Puts with a single boundary, years > 0 and vol > 0. A boundary shared by several puts (equal rate,
// yield, years, vol) is solved once. Row i of the result depends on row i alone.
void put_premiums(AmericanScheme scheme, std::span<const UnitPut> puts, std::span<PutPremium> premiums);

}  // namespace optix
