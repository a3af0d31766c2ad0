#include "core/volatility/smile_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/pricing/elementary.hpp"
#include "core/volatility/svi_fit.hpp"

namespace optix {
namespace {

constexpr double enough_inside = 0.95;
constexpr std::size_t cell_points = 4;  // checked points per spline cell
constexpr double margin_above = 2e-5;   // corrected slices stay above the one before by this share of w
constexpr double farthest = 4;          // deviations of its own volatility: N(−4) = 0.00003 of delta
// Beyond the last quote a correction has this share of that quote's distance to die away in. A wing
// that returns to the prior more steeply is a butterfly, so that it could not follow the quotes at all.
constexpr double fade = 1.5;
constexpr double first_roughness = 30, next_roughness = 6, last_roughness = 1e5;

// Points that matter for a spline on [low, high] in the middle of the whole range.
void append_grid(double low, double high, std::size_t points, std::vector<double>& out) {
  for (std::size_t i = 0; i <= points; ++i)
    out.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(points));
}

// From `from` outwards to `to`, ever wider steps.
void append_wing(double from, double to, std::vector<double>& out) {
  constexpr int points = 24;
  for (int i = 1; i <= points; ++i) {
    const double share = static_cast<double>(i) / points;
    out.push_back(from + (to - from) * share * share * share);
  }
}

// base + spline, whose knots are those of the base's spline when it has one.
Smile add_spline(const Smile& base, const SplineSmile& spline, double scale) {
  Smile out = base;
  out.kind = SmileKind::svi_spline;
  if (out.spline.empty()) {
    out.spline = spline;
    for (double& v : out.spline.value) v *= scale;
    for (double& v : out.spline.curvature) v *= scale;
    return out;
  }
  for (std::size_t i = 0; i < spline.knot.size(); ++i) {
    out.spline.value[i] += scale * spline.value[i];
    out.spline.curvature[i] += scale * spline.curvature[i];
  }
  return out;
}

class Fitter {
 public:
  explicit Fitter(const SmileFitInput& input) : in_(input) {}

  SmileFitResult run() {
    SmileFitResult out;
    for (const SmileQuote& q : in_.quotes)
      if (q.weight > 0) points_.push_back({q.k, q.iv_mid * q.iv_mid * in_.years, q.weight});
    if (points_.empty()) {
      out.note = "no two-sided quote out of the money";
      return out;
    }
    if (in_.model == SmileModel::svi && plain_svi(out)) return out;
    Smile prior;
    prior.svi = in_.prior;
    set_base(prior, margin_above);
    set_range();
    set_grid();
    const bool prior_free = outer_.free() && judge(nullptr).free();
    const bool close = in_.model != SmileModel::svi_spline && inside(prior) >= enough_inside;
    if (close && prior_free && verified(prior, out)) {
      out.outcome = SliceOutcome::fitted;
      return out;
    }
    if (in_.model != SmileModel::svi && outer_.free() && corrected(out)) return out;
    if (prior_free && verified(prior, out)) {
      out.outcome = SliceOutcome::repaired;
      out.note = "no free correction of the prior found: the prior alone";
      return out;
    }
    out.outcome = SliceOutcome::repaired;
    if (in_.before == nullptr) {
      out.note = "no free smile found: flat at the mean variance";
      verified(flat(), out);
      return out;
    }
    out.note = "quotes contradict the slice before: fitted as its continuation";
    follow(out);
    return out;
  }

 private:
  struct Verdict {
    double min_g = std::numeric_limits<double>::infinity();
    double min_gap = std::numeric_limits<double>::infinity();  // above the floor
    bool free() const { return min_g >= 0 && min_gap >= 0; }
    void look(const VarianceDerivatives& d, double k, double floor) {
      min_g = std::min(min_g, d.w > 0 ? durrleman_g(d, k) : -1.0);
      min_gap = std::min(min_gap, d.w - floor);
    }
  };

  // Height above the floor, and how it changes with k.
  struct Gap {
    double value, slope;
  };
  // The lowest point of the cubic through two gaps a step apart, when it lies between them.
  struct Dip {
    double share, value;
  };
  static std::optional<Dip> dip_between(const Gap& a, const Gap& b, double step) {
    if (!(a.slope < 0) || !(b.slope > 0)) return std::nullopt;
    const double t = a.slope / (a.slope - b.slope), u = 1 - t;
    return Dip{
        t, u * u * (1 + 2 * t) * a.value + t * t * (1 + 2 * u) * b.value + step * t * u * (u * a.slope - t * b.slope)};
  }

  // Puts the smile and what is measured of it into the result; true when it is free of arbitrage.
  bool verified(const Smile& smile, SmileFitResult& out) const {
    out.smile = smile;
    out.inside = inside(smile);
    out.check = smile_check(smile, check_low, check_high);
    out.calendar_gap = in_.before == nullptr ? 0 : calendar_gap(*in_.before, smile);
    return out.check.free && out.calendar_gap >= -crossing_tolerance;
  }

  // Constrained least squares; false when its result is not free after all.
  bool plain_svi(SmileFitResult& out) {
    SviFitOptions options;
    options.butterfly_free = true;
    if (in_.before != nullptr) options.lower_bound = in_.before->svi;
    const SviFit fit = fit_svi(points_, options);
    Smile smile;
    smile.svi = fit.parameters;
    if (!fit.butterfly_free || !verified(smile, out)) return false;
    out.outcome = fit.constrained ? SliceOutcome::held : SliceOutcome::fitted;
    return true;
  }

  void set_base(const Smile& base, double margin) {
    base_ = base;
    margin_ = margin;
  }

  // Where a correction may live: the quotes, but for those that say next to nothing, and room to fade.
  void set_range() {
    const double atm = std::sqrt(std::max(base_.total_variance(0), 1e-12));
    double low = 0, high = 0;
    for (const SmilePoint& p : points_) {
      const double deviation = std::sqrt(std::max(p.total_variance, 1e-12));
      if (std::fabs(p.k) / deviation > farthest) continue;
      low = std::min(low, p.k);
      high = std::max(high, p.k);
    }
    low_ = low - std::max(0.7 * atm, fade * std::fabs(low));
    high_ = high + std::max(0.7 * atm, fade * high);
    // Where the slice before is corrected this one must be able to follow.
    if (in_.before != nullptr && in_.before->kind == SmileKind::svi_spline) {
      low_ = std::min(low_, in_.before->spline.knot.front());
      high_ = std::max(high_, in_.before->spline.knot.back());
    }
    const double wanted = (high_ - low_) / (0.35 * atm);
    cells_ = static_cast<std::size_t>(std::clamp(std::ceil(wanted), 8.0, 96.0));
    step_ = (high_ - low_) / static_cast<double>(cells_);
  }

  void set_grid() {
    grid_.clear();
    append_grid(low_, high_, cells_ * cell_points, grid_);
    inner_ = grid_.size();
    append_wing(low_, std::min(check_low, 2 * low_), grid_);
    append_wing(high_, std::max(check_high, 2 * high_), grid_);
    base_at_.resize(grid_.size());
    floor_.assign(grid_.size(), {});
    outer_ = {};
    for (std::size_t i = 0; i < grid_.size(); ++i) {
      const double k = grid_[i];
      base_at_[i] = base_.at(k);
      floor_[i] = floor_at(k);
      if (i >= inner_) outer_.look(base_at_[i], k, floor_[i].value);
    }
  }

  // The slice before with the margin, which fades out where corrections do: at the ends and beyond
  // the bases themselves may touch.
  Gap floor_at(double k) const {
    if (in_.before == nullptr) return {0, 0};
    const VarianceDerivatives d = in_.before->at(k);
    const double depth = std::clamp(std::min(k - low_, high_ - k) / (4 * step_), 0.0, 1.0);
    const double factor = 1 - 0.5 * crossing_tolerance + margin_ * depth * depth * depth;
    return {d.w * factor, d.w1 * factor};
  }

  // The inner part of the grid, with a correction or without, and the dips between its points.
  Verdict judge(const SplineSmile* spline, double scale = 1) const {
    Verdict out;
    Gap last{};
    for (std::size_t i = 0; i < inner_; ++i) {
      VarianceDerivatives d = base_at_[i];
      if (spline != nullptr) {
        const VarianceDerivatives s = spline->at(grid_[i]);
        d = {d.w + scale * s.w, d.w1 + scale * s.w1, d.w2 + scale * s.w2};
      }
      out.look(d, grid_[i], floor_[i].value);
      const Gap gap{d.w - floor_[i].value, d.w1 - floor_[i].slope};
      if (i > 0)
        if (const auto dip = dip_between(last, gap, grid_[i] - grid_[i - 1]))
          out.min_gap = std::min(out.min_gap, dip->value);
      last = gap;
    }
    return out;
  }

  // The smoothest correction needed; the last one tried stays in last_.
  bool corrected(SmileFitResult& out) {
    std::vector<double> k, y, weight;
    double heaviest = 0;
    for (const SmilePoint& p : points_) {
      k.push_back(p.k);
      y.push_back(p.total_variance - base_.total_variance(p.k));
      weight.push_back(p.weight);
      heaviest = std::max(heaviest, p.weight);
    }
    const std::size_t quotes = k.size();
    out.outcome = SliceOutcome::fitted;
    for (double roughness = first_roughness; roughness < last_roughness; roughness *= next_roughness) {
      k.resize(quotes);
      y.resize(quotes);
      weight.resize(quotes);
      double lift = 10 * heaviest;
      for (int turn = 0; turn < 5; ++turn, lift *= 20) {
        last_ = penalised_spline(k, y, weight, {low_, step_, cells_, roughness});
        const Verdict verdict = judge(&last_);
        if (verdict.free() && verified(add_spline(base_, last_, 1), out)) return true;
        out.outcome = SliceOutcome::held;
        if (verdict.min_gap >= 0) break;  // a butterfly only: smoother
        add_floor(lift, k, y, weight);
      }
    }
    return false;
  }

  // The floor, and a little, as data where base and correction fall below it.
  void add_floor(double lift, std::vector<double>& k, std::vector<double>& y, std::vector<double>& weight) const {
    const auto hold = [&](double at, double floor, double base) {
      k.push_back(at);
      y.push_back(floor * (1 + 2e-4) - base);
      weight.push_back(lift);
    };
    Gap before{};
    for (std::size_t i = 0; i < inner_; ++i) {
      const VarianceDerivatives s = last_.at(grid_[i]);
      const Gap gap{base_at_[i].w + s.w - floor_[i].value, base_at_[i].w1 + s.w1 - floor_[i].slope};
      if (gap.value < 0) hold(grid_[i], floor_[i].value, base_at_[i].w);
      if (i > 0) {
        const double step = grid_[i] - grid_[i - 1];
        const auto dip = dip_between(before, gap, step);
        if (dip && dip->value < 0) {
          const double at = grid_[i - 1] + dip->share * step;
          hold(at, floor_at(at).value, base_.total_variance(at));
        }
      }
      before = gap;
    }
  }

  // The slice before plus what the quotes add to it.
  void follow(SmileFitResult& out) {
    set_base(*in_.before, 0);
    if (base_.kind == SmileKind::svi_spline) {
      const auto& knot = base_.spline.knot;
      low_ = knot.front();
      high_ = knot.back();
      cells_ = knot.size() - 1;
      step_ = (high_ - low_) / static_cast<double>(cells_);
    } else {
      set_range();
    }
    set_grid();
    const bool found = corrected(out);
    out.outcome = SliceOutcome::repaired;
    if (found) return;
    for (double scale = 0.5; scale > 1e-3; scale *= 0.5)
      if (judge(&last_, scale).free() && verified(add_spline(base_, last_, scale), out)) return;
    verified(base_, out);
  }

  Smile flat() const {
    double sum = 0, total = 0;
    for (const SmilePoint& p : points_) {
      sum += p.weight * p.total_variance;
      total += p.weight;
    }
    Smile out;
    out.svi = {sum / total, 0, 0, 0, 0};
    return out;
  }

  double inside(const Smile& smile) const {
    std::size_t liquid = 0, within = 0;
    for (const SmileQuote& q : in_.quotes) {
      if (!q.liquid) continue;
      ++liquid;
      const double vol = std::sqrt(smile.total_variance(q.k) / in_.years);
      within += vol >= q.iv_bid && vol <= q.iv_ask ? 1 : 0;
    }
    return liquid == 0 ? 1 : static_cast<double>(within) / static_cast<double>(liquid);
  }

  const SmileFitInput& in_;
  std::vector<SmilePoint> points_;
  Smile base_;
  double margin_ = 0;  // of the floor above the slice before
  double low_ = 0, high_ = 0, step_ = 0;
  std::size_t cells_ = 0, inner_ = 0;
  std::vector<double> grid_;  // inner_ points in the correction's range, then both wings
  std::vector<VarianceDerivatives> base_at_;
  std::vector<Gap> floor_;  // of total variance
  Verdict outer_;
  SplineSmile last_;
};

}  // namespace

SmileFitResult fit_smile(const SmileFitInput& input) { return Fitter(input).run(); }

double calendar_gap(const Smile& near, const Smile& far) {
  const auto slopes = [](const Smile& s) {
    double left = s.kind == SmileKind::svi ? 0 : s.spline.left_slope;
    double right = s.kind == SmileKind::svi ? 0 : s.spline.right_slope;
    if (s.kind != SmileKind::spline) {
      left -= svi_left_slope(s.svi);
      right += svi_right_slope(s.svi);
    }
    return std::pair{left, right};
  };
  const auto [near_left, near_right] = slopes(near);
  const auto [far_left, far_right] = slopes(far);
  constexpr double rounding = 1e-12;
  if (far_left > near_left + rounding || far_right < near_right - rounding)
    return -std::numeric_limits<double>::infinity();
  std::vector<double> grid;
  append_wing(0, check_low, grid);
  append_wing(0, check_high, grid);
  append_grid(-1, 0.5, 150, grid);
  for (const Smile* s : {&near, &far})
    if (s->kind != SmileKind::svi && !s->spline.empty())
      append_grid(s->spline.knot.front(), s->spline.knot.back(), s->spline.knot.size() * cell_points, grid);
  double least = std::numeric_limits<double>::infinity();
  for (const double k : grid) least = std::min(least, far.total_variance(k) / near.total_variance(k) - 1);
  return least;
}

}  // namespace optix
