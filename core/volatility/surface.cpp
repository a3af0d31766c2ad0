#include "core/volatility/surface.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "core/pricing/elementary.hpp"

namespace optix {
namespace {

constexpr double days_per_year = 365;

bool positive(double x) { return x > 0 && std::isfinite(x); }

// ±N(±d1) at log-moneyness k with deviation θ = √w.
double forward_delta(Right right, double k, double deviation) {
  const double d1 = -k / deviation + 0.5 * deviation;
  return right == Right::call ? math::normal_cdf(d1) : -math::normal_cdf(-d1);
}

}  // namespace

double SmileView::log_moneyness(double strike) const {
  if (!positive(strike)) throw std::invalid_argument("log_moneyness: the strike must be positive");
  return math::log(strike / forward_);
}

VarianceDerivatives SmileView::at(double k) const {
  const VarianceDerivatives a = lower_->at(k);
  VarianceDerivatives out{lower_weight_ * a.w, lower_weight_ * a.w1, lower_weight_ * a.w2};
  if (upper_ != nullptr) {
    const VarianceDerivatives b = upper_->at(k);
    out.w += upper_weight_ * b.w;
    out.w1 += upper_weight_ * b.w1;
    out.w2 += upper_weight_ * b.w2;
  }
  return out;
}

double SmileView::vol(double k) const { return std::sqrt(at(k).w / years_); }

double SmileView::price(Right right, double strike) const {
  const double k = log_moneyness(strike), deviation = std::sqrt(at(k).w);
  const double d1 = -k / deviation + 0.5 * deviation, d2 = d1 - deviation;
  // The out-of-the-money side first: no cancellation; the other side by parity.
  const double otm = k >= 0 ? forward_ * math::normal_cdf(d1) - strike * math::normal_cdf(d2)
                            : strike * math::normal_cdf(-d2) - forward_ * math::normal_cdf(-d1);
  const bool call_is_otm = k >= 0;
  if ((right == Right::call) == call_is_otm) return discount_ * otm;
  return discount_ * (otm + (call_is_otm ? strike - forward_ : forward_ - strike));
}

double SmileView::delta(Right right, double strike, DeltaKind kind) const {
  const double k = log_moneyness(strike);
  const double delta = forward_delta(right, k, std::sqrt(at(k).w));
  return kind == DeltaKind::forward ? delta : delta * discount_ * forward_ / spot_;
}

std::optional<double> SmileView::strike_at_delta(Right right, double delta, DeltaKind kind) const {
  const double target = kind == DeltaKind::forward ? delta : delta * spot_ / (discount_ * forward_);
  if (!(std::fabs(target) > 0) || !(std::fabs(target) < 1) || (target > 0) != (right == Right::call))
    return std::nullopt;
  const auto miss = [&](double k) { return forward_delta(right, k, std::sqrt(at(k).w)) - target; };
  // Both deltas fall as k rises. Bracket by doubling, then halve with secants (Illinois).
  const double unit = std::sqrt(at(0).w);
  double low = -unit, high = unit;
  double at_low = miss(low), at_high = miss(high);
  for (; !(at_low > 0); at_low = miss(low)) {
    if ((low *= 2) < -64) return std::nullopt;
  }
  for (; !(at_high < 0); at_high = miss(high)) {
    if ((high *= 2) > 64) return std::nullopt;
  }
  for (int step = 0; step < 200 && high - low > 1e-14; ++step) {
    double k = low + (high - low) * (at_low / (at_low - at_high));
    if (!(k > low && k < high)) k = 0.5 * (low + high);
    const double value = miss(k);
    if (value == 0) return forward_ * math::exp(k);
    if (value > 0) {
      low = k;
      at_low = value;
      at_high *= 0.5;
    } else {
      high = k;
      at_high = value;
      at_low *= 0.5;
    }
  }
  return forward_ * math::exp(0.5 * (low + high));
}

std::optional<double> SmileView::vol_at_delta(Right right, double delta, DeltaKind kind) const {
  const auto strike = strike_at_delta(right, delta, kind);
  if (!strike) return std::nullopt;
  return vol_at_strike(*strike);
}

SmileFeatures SmileView::features() const {
  // σ = √(w/T): σ' = w'/(2σT), σ'' = w''/(2σT) − σ'²/σ.
  const VarianceDerivatives d = at(0);
  SmileFeatures out;
  out.atm_vol = std::sqrt(d.w / years_);
  out.skew = d.w1 / (2 * out.atm_vol * years_);
  out.curvature = d.w2 / (2 * out.atm_vol * years_) - out.skew * out.skew / out.atm_vol;
  const auto call = vol_at_delta(Right::call, 0.25), put = vol_at_delta(Right::put, -0.25);
  if (call && put) {
    out.risk_reversal_25 = *call - *put;
    out.butterfly_25 = 0.5 * (*call + *put) - out.atm_vol;
  }
  return out;
}

double SmileView::density(double strike) const {
  if (!(strike > 0)) return 0;
  const double k = log_moneyness(strike);
  const VarianceDerivatives d = at(k);
  const double deviation = std::sqrt(d.w), d2 = -k / deviation - 0.5 * deviation;
  return durrleman_g(d, k) * math::normal_pdf(d2) / (strike * deviation);
}

double SmileView::probability_below(double strike) const {
  if (!(strike > 0)) return 0;
  const double k = log_moneyness(strike);
  const VarianceDerivatives d = at(k);
  const double deviation = std::sqrt(d.w), d2 = -k / deviation - 0.5 * deviation;
  // ∂(put)/∂K with the smile's own slope: N(−d2) + φ(d2)·d√w/dk.
  return math::normal_cdf(-d2) + math::normal_pdf(d2) * d.w1 / (2 * deviation);
}

Result<VolSurface> VolSurface::make(Timestamp as_of, double spot, const YearClock& clock,
                                    std::vector<SurfaceSlice> slices) {
  if (!positive(spot)) return Error{"the spot must be positive", "surface", ""};
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const SurfaceSlice& s = slices[i];
    const std::string where = "surface slice " + s.root.to_string() + " " + s.expiration.to_string();
    if (!positive(s.years) || !positive(s.calendar_years) || !positive(s.forward) || !positive(s.discount))
      return Error{"years, forward and discount must be positive", where, ""};
    if (i > 0 && s.years < slices[i - 1].years) return Error{"slices must ascend in time", where, ""};
    if (!(s.smile.total_variance(0) > 0)) return Error{"no positive variance at the money", where, ""};
  }
  VolSurface out;
  out.as_of_ = as_of;
  out.spot_ = spot;
  out.clock_ = clock;
  out.slices_ = std::move(slices);
  return out;
}

std::optional<std::size_t> VolSurface::find(Date expiration, Symbol root) const {
  for (std::size_t i = 0; i < slices_.size(); ++i)
    if (slices_[i].expiration == expiration && slices_[i].root == root) return i;
  return std::nullopt;
}

SmileView VolSurface::at_slice(std::size_t slice) const {
  if (slice >= slices_.size()) throw std::invalid_argument("surface: no slice " + std::to_string(slice));
  const SurfaceSlice& s = slices_[slice];
  SmileView out;
  out.lower_ = &s.smile;
  out.lower_weight_ = 1;
  out.years_ = s.years;
  out.calendar_years_ = s.calendar_years;
  out.spot_ = spot_;
  out.forward_ = s.forward;
  out.discount_ = s.discount;
  return out;
}

SmileView VolSurface::at(Timestamp maturity) const {
  if (slices_.empty()) throw std::invalid_argument("surface: it has no slice");
  SmileView out;
  out.spot_ = spot_;
  out.years_ = clock_.years(as_of_, maturity);
  out.calendar_years_ = YearClock{}.years(as_of_, maturity);
  if (!(out.years_ > 0)) throw std::invalid_argument("surface: the maturity is not after the surface's time");
  const auto upper = std::lower_bound(slices_.begin(), slices_.end(), out.years_,
                                      [](const SurfaceSlice& s, double years) { return s.years < years; });
  if (upper != slices_.end() && upper->years == out.years_)
    return at_slice(static_cast<std::size_t>(upper - slices_.begin()));
  out.extrapolated_ = upper == slices_.begin() || upper == slices_.end();
  if (out.extrapolated_) {
    const SurfaceSlice& s = upper == slices_.end() ? slices_.back() : slices_.front();
    out.lower_ = &s.smile;
    out.lower_weight_ = out.years_ / s.years;
    const double share = out.calendar_years_ / s.calendar_years;
    out.forward_ = spot_ * math::exp(share * math::log(s.forward / spot_));
    out.discount_ = math::exp(share * math::log(s.discount));
    if (!positive(out.forward_) || !positive(out.discount_))
      throw std::invalid_argument("surface: the carry of the last expiry leads nowhere that far beyond it");
    return out;
  }
  const SurfaceSlice& near = *(upper - 1);
  const SurfaceSlice& far = *upper;
  out.lower_ = &near.smile;
  out.upper_ = &far.smile;
  out.upper_weight_ = (out.years_ - near.years) / (far.years - near.years);
  out.lower_weight_ = 1 - out.upper_weight_;
  const double share = (out.calendar_years_ - near.calendar_years) / (far.calendar_years - near.calendar_years);
  out.forward_ = near.forward * math::exp(share * math::log(far.forward / near.forward));
  out.discount_ = near.discount * math::exp(share * math::log(far.discount / near.discount));
  return out;
}

SmileView VolSurface::at_days(double days) const {
  if (!(days > 0) || !(days < 100 * days_per_year))
    throw std::invalid_argument("surface: days must be positive and fewer than a century's");
  return at(as_of_ + static_cast<std::int64_t>(days * static_cast<double>(nanos_per_day)));
}

}  // namespace optix
