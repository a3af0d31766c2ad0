#pragma once
// Portfolio margin: every holding on one underlying is revalued at ten prices of it, and the worst loss
// is the requirement, at least $0.375 × multiplier for each option contract. FINRA Rule 4210(g), Cboe
// Rule 10.4, OCC's TIMS.
//
// Range: ±15 % equities and narrow indexes, ±10 % broad indexes, −8 % to +6 % broad indexes of high
// capitalisation, ±20 % volatility indexes; times the leverage of a fund. Five equal steps to each side. Options by
// Black–Scholes–Merton with an instant shock; a share's profit is the move itself.
#include <array>
#include <functional>
#include <vector>

#include "core/margin/margin.hpp"
#include "core/volatility/surface.hpp"

namespace optix {

struct PortfolioScan {
  std::array<double, 10> move{};    // in percent, ascending: −15, −12, …
  std::array<double, 10> profit{};  // USD, of all legs
  std::size_t worst = 0;            // index of the lowest profit, the first of equals
  double worst_loss = 0;            // USD, at least 0
  Decimal minimum;                  // USD, per-contract minimum
  Decimal requirement;              // the greater of the two
};

std::array<double, 10> scan_moves(ScanRange range, Decimal leverage);

// Volatility of each leg held: `vol` and `years` of the legs, see MarginLeg. Throws
// std::invalid_argument for a leg or an underlying without price.
PortfolioScan portfolio_scan(std::span<const MarginLeg> legs, const MarginUnderlying& underlying, Date session);

// The smile moves with the spot: a leg's volatility at a shocked price is the surface's at the same
// log-moneyness against the shocked forward. Rates are the surface's; `years` of the legs are not read,
// a contract settles at `settles(leg)`.
PortfolioScan portfolio_scan(std::span<const MarginLeg> legs, const MarginUnderlying& underlying,
                             const VolSurface& surface, const std::function<Timestamp(const MarginLeg&)>& settles);

}  // namespace optix
