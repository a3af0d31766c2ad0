#include "core/volatility/smile.hpp"

#include <algorithm>
#include <limits>

namespace optix {

VarianceDerivatives Smile::at(double k) const {
  switch (kind) {
    case SmileKind::svi: return svi_derivatives(svi, k);
    case SmileKind::spline: return spline.at(k);
    case SmileKind::svi_spline: break;
  }
  const VarianceDerivatives base = svi_derivatives(svi, k), correction = spline.at(k);
  return {base.w + correction.w, base.w1 + correction.w1, base.w2 + correction.w2};
}

SmileCheck smile_check(const Smile& smile, double low, double high, int points) {
  SmileCheck out;
  out.min_g = out.min_w = std::numeric_limits<double>::infinity();
  const auto look = [&](double k) {
    const VarianceDerivatives d = smile.at(k);
    const double g = durrleman_g(d, k);
    out.min_w = std::min(out.min_w, d.w);
    if (g < out.min_g) {
      out.min_g = g;
      out.min_g_at = k;
    }
  };
  const int cells = std::max(points, 2) - 1;
  for (int i = 0; i <= cells; ++i) look(low + (high - low) * i / cells);
  if (smile.kind != SmileKind::svi) {
    const auto& knot = smile.spline.knot;
    for (std::size_t i = 0; i < knot.size(); ++i) {
      if (knot[i] >= low && knot[i] <= high) look(knot[i]);
      if (i + 1 == knot.size()) break;
      const double middle = 0.5 * (knot[i] + knot[i + 1]);
      if (middle >= low && middle <= high) look(middle);
    }
  }
  if (smile.kind != SmileKind::spline) {
    out.left_slope = -svi_left_slope(smile.svi);
    out.right_slope = svi_right_slope(smile.svi);
  }
  if (smile.kind != SmileKind::svi) {
    out.left_slope += smile.spline.left_slope;
    out.right_slope += smile.spline.right_slope;
  }
  out.free = out.min_g >= 0 && out.min_w > 0 && out.left_slope >= -2 && out.left_slope <= 0 && out.right_slope >= 0 &&
             out.right_slope <= 2;
  return out;
}

}  // namespace optix
