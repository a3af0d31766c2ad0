#include "core/margin/portfolio_margin.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "core/pricing/european.hpp"
#include "core/pricing/implied_vol.hpp"

namespace optix {
namespace {

constexpr Decimal minimum_per_unit = Decimal::from_raw(375'000);  // $0.375 × multiplier for each contract

struct Range {
  double down, up;  // percent
};
constexpr Range range_of(ScanRange scan) {
  switch (scan) {
    case ScanRange::equity: return {15, 15};
    case ScanRange::index: return {10, 10};
    case ScanRange::high_cap_index: return {8, 6};
    case ScanRange::volatility_index: break;
  }
  return {20, 20};
}

void check(std::span<const MarginLeg> legs, const MarginUnderlying& underlying) {
  const auto refuse = [&](const std::string& what) {
    throw std::invalid_argument("portfolio margin of " + underlying.symbol.to_string() + ": " + what);
  };
  if (underlying.price.is_none() || underlying.price <= Decimal{})
    refuse("the underlying has no price; wait for one before asking");
  for (const MarginLeg& leg : legs)
    if (!leg.shares && (leg.strike.is_none() || leg.strike <= Decimal{} || leg.multiplier <= 0))
      refuse("contract " + std::to_string(leg.contract) + " has a strike or multiplier that is not positive");
}

// Contracts or shares times what one of them multiplies.
double units(const MarginLeg& leg) { return static_cast<double>(leg.quantity * leg.multiplier); }

// The price of the underlying at each point; a fund with leverage cannot fall below nothing.
std::array<double, 10> shocked_prices(const std::array<double, 10>& move, double spot) {
  std::array<double, 10> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::max(spot * (1 + move[i] / 100), spot * 1e-6);
  return out;
}

// Adds a leg's profit at each point; `price` values one option at a price of the underlying.
template <class Price>
void add_profit(std::array<double, 10>& profit, const MarginLeg& leg, double spot,
                const std::array<double, 10>& shocked, const Price& price) {
  const double now = leg.shares ? spot : price(spot);
  for (std::size_t i = 0; i < profit.size(); ++i)
    profit[i] += units(leg) * ((leg.shares ? shocked[i] : price(shocked[i])) - now);
}

void finish(PortfolioScan& scan, std::span<const MarginLeg> legs) {
  for (std::size_t i = 1; i < scan.profit.size(); ++i)
    if (scan.profit[i] < scan.profit[scan.worst]) scan.worst = i;
  scan.worst_loss = std::max(0.0, -scan.profit[scan.worst]);
  for (const MarginLeg& leg : legs)
    if (!leg.shares)
      scan.minimum += minimum_per_unit * leg.multiplier * (leg.quantity < 0 ? -leg.quantity : leg.quantity);
  scan.requirement = std::max(scan.minimum, Decimal::from_double(scan.worst_loss));
}

// A leg's own volatility; without one, what its price implies; a price without time value has none.
double vol_of(const MarginLeg& leg, BlackScholesInput in) {
  if (!std::isnan(leg.vol)) return leg.vol;
  const ImpliedVol implied = implied_vol(leg.right, leg.price.is_none() ? 0 : leg.price.to_double(), in);
  return implied.status == ImpliedVolStatus::ok ? implied.vol : 0;
}

}  // namespace

std::array<double, 10> scan_moves(ScanRange range, Decimal leverage) {
  const Range percent = range_of(range);
  const double times = leverage.to_double();
  std::array<double, 10> out{};
  for (int i = 0; i < 5; ++i) {
    out[static_cast<std::size_t>(i)] = -percent.down * times * (5 - i) / 5;
    out[static_cast<std::size_t>(i) + 5] = percent.up * times * (i + 1) / 5;
  }
  return out;
}

PortfolioScan portfolio_scan(std::span<const MarginLeg> legs, const MarginUnderlying& underlying, Date session) {
  check(legs, underlying);
  PortfolioScan scan;
  scan.move = scan_moves(underlying.scan, underlying.leverage);
  const double spot = underlying.price.to_double();
  const auto shocked = shocked_prices(scan.move, spot);
  for (const MarginLeg& leg : legs) {
    BlackScholesInput in{spot, leg.strike.to_double(), underlying.rate, underlying.dividend_yield, leg.years, 0};
    if (std::isnan(in.years)) in.years = std::max(0, leg.expiration - session) / 365.0;
    if (!leg.shares) in.vol = vol_of(leg, in);
    add_profit(scan.profit, leg, spot, shocked, [&](double at) {
      in.spot = at;
      return european(leg.right, in).price;
    });
  }
  finish(scan, legs);
  return scan;
}

PortfolioScan portfolio_scan(std::span<const MarginLeg> legs, const MarginUnderlying& underlying,
                             const VolSurface& surface, const std::function<Timestamp(const MarginLeg&)>& settles) {
  check(legs, underlying);
  PortfolioScan scan;
  scan.move = scan_moves(underlying.scan, underlying.leverage);
  const double spot = underlying.price.to_double();
  const auto shocked = shocked_prices(scan.move, spot);
  for (const MarginLeg& leg : legs) {
    if (leg.shares) {
      add_profit(scan.profit, leg, spot, shocked, [](double) { return 0.0; });
      continue;
    }
    const SmileView smile = surface.at(settles(leg));
    const double strike = leg.strike.to_double();
    add_profit(scan.profit, leg, spot, shocked, [&](double at) {
      const double times = at / smile.spot();
      // Strike and forward scaled back: the smile as it is now, seen from the shocked forward.
      const double vol = smile.vol_at_strike(strike / times);
      return black76(leg.right, smile.forward() * times, strike, smile.discount(), smile.years(), vol).price;
    });
  }
  finish(scan, legs);
  return scan;
}

}  // namespace optix
