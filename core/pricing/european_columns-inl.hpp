// Reading columns of European rows into vectors, for the kernels of price and implied volatility: see
// elementary-inl.hpp for how such files work.
#if defined(OPTIX_CORE_PRICING_EUROPEAN_COLUMNS_INL) == defined(HWY_TARGET_TOGGLE)
#  ifdef OPTIX_CORE_PRICING_EUROPEAN_COLUMNS_INL
#    undef OPTIX_CORE_PRICING_EUROPEAN_COLUMNS_INL
#  else
#    define OPTIX_CORE_PRICING_EUROPEAN_COLUMNS_INL
#  endif

#  include <algorithm>
#  include <array>
#  include <limits>

#  include "core/pricing/chain_constants.hpp"
#  include "core/pricing/european-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace optix::HWY_NAMESPACE {

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

// Poisons the rows that are refused: every output has asset or cash as a factor.
template <class D, class M, class V = hn::Vec<D>>
HWY_INLINE void Refuse(D d, M good, EuropeanInput<V>& in) {
  const V nan = hn::Set(d, std::numeric_limits<double>::quiet_NaN());
  in.asset = hn::IfThenElse(good, in.asset, nan);
  in.cash = hn::IfThenElse(good, in.cash, nan);
}

// Where the rows' inputs come from: columns, and what they share. load() reads all but the last
// column, which is the volatility or the price by use, and returns the mask of the rows whose inputs
// are usable.
struct ChainSource {
  static constexpr std::size_t columns = 2;
  std::array<const double*, columns> column;  // strike, then vol or price
  const Right* right;
  const ChainConstants* terms;

  template <class D>
  HWY_INLINE auto load(D d, std::size_t i, EuropeanInput<hn::Vec<D>>& in) const {
    const auto strike = hn::LoadU(d, column[0] + i);
    in.asset = hn::Set(d, terms->asset);
    in.cash = hn::Mul(strike, hn::Set(d, terms->discount));
    in.inverse_spot = hn::Set(d, terms->inverse_spot);
    in.years = hn::Set(d, terms->years);
    in.root_years = hn::Set(d, terms->root_years);
    in.rate = hn::Set(d, terms->rate);
    in.dividend_yield = hn::Set(d, terms->dividend_yield);
    in.put_sign = LoadPutSign(d, right + i);
    in.x = hn::Add(hn::Set(d, terms->carry), LogRatio(d, hn::Set(d, terms->base), strike));
    return hn::And(Usable(d, strike), Usable(d, in.cash));
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
  std::array<const double*, columns> column;  // spot, strike, rate, dividend_yield, years, then vol or price
  const Right* right;

  template <class D>
  HWY_INLINE auto load(D d, std::size_t i, EuropeanInput<hn::Vec<D>>& in) const {
    const auto spot = hn::LoadU(d, column[0] + i), strike = hn::LoadU(d, column[1] + i);
    in.rate = hn::LoadU(d, column[2] + i);
    in.dividend_yield = hn::LoadU(d, column[3] + i);
    in.years = hn::LoadU(d, column[4] + i);
    in.asset = hn::Mul(spot, Discount(d, in.dividend_yield, in.years));
    in.cash = hn::Mul(strike, Discount(d, in.rate, in.years));
    in.inverse_spot = hn::Div(hn::Set(d, 1.0), spot);
    in.root_years = hn::Sqrt(in.years);
    in.put_sign = LoadPutSign(d, right + i);
    in.x = hn::Add(hn::Mul(hn::Sub(in.rate, in.dividend_yield), in.years), LogRatio(d, spot, strike));
    const auto largest = hn::Set(d, largest_rate);
    auto good = hn::And(hn::Le(hn::Abs(in.rate), largest), hn::Le(hn::Abs(in.dividend_yield), largest));
    good = hn::And(good, NotNegative(d, in.years));
    good = hn::And(good, hn::And(Usable(d, spot), Usable(d, strike)));
    return hn::And(good, hn::And(Usable(d, in.asset), Usable(d, in.cash)));
  }
};

// The last rows of a source, padded to a full vector with rows that are not refused, so that they go
// through the same code and have the same bits.
template <class Source, std::size_t width>
struct PaddedSource {
  std::array<std::array<double, width>, Source::columns> inputs;
  std::array<Right, width> rights{};
  Source source;

  PaddedSource(const Source& from, std::size_t i, std::size_t rows) : source(from) {
    for (std::size_t c = 0; c < Source::columns; ++c) {
      inputs[c].fill(1.0);
      std::copy_n(from.column[c] + i, rows, inputs[c].begin());
      source.column[c] = inputs[c].data();
    }
    std::copy_n(from.right + i, rows, rights.begin());
    source.right = rights.data();
  }
  PaddedSource(const PaddedSource&) = delete;
  PaddedSource& operator=(const PaddedSource&) = delete;
};

}  // namespace optix::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
