#include "core/pricing/vector_targets.hpp"
// Highway reads the line above.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/pricing/implied_vol.cpp"
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
#include "core/pricing/european_columns-inl.hpp"
#include "core/pricing/implied_vol-inl.hpp"
#include "core/pricing/implied_vol.hpp"
#include "core/pricing/implied_vol_scalar.hpp"

#ifndef OPTIX_CORE_PRICING_IMPLIED_VOL_SHARED
#  define OPTIX_CORE_PRICING_IMPLIED_VOL_SHARED
namespace optix {
namespace {

// What one vector of rows leaves behind; lanes with code `unsolved` go to the scalar solver.
constexpr std::size_t most_lanes = 8;
constexpr double unsolved = 6;  // the codes below it are those of ImpliedVolStatus
struct alignas(64) LaneResults {
  std::array<double, most_lanes> vol, code, y, price, complement, root_years;
};

constexpr double status_code(ImpliedVolStatus status) { return static_cast<double>(status); }

// Finishes `rows` lanes: scalar solver where asked for, NaN where there is no volatility.
void finish_lanes(const LaneResults& lanes, std::size_t rows, double* vol, ImpliedVolStatus* status);

}  // namespace
}  // namespace optix
#endif

HWY_BEFORE_NAMESPACE();
namespace optix::HWY_NAMESPACE {

// One vector of rows: bounds, batch solver, and what the scalar solver needs. Returns whether every
// lane is ok and solved.
template <class D, class V = hn::Vec<D>>
HWY_INLINE bool ImpliedVolRow(D d, const EuropeanInput<V>& in, V price, LaneResults& lanes) {
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0);
  const auto above = hn::Gt(in.x, zero), is_put = hn::Lt(hn::Or(in.put_sign, one), zero);
  const auto out = hn::Xor(above, hn::Not(is_put));
  const V low = hn::IfThenElse(above, in.cash, in.asset), high = hn::IfThenElse(above, in.asset, in.cash);
  const V intrinsic = hn::IfThenElse(out, zero, hn::Sub(high, low));
  const V value = hn::Sub(price, intrinsic), missing = hn::Sub(hn::IfThenElse(out, low, high), price);
  // In the money, a time value within the rounding of the two discounted amounts is none.
  const V noise = hn::IfThenElse(out, zero, hn::Mul(high, hn::Set(d, 0x1p-51)));
  const V inverse_low = hn::Div(one, low);
  const V c = hn::Mul(value, inverse_low), complement = hn::Mul(missing, inverse_low);
  const V y = hn::Abs(in.x);
  const BatchDeviation<V> solved = SolveBatch(d, y, c, hn::Div(low, high), hn::Mul(high, inverse_low));
  const V vol = hn::Div(solved.s, in.root_years);

  // The last of these to hold decides.
  V code = hn::IfThenElse(hn::MaskFromVec(solved.converged), zero, hn::Set(d, unsolved));
  const auto set = [&](auto mask, ImpliedVolStatus status)
                       HWY_ATTR { code = hn::IfThenElse(mask, hn::Set(d, status_code(status)), code); };
  set(hn::Le(value, noise), ImpliedVolStatus::no_time_value);
  set(hn::Lt(value, hn::Neg(noise)), ImpliedVolStatus::below_intrinsic);
  set(hn::Le(missing, zero), ImpliedVolStatus::above_maximum);
  set(hn::Lt(price, zero), ImpliedVolStatus::below_intrinsic);
  set(hn::Eq(in.years, zero), ImpliedVolStatus::expired);
  // Refused inputs are NaN by now.
  const auto usable = hn::And(hn::Eq(in.asset, in.asset), hn::Le(hn::Abs(price), hn::Set(d, most_positive)));
  set(hn::Not(usable), ImpliedVolStatus::bad_input);
  hn::StoreU(vol, d, lanes.vol.data());
  if (hn::AllTrue(d, hn::Eq(code, zero))) return true;
  hn::StoreU(code, d, lanes.code.data());
  hn::StoreU(y, d, lanes.y.data());
  hn::StoreU(c, d, lanes.price.data());
  hn::StoreU(complement, d, lanes.complement.data());
  hn::StoreU(in.root_years, d, lanes.root_years.data());
  return false;
}

// As european.cpp's columns, with the price where that has the volatility.
template <class D, class Source>
HWY_INLINE void Step(D d, const Source& source, std::size_t i, std::size_t rows, double* vol,
                     ImpliedVolStatus* status) {
  EuropeanInput<hn::Vec<D>> in;
  Refuse(d, source.load(d, i, in), in);
  const auto price = hn::LoadU(d, source.column.back() + i);
  LaneResults lanes;
  if (ImpliedVolRow(d, in, price, lanes)) {
    std::copy_n(lanes.vol.begin(), rows, vol + i);
    std::fill_n(status + i, rows, ImpliedVolStatus::ok);
  } else {
    finish_lanes(lanes, rows, vol + i, status + i);
  }
}

template <class D, class Source>
HWY_INLINE void Run(D d, const Source& source, std::size_t rows, double* vol, ImpliedVolStatus* status) {
  const std::size_t width = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + width <= rows; i += width) Step(d, source, i, width, vol, status);
  if (i < rows) {
    const PaddedSource<Source, hn::MaxLanes(D())> last(source, i, rows - i);
    Step(d, last.source, 0, rows - i, vol + i, status + i);
  }
}

void ImpliedChainKernel(const ChainConstants& terms, const std::array<const double*, 2>& columns, const Right* right,
                        std::size_t rows, double* vol, ImpliedVolStatus* status) {
  Run(hn::ScalableTag<double>(), ChainSource{columns, right, &terms}, rows, vol, status);
}

void ImpliedRowKernel(const std::array<const double*, 6>& columns, const Right* right, std::size_t rows, double* vol,
                      ImpliedVolStatus* status) {
  Run(hn::ScalableTag<double>(), RowSource{columns, right}, rows, vol, status);
}

}  // namespace optix::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace optix {
namespace {

namespace floor_target = HWY_NAMESPACE;  // what every machine has: the one-row function is of it

HWY_EXPORT(ImpliedChainKernel);
HWY_EXPORT(ImpliedRowKernel);

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void finish_lanes(const LaneResults& lanes, std::size_t rows, double* vol, ImpliedVolStatus* status) {
  for (std::size_t i = 0; i < rows; ++i) {
    status[i] = ImpliedVolStatus::ok;
    if (lanes.code[i] == unsolved) {
      vol[i] = implied_deviation(lanes.y[i], lanes.price[i], lanes.complement[i]) / lanes.root_years[i];
    } else {
      status[i] = static_cast<ImpliedVolStatus>(static_cast<std::uint8_t>(lanes.code[i]));
      vol[i] = status[i] == ImpliedVolStatus::ok ? lanes.vol[i] : nan;
    }
  }
}

void require_length(std::size_t length, std::size_t rows, const char* function) {
  if (length != rows)
    throw std::invalid_argument(std::string(function) + ": columns of " + std::to_string(rows) + " and " +
                                std::to_string(length) + " rows");
}

}  // namespace

ImpliedVol implied_vol(Right right, double price, const BlackScholesInput& in) {
  ImpliedVol result;
  const floor_target::RowSource source{{&in.spot, &in.strike, &in.rate, &in.dividend_yield, &in.years, &price}, &right};
  floor_target::Step(hwy::HWY_NAMESPACE::CappedTag<double, 1>(), source, 0, 1, &result.vol, &result.status);
  return result;
}

void implied_vol_chain(const ExpiryTerms& terms, std::span<const double> strike, std::span<const double> price,
                       std::span<const Right> right, std::span<double> vol, std::span<ImpliedVolStatus> status) {
  const std::size_t rows = strike.size();
  for (const std::size_t length : {price.size(), right.size(), vol.size(), status.size()})
    require_length(length, rows, "implied_vol_chain");
  ChainConstants constants;
  if (!chain_constants(terms, constants)) {
    std::fill_n(vol.begin(), rows, nan);
    std::fill_n(status.begin(), rows, ImpliedVolStatus::bad_input);
    return;
  }
  HWY_DYNAMIC_DISPATCH(ImpliedChainKernel)
  (constants, {strike.data(), price.data()}, right.data(), rows, vol.data(), status.data());
}

void implied_vol_rows(const ImpliedVolRows& in, std::span<double> vol, std::span<ImpliedVolStatus> status) {
  const std::size_t rows = in.spot.size();
  for (const auto& column : {in.strike, in.rate, in.dividend_yield, in.years, in.price})
    require_length(column.size(), rows, "implied_vol_rows");
  for (const std::size_t length : {in.right.size(), vol.size(), status.size()})
    require_length(length, rows, "implied_vol_rows");
  HWY_DYNAMIC_DISPATCH(ImpliedRowKernel)
  ({in.spot.data(), in.strike.data(), in.rate.data(), in.dividend_yield.data(), in.years.data(), in.price.data()},
   in.right.data(), rows, vol.data(), status.data());
}

}  // namespace optix
#endif
