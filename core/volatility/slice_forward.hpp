#pragma once
// Forward and discount factor of every slice of a chain, from its own quotes.
//
// Per slice: put-call parity (parity.hpp) on the strikes around the money: the 24 nearest ones and
// up to 24 more spread evenly over the rest within 20 %. A day's regression cannot tell a rate, a year's can:
// the rates of all slices are smoothed over ln T, each weighted by its inverse variance, and the
// forwards are taken again under the smoothed discount factors.
#include <optional>
#include <string>
#include <vector>

#include "core/volatility/surface_fit.hpp"

namespace optix {

struct SliceForward {
  ForwardSource source = ForwardSource::none;
  double forward = 0, discount = 0;
  double forward_error = 0, discount_error = 0;
  std::size_t strikes = 0;
  std::string note;  // why there is none
};

// One per slice of `quotes`.
std::vector<SliceForward> slice_forwards(const ChainQuotes& quotes, const SurfaceOptions& options);

// Zero rates at `years` smoothed in ln(years) with a Gaussian kernel of width `width` and weights
// 1/error². Entries with an error that is not positive and finite take no part. NaN when none does.
struct RateEstimate {
  double years = 0, rate = 0, error = 0;
};
double smoothed_rate(const std::vector<RateEstimate>& estimates, double years, double width = 0.5);

}  // namespace optix
