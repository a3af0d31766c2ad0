#pragma once
// Static arbitrage of smiles in total variance: butterflies within a slice, calendars between two.
//
// Butterfly (Durrleman; Gatheral & Jacquier 2014, §2.2): w(k) ≥ 0, g(k) ≥ 0 for every k and wing
// slopes at most 2 (Lee). Slopes of at most 2 alone do not suffice, not even at b(1+ρ) = 2 exactly.
// Calendar: w(far, k) ≥ w(near, k) for every k.
//
// For SVI slices both checks hold for the whole line, not for a grid:
//  - with x = (k−m)/σ = (u − 1/u)/2 the slice is rational in u > 0 and 16·P²·D³·g is a polynomial of
//    degree 10 in u; its sign and the roots of g' are isolated by Bernstein subdivision (all
//    coefficients of one sign are a proof, otherwise split).
//  - a slice is convex, so far − near is bounded below by tangent minus chord on any interval:
//    branch and bound, with the asymptotes bounding the rest of the line.
#include <functional>
#include <vector>

#include "core/volatility/svi.hpp"

namespace optix {

// Open interval of log-moneyness; an end may be ±∞.
struct KInterval {
  double from = 0;
  double to = 0;
};

struct ButterflyReport {
  bool butterfly_free = false;  // all four below hold
  bool valid = false;           // parameters finite and within their domain
  bool variance_positive = false;
  bool slopes_within_lee = false;
  bool density_positive = false;  // g ≥ 0 wherever w > 0
  double min_g = 0;               // infimum of g, −∞ when w ≤ 0 somewhere with positive measure
  double k_at_min_g = 0;          // ±∞ when the infimum is the limit in a wing
  double min_total_variance = 0;
  double k_at_min_total_variance = 0;
  double slope_left = 0;
  double slope_right = 0;
  std::vector<KInterval> negative;  // where g < 0 or w < 0, ascending
};

// The whole line. Never throws; parameters out of their domain give valid = false.
ButterflyReport check_butterfly(const SviParameters& p);
bool svi_butterfly_free(const SviParameters& p);

// A smile given by a function, on [k_from, k_to]: at least `cells` cells, refined where g is small
// or curved. Slopes are those at the two ends. Throws std::invalid_argument unless k_from < k_to.
using SmileFunction = std::function<VarianceDerivatives(double k)>;
ButterflyReport check_butterfly(const SmileFunction& smile, double k_from, double k_to, int cells = 256);

struct CalendarReport {
  bool calendar_free = false;
  double min_gap = 0;  // infimum of w(far) − w(near); −∞ when a wing of far is flatter than near's
  double k_at_min_gap = 0;
  std::vector<KInterval> negative;  // where far < near, ascending
};

// A gap counts as negative below −1e-14·(w(near) + w(far)): rounding of equal slices is no arbitrage.
CalendarReport check_calendar(const SviParameters& near, const SviParameters& far);
CalendarReport check_calendar(const SviParameters& near, const SviParameters& far, double k_from, double k_to);
CalendarReport check_calendar(const SmileFunction& near, const SmileFunction& far, double k_from, double k_to,
                              int cells = 256);
// calendar_free over the whole line without the report: no allocation.
bool svi_calendar_free(const SviParameters& near, const SviParameters& far);

}  // namespace optix
