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

constexpr double least_positive = 1e-290, most_positive = 1e290, largest_rate = 1e9;

// Orders puts so that those with one boundary are neighbours, and the two equations stay apart.
struct BoundaryOrder {
  std::span<const UnitPut> puts;
  std::span<const BoundaryEquation> equation;
  auto key(std::size_t i) const {
    const UnitPut& p = puts[i];
    return std::tuple(equation[i], p.vol, p.years, p.rate, p.yield);
  }
  bool operator()(std::size_t a, std::size_t b) const { return key(a) < key(b); }
};

void fill(LaneValues& values, std::size_t lane, double x) {
  // Lanes after the last option repeat it, so that every lane holds some option.
  for (std::size_t i = lane; i < american_block; ++i) values.lane[i] = x;
}

// Boundary b of many: block b / 8, lane b % 8.
struct Boundaries {
  std::vector<LaneValues> squares;  // nodes per block
  std::vector<LaneValues> log_start;
};

struct Group {
  std::size_t put;  // any of the puts that share the boundary
  BoundaryEquation equation;
};

// Groups are ordered by equation; a block never mixes the two, so it may end early. Fills slot with
// where each group's boundary is.
Boundaries solve_groups(const AmericanRule& rule, std::span<const UnitPut> puts, std::span<const Group> groups,
                        std::vector<std::size_t>& slot) {
  Boundaries out;
  std::vector<LaneValues> scratch(boundary_scratch(rule));
  for (std::size_t begin = 0; begin < groups.size();) {
    std::size_t end = begin;
    BoundaryInputs in;
    for (; end < groups.size() && end - begin < american_block && groups[end].equation == groups[begin].equation;
         ++end) {
      const UnitPut& put = puts[groups[end].put];
      fill(in.rate, end - begin, put.rate);
      fill(in.yield, end - begin, put.yield);
      fill(in.years, end - begin, put.years);
      fill(in.vol, end - begin, put.vol);
      slot.push_back(out.log_start.size() * american_block + (end - begin));
    }
    out.squares.resize(out.squares.size() + rule.nodes);
    out.log_start.emplace_back();
    solve_boundaries(rule, groups[begin].equation, in, end - begin, &out.squares[out.squares.size() - rule.nodes],
                     out.log_start.back(), scratch.data());
    begin = end;
  }
  return out;
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

bool usable_american_input(const BlackScholesInput& in, bool with_vol) {
  const auto positive = [](double x) { return x >= least_positive && x <= most_positive; };
  const auto not_negative = [](double x) { return x >= 0 && x <= most_positive; };
  const auto rate = [](double x) { return std::fabs(x) <= largest_rate; };
  return positive(in.spot) && positive(in.strike) && rate(in.rate) && rate(in.dividend_yield) &&
         not_negative(in.years) && (!with_vol || not_negative(in.vol));
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
  const AmericanRule& rule = american_rule(scheme);
  std::vector<BoundaryEquation> equation(puts.size());
  for (std::size_t i = 0; i < puts.size(); ++i)
    equation[i] = boundary_equation(puts[i].rate, puts[i].yield, puts[i].years, puts[i].vol);
  std::vector<std::size_t> order(puts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const BoundaryOrder before{puts, equation};
  std::sort(order.begin(), order.end(), before);

  std::vector<Group> groups;
  std::vector<std::size_t> group_of(puts.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (k == 0 || before(order[k - 1], order[k])) groups.push_back({order[k], equation[order[k]]});
    group_of[k] = groups.size() - 1;
  }
  std::vector<std::size_t> slot;
  slot.reserve(groups.size());
  const Boundaries boundaries = solve_groups(rule, puts, groups, slot);

  std::vector<LaneValues> squares(rule.nodes);
  LaneValues log_start;
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
      const std::size_t at = slot[group_of[k]], block = at / american_block, from = at % american_block;
      for (std::size_t n = 0; n < rule.nodes; ++n)
        squares[n].lane[lane] = boundaries.squares[block * rule.nodes + n].lane[from];
      log_start.lane[lane] = boundaries.log_start[block].lane[from];
    }
    exercise_premium(rule, in, used, squares.data(), log_start, out);
    for (std::size_t lane = 0; lane < used; ++lane)
      premiums[order[begin + lane]] = {out.value.lane[lane], out.delta.lane[lane], out.gamma.lane[lane],
                                       in.spot.lane[lane] <= out.boundary.lane[lane]};
  }
}

}  // namespace optix
