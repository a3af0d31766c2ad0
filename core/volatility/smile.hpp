#pragma once
// The smile of one expiry: total variance w = σ²T as a function of k = ln(K/F).
//
// One plain value for every kind of slice: w(k) = SVI(k) + spline(k), where either part may be absent.
//   svi         raw SVI of Gatheral (svi.hpp)
//   spline      natural cubic spline with straight wings (spline_smile.hpp)
//   svi_spline  SVI plus a correction that vanishes, with two derivatives, at both its ends: quotes
//               are met more closely while the wings stay those of SVI
#include <cstdint>

#include "core/volatility/spline_smile.hpp"
#include "core/volatility/svi.hpp"
#include "messages/market.hpp"

namespace optix {

enum class SmileKind : std::uint8_t { svi, spline, svi_spline };
constexpr auto enum_names(SmileKind) { return std::to_array<std::string_view>({"svi", "spline", "svi_spline"}); }

struct Smile {
  SmileKind kind = SmileKind::svi;
  SviParameters svi{};  // not read for kind spline
  SplineSmile spline;   // not read for kind svi

  VarianceDerivatives at(double k) const;
  double total_variance(double k) const { return at(k).w; }
};

// What a look at a smile over [low, high] found. The wings beyond are judged by their slopes.
struct SmileCheck {
  double min_g = 0, min_g_at = 0;          // smallest of Durrleman's g (durrleman_g of svi.hpp) and its k
  double min_w = 0;                        // smallest total variance seen
  double left_slope = 0, right_slope = 0;  // dw/dk as k → −∞ and k → +∞
  bool free = false;                       // min_g ≥ 0, min_w > 0, left_slope in [−2, 0], right_slope in [0, 2]
};
// `points` evenly spaced ones, and the knots and mid-knots of the spline within the range.
SmileCheck smile_check(const Smile& smile, double low, double high, int points = 201);

}  // namespace optix
