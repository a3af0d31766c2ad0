// Contracts with any numbers in them through every pricer: an answer is finite and within what an
// option can be worth, or the input is refused by status or exception; never a silent NaN, never a hang.
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/pricing/american.hpp"
#include "core/pricing/american_dividends.hpp"
#include "core/pricing/european.hpp"
#include "core/pricing/implied_vol.hpp"
#include "core/pricing/parity.hpp"
#include "core/pricing/trees.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/taker.hpp"

namespace {

using namespace optix;
using fuzz::check;
using fuzz::Taker;

std::string text(Right right, const BlackScholesInput& in) {
  char line[256];
  std::snprintf(line, sizeof line, "%s spot %.17g strike %.17g rate %.17g yield %.17g years %.17g vol %.17g",
                right == Right::call ? "call" : "put", in.spot, in.strike, in.rate, in.dividend_yield, in.years,
                in.vol);
  return line;
}

void european_and_back(Right right, const BlackScholesInput& in) {
  std::array<double, 10> value{};
  const auto column = [&](std::size_t i) { return std::span<double>(&value[i], 1); };
  const auto one = [](const double& x) { return std::span<const double>(&x, 1); };
  const EuropeanRows rows{one(in.spot),  one(in.strike), one(in.rate), one(in.dividend_yield),
                          one(in.years), one(in.vol),    {&right, 1}};
  const std::size_t refused = european_rows(rows, {column(0), column(1), column(2), column(3), column(4), column(5),
                                                   column(6), column(7), column(8), column(9)});
  for (std::size_t i = 0; i < value.size(); ++i)
    check(std::isnan(value[i]) == (refused == 1), "output " + std::to_string(i) + " of " + text(right, in));
  if (refused == 1) return;
  const double most = right == Right::call ? in.spot * std::exp(-in.dividend_yield * in.years)
                                           : in.strike * std::exp(-in.rate * in.years);
  check(value[0] >= 0 && value[0] <= most * (1 + 1e-12),
        "price " + std::to_string(value[0]) + " of " + text(right, in));
  const ImpliedVol back = implied_vol(right, value[0], in);
  check(std::isfinite(back.vol) == (back.status == ImpliedVolStatus::ok), "implied volatility of " + text(right, in));
}

void any_implied_vol(Right right, double price, const BlackScholesInput& in) {
  const ImpliedVol european = implied_vol(right, price, in);
  check(std::isfinite(european.vol) == (european.status == ImpliedVolStatus::ok), "implied " + text(right, in));
  check(european.status != ImpliedVolStatus::ok || european.vol >= 0, "negative volatility of " + text(right, in));
  const ImpliedVol american = american_implied_vol(AmericanScheme::fast, right, price, in);
  check(std::isfinite(american.vol) == (american.status == ImpliedVolStatus::ok),
        "American implied " + text(right, in));
}

void american_schemes(Taker& take, Right right, const BlackScholesInput& in) {
  const auto scheme = take.pick(4) == 0 ? AmericanScheme::accurate : AmericanScheme::fast;
  try {
    const AmericanValue v = american(scheme, right, in);
    check(std::isfinite(v.price) && std::isfinite(v.delta) && std::isfinite(v.gamma), "American " + text(right, in));
    const double intrinsic = right == Right::call ? in.spot - in.strike : in.strike - in.spot;
    check(v.price >= intrinsic * (1 - 1e-12) && v.price >= 0, "below exercise value: American " + text(right, in));
  } catch (const std::invalid_argument&) {
    // Refused, with a text.
  }
}

void cash_dividends(Taker& take, Right right, const BlackScholesInput& in) {
  std::vector<CashDividend> paid;
  for (std::size_t i = take.pick(3); i > 0; --i) paid.push_back({take.real(0, 3), take.real(0, 20)});
  const auto schedule = DividendSchedule::from_years(paid);
  if (!schedule) return;
  const auto model = take.pick(2) == 0 ? DividendModel::spot : DividendModel::escrowed;
  const auto exercise = take.pick(3) == 0 ? ExerciseStyle::european : ExerciseStyle::american;
  try {
    const auto v = dividend_option(DividendGrid{32, 16, false}, model, exercise, right, in, *schedule);
    check(std::isfinite(v.price) && std::isfinite(v.delta) && std::isfinite(v.gamma), "dividends " + text(right, in));
  } catch (const std::invalid_argument&) {
    // Refused, with a text.
  }
}

void trees(Taker& take, Right right, const BlackScholesInput& in) {
  const auto exercise = take.pick(2) == 0 ? ExerciseStyle::european : ExerciseStyle::american;
  try {
    const auto kind = take.pick(2) == 0 ? TreeKind::cox_ross_rubinstein : TreeKind::leisen_reimer;
    const TreeValue v = tree_value(kind, exercise, right, in, 21);
    check(std::isfinite(v.price), "tree " + text(right, in));
  } catch (const std::invalid_argument&) {
    // Refused, with a text.
  }
}

void forwards(Taker& take) {
  std::vector<ParityQuote> quotes;
  double strike = 50;
  while (!take.empty() && quotes.size() < 40) {
    strike += take.between(0.01, 20);
    quotes.push_back({take.pick(16) == 0 ? take.raw<double>() : strike, take.real(0, 50), take.real(0, 60),
                      take.real(0, 50), take.real(0, 60)});
  }
  if (const auto found = parity_forward(quotes))
    check(std::isfinite(found->forward) && found->forward > 0 && std::isfinite(found->discount) && found->discount > 0,
          "parity forward");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  Taker take(data, size);
  const std::size_t kind = take.pick(8);
  const Right right = take.pick(2) == 0 ? Right::call : Right::put;
  const BlackScholesInput in{take.real(1, 200),    take.real(1, 200), take.real(-0.1, 0.3),
                             take.real(-0.1, 0.3), take.real(0, 5),   take.real(0, 3)};
  switch (kind) {
    case 0:
    case 1: european_and_back(right, in); break;
    case 2:
    case 3: any_implied_vol(right, take.real(0, 200), in); break;
    case 4:
    case 5: american_schemes(take, right, in); break;
    case 6: take.pick(2) == 0 ? cash_dividends(take, right, in) : trees(take, right, in); break;
    default: forwards(take); break;
  }
  return 0;
}
