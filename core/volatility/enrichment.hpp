#pragma once
// Implied volatilities and greeks of the rows of one slice, into the columns of the whole chain.
#include "core/volatility/surface_fit.hpp"

namespace optix {

// All columns with `rows` entries, NaN, status bad_input, source none.
ChainEnrichment empty_enrichment(const ChainQuotes& quotes);

// Implied volatility from the mid of every two-sided row, then the volatility behind its greeks.
void imply_slice(const ChainQuotes& chain, const SliceQuotes& slice, const ExpiryTerms& terms,
                 const SurfaceOptions& options, ChainEnrichment& out);

// The smile's volatility for rows that have none, or for all.
void fill_from_smile(const ChainQuotes& chain, const SliceQuotes& slice, const ExpiryTerms& terms, const Smile& smile,
                     bool all, ChainEnrichment& out);

// Greeks of every row that has a volatility. American: delta and gamma of the scheme, theta from the
// Black–Scholes equation where holding is best (0 where exercise is), vega and rho by central
// differences of 0.01 and 0.001.
void slice_greeks(const ChainQuotes& chain, const SliceQuotes& slice, const ExpiryTerms& terms,
                  const SurfaceOptions& options, ChainEnrichment& out);

}  // namespace optix
