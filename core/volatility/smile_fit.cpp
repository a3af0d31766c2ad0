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
constexpr int cell_points = 4;         // checked points per spline cell
constexpr double relative_gap = 1e-9;  // above the slice before by this share of its variance

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
    base_.kind = SmileKind::svi;
    base_.svi = in_.prior;
    bool butterfly_free = true, constrained = false;
    if (in_.model == SmileModel::svi) {
      SviFitOptions options;
      options.butterfly_free = true;
      if (in_.before != nullptr && in_.before->kind != SmileKind::spline) options.lower_bound = in_.before->svi;
      const SviFit fit = fit_svi(points_, options);
      base_.svi = fit.parameters;
      butterfly_free = fit.butterfly_free;
      constrained = fit.constrained;
    }
    set_range();
    set_grid();
    const Verdict verdict = judge(nullptr);
    const bool base_free = butterfly_free && verdict.free();
    const double base_inside = inside(base_);
    const bool correct = in_.model == SmileModel::svi_spline ||
                         (in_.model == SmileModel::automatic && (!base_free || base_inside < enough_inside));
    if (correct && cells_ >= 4) {
      if (const auto found = corrected(out.outcome)) {
        out.smile = *found;
        out.inside = inside(out.smile);
        return out;
      }
    }
    if (base_free) {
      out.smile = base_;
      out.inside = base_inside;
      out.outcome = constrained || correct ? SliceOutcome::held : SliceOutcome::fitted;
      if (correct) out.note = "no free correction found: the prior alone";
      return out;
    }
    return last_resort(butterfly_free, verdict);
  }

 private:
  struct Verdict {
    double min_g = std::numeric_limits<double>::infinity();
    double min_gap = std::numeric_limits<double>::infinity();
    bool free() const { return min_g >= 0 && min_gap >= 0; }
  };

  // Where a correction may live: the quotes whose wing delta under the base is not negligible.
  void set_range() {
    const double atm = std::sqrt(std::max(base_.total_variance(0), 1e-12));
    double low = 0, high = 0;
    for (const SmilePoint& p : points_) {
      const double deviation = std::sqrt(std::max(base_.total_variance(p.k), 1e-12));
      if (std::fabs(p.k) / deviation > 3.1) continue;  // N(−3.1) = 0.001
      low = std::min(low, p.k);
      high = std::max(high, p.k);
    }
    const double margin = 0.7 * atm;
    low_ = low - margin;
    high_ = high + margin;
    // Where the slice before is corrected this one must be able to follow.
    if (in_.before != nullptr && in_.before->kind == SmileKind::svi_spline && !in_.before->spline.empty()) {
      low_ = std::min(low_, in_.before->spline.knot.front());
      high_ = std::max(high_, in_.before->spline.knot.back());
    }
    const double wanted = (high_ - low_) / (0.35 * atm);
    cells_ = points_.size() < 5 ? 0 : static_cast<std::size_t>(std::clamp(std::ceil(wanted), 8.0, 96.0));
    step_ = (high_ - low_) / static_cast<double>(cells_);
  }

  void set_grid() {
    grid_.clear();
    append_grid(low_, high_, std::max<std::size_t>(cells_, 16) * cell_points, grid_);
    inner_ = grid_.size();
    append_wing(low_, std::min(check_low, 2 * low_), grid_);
    append_wing(high_, std::max(check_high, 2 * high_), grid_);
    base_at_.resize(grid_.size());
    before_w_.assign(grid_.size(), 0.0);
    for (std::size_t i = 0; i < grid_.size(); ++i) {
      base_at_[i] = base_.at(grid_[i]);
      if (in_.before != nullptr) before_w_[i] = in_.before->total_variance(grid_[i]) * (1 + relative_gap);
    }
  }

  // The base alone, or with a spline that lives within the inner part of the grid.
  Verdict judge(const SplineSmile* spline) const {
    Verdict out;
    for (std::size_t i = 0; i < grid_.size(); ++i) {
      VarianceDerivatives d = base_at_[i];
      if (spline != nullptr && i < inner_) {
        const VarianceDerivatives s = spline->at(grid_[i]);
        d = {d.w + s.w, d.w1 + s.w1, d.w2 + s.w2};
      }
      out.min_g = std::min(out.min_g, d.w > 0 ? durrleman_g(d, grid_[i]) : -1.0);
      out.min_gap = std::min(out.min_gap, d.w - before_w_[i]);
    }
    return out;
  }

  std::optional<Smile> corrected(SliceOutcome& outcome) {
    std::vector<double> k, y, weight;
    for (const SmilePoint& p : points_) {
      k.push_back(p.k);
      y.push_back(p.total_variance - base_.total_variance(p.k));
      weight.push_back(p.weight);
    }
    const std::size_t quotes = k.size();
    outcome = SliceOutcome::fitted;
    for (double roughness = 0.03; roughness < 1e6; roughness *= 6, outcome = SliceOutcome::held) {
      k.resize(quotes);
      y.resize(quotes);
      weight.resize(quotes);
      double lift = 0;
      for (int turn = 0; turn < 6; ++turn) {
        const SplineSmile spline = penalised_spline(k, y, weight, {low_, step_, cells_, roughness});
        const Verdict verdict = judge(&spline);
        if (verdict.free()) {
          Smile out = base_;
          out.kind = SmileKind::svi_spline;
          out.spline = spline;
          return out;
        }
        if (verdict.min_gap >= 0) break;  // a butterfly only: smoother
        outcome = SliceOutcome::held;
        lift = lift > 0 ? 8 * lift : heaviest() * 4;
        add_floor(spline, lift, k, y, weight);
      }
    }
    return std::nullopt;
  }

  double heaviest() const {
    double out = 0;
    for (const SmilePoint& p : points_) out = std::max(out, p.weight);
    return out;
  }

  // The slice before, and a little, as data where the spline falls below it.
  void add_floor(const SplineSmile& spline, double lift, std::vector<double>& k, std::vector<double>& y,
                 std::vector<double>& weight) const {
    for (std::size_t i = 0; i < inner_; ++i) {
      const double w = base_at_[i].w + spline.at(grid_[i]).w;
      if (w >= before_w_[i]) continue;
      k.push_back(grid_[i]);
      y.push_back(before_w_[i] * (1 + 1e-4) - base_at_[i].w);
      weight.push_back(lift);
    }
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

  bool free(const Smile& smile) const {
    return smile_check(smile, check_low, check_high).free && smile_check(smile, low_, high_).free &&
           (in_.before == nullptr || calendar_gap(*in_.before, smile) >= 0);
  }

  SmileFitResult last_resort(bool butterfly_free, const Verdict& verdict) {
    SmileFitResult out;
    out.outcome = SliceOutcome::repaired;
    if (butterfly_free && verdict.min_gap < 0 && std::isfinite(verdict.min_gap)) {
      out.smile = base_;
      out.smile.svi.a -= verdict.min_gap * (1 + 1e-6);
      if (free(out.smile)) {
        out.note = "SVI lifted above the slice before";
        out.inside = inside(out.smile);
        return out;
      }
    }
    if (in_.before == nullptr) {
      // Nothing below to respect: a flat smile at the weighted mean variance is always free.
      double sum = 0, total = 0;
      for (const SmilePoint& p : points_) {
        sum += p.weight * p.total_variance;
        total += p.weight;
      }
      out.smile.kind = SmileKind::svi;
      out.smile.svi = {sum / total, 0, 0, 0, 0};
      out.note = "no free smile found: flat at the mean variance";
      out.inside = inside(out.smile);
      return out;
    }
    out.smile = *in_.before;
    const double wanted =
        points_[points_.size() / 2].total_variance - out.smile.total_variance(points_[points_.size() / 2].k);
    for (double raise = std::max(wanted, 0.0); raise > 1e-12; raise *= 0.5) {
      Smile raised = *in_.before;
      (raised.kind == SmileKind::spline ? raised.spline.value[0] : raised.svi.a) += raise;
      if (raised.kind == SmileKind::spline)
        for (std::size_t i = 1; i < raised.spline.value.size(); ++i) raised.spline.value[i] += raise;
      if (!free(raised)) continue;
      out.smile = raised;
      break;
    }
    out.note = "no free smile through the quotes: the slice before, raised";
    out.inside = inside(out.smile);
    return out;
  }

  const SmileFitInput& in_;
  std::vector<SmilePoint> points_;
  Smile base_;
  double low_ = 0, high_ = 0, step_ = 0;
  std::size_t cells_ = 0, inner_ = 0;
  std::vector<double> grid_;
  std::vector<VarianceDerivatives> base_at_;
  std::vector<double> before_w_;
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
  for (const double k : grid) least = std::min(least, far.total_variance(k) - near.total_variance(k));
  return least;
}

}  // namespace optix
