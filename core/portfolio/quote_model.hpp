#pragma once
// What a chain's quotes imply for one contract: carry by put–call parity, volatility, and a price where
// there is no usable quote. Black–Scholes–Merton; rates continuous, Act/365 to the settlement instant.
#include "core/contracts/chain_view.hpp"

namespace optix {

// Dividend yield that makes the forward of a contract's expiry the one that its quotes imply:
// F = K + (C − P)·e^(rT) at the strike nearest to the underlying's price whose call and put are quoted
// on both sides (lower strike on a tie), q = r − log(F/S)/T. 0 when no strike is.
double implied_yield(const ChainSnapshot& chain, const Contract& terms, double rate, double years);

// The chain's own implied volatility of a row; where it has none, that of `price` (USD per share). NaN
// when there is no solution.
double row_vol(const ChainSnapshot& chain, std::size_t row, const Contract& terms, double price, double rate,
               double dividend_yield, double years);

// Price at a volatility > 0, kept within what the quote does say (at least its bid, at most its ask) and,
// for american contracts, at least what exercise pays. Past settlement, exercise value.
Decimal model_price(const Contract& terms, const Quote& quote, double spot, double vol, double rate,
                    double dividend_yield, double years);

}  // namespace optix
