#include "core/execution/fills/fill_models.hpp"

namespace optix {
namespace {

constexpr Decimal hundredths(std::int64_t n) { return Decimal::from_raw(n * 10'000); }

// The measured fractions: Muravyev and Pearson, "Options trading costs are lower than you think", Review of
// Financial Studies 33(11), 2020, 4973–5014, options on S&P 500 stocks 2004–2015. Quoted half-spreads
// averaged 13 cents, conventional effective half-spreads 10 cents (0.77); measured against the fair value at
// the time of the trade a quarter less (0.58); for traders who time their executions less than 40 % of the
// conventional measure (0.31).
constexpr NamedFillModel models[] = {
    {"touch", hundredths(100), "buy at the ask, sell at the bid", Evidence::rule},
    {"mid", hundredths(0), "trade at the mid: an upper bound, no one fills there reliably", Evidence::bound},
    {"spread_fraction", std::nullopt, "mid plus or minus `fraction` of the half-spread", Evidence::assumed},
    {"effective", hundredths(77), "0.77 of the half-spread, the average of executed trades as usually measured",
     Evidence::measured},
    {"effective_adjusted", hundredths(58), "0.58 of the half-spread, the average against the fair value of the moment",
     Evidence::measured},
    {"effective_timed", hundredths(31), "0.31 of the half-spread, traders who wait for a good moment",
     Evidence::measured},
};

constexpr FillPart parts[] = {
    {"by_legs", "fraction = by_legs[number of legs - 1]",
     "fraction of the half-spread by the number of legs of the "
     "order, the last for more: packages trade closer to the mid than single contracts",
     Evidence::assumed},
    {"tick", "nearest multiple of the increment, never better than the mid nor beyond the touch",
     "rounds prices inside the spread to the increment of this class; by_product: of the root and the day",
     Evidence::rule},
    {"impact", "+ Y * sigma * sqrt(Q / V), sigma = |delta| * S * iv / sqrt(252)",
     "square-root impact, on top of the price and beyond the touch where it takes it: Y; Q contracts of the order, V "
     "contracts traded this session. An order whose contract has no volume, volatility or delta does not trade",
     Evidence::measured},
    {"size_share", "floor(share * displayed size)",
     "most of the displayed size that can trade on one quote; without sizes in the data nothing does",
     Evidence::assumed},
    {"volume_share", "floor(share * volume of the session)", "most of the session's volume so far that can trade",
     Evidence::assumed},
    {"resting", "touch, model, probability or queue", "when a limit order that rests comes to trade",
     Evidence::assumed},
};

}  // namespace

std::span<const NamedFillModel> named_fill_models() { return models; }

const NamedFillModel* find_fill_model(std::string_view name) {
  for (const NamedFillModel& model : models)
    if (model.name == name) return &model;
  return nullptr;
}

std::span<const FillPart> fill_parts() { return parts; }

}  // namespace optix
