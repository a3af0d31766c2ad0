#pragma once
// European options in the Black–Scholes–Merton model, column-wise and one at a time.
//
// Units: rates and yields continuous per year, volatility per 1.00 a year, time in years; delta, gamma
// per unit of spot, delta is the spot delta with e^(−qT); vega, rho, rho_q per 1.00; theta = ∂V/∂t and
// charm = ∂delta/∂t per year (calendar time, so an option that loses value has a negative theta);
// vanna = ∂²V/∂S∂σ, volga = ∂²V/∂σ²; rho_q = ∂V/∂q.
//
// Row i of every span belongs together. An empty output span is not computed; the others must have
// the length of the inputs (std::invalid_argument otherwise). Outputs may not overlap inputs.
//
// Bits: every row's result depends on that row's inputs only, not on its position, on the vector
// width of the machine or on the other columns asked for. Black-76 on a forward is the same kernel:
// see black76_terms.
//
// Formulas: Hull, Options, Futures, and Other Derivatives, chapters 15, 17–19; Haug, The Complete
// Guide to Option Pricing Formulas, chapter 2 (vanna, volga, charm). The value is computed on the
// out-of-the-money side with scaled normal tails and one exponential, and moved to the other side by
// put-call parity, so neither a deep out-of-the-money price nor a time value is lost to cancellation.
#include <cstddef>
#include <limits>
#include <span>

#include "core/pricing/black_scholes.hpp"
#include "messages/market.hpp"

namespace optix {

// What all options of one expiry share.
struct ExpiryTerms {
  double spot = 0;
  double forward = 0;   // spot·e^((r−q)T)
  double discount = 0;  // e^(−rT)
  double years = 0;
  // NaN: the kernels take log-moneyness from the forward and derive the rates. expiry_terms sets them,
  // and then rows have the bits of european_rows; whoever changes the four above must unset them.
  double rate = std::numeric_limits<double>::quiet_NaN();
  double dividend_yield = std::numeric_limits<double>::quiet_NaN();
};

// Never throws; terms from unusable numbers make the kernels refuse the rows.
ExpiryTerms expiry_terms(double spot, double rate, double dividend_yield, double years);

// Black-76: options on a forward or future. Spot stands for the forward, so delta and gamma are with
// respect to the forward and carry the discount factor, and rho is at a fixed spot, as everywhere:
// the derivative at a fixed forward is −T·price.
ExpiryTerms black76_terms(double forward, double discount, double years);

struct EuropeanColumns {
  std::span<double> price, delta, gamma, vega, theta, rho, rho_q, vanna, volga, charm;
};

// Options of one expiry: strike, vol, right. Returns how many rows were refused: those have NaN in
// every output. A row is refused when spot, forward, discount or strike is not positive, normal and
// finite (within 1e±290), or years or vol is negative, NaN or infinite.
//
// Limits: with years = 0 or vol = 0 (or a deviation vol·√T too small to matter) the price is the
// discounted intrinsic value of the forward, delta is 0 or ±e^(−qT), gamma, vanna, volga are 0.
// Exactly at the money delta is ±e^(−qT)/2, the limit of the formula, and gamma is 0 (its limit is
// infinite); vega is its limit S·e^(−qT)·√T/√(2π).
std::size_t european_chain(const ExpiryTerms& terms, std::span<const double> strike, std::span<const double> vol,
                           std::span<const Right> right, const EuropeanColumns& out);

// Options that share nothing.
struct EuropeanRows {
  std::span<const double> spot, strike, rate, dividend_yield, years, vol;
  std::span<const Right> right;
};

// As european_chain; rates must be within ±1e9. The forward is not rounded on the way to the
// log-moneyness, which matters near the money with a tiny deviation.
std::size_t european_rows(const EuropeanRows& in, const EuropeanColumns& out);

struct EuropeanValue {
  double price = 0, delta = 0, gamma = 0, vega = 0, theta = 0, rho = 0, rho_q = 0, vanna = 0, volga = 0, charm = 0;
};

// One row of european_rows, with the same bits. Throws std::invalid_argument where that refuses a row.
EuropeanValue european(Right right, const BlackScholesInput& in);

// One row of european_chain with black76_terms, with the same bits; throws like european.
EuropeanValue black76(Right right, double forward, double strike, double discount, double years, double vol);

}  // namespace optix
