#pragma once
// The volatility surface of one underlying at one instant: a smile per slice (expiration, root), and
// total variance interpolated between slices along constant log-moneyness k = ln(K/F).
//
// Interpolation: linear in the clock's years. When the slices do not cross (w non-decreasing in T at
// every k) nothing in between does: calendar-safe. Before the first slice total variance falls to 0
// in proportion to T, after the last it grows in proportion to T (volatility constant at equal k).
// Forward and discount are log-linear in calendar years through (0, spot) and (0, 1).
// Gatheral and Jacquier, "Arbitrage-free SVI volatility surfaces", 2014, section 2 and lemma 5.1.
#include <cstdint>
#include <optional>
#include <vector>

#include "core/volatility/smile.hpp"
#include "core/volatility/year_clock.hpp"
#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix {

struct SurfaceSlice {
  Symbol root;
  Date expiration;
  Settlement settlement = Settlement::pm;
  Timestamp settles;
  double years = 0;           // of the surface's clock, > 0
  double calendar_years = 0;  // Act/365, > 0
  double forward = 0, discount = 1;
  Smile smile;
  double low = 0, high = 0;  // k between which the smile rests on quotes
};

// spot: ∂V/∂S with e^(−qT), as quoted on chains; forward: ±N(±d1). Both signed, puts negative.
enum class DeltaKind : std::uint8_t { spot, forward };
constexpr auto enum_names(DeltaKind) { return std::to_array<std::string_view>({"spot", "forward"}); }

struct SmileFeatures {
  double atm_vol = 0;    // at k = 0 (strike = forward)
  double skew = 0;       // dσ/dk at k = 0
  double curvature = 0;  // d²σ/dk² at k = 0
  // 25 spot delta: call vol − put vol; mean of both − ATM vol. nullopt: no such strike.
  std::optional<double> risk_reversal_25, butterfly_25;
};

// The smile at one maturity. Refers to slices of the surface it came from, which must outlive it.
class SmileView {
 public:
  double years() const { return years_; }
  double calendar_years() const { return calendar_years_; }
  double spot() const { return spot_; }
  double forward() const { return forward_; }
  double discount() const { return discount_; }
  bool extrapolated() const { return extrapolated_; }  // before the first or after the last slice

  double log_moneyness(double strike) const;  // ln(strike / forward)
  VarianceDerivatives at(double k) const;
  double total_variance(double k) const { return at(k).w; }
  double vol(double k) const;
  double vol_at_strike(double strike) const { return vol(log_moneyness(strike)); }
  double price(Right right, double strike) const;  // European, discounted
  double delta(Right right, double strike, DeltaKind kind = DeltaKind::spot) const;
  // The strike whose delta (signed: puts negative) is `delta`; nullopt when there is none, such as
  // −0.25 for a call. A smile free of arbitrage has at most one (d1 falls with the strike: Fukasawa,
  // "The normalizing transformation of the implied volatility smile", 2012).
  std::optional<double> strike_at_delta(Right right, double delta, DeltaKind kind = DeltaKind::spot) const;
  std::optional<double> vol_at_delta(Right right, double delta, DeltaKind kind = DeltaKind::spot) const;
  SmileFeatures features() const;

  // Risk-neutral law of the underlying at the maturity, from the second derivative of prices in the
  // strike (Breeden and Litzenberger, 1978) written in w and its derivatives.
  double density(double strike) const;            // per USD
  double probability_below(double strike) const;  // 0 for strike ≤ 0

 private:
  friend class VolSurface;
  const Smile* lower_ = nullptr;  // w = lower_weight·lower + upper_weight·upper
  const Smile* upper_ = nullptr;
  double lower_weight_ = 0, upper_weight_ = 0;
  double years_ = 0, calendar_years_ = 0, spot_ = 0, forward_ = 0, discount_ = 1;
  bool extrapolated_ = false;
};

class VolSurface {
 public:
  VolSurface() = default;
  // Slices ascending by years, each with positive years, forward and discount. Error says which not.
  static Result<VolSurface> make(Timestamp as_of, double spot, const YearClock& clock,
                                 std::vector<SurfaceSlice> slices);

  Timestamp as_of() const { return as_of_; }
  double spot() const { return spot_; }
  const YearClock& clock() const { return clock_; }
  const std::vector<SurfaceSlice>& slices() const { return slices_; }
  bool empty() const { return slices_.empty(); }

  std::optional<std::size_t> find(Date expiration, Symbol root) const;

  // All throw std::invalid_argument on an empty surface, a maturity not after as_of, or one so far
  // beyond the last expiry that its carry, which goes on, has left what a double holds.
  SmileView at_slice(std::size_t slice) const;
  SmileView at(Timestamp maturity) const;  // an instant, by the surface's clock
  SmileView at_days(double days) const;    // constant maturity: as_of + days of 24 hours

 private:
  Timestamp as_of_;
  double spot_ = 0;
  YearClock clock_;
  std::vector<SurfaceSlice> slices_;
};

}  // namespace optix
