#include "core/pricing/american.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "core/pricing/american_kernel.hpp"
#include "core/pricing/american_puts.hpp"
#include "core/pricing/elementary.hpp"
#include "core/pricing/european.hpp"

namespace optix {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct RowValue {
  double price = nan, delta = nan, gamma = nan;
  AmericanStatus status = AmericanStatus::bad_input;
};

double intrinsic_value(Right right, const BlackScholesInput& in) {
  return std::max(0.0, right == Right::call ? in.spot - in.strike : in.strike - in.spot);
}

RowValue exercised(Right right, const BlackScholesInput& in) {
  return {intrinsic_value(right, in), right == Right::call ? 1.0 : -1.0, 0.0, AmericanStatus::exercise};
}

// Next to no volatility: what the best moment along the certain path gives, unless that is the last one.
RowValue without_randomness(Right right, const BlackScholesInput& in, const RowValue& european) {
  const CertainValue certain = certain_value(right, in);
  if (!certain.exercised || certain.moment == in.years) return european;
  if (certain.moment == 0) return exercised(right, in);
  const double growth = math::exp(-in.dividend_yield * certain.moment);
  return {certain.price, right == Right::call ? growth : -growth, 0, AmericanStatus::hold};
}

RowValue with_premium(Right right, const BlackScholesInput& in, const RowValue& european, const PutPremium& premium) {
  // Where the European option alone is worth more than exercise, a boundary that says otherwise is wrong.
  if (premium.exercise && european.price <= intrinsic_value(right, in)) return exercised(right, in);
  RowValue row = european;
  // The premium is never negative; next to the boundary the schemes' error could say otherwise, or put
  // the price under the intrinsic value.
  const double scale = right == Right::put ? in.strike : in.spot;
  row.price = std::max(european.price + scale * std::max(0.0, premium.value), intrinsic_value(right, in));
  if (right == Right::put) {
    row.delta += premium.delta;
    row.gamma += premium.gamma / in.strike;
  } else {
    // The call's spot is the put's strike; by homogeneity of degree one P_K = (P − S·P_S)/K and
    // P_KK = P_SS·(S/K)², with S the call's strike and K its spot.
    const double moneyness = in.strike / in.spot;
    row.delta += premium.value - moneyness * premium.delta;
    row.gamma += premium.gamma * moneyness * moneyness / in.spot;
  }
  return row;
}

// The classification of a row before any pricing.
enum class RowKind : std::uint8_t { bad, refused, certain, european, premium };
RowKind row_kind(const BlackScholesInput& in, Right right) {
  if (!usable_american_input(in, true)) return RowKind::bad;
  const bool put = right == Right::put;
  const ExerciseRegion region = exercise_region(put ? in.rate : in.dividend_yield, put ? in.dividend_yield : in.rate);
  if (in.years == 0) return RowKind::european;
  if (region == ExerciseRegion::double_boundary) return RowKind::refused;
  if (region == ExerciseRegion::none) return RowKind::european;
  return nearly_certain(in.years, in.vol) ? RowKind::certain : RowKind::premium;
}

void require_lengths(std::size_t rows, std::initializer_list<std::size_t> lengths, const AmericanColumns& out) {
  const auto fits = [rows](std::size_t n) { return n == rows; };
  const auto absent_or_fits = [rows](std::size_t n) { return n == 0 || n == rows; };
  if (!std::all_of(lengths.begin(), lengths.end(), fits) || !absent_or_fits(out.price.size()) ||
      !absent_or_fits(out.delta.size()) || !absent_or_fits(out.gamma.size()) || !absent_or_fits(out.status.size()))
    throw std::invalid_argument("american: columns differ in length");
}

[[noreturn]] void refuse(AmericanStatus status, const std::string& where) {
  if (status == AmericanStatus::double_boundary)
    throw std::invalid_argument("american" + where +
                                ": with a put's q < r < 0 (a call's r < q < 0) there are two exercise boundaries, "
                                "which is not supported");
  throw std::invalid_argument(
      "american" + where +
      ": bad input: spot and strike must lie in 1e±100, years in [0, 1000], rates in ±10 and within "
      "±100/years, vol in [0, 100] and at most 40/√years");
}

// Values rows given by a function of their index.
template <class Input>
void value_rows(AmericanScheme scheme, std::size_t rows, std::span<const Right> right, const Input& input,
                const AmericanColumns& out) {
  std::vector<double> spot(rows), strike(rows), rate(rows), yield(rows), years(rows), vol(rows);
  std::vector<double> price(rows), delta(rows), gamma(rows);
  std::vector<RowKind> kind(rows);
  std::vector<UnitPut> puts;
  puts.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const BlackScholesInput in = input(i);
    kind[i] = row_kind(in, right[i]);
    if (kind[i] == RowKind::premium) puts.push_back(unit_put(right[i], in));
    // Rows without a European part are refused there too, which does no harm.
    spot[i] = in.spot, strike[i] = in.strike, rate[i] = in.rate, yield[i] = in.dividend_yield;
    years[i] = in.years, vol[i] = in.vol;
  }
  european_rows({spot, strike, rate, yield, years, vol, right}, {.price = price, .delta = delta, .gamma = gamma});
  std::vector<PutPremium> premiums(puts.size());
  put_premiums(scheme, puts, premiums);

  std::size_t next = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const BlackScholesInput in = input(i);
    const RowValue european{price[i], delta[i], gamma[i], AmericanStatus::hold};
    RowValue row;
    switch (kind[i]) {
      case RowKind::bad: break;
      case RowKind::refused: row.status = AmericanStatus::double_boundary; break;
      case RowKind::certain: row = without_randomness(right[i], in, european); break;
      case RowKind::european:
        row = european;
        if (in.years == 0 && row.price > 0) row.status = AmericanStatus::exercise;
        break;
      case RowKind::premium: row = with_premium(right[i], in, european, premiums[next++]); break;
    }
    const bool valued = row.status == AmericanStatus::hold || row.status == AmericanStatus::exercise;
    if (out.status.empty() && !valued) refuse(row.status, " row " + std::to_string(i));
    if (!out.price.empty()) out.price[i] = row.price;
    if (!out.delta.empty()) out.delta[i] = row.delta;
    if (!out.gamma.empty()) out.gamma[i] = row.gamma;
    if (!out.status.empty()) out.status[i] = row.status;
  }
}

}  // namespace

void american_chain(AmericanScheme scheme, double spot, double rate, double dividend_yield, double years,
                    std::span<const double> strike, std::span<const double> vol, std::span<const Right> right,
                    const AmericanColumns& out) {
  require_lengths(strike.size(), {vol.size(), right.size()}, out);
  value_rows(
      scheme, strike.size(), right,
      [&](std::size_t i) { return BlackScholesInput{spot, strike[i], rate, dividend_yield, years, vol[i]}; }, out);
}

void american_rows(AmericanScheme scheme, const AmericanRows& in, const AmericanColumns& out) {
  require_lengths(
      in.strike.size(),
      {in.spot.size(), in.rate.size(), in.dividend_yield.size(), in.years.size(), in.vol.size(), in.right.size()}, out);
  value_rows(
      scheme, in.strike.size(), in.right,
      [&](std::size_t i) {
        return BlackScholesInput{in.spot[i], in.strike[i], in.rate[i], in.dividend_yield[i], in.years[i], in.vol[i]};
      },
      out);
}

AmericanValue american(AmericanScheme scheme, Right right, const BlackScholesInput& in) {
  AmericanValue value;
  AmericanStatus status{};
  value_rows(scheme, 1, {&right, 1}, [&](std::size_t) { return in; },
             {{&value.price, 1}, {&value.delta, 1}, {&value.gamma, 1}, {&status, 1}});
  if (status != AmericanStatus::hold && status != AmericanStatus::exercise) refuse(status, "");
  value.exercise_now = status == AmericanStatus::exercise;
  return value;
}

AmericanBoundary american_boundary(AmericanScheme scheme, Right right, const BlackScholesInput& in,
                                   std::size_t points) {
  if (points < 2) throw std::invalid_argument("american_boundary: needs at least 2 points");
  BlackScholesInput at_strike = in;
  at_strike.spot = in.strike;
  const RowKind kind = row_kind(at_strike, right);
  if (kind == RowKind::refused) refuse(AmericanStatus::double_boundary, "_boundary");
  if (kind == RowKind::bad) refuse(AmericanStatus::bad_input, "_boundary");
  if (nearly_certain(in.years, in.vol))
    throw std::invalid_argument("american_boundary: years or vol is too small for a boundary to be seen");
  AmericanBoundary out;
  if (kind == RowKind::european) return out;

  const UnitPut put = unit_put(right, at_strike);
  const AmericanRule& rule = american_rule(scheme, boundary_equation(put.rate, put.yield, put.years, put.vol));
  const auto everywhere = [](double x) {
    LaneValues v;
    std::fill(std::begin(v.lane), std::end(v.lane), x);
    return v;
  };
  const BoundaryInputs lanes{everywhere(put.rate), everywhere(put.yield), everywhere(put.years), everywhere(put.vol)};
  std::vector<LaneValues> squares(rule.nodes), scratch(boundary_scratch(rule));
  LaneValues log_start;
  solve_boundaries(rule, lanes, 1, squares.data(), log_start, scratch.data());
  std::vector<double> weights(rule.nodes);
  for (std::size_t i = 0; i < points; ++i) {
    const double x = static_cast<double>(i) / static_cast<double>(points - 1);
    boundary_weights(rule, x, weights.data());
    double square = 0;
    for (std::size_t k = 0; k < rule.nodes; ++k) square += weights[k] * squares[k].lane[0];
    const double critical = math::exp(log_start.lane[0] - std::sqrt(std::max(0.0, square)));  // over the put's strike
    out.years_to_expiry.push_back(in.years * x * x);
    out.critical_spot.push_back(right == Right::put ? in.strike * critical : in.strike / critical);
  }
  return out;
}

}  // namespace optix
