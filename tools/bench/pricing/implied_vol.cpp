// Implied volatility over columns against QuantLib's blackFormulaImpliedStdDev.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <ql/errors.hpp>
#include <ql/option.hpp>
#include <ql/pricingengines/blackformula.hpp>

#include "core/pricing/implied_vol.hpp"
#include "tools/bench/pricing/bits.hpp"
#include "tools/bench/pricing/report.hpp"

namespace optix {
namespace {

constexpr std::size_t rows = 4096;

struct Quotes {
  ExpiryTerms terms;
  std::vector<double> strike, vol, price;
  std::vector<Right> right;
};

// The value of the option in the type's 64-bit mantissa, rounded once.
double exact_price(const ExpiryTerms& t, double strike, double vol, Right right) {
  using Real = long double;
  const Real sign = right == Right::call ? 1 : -1, years = t.years, deviation = Real(vol) * std::sqrt(years);
  const Real d1 =
      (std::log(Real(t.spot) / strike) + (Real(t.rate) - t.dividend_yield) * years) / deviation + deviation / 2;
  const Real root_half = 0.707106781186547524400844362104849039L;
  const Real n1 = std::erfc(-sign * d1 * root_half) / 2, n2 = std::erfc(-sign * (d1 - deviation) * root_half) / 2;
  return static_cast<double>(
      sign * (t.spot * std::exp(-Real(t.dividend_yield) * years) * n1 - strike * std::exp(-Real(t.rate) * years) * n2));
}

// Out-of-the-money quotes as markets have them, within `reach` deviations.
Quotes quotes(double reach, double least_vol, double most_vol) {
  std::mt19937_64 random(7);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
  };
  Quotes q;
  q.terms = expiry_terms(2800, 0.024, 0.019, 0.123);
  while (q.strike.size() < rows) {
    const double vol = uniform(least_vol, most_vol);
    const double strike = q.terms.forward * std::exp(vol * std::sqrt(q.terms.years) * uniform(-reach, reach));
    const Right right = strike >= q.terms.forward ? Right::call : Right::put;
    const double price = exact_price(q.terms, strike, vol, right);
    if (!(price > 1e-300)) continue;
    q.strike.push_back(strike);
    q.vol.push_back(vol);
    q.right.push_back(right);
    q.price.push_back(price);
  }
  return q;
}

double largest_error(const Quotes& q, const std::vector<double>& vol) {
  double worst = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const double error = std::fabs(vol[i] / q.vol[i] - 1);
    if (!(error <= worst)) worst = error;  // NaN stays
  }
  return worst;
}

}  // namespace

void bench_implied_vol(bench::Report& report) {
  struct Case {
    const char* work;
    Quotes quotes;
    double avx3_ns, avx2_ns;
  };
  const Case cases[] = {{"implied vol, market-like", quotes(3, 0.1, 0.6), 35, 60},
                        {"implied vol, wide corners", quotes(20, 0.005, 3), 0, 0}};
  for (const Case& c : cases) {
    const Quotes& q = c.quotes;
    std::vector<double> theirs(rows), ours(rows), one(rows);
    std::vector<ImpliedVolStatus> status(rows);
    std::size_t unsolved = 0;
    const double quantlib_ns = bench::best_ns(rows, 10, [&] {
      unsolved = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        try {
          theirs[i] = QuantLib::blackFormulaImpliedStdDev(
                          q.right[i] == Right::call ? QuantLib::Option::Call : QuantLib::Option::Put, q.strike[i],
                          q.terms.forward, q.price[i], q.terms.discount, 0.0, QuantLib::Null<double>(), 1e-12, 100) /
                      std::sqrt(q.terms.years);
        } catch (const QuantLib::Error&) {
          theirs[i] = q.vol[i];  // counted below, left out of the error
          ++unsolved;
        }
      }
      bench::keep(theirs.data());
    });
    const std::string workload =
        "4096 out-of-the-money quotes of one expiry; the baseline found none for " + std::to_string(unsolved);
    const char* const error_of = "volatility, relative, against the one the price was made with in 64-bit mantissas";
    for (const VectorTarget& target : vector_targets()) {
      const ForcedTarget forced(target.target);
      const double ns = bench::best_ns(rows, 200, [&] {
        implied_vol_chain(q.terms, q.strike, q.price, q.right, ours, status);
        bench::keep(ours.data());
      });
      report.add({c.work, target.name, workload, ns, "QuantLib blackFormulaImpliedStdDev, accuracy 1e-12", quantlib_ns,
                  largest_error(q, ours), largest_error(q, theirs), error_of,
                  target.target == HWY_AVX3 ? c.avx3_ns : c.avx2_ns, c.avx3_ns > 0 ? 1e-12 : 1e-10});
    }
    const double one_ns = bench::best_ns(rows, 20, [&] {
      for (std::size_t i = 0; i < rows; ++i)
        one[i] = implied_vol(q.right[i], q.price[i],
                             {q.terms.spot, q.strike[i], q.terms.rate, q.terms.dividend_yield, q.terms.years, 0})
                     .vol;
      bench::keep(one.data());
    });
    report.add({std::string(c.work) + ", one per call", "one lane", workload, one_ns,
                "QuantLib blackFormulaImpliedStdDev, accuracy 1e-12", quantlib_ns, largest_error(q, one),
                largest_error(q, theirs), error_of});
  }
}

}  // namespace optix
