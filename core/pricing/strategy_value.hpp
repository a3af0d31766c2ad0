#pragma once
// What a position of several legs is worth: at expiry exactly, before it under Black–Scholes–Merton
// (McMillan, Options as a Strategic Investment, for the shapes; Hull, chapter 12, for the payoffs).
//
// At one common expiry the profit is piecewise linear in the price S of the underlying, with kinks
// at the strikes: everything about it is found from the kinks and the slopes, in Decimal.
//
// With several expirations (calendars, diagonals) the profile is taken at the first of them: legs
// that end there count with their payoff, the others with their model value. That curve is smooth
// between kinks; its zeros and extremes are found numerically (see strategy_profile).
//
// Money is USD for the whole position; a leg's `premium` and every price are USD per share.
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "core/contracts/payoff.hpp"
#include "messages/values/result.hpp"

namespace optix {

struct OptionLeg {
  PayoffLeg terms;   // right, strike > 0, contracts (negative is short), multiplier
  Decimal premium;   // traded at, per share
  double years = 0;  // to expiry, from the valuation time; > 0
  double vol = 0;    // implied volatility per 1.00 a year, >= 0
};

struct StockLeg {
  std::int64_t shares = 0;  // negative is short
  Decimal price;            // traded at, per share
};

struct Strategy {
  std::vector<OptionLeg> options;
  std::vector<StockLeg> stock;
};

// What the model needs besides the legs. Continuous rates per 1.00 a year.
struct StrategyMarket {
  double rate = 0;
  double dividend_yield = 0;
  // Volatility of a leg when the underlying is at `spot` and `years_left` remain: a surface with
  // whatever stickiness is wanted. Empty: the leg's own `vol`.
  std::function<double(const OptionLeg& leg, double spot, double years_left)> vol;
};

// The first defect of a strategy: no legs, a strike that is not positive, a zero quantity or
// multiplier, a missing premium, years that are not positive, a vol that is negative or not finite. Everything below
// wants a strategy without one and throws std::invalid_argument otherwise; std::overflow_error
// when an amount leaves the range of Decimal.
Status strategy_defect(const Strategy& strategy);

// Paid for the whole position, negative when received.
Decimal strategy_cost(const Strategy& strategy);

// Time to the first expiration of an option leg; infinity when there are only shares.
double first_expiry(const Strategy& strategy);
// Whether every option leg expires at the same time (exact equality of `years`).
bool single_expiry(const Strategy& strategy);

// A price at which the profit is exactly zero, or a stretch of them: [from, to]; `to` is none for a
// stretch without end. A zero that is not a multiple of 1e-6 is rounded to the nearest one.
struct BreakEven {
  Decimal from;
  Decimal to;
  bool operator==(const BreakEven&) const = default;
};

// Profit at the common expiry: exact.
struct ExpiryProfile {
  std::vector<Decimal> price;          // 0 and the strikes, ascending, unique
  std::vector<Decimal> profit;         // there; linear in between
  std::int64_t slope_beyond = 0;       // USD per USD above the last of them
  std::vector<BreakEven> break_evens;  // ascending
  Decimal max_profit;                  // none: unbounded
  Decimal max_loss;                    // −(lowest profit), negative when the position cannot lose; none: unbounded
};
// Throws std::invalid_argument unless single_expiry(strategy).
ExpiryProfile expiry_profile(const Strategy& strategy);
// Profit at the common expiry for one price of the underlying, exact.
Decimal profit_at_expiry(const Strategy& strategy, Decimal price);

// Value, profit and greeks of the position: model values, USD and per year, per 1.00 of volatility.
// delta is in shares, gamma in shares per USD.
struct StrategyValue {
  double value = 0;   // of all legs, shares included
  double profit = 0;  // value − cost
  double delta = 0;
  double gamma = 0;
  double vega = 0;
  double theta = 0;
  double rho = 0;
};

// The same as columns, one row for each spot; an empty span is not computed.
struct StrategyColumns {
  std::span<double> value, profit, delta, gamma, vega, theta, rho;
};

// `elapsed` years from the valuation time, at most first_expiry: there the ending legs count with
// their payoff. `vol_shift` is added to every volatility; std::invalid_argument when one would be
// negative, or when a spot is not positive and finite.
void strategy_rows(const Strategy& strategy, const StrategyMarket& market, double elapsed, double vol_shift,
                   std::span<const double> spot, const StrategyColumns& out);
StrategyValue strategy_value(const Strategy& strategy, const StrategyMarket& market, double spot, double elapsed = 0);

// A point of a profit curve. `price` is infinity for the limit beyond every strike.
struct ProfitPoint {
  double price = 0;
  double profit = 0;
};

// Open interval of prices; `to` may be infinity.
struct PriceRange {
  double from = 0;
  double to = 0;
};

// Profit at the first expiration, whatever the others are, and numbers taken from it.
//
// With one expiration this is expiry_profile in double. Otherwise the curve is scanned at the
// strikes and, around each strike K of a later leg, at K·exp(j·σ√τ/8), |j| ≤ 64 (τ, σ: what
// remains of the leg, its volatility); a sign change is halved down to neighbouring doubles, an
// extreme narrowed by golden section. A curve that touches zero without crossing it between two
// scanned prices is not reported as a break-even.
struct StrategyProfile {
  std::vector<double> break_evens;  // ascending; both ends of a stretch without profit
  ProfitPoint best;                 // the highest profit; beyond the scan when `unbounded_profit`
  ProfitPoint worst;
  bool unbounded_profit = false;
  bool unbounded_loss = false;
  // Slope of the profit beyond every strike. European options that outlive the first expiration
  // are worth S·e^(−qτ) there, so with a dividend yield a calendar drifts: a small slope here, and
  // unbounded as it says.
  double slope_beyond = 0;
  double scanned_to = 0;               // the highest price looked at
  std::vector<PriceRange> profitable;  // ascending, profit > 0 inside
};
StrategyProfile strategy_profile(const Strategy& strategy, const StrategyMarket& market);

// P(profit > 0) at the first expiration: the probability of the profitable prices under a
// distribution of the underlying then. `probability_below(years, K)` must rise from 0 at K = 0 to
// 1 and be asked with the years to the first expiration.
double probability_of_profit(const StrategyProfile& profile, double years,
                             const std::function<double(double years, double price)>& probability_below);
// The lognormal distribution with this forward: P(S < K) = N(−d2).
double lognormal_probability_below(double forward, double vol, double years, double price);

}  // namespace optix
