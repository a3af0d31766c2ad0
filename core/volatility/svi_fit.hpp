#pragma once
// Least-squares fit of a raw SVI slice to points (k, w, weight).
//
// Quasi-explicit method: given (m, σ) the slice is linear in (a, d = ρbσ, c = bσ), solved exactly
// under c ≥ |d| (Zeliade Systems, "Quasi-explicit calibration of Gatheral's SVI model", 2009); the
// outer pair (m, σ) is found by variable projection (Golub & Pereyra 1973, Kaufman's Jacobian) with
// Levenberg–Marquardt damping from the best cells of a small grid. Bounded work, no allocation up to
// 256 points unless a constraint binds, the same bits everywhere.
//
// With L the width of the strikes in k: m lies within L of them, σ in [L/500, 10·L], and no wing is
// steeper than min(4, 20·√mean w). Noise would otherwise be fitted by hyperbolas with b of 1e8.
// Whatever the options, the result has no negative variance.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/volatility/svi.hpp"

namespace optix {

struct SmilePoint {
  double k = 0;               // log(strike/forward)
  double total_variance = 0;  // > 0
  double weight = 1;          // ≥ 0; multiplies the squared error; 0: ignored
};

struct SviFitOptions {
  // Where to begin (yesterday's slice, the neighbour's). A poor one costs nothing but time: the
  // grid's start is used too when it is better.
  std::optional<SviParameters> start;
  // The result has no butterfly arbitrage over the whole line (svi_butterfly_free).
  bool butterfly_free = false;
  // The result is nowhere below this slice (svi_calendar_free): the fit of the expiry before.
  std::optional<SviParameters> lower_bound;
  int max_iterations = 60;
};

enum class SviFitStatus : std::uint8_t {
  ok,            // five or more distinct strikes, converged
  few_points,    // fewer than five distinct strikes: flat (1), line (2), kink-free parabola-like (3–4)
  no_points,     // nothing usable: parameters are all zero
  not_converged  // the best slice found within max_iterations; still valid
};
constexpr auto enum_names(SviFitStatus) {
  return std::to_array<std::string_view>({"ok", "few_points", "no_points", "not_converged"});
}

struct SviFit {
  SviParameters parameters;
  double rmse_w = 0;  // √(Σ weight·error² / Σ weight), in total variance
  double max_error_w = 0;
  std::size_t points = 0;  // used: finite, w > 0, weight > 0
  int iterations = 0;
  SviFitStatus status = SviFitStatus::no_points;
  bool butterfly_free = false;  // as svi_butterfly_free says of `parameters`
  bool calendar_free = true;    // nowhere below options.lower_bound
  bool constrained = false;     // the free optimum violated a requested constraint and was replaced
};

// Never NaN, never throws on data: points that are not finite or have w ≤ 0 or weight ≤ 0 are left
// out and counted by their absence in `points`. Points need no order.
SviFit fit_svi(std::span<const SmilePoint> points, const SviFitOptions& options = {});

}  // namespace optix
