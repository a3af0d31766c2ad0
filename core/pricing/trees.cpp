#include "core/pricing/trees.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/pricing/elementary.hpp"

namespace optix {
namespace {

constexpr int most_steps = 100000;

struct Steps {
  double up, down;     // factors of one step
  double probability;  // of up, risk-neutral
  double discount;     // of one step
};

void require(bool holds, const std::string& what) {
  if (!holds) throw std::invalid_argument("tree_value: " + what);
}

bool is_probability(double p) { return p > 0 && p < 1; }

Steps cox_ross_rubinstein(const BlackScholesInput& in, int steps) {
  const double dt = in.years / steps, drift = in.rate - in.dividend_yield;
  Steps s;
  s.up = math::exp(in.vol * std::sqrt(dt));
  s.down = 1 / s.up;
  s.probability = (math::exp(drift * dt) - s.down) / (s.up - s.down);
  s.discount = math::exp(-in.rate * dt);
  const double least = in.years * (drift / in.vol) * (drift / in.vol);
  require(is_probability(s.probability),
          "a probability leaves (0, 1); more than " + std::to_string(least) + " steps are needed");
  return s;
}

// Peizer & Pratt's second inversion: the p for which a binomial of n trials has the tail of a normal z.
double peizer_pratt(double z, double n) {
  const double scaled = z / (n + 1.0 / 3 + 0.1 / (n + 1));
  const double half_width = 0.5 * std::sqrt(-math::expm1(-scaled * scaled * (n + 1.0 / 6)));
  return z < 0 ? 0.5 - half_width : 0.5 + half_width;
}

Steps leisen_reimer(const BlackScholesInput& in, int steps) {
  require(steps % 2 == 1, "Leisen-Reimer needs an odd number of steps, not " + std::to_string(steps));
  const double dt = in.years / steps, drift = in.rate - in.dividend_yield, n = steps;
  const double deviation = in.vol * std::sqrt(in.years);
  const double d1 = (math::log(in.spot / in.strike) + drift * in.years) / deviation + 0.5 * deviation;
  const double p = peizer_pratt(d1 - deviation, n), p_asset = peizer_pratt(d1, n), growth = math::exp(drift * dt);
  require(is_probability(p) && is_probability(p_asset),
          "a probability leaves (0, 1): the option is too far from the money for this tree");
  return {growth * p_asset / p, growth * (1 - p_asset) / (1 - p), p, math::exp(-in.rate * dt)};
}

void check(const BlackScholesInput& in, int steps) {
  const auto positive = [](double value, const char* name) {
    require(value > 0 && std::isfinite(value),
            std::string(name) + " must be a positive number, not " + std::to_string(value));
  };
  positive(in.spot, "spot");
  positive(in.strike, "strike");
  positive(in.years, "years");
  positive(in.vol, "vol");
  require(std::isfinite(in.rate) && std::isfinite(in.dividend_yield), "rate and dividend_yield must be finite");
  require(steps >= 1 && steps <= most_steps, "steps must lie in [1, " + std::to_string(most_steps) + "]");
}

}  // namespace

TreeValue tree_value(TreeKind kind, ExerciseStyle exercise, Right right, const BlackScholesInput& in, int steps) {
  check(in, steps);
  const Steps s = kind == TreeKind::cox_ross_rubinstein ? cox_ross_rubinstein(in, steps) : leisen_reimer(in, steps);
  // The tree starts two steps early, at spot/(up·down), so that its third level lies at time zero.
  const std::size_t last = static_cast<std::size_t>(steps) + 2;
  const double ratio = s.up / s.down;
  std::vector<double> spot(last + 1), value(last + 1);
  // From the node nearest the spot outwards, so that rounding grows with the distance only.
  const std::size_t middle = last / 2;
  const double ups = static_cast<double>(middle) - 1, downs = static_cast<double>(last - middle) - 1;
  spot[middle] = in.spot * math::exp(ups * math::log(s.up) + downs * math::log(s.down));
  for (std::size_t j = middle; j < last; ++j) spot[j + 1] = spot[j] * ratio;
  for (std::size_t j = middle; j > 0; --j) spot[j - 1] = spot[j] / ratio;

  const double sign = right == Right::call ? 1 : -1;
  const double signed_strike = sign * in.strike;
  for (std::size_t j = 0; j <= last; ++j) value[j] = std::max(0.0, sign * spot[j] - signed_strike);
  const double up = s.discount * s.probability, down = s.discount * (1 - s.probability);
  const double back = 1 / s.down;  // node j one step earlier lacks a step down
  for (std::size_t level = last; level-- > 2;) {
    if (exercise == ExerciseStyle::european) {
      for (std::size_t j = 0; j <= level; ++j) value[j] = std::fma(up, value[j + 1], down * value[j]);
      continue;
    }
    for (std::size_t j = 0; j <= level; ++j) {
      spot[j] *= back;
      const double alive = std::fma(up, value[j + 1], down * value[j]);
      value[j] = std::max(alive, std::fma(sign, spot[j], -signed_strike));
    }
  }
  const double above = in.spot * ratio - in.spot, below = in.spot - in.spot / ratio;
  const double rise = (value[2] - value[1]) / above, fall = (value[1] - value[0]) / below;
  const TreeValue found{value[1], (rise * below + fall * above) / (above + below), 2 * (rise - fall) / (above + below)};
  // Rates of a broken input (−1e81) pass every check above and overflow in the discounting only.
  require(std::isfinite(found.price) && std::isfinite(found.delta) && std::isfinite(found.gamma),
          "the rates, years or prices are too large: the value leaves the range of a double");
  return found;
}

}  // namespace optix
