#pragma once
// When exercising an american option before expiry gains more than keeping it. All amounts are USD per
// share, rates continuous and Act/365, times in years.
//
// Sources: Merton, "Theory of Rational Option Pricing" (1973); Hull, "Options, Futures and Other
// Derivatives", chapter on american options: a call is exercised only just before a dividend, and only
// when the dividend is worth more than the interest on the strike and the put that is given up.
#include "messages/values/decimal.hpp"

namespace optix {

// What the holder of a call does at the last price that still carries the dividend.
struct CallBeforeDividend {
  double interest = 0;        // K(1 − e^(−rT)): earned by paying the strike later
  double put = 0;             // P(S − D, K, T)
  double hold_value = 0;      // the call after the dividend: put + S − D − K + interest
  double exercise_value = 0;  // S − K
  double gain = 0;            // D − interest − put = exercise_value − hold_value
  bool exercise = false;      // D > interest + put
};
// `years` from the ex-date to expiry, ≥ 0; `put` on the ex-date.
CallBeforeDividend call_before_dividend(double spot, double strike, double dividend, double rate, double years,
                                        double put);
// The put by Black and Scholes, once the dividend is off the price; its discounted exercise value where
// time, volatility or price leave nothing else.
double put_after_dividend(double spot, double strike, double dividend, double rate, double vol, double years);

// A put is exercised when interest on the strike is worth more than the call and the dividends that its
// holder then does not get: K(1 − e^(−rT)) > C + dividends.
struct PutExercise {
  double interest = 0;
  double call = 0;
  double dividends = 0;  // ex until expiry, present value
  double gain = 0;
  bool exercise = false;
};
PutExercise put_exercise(double strike, double rate, double years, double call, double dividends);

// Exercise pays its holder at least what the market would: in the money, and no bid or a bid of at most
// the exercise value. `bid` may be none.
bool worth_exercising(Decimal exercise_value, Decimal bid);

}  // namespace optix
