#include "core/pricing/vector_targets.hpp"
// Highway reads the line above.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pricing/european.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h repeats this file for every instruction set.
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "core/pricing/chain_constants.hpp"
#include "core/pricing/elementary.hpp"
#include "core/pricing/european.hpp"
#include "core/pricing/european_columns-inl.hpp"

#ifndef OPTIX_CORE_PRICING_EUROPEAN_SHARED
#  define OPTIX_CORE_PRICING_EUROPEAN_SHARED
namespace optix {
namespace {

// What the kernels take: a missing column is a null pointer. The first seven outputs are those everybody
// asks for; the other three are computed only when one of them is wanted.
constexpr std::size_t output_count = 10, first_group_size = 7;
using OutputPointers = std::array<double*, output_count>;

}  // namespace
}  // namespace optix
#endif

HWY_BEFORE_NAMESPACE();
namespace optix::HWY_NAMESPACE {

template <bool second_group, class D, class V = hn::Vec<D>>
HWY_INLINE void StoreRow(D d, const EuropeanOutput<V>& v, const OutputPointers& out, std::size_t i) {
  const auto store = [&](V value, double* column) HWY_ATTR {
    if (column != nullptr) hn::StoreU(value, d, column + i);
  };
  store(v.price, out[0]);
  store(v.delta, out[1]);
  store(v.gamma, out[2]);
  store(v.vega, out[3]);
  store(v.theta, out[4]);
  store(v.rho, out[5]);
  store(v.rho_q, out[6]);
  if constexpr (second_group) {
    store(v.vanna, out[7]);
    store(v.volga, out[8]);
    store(v.charm, out[9]);
  }
}

// One vector of rows from i on.
template <bool second_group, class D, class Source>
HWY_INLINE std::size_t Step(D d, const Source& source, std::size_t i, const OutputPointers& out) {
  EuropeanInput<hn::Vec<D>> in;
  auto good = source.load(d, i, in);
  in.vol = hn::LoadU(d, source.column.back() + i);
  good = hn::And(good, NotNegative(d, in.vol));
  Refuse(d, good, in);
  StoreRow<second_group>(d, EuropeanRow<second_group>(d, in), out, i);
  return hn::CountTrue(d, hn::Not(good));
}

template <bool second_group, class D, class Source>
HWY_NOINLINE std::size_t LastRows(D d, const Source& source, std::size_t i, std::size_t rows,
                                  const OutputPointers& out) {
  constexpr std::size_t width = hn::MaxLanes(D());
  const PaddedSource<Source, width> padded(source, i, rows);
  std::array<std::array<double, width>, output_count> outputs;
  OutputPointers padded_out{};
  for (std::size_t c = 0; c < output_count; ++c)
    if (out[c] != nullptr) padded_out[c] = outputs[c].data();
  const std::size_t refused = Step<second_group>(d, padded.source, 0, padded_out);
  for (std::size_t c = 0; c < output_count; ++c)
    if (out[c] != nullptr) std::copy_n(outputs[c].begin(), rows, out[c] + i);
  return refused;
}

template <bool second_group, class D, class Source>
HWY_INLINE std::size_t AllRows(D d, const Source& source, std::size_t rows, const OutputPointers& out) {
  const std::size_t width = hn::Lanes(d);
  std::size_t refused = 0, i = 0;
  for (; i + width <= rows; i += width) refused += Step<second_group>(d, source, i, out);
  if (i < rows) refused += LastRows<second_group>(d, source, i, rows - i, out);
  return refused;
}

template <class D, class Source>
HWY_INLINE std::size_t Run(D d, const Source& source, std::size_t rows, const OutputPointers& out) {
  const bool second_group =
      std::any_of(out.begin() + first_group_size, out.end(), [](double* p) { return p != nullptr; });
  return second_group ? AllRows<true>(d, source, rows, out) : AllRows<false>(d, source, rows, out);
}

std::size_t ChainKernel(const ChainConstants& terms, const double* strike, const double* vol, const Right* right,
                        std::size_t rows, const OutputPointers& out) {
  return Run(hn::ScalableTag<double>(), ChainSource{{strike, vol}, right, &terms}, rows, out);
}

std::size_t RowKernel(const std::array<const double*, 6>& columns, const Right* right, std::size_t rows,
                      const OutputPointers& out) {
  return Run(hn::ScalableTag<double>(), RowSource{columns, right}, rows, out);
}

}  // namespace optix::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace optix {
namespace {

namespace floor_target = HWY_NAMESPACE;  // what every machine has: the one-row functions are of it

HWY_EXPORT(ChainKernel);
HWY_EXPORT(RowKernel);

void require_length(std::size_t length, std::size_t rows, const char* function) {
  if (length != rows)
    throw std::invalid_argument(std::string(function) + ": columns of " + std::to_string(rows) + " and " +
                                std::to_string(length) + " rows");
}

OutputPointers pointers(const EuropeanColumns& out, std::size_t rows, const char* function) {
  const std::array<std::span<double>, output_count> columns = {out.price, out.delta, out.gamma, out.vega,  out.theta,
                                                               out.rho,   out.rho_q, out.vanna, out.volga, out.charm};
  OutputPointers result{};
  for (std::size_t c = 0; c < output_count; ++c) {
    if (columns[c].empty()) continue;
    require_length(columns[c].size(), rows, function);
    result[c] = columns[c].data();
  }
  return result;
}

EuropeanValue one_value(const std::array<double, output_count>& v) {
  return {v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9]};
}

OutputPointers one_row(std::array<double, output_count>& v) {
  OutputPointers out{};
  for (std::size_t c = 0; c < output_count; ++c) out[c] = &v[c];
  return out;
}

}  // namespace

std::size_t european_chain(const ExpiryTerms& terms, std::span<const double> strike, std::span<const double> vol,
                           std::span<const Right> right, const EuropeanColumns& out) {
  const std::size_t rows = strike.size();
  require_length(vol.size(), rows, "european_chain");
  require_length(right.size(), rows, "european_chain");
  const OutputPointers columns = pointers(out, rows, "european_chain");
  ChainConstants constants;
  if (!chain_constants(terms, constants)) {
    for (double* column : columns)
      if (column != nullptr) std::fill_n(column, rows, std::numeric_limits<double>::quiet_NaN());
    return rows;
  }
  return HWY_DYNAMIC_DISPATCH(ChainKernel)(constants, strike.data(), vol.data(), right.data(), rows, columns);
}

std::size_t european_rows(const EuropeanRows& in, const EuropeanColumns& out) {
  const std::size_t rows = in.spot.size();
  const std::array<const double*, 6> columns = {in.spot.data(),           in.strike.data(), in.rate.data(),
                                                in.dividend_yield.data(), in.years.data(),  in.vol.data()};
  for (const auto& column : {in.strike, in.rate, in.dividend_yield, in.years, in.vol})
    require_length(column.size(), rows, "european_rows");
  require_length(in.right.size(), rows, "european_rows");
  return HWY_DYNAMIC_DISPATCH(RowKernel)(columns, in.right.data(), rows, pointers(out, rows, "european_rows"));
}

EuropeanValue european(Right right, const BlackScholesInput& in) {
  std::array<double, output_count> v{};
  const floor_target::RowSource source{{&in.spot, &in.strike, &in.rate, &in.dividend_yield, &in.years, &in.vol},
                                       &right};
  if (floor_target::Step<true>(hwy::HWY_NAMESPACE::CappedTag<double, 1>(), source, 0, one_row(v)) != 0)
    throw std::invalid_argument("european: spot " + std::to_string(in.spot) + ", strike " + std::to_string(in.strike) +
                                ", rate " + std::to_string(in.rate) + ", dividend yield " +
                                std::to_string(in.dividend_yield) + ", years " + std::to_string(in.years) + ", vol " +
                                std::to_string(in.vol) + " cannot be valued");
  return one_value(v);
}

EuropeanValue black76(Right right, double forward, double strike, double discount, double years, double vol) {
  std::array<double, output_count> v{};
  ChainConstants constants;
  const floor_target::ChainSource source{{&strike, &vol}, &right, &constants};
  if (!chain_constants(black76_terms(forward, discount, years), constants) ||
      floor_target::Step<true>(hwy::HWY_NAMESPACE::CappedTag<double, 1>(), source, 0, one_row(v)) != 0)
    throw std::invalid_argument("black76: forward " + std::to_string(forward) + ", strike " + std::to_string(strike) +
                                ", discount " + std::to_string(discount) + ", years " + std::to_string(years) +
                                ", vol " + std::to_string(vol) + " cannot be valued");
  return one_value(v);
}

}  // namespace optix
#endif
