#pragma once
// Forward and discount factor of one expiry from its quotes: C − P = discount·(forward − K).
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/pricing/american.hpp"
#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix {

// Both sides of one strike, currency per share. A bid of 0 is no bid: that side then has only an
// upper bound and no mid, and the strike does not take part. The same for an ask of 0, a crossed
// quote and numbers that are not finite.
struct ParityQuote {
  double strike = 0;
  double call_bid = 0, call_ask = 0;
  double put_bid = 0, put_ask = 0;
};

struct ParityOptions {
  // The discount factor of the expiry from a rate curve. With it a line need not be fitted: it is
  // used when the strikes cannot give one (see ParityMethod), and always when `fix_discount`.
  std::optional<double> known_discount;
  bool fix_discount = false;
  std::size_t minimum_strikes = 4;       // usable strikes for a fitted discount, ≥ 2
  double maximum_discount_error = 0.01;  // larger standard errors fall back to known_discount, if given
  double outlier_limit = 3;              // in robust standard deviations
};

enum class ParityMethod : std::uint8_t {
  regression,      // forward and discount both from the quotes
  known_discount,  // discount given, forward from the quotes
};
constexpr auto enum_names(ParityMethod) { return std::to_array<std::string_view>({"regression", "known_discount"}); }

struct ParityForward {
  double forward = 0;
  double discount = 0;
  // Standard errors. The error of a mid is taken as uniform over its spread; scaled up when the
  // quotes scatter more than that around the line.
  double forward_error = 0;
  double discount_error = 0;  // 0 with a known discount
  std::size_t used = 0;       // strikes in the last fit
  std::size_t unusable = 0;   // strikes without two sound two-sided quotes
  std::size_t outliers = 0;   // sound ones too far from the line
  double scatter = 0;         // weighted rms distance to the line in standard deviations of the mids
  ParityMethod method = ParityMethod::regression;
  std::size_t iterations = 0;  // of de-Americanisation; 0 for European quotes
};

// Regression of mid C − mid P on K, weighted by the inverse variance of the mids. Outliers are found
// against a median-of-slopes line (Theil 1950, Sen 1968), which a quarter of bad rows cannot move,
// then by repeated fits. Strikes in any order.
// An error when no strike is usable, too few are and no discount is known, or the fitted discount or
// forward is not positive.
Result<ParityForward> parity_forward(std::span<const ParityQuote> quotes, const ParityOptions& options = {});

struct AmericanParityTerms {
  double spot = 0;                                   // > 0
  double years = 0;                                  // > 0
  AmericanScheme scheme = AmericanScheme::accurate;  // of the last rounds; the first are `fast`
  std::size_t maximum_iterations = 60;
  // Relative change of forward and discount at which the iteration stops; or a hundredth of their
  // standard errors where the quotes have spreads.
  double tolerance = 1e-9;
};

// The same from American quotes, whose parity is only an inequality. Each mid is turned into the
// European price with the same volatility: the volatility that explains it under American exercise
// with the rate and yield on trial, then Black–Scholes with it. The line through those prices gives
// the next rate and yield, until they repeat. Dividends enter as the yield that gives the forward.
// A strike whose call or put is worth no more than exercise has no volatility and does not take part
// (counted as unusable).
// Errors as above, and when the iteration does not settle.
Result<ParityForward> parity_forward_american(std::span<const ParityQuote> quotes, const AmericanParityTerms& terms,
                                              const ParityOptions& options = {});

// Forward of the VIX methodology (Cboe, "VIX White Paper"): at the strike where the mids of call and
// put are closest, forward = strike + e^(rate·years)·(call − put); k0 is the highest strike ≤ forward.
struct VixForward {
  double forward = 0;
  double strike = 0;  // where |C − P| is least; of equals the lowest
  double k0 = 0;
};
// Strikes in any order; those without two sound two-sided quotes count for k0 only. An error when no
// strike has them, none is ≤ forward, or rate or years is not finite.
Result<VixForward> vix_forward(std::span<const ParityQuote> quotes, double rate, double years);

}  // namespace optix
