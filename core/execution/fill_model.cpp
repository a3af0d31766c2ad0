#include "core/execution/fill_model.hpp"

#include <algorithm>
#include <stdexcept>

namespace optix {
namespace {

constexpr Decimal three = Decimal::from_int(3);
constexpr Decimal cent = Decimal::from_raw(10'000);

constexpr NamedFillModel models[] = {
    {"touch", Decimal::from_int(1), "buy at the ask, sell at the bid"},
    {"mid", Decimal{}, "trade at the mid: an upper bound, no one fills there reliably"},
    {"spread_fraction", std::nullopt, "mid plus or minus `fraction` of the half-spread"},
};

__extension__ typedef __int128 Wide;

// mid ± fraction × half-spread, in one rounding.
Decimal inside(const Quote& quote, Decimal fraction, bool buy) {
  const Wide one = Decimal::scale;
  const Wide sum = static_cast<Wide>(quote.bid.raw()) + quote.ask.raw();
  const Wide spread = static_cast<Wide>(quote.ask.raw()) - quote.bid.raw();
  const Wide twice = sum * one + (buy ? 1 : -1) * spread * fraction.raw();  // 2e6 × raw price, not negative
  return Decimal::from_raw(static_cast<std::int64_t>((twice + one) / (2 * one)));
}

}  // namespace

Decimal tick_size(TickClass ticks, Decimal price) {
  const bool upper = price.abs() >= three;
  switch (ticks) {
    case TickClass::none: return Decimal{};
    case TickClass::penny: return upper ? cent * 5 : cent;
    case TickClass::penny_all: return cent;
    case TickClass::nickel: return upper ? cent * 10 : cent * 5;
  }
  throw std::logic_error("tick class out of range");
}

Decimal round_to_tick(TickClass ticks, Decimal price) {
  const std::int64_t tick = tick_size(ticks, price).raw();
  if (tick == 0) return price;
  const std::int64_t magnitude = price.abs().raw();
  const Decimal rounded = Decimal::from_raw((magnitude + tick / 2) / tick * tick);
  return price < Decimal{} ? -rounded : rounded;
}

std::span<const NamedFillModel> named_fill_models() { return models; }

const NamedFillModel* find_fill_model(std::string_view name) {
  for (const NamedFillModel& model : models)
    if (model.name == name) return &model;
  return nullptr;
}

FillPrice fill_price(const FillModel& model, const Quote& quote, bool buy) {
  const auto refuse = [](RejectReason reason) { return FillPrice{Decimal::none(), reason}; };
  const bool bid_known = !quote.bid.is_none() && quote.bid >= Decimal{};
  if (!bid_known && !quote.has_ask()) return refuse(RejectReason::no_quote);
  if (quote.crossed()) return refuse(RejectReason::crossed_quote);
  if (buy && !quote.has_ask()) return refuse(RejectReason::no_ask);
  if (!buy && !quote.has_bid()) return refuse(RejectReason::no_bid);
  const Decimal touch = buy ? quote.ask : quote.bid;
  const bool two_sided = bid_known && quote.has_ask();
  if (!two_sided || model.fraction == Decimal::from_int(1)) return {touch, RejectReason::none};
  const Decimal price = round_to_tick(model.ticks, inside(quote, model.fraction, buy));
  return {std::clamp(price, quote.bid, quote.ask), RejectReason::none};
}

}  // namespace optix
