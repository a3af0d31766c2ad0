#include "core/volatility/svi_repair.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/volatility/svi_constrained.hpp"

namespace optix {

namespace {

constexpr std::size_t samples = 101;
constexpr std::size_t padded = 104;

// The slice at equally spaced k of the compared range, where it is positive.
class Sampled {
 public:
  Sampled(const SviParameters& slice, const SviRepairOptions& options) : slice_(slice) {
    from_ = options.k_from;
    to_ = options.k_to;
    if (!(from_ < to_)) {
      const double level = std::max(svi_total_variance(slice, 0), 0.0);
      from_ = std::min(-5 * std::sqrt(level), slice.m - 5 * slice.sigma);
      to_ = std::max(5 * std::sqrt(level), slice.m + 5 * slice.sigma);
    }
    for (std::size_t i = 0; i < samples; ++i) {
      const double w = svi_total_variance(slice, k_of(i));
      if (!(w > 0)) continue;
      k_[count_] = k_of(i);
      w_[count_++] = w;
    }
    std::fill_n(share_.begin(), count_, 1.0 / static_cast<double>(std::max<std::size_t>(count_, 1)));
    for (std::size_t i = count_; i < padded; ++i) {
      k_[i] = k_[0];
      w_[i] = w_[0];
    }
  }
  SviRows rows() const { return {(count_ + 3) / 4 * 4, k_.data(), w_.data(), share_.data()}; }
  bool usable() const { return count_ > 0 && from_ < to_ && std::isfinite(to_ - from_); }
  // Root mean square and largest change of w over the whole range.
  void compare(SviRepair& out) const {
    double square = 0;
    for (std::size_t i = 0; i < samples; ++i) {
      const double change = svi_total_variance(out.parameters, k_of(i)) - svi_total_variance(slice_, k_of(i));
      square += change * change;
      out.max_change_w = std::max(out.max_change_w, std::fabs(change));
    }
    out.rms_change_w = std::sqrt(square / samples);
    out.k_from = from_;
    out.k_to = to_;
  }
  double distance(const SviParameters& p) const {
    SviRepair out;
    out.parameters = p;
    compare(out);
    return out.rms_change_w;
  }

 private:
  double k_of(std::size_t i) const { return from_ + (to_ - from_) * static_cast<double>(i) / (samples - 1); }

  SviParameters slice_;
  double from_ = 0;
  double to_ = 0;
  std::size_t count_ = 0;
  std::array<double, padded> k_{};
  std::array<double, padded> w_{};
  std::array<double, padded> share_{};
};

std::optional<SviJumpWings> wings_of(const SviParameters& p, double years) {
  const auto jw = svi_to_jump_wings(p, years);
  return jw ? std::optional(*jw) : std::nullopt;
}

// Least share in [0, 1] of the way at which `candidate(share)` passes, found by halving between the
// first passing power and its predecessor; nullopt when the far end does not pass.
template <class Candidate>
std::optional<SviParameters> least_share(Candidate&& candidate) {
  std::optional<SviParameters> best = candidate(1.0);
  if (!best) return std::nullopt;
  double low = 0;
  double high = 1;
  for (double share = 1.0 / 1024; share < 1; share *= 2) {
    if (auto found = candidate(share)) {
      best = found;
      high = share;
      break;
    }
    low = share;
  }
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    if (auto found = candidate(middle)) {
      best = found;
      high = middle;
    } else {
      low = middle;
    }
  }
  return best;
}

std::optional<SviParameters> along_jump_wings(const SviParameters& slice, double years) {
  const auto given = wings_of(slice, years);
  if (!given) return std::nullopt;
  const double c = given->p + 2 * given->psi;
  if (!(c > 0) || !(given->p > 0)) return std::nullopt;
  const double lowest = given->v * 4 * given->p * c / ((given->p + c) * (given->p + c));
  return least_share([&](double share) -> std::optional<SviParameters> {
    SviJumpWings jw = *given;
    jw.c += share * (c - jw.c);
    jw.v_tilde += share * (lowest - jw.v_tilde);
    const auto raw = svi_from_jump_wings(jw, years);
    if (!raw || !svi_butterfly_free(*raw)) return std::nullopt;
    return *raw;
  });
}

std::optional<SviParameters> lifted_above(const SviParameters& near, const SviParameters& far) {
  const double left = std::max(svi_left_slope(near), svi_left_slope(far));
  const double right = std::max(svi_right_slope(near), svi_right_slope(far));
  SviParameters raised = far;
  raised.b = 0.5 * (left + right);
  raised.rho = raised.b > 0 ? std::clamp((right - left) / (left + right), -1.0, 1.0) : 0;
  const SviConstraints constraints{true, &near};
  const double level = std::max(svi_minimum_variance(near), std::fabs(svi_total_variance(far, 0)));
  for (double reach = 1e-3 * level; reach < 1e3 * level; reach *= 4) {
    const auto found = least_share([&](double share) -> std::optional<SviParameters> {
      SviParameters p = raised;
      p.a += share * reach;
      return svi_satisfies(p, constraints) ? std::optional(p) : std::nullopt;
    });
    if (found) return found;
  }
  return std::nullopt;
}

struct Candidate {
  SviRepairMethod method = SviRepairMethod::none;
  std::optional<SviParameters> parameters;
};

Result<SviRepair> finish(const SviParameters& before, const Sampled& sampled, std::initializer_list<Candidate> all,
                         double years) {
  SviRepair out;
  double nearest = std::numeric_limits<double>::infinity();
  for (const Candidate& candidate : all) {
    if (!candidate.parameters) continue;
    const double distance = sampled.distance(*candidate.parameters);
    if (!(distance < nearest)) continue;
    nearest = distance;
    out.method = candidate.method;
    out.parameters = *candidate.parameters;
  }
  if (!std::isfinite(nearest)) return Error{"no arbitrage-free slice found near this one", "", "fit the slice again"};
  out.changed = out.method != SviRepairMethod::none;
  sampled.compare(out);
  out.before = check_butterfly(before);
  out.after = check_butterfly(out.parameters);
  out.jump_wings_before = wings_of(before, years);
  out.jump_wings_after = wings_of(out.parameters, years);
  return out;
}

Status defect(const SviParameters& slice, const Sampled& sampled, const SviRepairOptions& options) {
  if (!svi_valid(slice))
    return Error{"not a slice: b < 0, |rho| > 1, sigma < 0 or a number that is not finite", "", ""};
  if (!(options.years > 0)) return Error{"years is not positive", "", ""};
  if (!sampled.usable()) return Error{"no positive total variance in the compared range", "", "set k_from and k_to"};
  return {};
}

std::optional<SviParameters> descend(const SviParameters& slice, const Sampled& sampled,
                                     const SviConstraints& constraints) {
  const SviConstrained found = fit_svi_constrained(sampled.rows(), slice, constraints);
  return found.satisfied ? std::optional(found.parameters) : std::nullopt;
}

}  // namespace

Result<SviRepair> repair_butterfly(const SviParameters& slice, const SviRepairOptions& options) {
  const Sampled sampled(slice, options);
  if (const Status status = defect(slice, sampled, options); !status) return status.error();
  if (svi_butterfly_free(slice)) return finish(slice, sampled, {{SviRepairMethod::none, slice}}, options.years);
  const Candidate wings{SviRepairMethod::jump_wings, along_jump_wings(slice, options.years)};
  if (options.keep_jump_wings && wings.parameters) return finish(slice, sampled, {wings}, options.years);
  const SviConstraints constraints{true, nullptr};
  return finish(slice, sampled, {{SviRepairMethod::least_squares, descend(slice, sampled, constraints)}, wings},
                options.years);
}

Result<SviRepair> repair_calendar(const SviParameters& near, const SviParameters& far,
                                  const SviRepairOptions& options) {
  const Sampled sampled(far, options);
  if (const Status status = defect(far, sampled, options); !status) return status.error();
  if (!svi_butterfly_free(near))
    return Error{"the near slice has butterfly arbitrage", "near", "repair it with repair_butterfly first"};
  const SviConstraints constraints{true, &near};
  if (svi_satisfies(far, constraints)) return finish(far, sampled, {{SviRepairMethod::none, far}}, options.years);
  return finish(far, sampled,
                {{SviRepairMethod::least_squares, descend(far, sampled, constraints)},
                 {SviRepairMethod::lifted, lifted_above(near, far)}},
                options.years);
}

}  // namespace optix
