#include "core/execution/fill_model.hpp"

#include <algorithm>

namespace optix {
namespace {

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
