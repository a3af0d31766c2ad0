#pragma once
// Model-free expected volatility over 30 days from option prices: the VIX methodology.
// Source: Cboe, "Cboe Volatility Index: VIX White Paper" (2003, 2019), steps 1–3 of its calculation.
//
// Per term:  σ² = 2/T · Σ ΔK/K² · e^(RT)·Q(K) − 1/T · (F/K0 − 1)²
//   F    at the strike with the smallest |call mid − put mid|: K + e^(RT)·(C − P)
//   K0   the highest listed strike at or below F
//   Q    mid of the put below K0, of the call above, of their average at K0
//   From K0 outwards strikes with a zero bid are left out, and nothing beyond two of them in a row.
//   ΔK   half the distance between the neighbours used; at the ends the distance to the only one.
// Index = 100·√((T1·σ1²·w1 + T2·σ2²·w2)·N365/N30), weights from minutes to both terms.
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/pricing/parity.hpp"
#include "core/pricing/rate_curve.hpp"
#include "core/volatility/chain_quotes.hpp"
#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix {

struct IndexTerm {
  double forward = 0;
  double k0 = 0;
  double variance = 0;  // σ² per year
  double years = 0;
  std::size_t puts = 0, calls = 0;  // strikes used below and above K0
  double lowest = 0, highest = 0;   // outermost strikes used
};

// One term from quotes with ascending strikes. Error: no forward (see vix_forward), no option on one
// side of K0, a quote at K0 without both mids, a variance that is not positive.
Result<IndexTerm> index_term(std::span<const ParityQuote> quotes, double rate, double years);

struct VolatilityIndexOptions {
  double days = 30;
  // By calendar days from the session to the expiration: near is the latest with more than min_days and
  // at most `days`, next the earliest with more than `days` and at most max_days. (On a Wednesday that
  // is 30 and 37 days, on the Tuesday before 24 and 31, as in the methodology's example.)
  double min_days = 23, max_days = 37;
  bool fridays_only = true;        // the Friday expirations of the methodology (Thursday before a holiday)
  std::vector<Symbol> roots;       // empty: every root
  std::optional<RateCurve> rates;  // without: the discount factors of parity
};

struct VolatilityIndex {
  double value = 0;  // in points: 15.3
  IndexTerm near, next;
  Date near_expiration, next_expiration;
  Symbol near_root, next_root;
};

// Combines two terms: years of both are minutes/525,600. Where both lie on one side of `days` by the
// hour the same line is continued, as the methodology does. Error: the terms are not in order, or the
// variance on the line is not positive.
Result<double> interpolate_index(const IndexTerm& near, const IndexTerm& next, double days = 30);

// Error: which term is missing and what the chain has instead.
Result<VolatilityIndex> volatility_index(const ChainSnapshot& chain, const VolatilityIndexOptions& options = {});

}  // namespace optix
