// Implied volatility of American prices. The European implied volatility of the same price is an upper
// bound (the American option is worth no less) and the start; then secant steps inside a bracket, many
// rows at once because the pricing kernels work on eight.
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "core/pricing/american.hpp"
#include "core/pricing/american_puts.hpp"
#include "core/pricing/european.hpp"

namespace optix {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double epsilon = std::numeric_limits<double>::epsilon();

// A solution this close, relative to the volatility, is final: what is left of the scheme's own error
// is larger.
double vol_tolerance(AmericanScheme scheme) {
  switch (scheme) {
    case AmericanScheme::fast: return 1e-6;
    case AmericanScheme::accurate: return 1e-8;
    case AmericanScheme::high_precision: return 1e-11;
  }
  return 1e-11;
}

struct Search {
  std::size_t row = 0;
  double low = 0, high = infinity;  // the price at low is too small, at high not
  double vol = 0;                   // to be valued next
  double most = 0;                  // of the domain
  double last_vol = nan, last_error = nan;
  int steps = 0;
  bool done = false;
  bool unreachable = false;  // done, and no volatility of the domain is enough

  // Takes the price's error at `vol` and the European vega there, and moves on.
  void advance(double error, double vega, double tolerance) {
    ++steps;
    if (error < 0)
      low = vol;
    else
      high = vol;
    // The first slope is the European vega, later ones the secant's.
    const double slope = steps == 1 ? vega : (error - last_error) / (vol - last_vol);
    double next = vol - error / slope;
    // A European vega can be far above the American one, so only the secant's word is taken.
    if (error == 0 || (steps > 1 && std::fabs(next - vol) <= tolerance * vol)) {
      if (next > low && next < high) vol = next;
      done = true;
      return;
    }
    if (high == infinity) {
      if (!(next > low)) next = 2 * low;
      next = std::min({next, 4 * low, most});
      done = unreachable = low >= most;
    } else if (!(next > low && next < high) || steps % 8 == 0) {
      // Also every eighth step, so that the bracket shrinks even if the secant does not see it.
      next = low + 0.5 * (high - low);
      done = high - low <= tolerance * high;
    }
    last_vol = vol;
    last_error = error;
    vol = next;
  }
};

// Rows without early exercise, expired ones and those out of bounds need no search.
ImpliedVol settle_early(Right right, double price, const BlackScholesInput& in, bool& search) {
  search = false;
  if (!usable_american_input(in, false) || !std::isfinite(price)) return {nan, ImpliedVolStatus::bad_input};
  const bool put = right == Right::put;
  const ExerciseRegion region = exercise_region(put ? in.rate : in.dividend_yield, put ? in.dividend_yield : in.rate);
  if (in.years == 0) return {nan, ImpliedVolStatus::expired};
  if (region == ExerciseRegion::double_boundary) return {nan, ImpliedVolStatus::bad_input};
  if (region == ExerciseRegion::none) {
    const ImpliedVol european = implied_vol(right, price, in);
    if (european.status == ImpliedVolStatus::ok && european.vol > largest_american_vol(in.years))
      return {nan, ImpliedVolStatus::above_maximum};
    return european;
  }
  const double least = certain_value(right, in).price;
  const double rounding = 8 * epsilon * std::max(in.spot, in.strike);
  if (price < least - rounding || price < 0) return {nan, ImpliedVolStatus::below_intrinsic};
  if (price <= least + rounding) return {nan, ImpliedVolStatus::no_time_value};
  if (price >= (put ? in.strike : in.spot)) return {nan, ImpliedVolStatus::above_maximum};
  search = true;
  return {nan, ImpliedVolStatus::ok};
}

struct Columns {
  std::vector<double> spot, strike, rate, yield, years, price, vol;
  std::vector<Right> right;
  void clear() { *this = {}; }
  void add(Right r, const BlackScholesInput& in, double p) {
    spot.push_back(in.spot), strike.push_back(in.strike), rate.push_back(in.rate);
    yield.push_back(in.dividend_yield), years.push_back(in.years), vol.push_back(in.vol);
    price.push_back(p), right.push_back(r);
  }
};

template <class Input>
void solve_rows(AmericanScheme scheme, std::span<const double> price, std::span<const Right> right, const Input& input,
                std::span<double> vol, std::span<ImpliedVolStatus> status) {
  std::vector<Search> searches;
  Columns rows;
  for (std::size_t i = 0; i < price.size(); ++i) {
    const BlackScholesInput in = input(i);
    bool search = false;
    const ImpliedVol settled = settle_early(right[i], price[i], in, search);
    vol[i] = settled.vol;
    status[i] = settled.status;
    if (!search) continue;
    searches.push_back({.row = i});
    rows.add(right[i], in, price[i]);
  }
  std::vector<double> start(searches.size());
  std::vector<ImpliedVolStatus> start_status(searches.size());
  implied_vol_rows({rows.spot, rows.strike, rows.rate, rows.yield, rows.years, rows.price, rows.right}, start,
                   start_status);
  for (std::size_t k = 0; k < searches.size(); ++k) {
    Search& s = searches[k];
    s.most = largest_american_vol(rows.years[k]);
    // A price no European option reaches: search upwards.
    s.vol = std::min(s.most, start_status[k] == ImpliedVolStatus::ok ? start[k] : 1 / std::sqrt(rows.years[k]));
  }

  const double tolerance = vol_tolerance(scheme);
  std::vector<double> european, vega, value;
  // 200 steps end any bracket (every eighth at least halves it); an open one grows to the domain's end.
  for (int round = 0; round < 200 && !searches.empty(); ++round) {
    rows.clear();
    for (const Search& s : searches) {
      BlackScholesInput in = input(s.row);
      in.vol = s.vol;
      rows.add(right[s.row], in, price[s.row]);
    }
    vega.resize(searches.size());
    value.resize(searches.size());
    if (round == 0)
      european_rows({rows.spot, rows.strike, rows.rate, rows.yield, rows.years, rows.vol, rows.right}, {.vega = vega});
    american_rows(scheme, {rows.spot, rows.strike, rows.rate, rows.yield, rows.years, rows.vol, rows.right},
                  {.price = value, .delta = {}, .gamma = {}});
    std::size_t kept = 0;
    for (std::size_t k = 0; k < searches.size(); ++k) {
      Search s = searches[k];
      s.advance(value[k] - price[s.row], vega[k], tolerance);
      if (!s.done) {
        searches[kept++] = s;
      } else if (s.unreachable) {
        status[s.row] = ImpliedVolStatus::above_maximum;
      } else {
        vol[s.row] = s.vol;
      }
    }
    searches.resize(kept);
  }
  for (const Search& s : searches) vol[s.row] = s.vol;
}

}  // namespace

void american_implied_vol_chain(AmericanScheme scheme, double spot, double rate, double dividend_yield, double years,
                                std::span<const double> strike, std::span<const double> price,
                                std::span<const Right> right, std::span<double> vol,
                                std::span<ImpliedVolStatus> status) {
  if (price.size() != strike.size() || right.size() != strike.size() || vol.size() != strike.size() ||
      status.size() != strike.size())
    throw std::invalid_argument("american_implied_vol_chain: columns differ in length");
  solve_rows(
      scheme, price, right,
      [&](std::size_t i) { return BlackScholesInput{spot, strike[i], rate, dividend_yield, years, 0}; }, vol, status);
}

ImpliedVol american_implied_vol(AmericanScheme scheme, Right right, double price,
                                const BlackScholesInput& without_vol) {
  ImpliedVol out;
  solve_rows(scheme, {&price, 1}, {&right, 1}, [&](std::size_t) { return without_vol; }, {&out.vol, 1},
             {&out.status, 1});
  return out;
}

}  // namespace optix
