#include "core/pricing/american_puts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <vector>

#include "core/pricing/american_kernel.hpp"
#include "core/pricing/elementary.hpp"

namespace optix {
namespace {

constexpr double least_amount = 1e-100, most_amount = 1e100, largest_rate = 10, largest_growth = 100;
constexpr double most_years = 1000, largest_vol = 100, largest_deviation = 40;
constexpr double least_deviation = 1e-6, least_years = 1e-12;

// Equal keys have one boundary.
auto boundary_key(const UnitPut& p) { return std::tie(p.vol, p.years, p.rate, p.yield); }

// What one block of puts needs; kept between blocks.
struct Workspace {
  explicit Workspace(const AmericanRule& rule) : squares(rule.nodes), scratch(boundary_scratch(rule)) {}
  std::vector<LaneValues> squares, scratch;
  LaneValues log_start{};
};

// Boundary b of many is lane b % 8 of block b / 8, which has rule.nodes entries of squares.
struct Boundaries {
  std::vector<LaneValues> squares, log_start;
};

Boundaries solve_groups(const AmericanRule& rule, std::span<const UnitPut> puts, std::span<const std::size_t> groups,
                        Workspace& work) {
  const std::size_t blocks = (groups.size() + american_block - 1) / american_block;
  Boundaries out{std::vector<LaneValues>(blocks * rule.nodes), std::vector<LaneValues>(blocks)};
  for (std::size_t block = 0; block < blocks; ++block) {
    const auto members =
        groups.subspan(block * american_block).first(std::min(american_block, groups.size() - block * american_block));
    BoundaryInputs in;
    for (std::size_t lane = 0; lane < american_block; ++lane) {
      // Lanes without a put of their own repeat the last one.
      const UnitPut& put = puts[members[std::min(lane, members.size() - 1)]];
      in.rate.lane[lane] = put.rate;
      in.yield.lane[lane] = put.yield;
      in.years.lane[lane] = put.years;
      in.vol.lane[lane] = put.vol;
    }
    solve_boundaries(rule, in, members.size(), &out.squares[block * rule.nodes], out.log_start[block],
                     work.scratch.data());
  }
  return out;
}

// Puts of one rule, ordered so that those with one boundary are neighbours.
void value_puts(const AmericanRule& rule, std::span<const UnitPut> puts, std::span<const std::size_t> order,
                std::span<PutPremium> premiums) {
  std::vector<std::size_t> groups, group_of(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (k == 0 || boundary_key(puts[order[k - 1]]) != boundary_key(puts[order[k]])) groups.push_back(order[k]);
    group_of[k] = groups.size() - 1;
  }
  Workspace work(rule);
  const Boundaries boundaries = solve_groups(rule, puts, groups, work);
  PremiumInputs in;
  PremiumOutputs out;
  for (std::size_t begin = 0; begin < order.size(); begin += american_block) {
    const std::size_t used = std::min(american_block, order.size() - begin);
    for (std::size_t lane = 0; lane < american_block; ++lane) {
      const std::size_t k = begin + std::min(lane, used - 1);
      const UnitPut& put = puts[order[k]];
      in.spot.lane[lane] = put.spot;
      in.rate.lane[lane] = put.rate;
      in.yield.lane[lane] = put.yield;
      in.years.lane[lane] = put.years;
      in.vol.lane[lane] = put.vol;
      const std::size_t block = group_of[k] / american_block, from = group_of[k] % american_block;
      for (std::size_t n = 0; n < rule.nodes; ++n)
        work.squares[n].lane[lane] = boundaries.squares[block * rule.nodes + n].lane[from];
      work.log_start.lane[lane] = boundaries.log_start[block].lane[from];
    }
    exercise_premium(rule, in, used, work.squares.data(), work.log_start, out);
    for (std::size_t lane = 0; lane < used; ++lane)
      premiums[order[begin + lane]] = {out.value.lane[lane], out.delta.lane[lane], out.gamma.lane[lane],
                                       in.spot.lane[lane] <= out.boundary.lane[lane]};
  }
}

}  // namespace

UnitPut unit_put(Right right, const BlackScholesInput& in) {
  if (right == Right::put) return {in.spot / in.strike, in.rate, in.dividend_yield, in.years, in.vol};
  return {in.strike / in.spot, in.dividend_yield, in.rate, in.years, in.vol};
}

ExerciseRegion exercise_region(double put_rate, double put_yield) {
  if (put_rate > 0 || (put_rate == 0 && put_yield < 0)) return ExerciseRegion::single;
  return put_yield >= put_rate ? ExerciseRegion::none : ExerciseRegion::double_boundary;
}

double largest_american_vol(double years) { return std::min(largest_vol, largest_deviation / std::sqrt(years)); }

bool nearly_certain(double years, double vol) {
  return vol * std::sqrt(years) < least_deviation || years < least_years;
}

bool usable_american_input(const BlackScholesInput& in, bool with_vol) {
  const auto amount = [](double x) { return x >= least_amount && x <= most_amount; };
  const auto rate = [&](double x) { return std::fabs(x) <= largest_rate && std::fabs(x) * in.years <= largest_growth; };
  return amount(in.spot) && amount(in.strike) && in.years >= 0 && in.years <= most_years && rate(in.rate) &&
         rate(in.dividend_yield) && (!with_vol || (in.vol >= 0 && in.vol <= largest_american_vol(in.years)));
}

CertainValue certain_value(Right right, const BlackScholesInput& in) {
  const double sign = right == Right::call ? 1 : -1;
  const auto value_at = [&](double t) {
    return sign * (in.spot * math::exp(-in.dividend_yield * t) - in.strike * math::exp(-in.rate * t));
  };
  CertainValue best{0, in.years, false};
  const auto consider = [&](double t) {
    const double value = value_at(t);
    if (value > best.price) best = {value, t, true};
  };
  // On ties the latest moment wins, so that nothing is exercised early for no gain.
  consider(in.years);
  const double ratio = in.rate * in.strike / (in.dividend_yield * in.spot);
  if (ratio > 0 && std::isfinite(ratio) && in.rate != in.dividend_yield) {
    const double t = math::log(ratio) / (in.rate - in.dividend_yield);
    if (t > 0 && t < in.years) consider(t);
  }
  consider(0);
  return best;
}

void put_premiums(AmericanScheme scheme, std::span<const UnitPut> puts, std::span<PutPremium> premiums) {
  using enum BoundaryEquation;
  std::vector<std::size_t> order(puts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto dense = [&](std::size_t i) {
    return boundary_equation(puts[i].rate, puts[i].yield, puts[i].years, puts[i].vol) == density;
  };
  const auto middle = std::partition(order.begin(), order.end(), dense);
  const auto before = [&](std::size_t a, std::size_t b) { return boundary_key(puts[a]) < boundary_key(puts[b]); };
  std::sort(order.begin(), middle, before);
  std::sort(middle, order.end(), before);
  const auto split = static_cast<std::size_t>(middle - order.begin());
  const std::span<const std::size_t> all(order);
  if (split > 0) value_puts(american_rule(scheme, density), puts, all.first(split), premiums);
  if (split < all.size()) value_puts(american_rule(scheme, distribution), puts, all.subspan(split), premiums);
}

}  // namespace optix
