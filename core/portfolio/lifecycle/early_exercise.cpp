#include "core/portfolio/lifecycle/early_exercise.hpp"

#include <algorithm>

#include "core/pricing/black_scholes.hpp"
#include "core/pricing/elementary.hpp"

namespace optix {
namespace {

// Without a rate 0, not -0.
double interest_on(double strike, double rate, double years) { return 0 - strike * math::expm1(-rate * years); }

}  // namespace

CallBeforeDividend call_before_dividend(double spot, double strike, double dividend, double rate, double years,
                                        double put) {
  CallBeforeDividend out;
  out.interest = interest_on(strike, rate, years);
  out.put = put;
  out.hold_value = put + (spot - dividend - strike) + out.interest;
  out.exercise_value = spot - strike;
  out.gain = dividend - out.interest - put;
  out.exercise = dividend > out.interest + put;
  return out;
}

double put_after_dividend(double spot, double strike, double dividend, double rate, double vol, double years) {
  const double left = spot - dividend;
  if (left > 0 && years > 0 && vol > 0) return black_scholes(Right::put, {left, strike, rate, 0, years, vol}).price;
  return std::max(strike * math::exp(-rate * years) - std::max(left, 0.0), 0.0);
}

PutExercise put_exercise(double strike, double rate, double years, double call, double dividends) {
  PutExercise out;
  out.interest = interest_on(strike, rate, years);
  out.call = call;
  out.dividends = dividends;
  out.gain = out.interest - call - dividends;
  out.exercise = out.interest > call + dividends;
  return out;
}

bool worth_exercising(Decimal exercise_value, Decimal bid) {
  return exercise_value > Decimal{} && (bid.is_none() || exercise_value >= bid);
}

}  // namespace optix
