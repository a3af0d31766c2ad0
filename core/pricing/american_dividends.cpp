#include "core/pricing/american_dividends.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "core/pricing/dividend_grid.hpp"
#include "core/pricing/dividend_march.hpp"

namespace optix {
namespace {

struct Row {
  Right right = Right::put;
  double strike = 0;
  double vol = 0;
};

struct Case {
  DividendGrid grid;
  DividendModel model = DividendModel::spot;
  bool american = true;
  BlackScholesInput terms;  // spot as quoted; strike and vol from the row
  std::span<const CashDividend> dividends;
  double diffusing_spot = 0;
  double drops = 0;
};

void require(bool ok, const char* message) {
  if (!ok) throw std::invalid_argument(message);
}

bool positive(double x) { return x > 0 && std::isfinite(x); }

void check_row(double strike, double vol) {
  require(positive(strike), "an option's strike must be positive");
  require(positive(vol), "an option's volatility must be positive");
}

Case make_case(const DividendGrid& grid, DividendModel model, ExerciseStyle exercise, const BlackScholesInput& terms,
               const DividendSchedule& schedule) {
  require(grid.intervals >= 16 && grid.steps >= 4, "a dividend grid needs 16 intervals and 4 steps or more");
  require(grid.intervals <= 100'000 && grid.steps <= 1'000'000, "a dividend grid of this size is a mistake");
  require(positive(terms.spot), "an option's spot must be positive");
  require(positive(terms.years), "an option's time to expiry must be positive");
  require(std::isfinite(terms.rate), "an option's rate must be a number");
  require(std::isfinite(terms.dividend_yield), "an option's dividend yield must be a number");
  Case c{grid, model, exercise == ExerciseStyle::american, terms, schedule.between(0, terms.years), terms.spot, 0};
  if (model == DividendModel::escrowed) {
    c.diffusing_spot = schedule.escrowed_spot(terms.spot, terms.rate, terms.years);
    require(c.diffusing_spot > 0, "the dividends until expiry are worth the whole spot: no escrowed price");
  } else {
    for (const CashDividend& d : c.dividends) c.drops += d.amount;
  }
  return c;
}

// One pass over one or march_lanes rows.
void solve(const Case& c, std::span<const Row> rows, int halvings, int refine, std::span<DividendOptionValue> out) {
  std::vector<DividendAxis> axes;
  axes.reserve(rows.size());
  for (const Row& row : rows) {
    BlackScholesInput in = c.terms;
    in.spot = c.diffusing_spot;
    in.strike = row.strike;
    in.vol = row.vol;
    axes.push_back(make_dividend_axis(row.right, in, c.drops, c.grid.intervals >> halvings, refine));
  }
  march(make_march_plan(c.american, c.model == DividendModel::escrowed, c.terms.rate, c.terms.years, c.dividends,
                        c.grid.steps >> halvings, refine),
        axes);
  for (std::size_t i = 0; i < rows.size(); ++i) out[i] = read_axis(axes[i], c.diffusing_spot);
}

void value_rows(const Case& c, std::span<const Row> rows, std::span<DividendOptionValue> out) {
  if (c.grid.extrapolate) {
    std::array<DividendOptionValue, march_lanes> coarse;
    solve(c, rows, 1, 1, coarse);
    solve(c, rows, 1, 2, out);
    const auto limit = [](double fine, double rough) { return fine + (fine - rough) / 3; };
    for (std::size_t i = 0; i < rows.size(); ++i)
      out[i] = {limit(out[i].price, coarse[i].price), limit(out[i].delta, coarse[i].delta),
                limit(out[i].gamma, coarse[i].gamma), false};
  } else {
    solve(c, rows, 0, 1, out);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    DividendOptionValue& v = out[i];
    require(std::isfinite(v.price) && std::isfinite(v.delta) && std::isfinite(v.gamma),
            "an option's terms are beyond what a grid in double can hold");
    // What discretisation leaves around 0 is no price.
    v.price = std::max(v.price, 0.0);
    if (!c.american) continue;
    const double sign = rows[i].right == Right::call ? 1 : -1;
    const double payoff = sign * (c.terms.spot - rows[i].strike);
    if (payoff > 0 && v.price <= payoff + 1e-9 * rows[i].strike) v = {payoff, sign, 0, true};
  }
}

}  // namespace

DividendGrid dividend_grid(DividendScheme scheme) {
  if (scheme == DividendScheme::fast) return {320, 128, true};
  return {800, 384, true};
}

DividendOptionValue dividend_option(const DividendGrid& grid, DividendModel model, ExerciseStyle exercise, Right right,
                                    const BlackScholesInput& in, const DividendSchedule& dividends) {
  check_row(in.strike, in.vol);
  const Row row{right, in.strike, in.vol};
  DividendOptionValue out;
  value_rows(make_case(grid, model, exercise, in, dividends), {&row, 1}, {&out, 1});
  return out;
}

DividendOptionValue dividend_option(DividendScheme scheme, DividendModel model, ExerciseStyle exercise, Right right,
                                    const BlackScholesInput& in, const DividendSchedule& dividends) {
  return dividend_option(dividend_grid(scheme), model, exercise, right, in, dividends);
}

void dividend_option_chain(DividendScheme scheme, DividendModel model, ExerciseStyle exercise,
                           const BlackScholesInput& terms, const DividendSchedule& dividends,
                           std::span<const double> strike, std::span<const double> vol, std::span<const Right> right,
                           const DividendOptionColumns& out) {
  const std::size_t n = strike.size();
  require(vol.size() == n && right.size() == n, "an option chain's columns must have equal lengths");
  for (const auto& column : {out.price, out.delta, out.gamma})
    require(column.empty() || column.size() == n, "an option chain's outputs must be as long as its inputs");
  const Case c = make_case(dividend_grid(scheme), model, exercise, terms, dividends);
  for (std::size_t i = 0; i < n; ++i) check_row(strike[i], vol[i]);
  for (std::size_t begin = 0; begin < n; begin += march_lanes) {
    std::array<Row, march_lanes> rows;
    std::array<DividendOptionValue, march_lanes> values;
    const std::size_t count = std::min(march_lanes, n - begin);
    for (std::size_t l = 0; l < march_lanes; ++l) {  // lanes past the end repeat the last row
      const std::size_t i = begin + std::min(l, count - 1);
      rows[l] = {right[i], strike[i], vol[i]};
    }
    const std::size_t lanes = count == 1 ? 1 : march_lanes;
    value_rows(c, {rows.data(), lanes}, {values.data(), lanes});
    for (std::size_t l = 0; l < count; ++l) {
      if (!out.price.empty()) out.price[begin + l] = values[l].price;
      if (!out.delta.empty()) out.delta[begin + l] = values[l].delta;
      if (!out.gamma.empty()) out.gamma[begin + l] = values[l].gamma;
    }
  }
}

}  // namespace optix
