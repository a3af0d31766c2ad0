#pragma once
// Extended SSVI across expiries: three parameters per slice, no butterfly and no calendar arbitrage
// by construction. The prior of the surface and the fallback where a slice has few quotes.
//
// Expiries are fitted from near to far by weighted least squares in (θ, ρ, ψ); each is confined to
// the region where Gatheral & Jacquier's butterfly conditions and Hendriks & Martini's calendar
// conditions against its predecessor hold: ψ = low(ρ) + s·(high(θ, ρ) − low(ρ)) with s in [0, 1].
// Source: Corbetta, Cohort, Laachir & Martini (2019), §4, with least squares in place of its search.
#include <span>
#include <vector>

#include "core/volatility/ssvi.hpp"
#include "core/volatility/svi_fit.hpp"
#include "messages/values/result.hpp"

namespace optix {

struct EssviFitInput {
  double years = 0;  // > 0, ascending over the inputs
  std::span<const SmilePoint> points;
};

struct EssviFitSlice {
  EssviExpiry expiry;
  double rmse_w = 0;  // as SviFit
  double max_error_w = 0;
  std::size_t points = 0;         // 0: no usable point, the slice continues its predecessor
  bool calendar_active = false;   // a condition against the predecessor binds
  bool butterfly_active = false;  // a butterfly condition binds
};

struct EssviFit {
  std::vector<EssviFitSlice> slices;  // one per input
  std::vector<EssviExpiry> surface() const;
};

// Error: no input, years not ascending and positive, or no usable point in any expiry.
Result<EssviFit> fit_essvi(std::span<const EssviFitInput> expiries);

}  // namespace optix
