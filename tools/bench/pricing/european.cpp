// European price and five greeks over columns, against QuantLib's BlackCalculator, and against a plain
// loop over the C library's functions where options share nothing.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <ql/option.hpp>
#include <ql/pricingengines/blackcalculator.hpp>

#include "core/pricing/european.hpp"
#include "tools/bench/pricing/bits.hpp"
#include "tools/bench/pricing/report.hpp"

namespace optix {
namespace {

constexpr std::size_t rows = 4096;
constexpr int repetitions = 400;

struct Options {
  std::vector<double> spot, strike, rate, dividend_yield, years, vol;
  std::vector<Right> right;
};

// Within three deviations of the forward, as a chain is quoted.
Options options(bool one_expiry) {
  std::mt19937_64 random(42);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
  };
  Options o;
  for (std::size_t i = 0; i < rows; ++i) {
    o.spot.push_back(one_expiry ? 2800 : uniform(20, 5000));
    o.rate.push_back(one_expiry ? 0.024 : uniform(0, 0.06));
    o.dividend_yield.push_back(one_expiry ? 0.019 : uniform(0, 0.04));
    o.years.push_back(one_expiry ? 0.123 : uniform(0.01, 2));
    o.vol.push_back(uniform(0.1, 0.6));
    o.strike.push_back(o.spot.back() * std::exp(o.vol.back() * std::sqrt(o.years.back()) * uniform(-3, 3)));
    o.right.push_back(random() % 2 == 0 ? Right::call : Right::put);
  }
  return o;
}

// Price, delta, gamma, vega, theta, rho.
struct Figures {
  std::vector<double> f[6];
  Figures() {
    for (auto& column : f) column.resize(rows);
  }
  EuropeanColumns columns() { return {f[0], f[1], f[2], f[3], f[4], f[5]}; }
};

// The textbook formulas in any floating type, by the C library's functions.
template <class Real>
void textbook(const Options& o, std::size_t i, Real (&f)[6]) {
  const Real spot = o.spot[i], strike = o.strike[i], rate = o.rate[i], yield = o.dividend_yield[i], years = o.years[i],
             vol = o.vol[i], sign = o.right[i] == Right::call ? 1 : -1;
  const Real root_t = std::sqrt(years), deviation = vol * root_t;
  const Real d1 = (std::log(spot / strike) + (rate - yield) * years) / deviation + deviation / 2, d2 = d1 - deviation;
  const Real asset = spot * std::exp(-yield * years), cash = strike * std::exp(-rate * years);
  const Real density = std::exp(-d1 * d1 / 2) * Real(0.398942280401432677939946059934381868L);
  const Real root_half = Real(0.707106781186547524400844362104849039L);
  const Real n1 = std::erfc(-sign * d1 * root_half) / 2, n2 = std::erfc(-sign * d2 * root_half) / 2;
  f[0] = sign * (asset * n1 - cash * n2);
  f[1] = sign * asset / spot * n1;
  f[2] = asset * density / (spot * spot * deviation);
  f[3] = asset * density * root_t;
  f[4] = sign * (yield * asset * n1 - rate * cash * n2) - asset * density * vol / (2 * root_t);
  f[5] = sign * years * cash * n2;
}

// Largest error of any figure, each relative to the largest of its column.
double largest_error(const Options& o, const Figures& figures) {
  std::vector<double> error(6), scale(6);
  for (std::size_t i = 0; i < rows; ++i) {
    long double exact[6];
    textbook(o, i, exact);
    for (std::size_t k = 0; k < 6; ++k) {
      error[k] = std::max(error[k], static_cast<double>(std::fabs(figures.f[k][i] - exact[k])));
      scale[k] = std::max(scale[k], static_cast<double>(std::fabs(exact[k])));
    }
  }
  double worst = 0;
  for (std::size_t k = 0; k < 6; ++k) worst = std::max(worst, error[k] / scale[k]);
  return worst;
}

}  // namespace

void bench_european(bench::Report& report) {
  const Options chain = options(true), mixed = options(false);
  const ExpiryTerms terms = expiry_terms(chain.spot[0], chain.rate[0], chain.dividend_yield[0], chain.years[0]);
  Figures quantlib, libm, ours;
  const double quantlib_ns = bench::best_ns(rows, 40, [&] {
    for (std::size_t i = 0; i < rows; ++i) {
      const QuantLib::BlackCalculator c(chain.right[i] == Right::call ? QuantLib::Option::Call : QuantLib::Option::Put,
                                        chain.strike[i], terms.forward, chain.vol[i] * std::sqrt(terms.years),
                                        terms.discount);
      quantlib.f[0][i] = c.value();
      quantlib.f[1][i] = c.delta(terms.spot);
      quantlib.f[2][i] = c.gamma(terms.spot);
      quantlib.f[3][i] = c.vega(terms.years);
      quantlib.f[4][i] = c.theta(terms.spot, terms.years);
      quantlib.f[5][i] = c.rho(terms.years);
    }
    bench::keep(quantlib.f[0].data());
  });
  const double libm_ns = bench::best_ns(rows, 100, [&] {
    for (std::size_t i = 0; i < rows; ++i) {
      double f[6];
      textbook(mixed, i, f);
      for (std::size_t k = 0; k < 6; ++k) libm.f[k][i] = f[k];
    }
    bench::keep(libm.f[0].data());
  });
  const char* const error_of = "price and greeks relative to the largest of their column, against 64-bit mantissas";
  for (const VectorTarget& target : vector_targets()) {
    const bool wide = target.target == HWY_AVX3;
    const ForcedTarget forced(target.target);
    const double chain_ns = bench::best_ns(rows, repetitions, [&] {
      european_chain(terms, chain.strike, chain.vol, chain.right, ours.columns());
      bench::keep(ours.f[0].data());
    });
    report.add({"european chain, price + 5 greeks", target.name, "4096 options of one expiry", chain_ns,
                "QuantLib BlackCalculator", quantlib_ns, largest_error(chain, ours), largest_error(chain, quantlib),
                error_of, wide ? 10.0 : 14.0, 1e-13});
    const double rows_ns = bench::best_ns(rows, repetitions, [&] {
      european_rows({mixed.spot, mixed.strike, mixed.rate, mixed.dividend_yield, mixed.years, mixed.vol, mixed.right},
                    ours.columns());
      bench::keep(ours.f[0].data());
    });
    report.add({"european rows, price + 5 greeks", target.name, "4096 options that share nothing", rows_ns,
                "scalar loop over the C library", libm_ns, largest_error(mixed, ours), largest_error(mixed, libm),
                error_of, wide ? 13.0 : 20.0, 1e-13});
  }
  double sum = 0;
  const double one_ns = bench::best_ns(rows, 100, [&] {
    for (std::size_t i = 0; i < rows; ++i)
      sum += european(mixed.right[i], {mixed.spot[i], mixed.strike[i], mixed.rate[i], mixed.dividend_yield[i],
                                       mixed.years[i], mixed.vol[i]})
                 .price;
    bench::keep(sum);
  });
  report.add({"european, one option per call, price + 9 greeks", "one lane", "4096 options that share nothing", one_ns,
              "scalar loop over the C library", libm_ns, largest_error(mixed, ours), largest_error(mixed, libm),
              error_of});
}

}  // namespace optix
