#pragma once
// Compares the one-row functions of European price and implied volatility with the column kernels of
// every vector target this machine has, bit for bit, on random and corner inputs. Shared by the unit
// test and the benchmark, which asks for more rows.
#include <hwy/targets.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/pricing/european.hpp"
#include "core/pricing/implied_vol.hpp"

namespace optix {

struct VectorTarget {
  std::int64_t target;
  const char* name;
};

// The compiled targets that this machine can run.
inline std::vector<VectorTarget> vector_targets() {
  std::vector<VectorTarget> found;
  for (const VectorTarget& t : {VectorTarget{HWY_AVX2, "avx2"}, VectorTarget{HWY_AVX3, "avx3"}})
    if ((hwy::SupportedTargets() & t.target) != 0) found.push_back(t);
  return found;
}

// Makes the kernels use one target as long as it lives.
class ForcedTarget {
 public:
  explicit ForcedTarget(std::int64_t target) { set(target); }
  ~ForcedTarget() { set(0); }
  ForcedTarget(const ForcedTarget&) = delete;
  ForcedTarget& operator=(const ForcedTarget&) = delete;

 private:
  static void set(std::int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

struct PricingInputs {
  std::vector<double> spot, strike, rate, dividend_yield, years, vol, price;
  std::vector<Right> right;

  EuropeanRows rows() const { return {spot, strike, rate, dividend_yield, years, vol, right}; }
  ImpliedVolRows price_rows() const { return {spot, strike, rate, dividend_yield, years, price, right}; }
};

// Mostly options as they are, with every input now and then from a list of corners, bad ones included.
inline PricingInputs random_pricing_inputs(std::size_t rows, std::uint64_t seed) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::array<double, 20> corners = {0.0,      -0.0,     1.0,       -1.0,         1e-5, 100.0,  1e-300,
                                          1e300,    1e-290,   1e290,     1e-9,         1e9,  5e-324, 1e-308,
                                          2.3e-308, infinity, -infinity, std::nan(""), 40.0, 1e-160};
  std::mt19937_64 random(seed);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
  };
  const auto corner_or = [&](double value) { return random() % 40 == 0 ? corners[random() % corners.size()] : value; };
  PricingInputs in;
  for (std::size_t i = 0; i < rows; ++i) {
    const double spot = std::exp(uniform(0, 9)), years = std::exp(uniform(-13, 3.5)), vol = std::exp(uniform(-5, 2));
    // Distances from none to far beyond where the option is worth anything.
    const double deviation = vol * std::sqrt(years);
    const double wide = i % 8 == 0 ? 45 : 5;
    in.spot.push_back(corner_or(spot));
    in.strike.push_back(corner_or(i % 16 == 1 ? spot : spot * std::exp(deviation * uniform(-wide, wide))));
    in.rate.push_back(corner_or(i % 4 == 0 ? 0 : uniform(-0.03, 0.1)));
    in.dividend_yield.push_back(corner_or(i % 4 == 0 ? 0 : uniform(0, 0.08)));
    in.years.push_back(corner_or(years));
    in.vol.push_back(corner_or(vol));
    in.right.push_back(random() % 2 == 0 ? Right::call : Right::put);
  }
  // Prices of these options, some off the model.
  in.price.resize(rows);
  european_rows(in.rows(), {.price = in.price});
  for (double& price : in.price) price = corner_or(random() % 8 == 0 ? price * uniform(0, 3) : price);
  return in;
}

inline bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

struct BitsReport {
  std::size_t rows = 0, compared = 0, different = 0;
  std::size_t unwanted_nan = 0;  // NaN in a row that was not refused, or no volatility with status ok
  std::vector<std::string> targets;
  std::string first;  // the first difference, with its inputs
};

inline BitsReport compare_bits(std::size_t rows, std::uint64_t seed) {
  const PricingInputs in = random_pricing_inputs(rows, seed);
  BitsReport report;
  report.rows = rows;
  constexpr std::size_t outputs = 10;
  using Columns = std::array<std::vector<double>, outputs + 1>;  // the last is implied volatility
  const auto sized = [&] {
    Columns c;
    for (auto& column : c) column.resize(rows);
    return c;
  };
  Columns single = sized();
  std::vector<ImpliedVolStatus> single_status(rows), status(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const BlackScholesInput row{in.spot[i], in.strike[i], in.rate[i], in.dividend_yield[i], in.years[i], in.vol[i]};
    EuropeanValue v;
    bool refused = false;
    try {
      v = european(in.right[i], row);
    } catch (const std::invalid_argument&) {
      constexpr double nan = std::numeric_limits<double>::quiet_NaN();
      v = {nan, nan, nan, nan, nan, nan, nan, nan, nan, nan};
      refused = true;
    }
    const std::array<double, outputs> values = {v.price, v.delta, v.gamma, v.vega,  v.theta,
                                                v.rho,   v.rho_q, v.vanna, v.volga, v.charm};
    for (std::size_t c = 0; c < outputs; ++c) {
      single[c][i] = values[c];
      if (!refused && std::isnan(values[c])) ++report.unwanted_nan;
    }
    const ImpliedVol iv = implied_vol(in.right[i], in.price[i], row);
    single[outputs][i] = iv.vol;
    single_status[i] = iv.status;
    if ((iv.status == ImpliedVolStatus::ok) != (std::isfinite(iv.vol) && iv.vol > 0)) ++report.unwanted_nan;
  }
  for (const VectorTarget& target : vector_targets()) {
    report.targets.emplace_back(target.name);
    const ForcedTarget forced(target.target);
    Columns c = sized();
    european_rows(in.rows(), {c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9]});
    implied_vol_rows(in.price_rows(), c[outputs], status);
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t k = 0; k <= outputs; ++k) {
        ++report.compared;
        if (same_bits(c[k][i], single[k][i]) && (k < outputs || status[i] == single_status[i])) continue;
        if (report.different++ == 0) {
          std::array<char, 400> text{};
          std::snprintf(text.data(), text.size(),
                        "%s, output %zu: %a and alone %a, for spot %a strike %a rate %a yield %a years %a vol %a "
                        "price %a %s",
                        target.name, k, c[k][i], single[k][i], in.spot[i], in.strike[i], in.rate[i],
                        in.dividend_yield[i], in.years[i], in.vol[i], in.price[i],
                        in.right[i] == Right::call ? "call" : "put");
          report.first = text.data();
        }
      }
    }
  }
  return report;
}

}  // namespace optix
