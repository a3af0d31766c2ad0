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

#include "core/pricing/elementary.hpp"
#include "core/pricing/european-inl.hpp"
#include "core/pricing/european.hpp"

#ifndef OPTIX_CORE_PRICING_EUROPEAN_SHARED
#  define OPTIX_CORE_PRICING_EUROPEAN_SHARED
namespace optix {
namespace {

// What the kernels take: a missing column is a null pointer. The first seven outputs are those everybody
// asks for; the other three are computed only when one of them is wanted.
constexpr std::size_t output_count = 10, first_group_size = 7;
using OutputPointers = std::array<double*, output_count>;

constexpr double largest_rate = 1e9;

struct ChainConstants {
  double base, carry;  // log-moneyness is log(base/K) + carry
  double discount, asset, inverse_spot, years, root_years, rate, dividend_yield;
};

}  // namespace
}  // namespace optix
#endif

HWY_BEFORE_NAMESPACE();
namespace optix::HWY_NAMESPACE {

template <bool second_group, class D, class V = hn::Vec<D>>
HWY_INLINE void StoreRow(D d, const EuropeanOutput<V>& v, const OutputPointers& out, std::size_t i) {
  const auto store = [&](V value, double* column) {
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

// −0.0 where right[i] is a put, 0.0 where it is a call.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V LoadPutSign(D d, const Right* right) {
  const hn::Rebind<std::uint8_t, D> d8;
  const hn::Rebind<std::int32_t, D> d32;
  const hn::RebindToSigned<D> d64;
  const auto wide = hn::PromoteTo(d64, hn::PromoteTo(d32, hn::LoadU(d8, reinterpret_cast<const std::uint8_t*>(right))));
  return hn::BitCast(d, hn::ShiftLeft<63>(wide));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE auto Usable(D d, V v) {
  return hn::And(hn::Ge(v, hn::Set(d, least_positive)), hn::Le(v, hn::Set(d, most_positive)));
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE auto NotNegative(D d, V v) {
  return hn::And(hn::Ge(v, hn::Zero(d)), hn::Le(v, hn::Set(d, most_positive)));
}

// Poisons the rows that are refused: every output has asset or cash as a factor. Returns their number.
template <class D, class M, class V = hn::Vec<D>>
HWY_INLINE std::size_t Refuse(D d, M good, EuropeanInput<V>& in) {
  const V nan = hn::Set(d, std::numeric_limits<double>::quiet_NaN());
  in.asset = hn::IfThenElse(good, in.asset, nan);
  in.cash = hn::IfThenElse(good, in.cash, nan);
  return hn::CountTrue(d, hn::Not(good));
}

// Where the rows' inputs come from: up to six columns and what they share.
struct ChainSource {
  static constexpr std::size_t columns = 2;
  std::array<const double*, columns> column;  // strike, vol
  const Right* right;
  const ChainConstants* terms;

  template <class D>
  HWY_INLINE std::size_t load(D d, std::size_t i, EuropeanInput<hn::Vec<D>>& in) const {
    const auto strike = hn::LoadU(d, column[0] + i);
    in.vol = hn::LoadU(d, column[1] + i);
    in.asset = hn::Set(d, terms->asset);
    in.cash = hn::Mul(strike, hn::Set(d, terms->discount));
    in.inverse_spot = hn::Set(d, terms->inverse_spot);
    in.years = hn::Set(d, terms->years);
    in.root_years = hn::Set(d, terms->root_years);
    in.rate = hn::Set(d, terms->rate);
    in.dividend_yield = hn::Set(d, terms->dividend_yield);
    in.put_sign = LoadPutSign(d, right + i);
    in.x = hn::Add(hn::Set(d, terms->carry), LogRatio(d, hn::Set(d, terms->base), strike));
    return Refuse(d, hn::And(hn::And(Usable(d, strike), Usable(d, in.cash)), NotNegative(d, in.vol)), in);
  }
};

// e^(−rate·years) with the rounding of the product put back.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Discount(D d, V rate, V years) {
  const V product = hn::Mul(rate, years);
  return ExpSum(d, hn::Neg(product), hn::NegMulAdd(rate, years, product));
}

struct RowSource {
  static constexpr std::size_t columns = 6;
  std::array<const double*, columns> column;  // spot, strike, rate, dividend_yield, years, vol
  const Right* right;

  template <class D>
  HWY_INLINE std::size_t load(D d, std::size_t i, EuropeanInput<hn::Vec<D>>& in) const {
    const auto spot = hn::LoadU(d, column[0] + i), strike = hn::LoadU(d, column[1] + i);
    in.rate = hn::LoadU(d, column[2] + i);
    in.dividend_yield = hn::LoadU(d, column[3] + i);
    in.years = hn::LoadU(d, column[4] + i);
    in.vol = hn::LoadU(d, column[5] + i);
    in.asset = hn::Mul(spot, Discount(d, in.dividend_yield, in.years));
    in.cash = hn::Mul(strike, Discount(d, in.rate, in.years));
    in.inverse_spot = hn::Div(hn::Set(d, 1.0), spot);
    in.root_years = hn::Sqrt(in.years);
    in.put_sign = LoadPutSign(d, right + i);
    in.x = hn::Add(hn::Mul(hn::Sub(in.rate, in.dividend_yield), in.years), LogRatio(d, spot, strike));
    const auto largest = hn::Set(d, largest_rate);
    auto good = hn::And(hn::Le(hn::Abs(in.rate), largest), hn::Le(hn::Abs(in.dividend_yield), largest));
    good = hn::And(good, hn::And(NotNegative(d, in.years), NotNegative(d, in.vol)));
    good = hn::And(good, hn::And(Usable(d, spot), Usable(d, strike)));
    return Refuse(d, hn::And(good, hn::And(Usable(d, in.asset), Usable(d, in.cash))), in);
  }
};

// One vector of rows from i on.
template <bool second_group, class D, class Source>
HWY_INLINE std::size_t Step(D d, const Source& source, std::size_t i, const OutputPointers& out) {
  EuropeanInput<hn::Vec<D>> in;
  const std::size_t refused = source.load(d, i, in);
  StoreRow<second_group>(d, EuropeanRow<second_group>(d, in), out, i);
  return refused;
}

template <bool second_group, class D, class Source>
HWY_NOINLINE std::size_t LastRows(D d, const Source& source, std::size_t i, std::size_t rows,
                                  const OutputPointers& out) {
  constexpr std::size_t width = hn::MaxLanes(d);
  std::array<std::array<double, width>, Source::columns> inputs;
  std::array<std::array<double, width>, output_count> outputs;
  std::array<Right, width> rights{};
  Source padded = source;
  for (std::size_t c = 0; c < Source::columns; ++c) {
    inputs[c].fill(1.0);  // a row that is not refused
    std::copy_n(source.column[c] + i, rows, inputs[c].begin());
    padded.column[c] = inputs[c].data();
  }
  std::copy_n(source.right + i, rows, rights.begin());
  padded.right = rights.data();
  OutputPointers padded_out{};
  for (std::size_t c = 0; c < output_count; ++c)
    if (out[c] != nullptr) padded_out[c] = outputs[c].data();
  const std::size_t refused = Step<second_group>(d, padded, 0, padded_out);
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
using floor_target::least_positive, floor_target::most_positive;

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

bool usable(double value) { return value >= least_positive && value <= most_positive; }

double discount_factor(double rate, double years) {
  constexpr hwy::HWY_NAMESPACE::CappedTag<double, 1> d;
  return hwy::HWY_NAMESPACE::GetLane(
      floor_target::Discount(d, hwy::HWY_NAMESPACE::Set(d, rate), hwy::HWY_NAMESPACE::Set(d, years)));
}

// False when no row of the expiry can be valued.
bool chain_constants(const ExpiryTerms& t, ChainConstants& c) {
  c = {t.forward, 0, t.discount, t.forward * t.discount, 1 / t.spot, t.years, std::sqrt(t.years), 0, 0};
  if (!(usable(t.spot) && usable(t.forward) && usable(t.discount) && t.years >= 0 && t.years <= most_positive))
    return false;
  if (!std::isnan(t.rate) && !std::isnan(t.dividend_yield)) {
    c.rate = t.rate;
    c.dividend_yield = t.dividend_yield;
    c.base = t.spot;
    c.carry = (t.rate - t.dividend_yield) * t.years;
    c.asset = t.spot * discount_factor(t.dividend_yield, t.years);
  } else if (t.years >= least_positive) {
    c.rate = -math::log(t.discount) / t.years;
    c.dividend_yield = c.rate - math::log(t.forward / t.spot) / t.years;
  }
  return usable(c.asset) && std::fabs(c.rate) <= largest_rate && std::fabs(c.dividend_yield) <= largest_rate;
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

ExpiryTerms expiry_terms(double spot, double rate, double dividend_yield, double years) {
  return {spot,          spot * math::exp((rate - dividend_yield) * years), discount_factor(rate, years), years, rate,
          dividend_yield};
}

ExpiryTerms black76_terms(double forward, double discount, double years) { return {forward, forward, discount, years}; }

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
